"""On AWS small envelopes are rows of the table; big ones, older ones, and all other blobs are objects."""

import random

import pytest

from chalicelib.adapters.aws import AwsPlace
from chalicelib.adapters.dynamodb_blobs import MOST, BlobsInRows
from chalicelib.adapters.provision import create_bucket, create_table
from chalicelib.adapters.s3 import S3Blobs
from chalicelib.adapters.system import SystemClock
from chalicelib.errors import BlobUnknown

SMALL = b'{"type":"dossier.verified","fields":{}}' * 20
BIG = random.Random(1).randbytes(MOST + 1)


@pytest.fixture
def both(place: AwsPlace) -> tuple[BlobsInRows, S3Blobs]:
    create_table(place, "rows")
    create_bucket(place, "rows")
    return BlobsInRows("rows", "rows", place, SystemClock()), S3Blobs("rows", place, SystemClock())


@pytest.mark.parametrize(
    ("key", "data", "is_object"),
    [("envelopes/small.json", SMALL, False), ("envelopes/big.json", BIG, True), ("slips/a.pdf", SMALL, True)],
)  # fmt: skip
def test_what_is_small_and_ours_is_a_row_and_all_is_read_alike(
    both: tuple[BlobsInRows, S3Blobs], key: str, data: bytes, is_object: bool
) -> None:
    blobs, objects = both
    blobs.write(key, data, "application/json")
    blobs.write(key, data + b"altered", "application/json")  # a key once written never changes
    assert blobs.read(key) == data
    if is_object:
        assert objects.read(key) == data
    else:
        with pytest.raises(BlobUnknown):
            objects.read(key)


def test_envelopes_of_older_code_are_still_read(both: tuple[BlobsInRows, S3Blobs]) -> None:
    blobs, objects = both
    objects.write("envelopes/old.json", SMALL, "application/json")
    assert blobs.read("envelopes/old.json") == SMALL
    with pytest.raises(BlobUnknown):
        blobs.read("envelopes/none.json")
