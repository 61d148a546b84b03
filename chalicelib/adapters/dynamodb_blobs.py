"""Blobs on AWS, the small ones of ours in the table: the port `Blobs` over S3, envelopes as rows.

In and out as `s3`. An envelope of a few KB is a row `blob#KEY`: a tenth of an object's price to write, and quicker to
have (docs/costs.md). It is written once like an object, comes back by the table's point-in-time recovery, and stands
once more under Object Lock (`witness`). Envelopes too big for a row, and those of older code, are objects in S3. No
address can be signed for a row; of envelopes none is.
"""

from typing import Any

from chalicelib.adapters.aws import AwsPlace, in_our_words
from chalicelib.adapters.dynamodb_rows import Row, key
from chalicelib.adapters.packing import packed, unpacked
from chalicelib.adapters.parts import checked_key
from chalicelib.adapters.s3 import S3Blobs
from chalicelib.ports import Clock

IN_ROWS = "envelopes/"
PREFIX = "blob#"
MOST = 6 * 1024  # bytes as they are kept: beyond, an object costs less


class _There(Exception):
    """The row is written already."""


class BlobsInRows(S3Blobs):
    """The port `Blobs`."""

    def __init__(self, bucket: str, table: str, place: AwsPlace, clock: Clock) -> None:
        super().__init__(bucket, place, clock)
        self._table = table
        self._db = place.client("dynamodb")

    def write(self, key: str, data: bytes, content_type: str) -> None:
        """Write a whole blob. If the key exists, nothing changes."""
        small = packed(data) if checked_key(key).startswith(IN_ROWS) else b""
        if not 0 < len(small) <= MOST:
            return super().write(key, data, content_type)
        row: Any = {**blob_key(key), "body": {"B": small}}
        try:
            with in_our_words(ConditionalCheckFailedException=_There):
                self._db.put_item(
                    TableName=self._table, Item=row, ConditionExpression="attribute_not_exists(pk)"
                )
        except _There:
            return None

    def read(self, key: str) -> bytes:
        """The bytes. Raises BlobUnknown."""
        row = self._row(key) if key.startswith(IN_ROWS) else None
        return unpacked(row["body"]["B"]) if row else super().read(key)

    def _row(self, key: str) -> Any:
        with in_our_words():
            answer = self._db.get_item(
                TableName=self._table, Key=blob_key(key), ConsistentRead=True
            )
        return answer.get("Item")


def blob_key(name: str) -> Row:
    """Where the row of this blob stands."""
    return key(PREFIX + name)
