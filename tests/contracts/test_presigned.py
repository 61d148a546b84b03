"""S3's presigned part addresses, judged as S3 would: moto checks neither signature nor expiry nor length."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.credentials import Credentials

from chalicelib.adapters.aws import AwsPlace
from chalicelib.adapters.parts import PART_BYTES
from chalicelib.adapters.provision import create_bucket
from chalicelib.adapters.s3 import S3Blobs
from chalicelib.adapters.system import SystemClock

REGION = "ap-southeast-1"
KEYS = Credentials("AKIDEXAMPLE", "made-up-secret")
PLACE = AwsPlace(REGION, access_key=KEYS.access_key, secret_key=KEYS.secret_key)
SIZE = 1000
TYPE = "image/jpeg"


@pytest.fixture(scope="module")
def url() -> str:
    blobs = S3Blobs("motcua-thu", PLACE, SystemClock())
    return blobs.addresses("originals/p_thu", "upload-1", SIZE, [1])[0].url


def would_s3_take(
    method: str, url: str, headers: Mapping[str, str], now: datetime | None = None
) -> bool:
    """Rebuild the signature from the request that arrived, and compare."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    signature = query.pop("X-Amz-Signature", "")
    shown = {"host": parts.netloc, **{k.lower(): v for k, v in headers.items()}}
    names = query["X-Amz-SignedHeaders"].split(";")
    if any(name not in shown for name in names):
        return False
    encoded = sorted((quote(k, safe="-_.~"), quote(v, safe="-_.~")) for k, v in query.items())
    canonical = "\n".join(
        [
            method,
            quote(parts.path, safe="/-_.~"),
            "&".join(f"{k}={v}" for k, v in encoded),
            *(f"{name}:{shown[name]}" for name in names),
            "",
            ";".join(names),
            "UNSIGNED-PAYLOAD",
        ]
    )
    auth = S3SigV4QueryAuth(KEYS, "s3", REGION)
    request = AWSRequest(method, url)
    request.context["timestamp"] = query["X-Amz-Date"]
    good = auth.signature(auth.string_to_sign(request, canonical), request)
    made = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    end = made + timedelta(seconds=int(query["X-Amz-Expires"]))
    return hmac.compare_digest(good, signature) and (now or datetime.now(UTC)) <= end


RIGHT = {"Content-Length": str(SIZE)}
ONE_PUT = {**RIGHT, "Content-Type": TYPE, "If-None-Match": "*"}


def test_the_right_request_is_taken(url: str) -> None:
    assert would_s3_take("PUT", url, RIGHT)


def test_the_address_names_the_region_and_the_bucket(url: str) -> None:
    assert urlsplit(url).netloc == f"motcua-thu.s3.{REGION}.amazonaws.com"


def test_the_address_asks_for_no_checksum_that_a_browser_does_not_send(url: str) -> None:
    assert "checksum" not in url.lower()


@pytest.mark.parametrize(
    ("method", "change", "headers"),
    [
        ("PUT", ("partNumber=1", "partNumber=2"), RIGHT),
        ("PUT", ("p_thu", "p_other"), RIGHT),
        ("PUT", ("X-Amz-Expires=900", "X-Amz-Expires=90000"), RIGHT),
        ("PUT", ("X-Amz-Signature=", "X-Amz-Signature=0"), RIGHT),
        ("GET", ("", ""), RIGHT),
        ("PUT", ("", ""), {"Content-Length": "1001"}),
        ("PUT", ("", ""), {}),
    ],
    ids=[
        "other part",
        "other path",
        "longer life",
        "altered signature",
        "other method",
        "other length",
        "missing signed header",
    ],
)
def test_any_other_request_is_refused(
    url: str, method: str, change: tuple[str, str], headers: dict[str, str]
) -> None:
    assert not would_s3_take(method, url.replace(*change) if change[0] else url, headers)


def test_an_expired_address_is_refused(url: str) -> None:
    assert not would_s3_take("PUT", url, RIGHT, datetime.now(UTC) + timedelta(seconds=901))


def test_an_upload_is_begun_without_a_checksum_that_each_part_would_need(place: AwsPlace) -> None:
    create_bucket(place, "checksum-bucket")
    blobs, seen = S3Blobs("checksum-bucket", place, SystemClock()), []

    def look(request: AWSPreparedRequest, **_: object) -> None:
        seen.append({name.lower() for name in request.headers})

    blobs._s3.meta.events.register("before-send.s3.CreateMultipartUpload", look)
    blobs.begin("originals/p_thu", PART_BYTES + 1, TYPE)

    (headers,) = seen
    assert not any("checksum" in name for name in headers)


@pytest.fixture(scope="module")
def one_put() -> str:
    blobs = S3Blobs("motcua-thu", PLACE, SystemClock())
    upload = blobs.begin("originals/p_thu", SIZE, TYPE)  # asks nobody: there is no such bucket
    (address,) = blobs.addresses("originals/p_thu", upload, SIZE, [1])
    assert address.headers == {"Content-Type": TYPE, "If-None-Match": "*"}
    return address.url


def test_a_file_of_one_part_is_one_put(one_put: str) -> None:
    assert would_s3_take("PUT", one_put, ONE_PUT)


@pytest.mark.parametrize("changed", [{"If-None-Match": None}, {"If-None-Match": "x"},
                                     {"Content-Type": "text/html"}, {"Content-Length": "1001"}])  # fmt: skip
def test_it_can_neither_replace_what_is_there_nor_be_of_another_type_or_length(
    one_put: str, changed: dict[str, str | None]
) -> None:
    headers = {k: v for k, v in {**ONE_PUT, **changed}.items() if v is not None}
    assert not would_s3_take("PUT", one_put, headers)
