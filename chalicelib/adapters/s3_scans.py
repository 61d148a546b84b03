"""Scans that lie in S3: the port `Scans` over any bucket that the keys may read.

In: addresses, `s3://bucket/key` or a prefix `s3://bucket/folder/`. Out: addresses with sizes, bytes into an open file.
Refuses addresses that name no bucket and objects that are gone (`ScanNotFound`); a network that fails is StorageBusy.
"""

from collections.abc import Iterator
from typing import IO

from chalicelib.adapters.aws import AwsPlace, in_our_words
from chalicelib.errors import ScanNotFound

_GONE: dict[str, type[Exception]] = dict.fromkeys(
    ("404", "NoSuchKey", "NoSuchBucket"), ScanNotFound
)
_PIECE = 1024 * 1024


class S3Scans:
    """The port `Scans`."""

    def __init__(self, place: AwsPlace) -> None:
        style = "path" if place.path_style else "auto"
        self._s3 = place.client("s3", s3={"addressing_style": style})

    def under(self, address: str) -> Iterator[str]:
        """The addresses below a prefix, in the order of their keys; "folders" are left out."""
        bucket, prefix = _parts(address)
        with in_our_words(**_GONE):
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            for page in pages:
                for found in page.get("Contents", ()):
                    if not found["Key"].endswith("/"):
                        yield f"s3://{bucket}/{found['Key']}"

    def fetch(self, address: str, into: IO[bytes]) -> None:
        """Write the object's bytes. Raises ScanNotFound, StorageBusy."""
        bucket, key = _parts(address)
        with in_our_words(**_GONE):
            body = self._s3.get_object(Bucket=bucket, Key=key)["Body"]
            for piece in body.iter_chunks(_PIECE):
                into.write(piece)


def _parts(address: str) -> tuple[str, str]:
    bucket, _, key = address.removeprefix("s3://").partition("/")
    if not bucket:
        raise ScanNotFound(address)
    return bucket, key
