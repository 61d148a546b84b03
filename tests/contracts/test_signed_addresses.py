"""Signed addresses of the one-machine storage: the right request passes, every other is refused."""

import secrets
from io import BytesIO
from pathlib import Path

import pytest

from chalicelib.adapters.files import FileBlobs
from chalicelib.adapters.signing import Signer
from chalicelib.errors import BlobUnknown, UploadRefused
from tests.bad_days import HandClock
from tests.contracts.conftest import local

KEY = "originals/p_thu"
DATA = b"12345"
HEADERS = {"Content-Length": "5", "Content-Type": "application/octet-stream"}


@pytest.fixture
def upload(file_blobs: FileBlobs) -> str:
    return file_blobs.begin(KEY, len(DATA), "image/jpeg")


@pytest.fixture
def address(file_blobs: FileBlobs, upload: str) -> str:
    return local(file_blobs.addresses(KEY, upload, len(DATA), [1])[0].url)


def test_the_right_request_is_taken(file_blobs: FileBlobs, upload: str, address: str) -> None:
    file_blobs.put_part(address, {k.lower(): v for k, v in HEADERS.items()}, BytesIO(DATA))

    assert file_blobs.parts(KEY, upload, 5) == [1]


def test_it_is_good_to_its_last_second(
    file_blobs: FileBlobs, upload: str, address: str, clock: HandClock
) -> None:
    clock.pass_by(900)
    file_blobs.put_part(address, HEADERS, BytesIO(DATA))

    assert file_blobs.parts(KEY, upload, 5) == [1]


REFUSED = {
    "altered signature": lambda a: a[:-1] + ("0" if a[-1] != "0" else "1"),
    "no signature": lambda a: a.split("&signature")[0],
    "signature not hex": lambda a: a.split("&signature")[0] + "&signature=ế",
    "other part": lambda a: a.replace("/1?", "/2?"),
    "other path": lambda a: a.replace("/uploads/", "/blobs/"),
    "path climbs": lambda a: a.replace("/1?", "/../1?"),
    "other length in the address": lambda a: a.replace("length=5", "length=6"),
    "later expiry": lambda a: a.replace("expires=17", "expires=18"),
    "extra parameter": lambda a: a + "&type=text/html",
    "parameter twice": lambda a: a + "&length=5",
    "many parameters": lambda a: a + "&a=1" * 50,
    "no query": lambda a: a.split("?")[0],
    "no address": lambda a: "",
    "brackets": lambda a: "http://[" + a,
}


@pytest.mark.parametrize("change", REFUSED)
def test_an_altered_address_is_refused(
    file_blobs: FileBlobs, upload: str, address: str, change: str
) -> None:
    altered = REFUSED[change](address)
    assert altered != address
    with pytest.raises(UploadRefused):
        file_blobs.put_part(altered, HEADERS, BytesIO(DATA))
    assert file_blobs.parts(KEY, upload, 5) == []


@pytest.mark.parametrize(
    "headers",
    [
        {**HEADERS, "Content-Length": "6"},
        {**HEADERS, "Content-Length": "05"},
        {**HEADERS, "Content-Length": "-1"},
        {**HEADERS, "Content-Type": "text/html"},
        {"Content-Type": HEADERS["Content-Type"]},
        {"Content-Length": HEADERS["Content-Length"]},
        {},
    ],
    ids=["longer", "written otherwise", "negative", "other type", "no length", "no type", "none"],
)
def test_other_headers_than_signed_are_refused(
    file_blobs: FileBlobs, upload: str, address: str, headers: dict[str, str]
) -> None:
    with pytest.raises(UploadRefused):
        file_blobs.put_part(address, headers, BytesIO(DATA))
    assert file_blobs.parts(KEY, upload, 5) == []


def test_an_expired_address_is_refused(
    file_blobs: FileBlobs, upload: str, address: str, clock: HandClock
) -> None:
    clock.pass_by(901)
    with pytest.raises(UploadRefused):
        file_blobs.put_part(address, HEADERS, BytesIO(DATA))
    assert file_blobs.parts(KEY, upload, 5) == []


def test_another_method_is_refused(file_blobs: FileBlobs, address: str) -> None:
    with pytest.raises(UploadRefused):
        file_blobs.get_blob(address)
    file_blobs.write(KEY, DATA, "image/jpeg")
    with pytest.raises(UploadRefused):
        file_blobs.put_part(local(file_blobs.address(KEY, 60)), HEADERS, BytesIO(DATA))
    assert file_blobs.read(KEY) == DATA


def test_the_method_is_part_of_what_is_signed(clock: HandClock) -> None:
    signer = Signer(b"s" * 32, clock)
    address = signer.signed("PUT", "/storage/blobs/a", signer.expiry(60))
    assert signer.checked("PUT", address)[0] == "/storage/blobs/a"
    with pytest.raises(UploadRefused):
        signer.checked("GET", address)


def test_an_address_signed_with_another_secret_is_refused(
    file_blobs: FileBlobs, upload: str, address: str, tmp_path: Path, clock: HandClock
) -> None:
    base = "http://motcua.test"
    stranger = FileBlobs(tmp_path / "blobs", base, secrets.token_bytes(32), clock)
    with pytest.raises(UploadRefused):
        stranger.put_part(address, HEADERS, BytesIO(DATA))
    assert stranger.parts(KEY, upload, 5) == []


def test_a_short_secret_is_not_accepted(tmp_path: Path, clock: HandClock) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        FileBlobs(tmp_path / "blobs", "http://motcua.test", b"short", clock)


def test_a_part_cut_off_does_not_count_and_leaves_nothing(
    file_blobs: FileBlobs, upload: str, address: str, tmp_path: Path
) -> None:
    with pytest.raises(UploadRefused):
        file_blobs.put_part(address, HEADERS, BytesIO(DATA[:3]))

    assert file_blobs.parts(KEY, upload, 5) == []
    assert [p.name for p in (tmp_path / "blobs/uploads" / upload).iterdir()] == ["head"]


def test_a_broken_connection_does_not_undo_the_part_sent_before(
    file_blobs: FileBlobs, upload: str, address: str
) -> None:
    file_blobs.put_part(address, HEADERS, BytesIO(DATA))
    with pytest.raises(UploadRefused):
        file_blobs.put_part(address, HEADERS, BytesIO(b"99"))

    file_blobs.complete(KEY, upload, 5)
    assert file_blobs.read(KEY) == DATA


def test_no_more_than_the_signed_length_is_read(
    file_blobs: FileBlobs, upload: str, address: str
) -> None:
    stream = BytesIO(DATA + b"next request on the same connection")
    file_blobs.put_part(address, HEADERS, stream)

    assert stream.read().startswith(b"next request")
    assert file_blobs.parts(KEY, upload, 5) == [1]


def test_a_blob_address_expires_and_can_not_be_altered(
    file_blobs: FileBlobs, clock: HandClock
) -> None:
    file_blobs.write("slips/H-1.pdf", b"one", "application/pdf")
    file_blobs.write("slips/H-2.pdf", b"two", "application/pdf")
    good = local(file_blobs.address("slips/H-1.pdf", 60))
    file, content_type = file_blobs.get_blob(good)
    with file:
        assert (file.read(), content_type) == (b"one", "application/pdf")

    with pytest.raises(UploadRefused):
        file_blobs.get_blob(good.replace("H-1", "H-2"))
    clock.pass_by(61)
    with pytest.raises(UploadRefused):
        file_blobs.get_blob(good)


def test_an_address_of_nothing_is_unknown(file_blobs: FileBlobs) -> None:
    with pytest.raises(BlobUnknown):
        file_blobs.get_blob(local(file_blobs.address("slips/H-404.pdf", 60)))


@pytest.mark.parametrize("upload", ["../blobs", "u_../../blobs", "", "u_" + "a" * 27])
def test_an_upload_id_is_no_path(file_blobs: FileBlobs, upload: str) -> None:
    file_blobs.write(KEY, DATA, "image/jpeg")
    with pytest.raises(BlobUnknown):
        file_blobs.abandon(KEY, upload)
    with pytest.raises(BlobUnknown):
        file_blobs.complete("originals/p_other", upload, 5)
    assert file_blobs.read(KEY) == DATA


def test_an_upload_serves_its_own_key_only(file_blobs: FileBlobs, upload: str) -> None:
    for use in (file_blobs.parts, file_blobs.complete):
        with pytest.raises(BlobUnknown):
            use("originals/p_other", upload, 5)


def test_sweeping_throws_away_what_nobody_finished(
    file_blobs: FileBlobs, upload: str, address: str, clock: HandClock, tmp_path: Path
) -> None:
    file_blobs.write(KEY, DATA, "image/jpeg")
    clock.pass_by(-clock.now().timestamp() + (tmp_path / "blobs").stat().st_mtime)
    assert file_blobs.sweep() == 0
    clock.pass_by(8 * 86_400)

    assert file_blobs.sweep() == 1
    assert not (tmp_path / "blobs/uploads" / upload).exists()
    assert file_blobs.read(KEY) == DATA
