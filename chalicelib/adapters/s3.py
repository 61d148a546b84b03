"""Blobs on AWS: the port `Blobs` over one S3 bucket.

In: whole blobs, or parts that clients PUT to presigned addresses. Out: blobs, their size and
SHA-256. Refuses unfinished uploads (`PartsMissing`) and unknown keys and uploads
(`BlobUnknown`). Objects never change: every write is on condition that the key is free.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

from chalicelib.adapters.aws import AwsPlace, in_our_words
from chalicelib.adapters.parts import (
    check_all_there,
    check_size,
    checked_key,
    part_numbers,
    part_span,
)
from chalicelib.errors import BlobUnknown, PartsMissing
from chalicelib.ports import Clock, PartAddress, Stored

PIECE = 1024 * 1024
NO_BLOB: dict[str, type[Exception]] = dict.fromkeys(
    ("404", "NoSuchKey", "NoSuchUpload"), BlobUnknown
)


class _KeyTaken(Exception):
    """The key is written already."""


_TAKEN: dict[str, type[Exception]] = {"PreconditionFailed": _KeyTaken}


class S3Blobs:
    """The port `Blobs`. Part addresses live `seconds`, if the role's key does so long."""

    def __init__(self, bucket: str, place: AwsPlace, clock: Clock, seconds: int = 900) -> None:
        self._bucket = bucket
        self._clock = clock
        self._seconds = seconds
        # By default boto3 presigns with SigV2 and for the global host.
        self._s3 = place.client(
            "s3",
            signature_version="s3v4",
            s3={"addressing_style": "path" if place.path_style else "virtual"},
        )

    def begin(self, key: str, size: int, content_type: str) -> str:
        """Start an upload in parts; returns its id."""
        with in_our_words():
            answer = self._s3.create_multipart_upload(**self._at(key), ContentType=content_type)
        return str(answer["UploadId"])

    def addresses(
        self, key: str, upload: str, size: int, numbers: Iterable[int]
    ) -> list[PartAddress]:
        """Presigned addresses of these parts. Unknown uploads show only when an address is used."""
        return [self._part_address(key, upload, size, n) for n in numbers]

    def parts(self, key: str, upload: str, size: int) -> list[int]:
        """Numbers of the parts that are there in full; all of them once the upload is completed."""
        try:
            return sorted(self._tags(key, upload, size))
        except BlobUnknown:
            self._size(key)
            return list(part_numbers(size))

    def complete(self, key: str, upload: str, size: int) -> Stored:
        """Join the parts. Again after success: the same answer.

        The SHA-256 is computed over the whole object as S3 gives it back. Raises PartsMissing,
        and BlobUnknown for an upload that is none of this key's.
        """
        try:
            self._join(key, upload, size)
        except (BlobUnknown, _KeyTaken, PartsMissing):
            # Completed before, or by another call meanwhile: then the key is there.
            if not self._exists(key):
                raise
            self.abandon(key, upload)
        return self._measured(key, size)

    def abandon(self, key: str, upload: str) -> None:
        """Throw an uncompleted upload's parts away. Unknown uploads are no error."""
        try:
            with in_our_words(**NO_BLOB):
                self._s3.abort_multipart_upload(**self._at(key), UploadId=upload)
        except BlobUnknown:
            return

    def write(self, key: str, data: bytes, content_type: str) -> None:
        """Write a whole blob. If the key exists, nothing changes."""
        try:
            with in_our_words(**_TAKEN):
                self._s3.put_object(
                    **self._at(key), Body=data, ContentType=content_type, IfNoneMatch="*"
                )
        except _KeyTaken:
            return

    def read(self, key: str) -> bytes:
        """The bytes. Raises BlobUnknown."""
        return b"".join(self._pieces(key))

    def address(self, key: str, seconds: int) -> str:
        """A presigned address to GET the blob for so many seconds."""
        with in_our_words():
            return str(
                self._s3.generate_presigned_url("get_object", self._at(key), ExpiresIn=seconds)
            )

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": checked_key(key)}

    def _part_address(self, key: str, upload: str, size: int, number: int) -> PartAddress:
        offset, length = part_span(size, number)
        part = {"UploadId": upload, "PartNumber": number, "ContentLength": length}
        expires = self._clock.now().replace(microsecond=0) + timedelta(seconds=self._seconds)
        with in_our_words():
            url = self._s3.generate_presigned_url(
                "upload_part", {**self._at(key), **part}, ExpiresIn=self._seconds
            )
        # Every HTTP client sends the signed content-length by itself; browsers forbid setting it.
        return PartAddress(number, url, {}, offset, length, expires)

    def _tags(self, key: str, upload: str, size: int) -> dict[int, str]:
        """ETags by number of the parts that are there in full. Raises BlobUnknown."""
        wanted = part_numbers(size)
        with in_our_words(**NO_BLOB):
            pages = self._s3.get_paginator("list_parts").paginate(**self._at(key), UploadId=upload)
            listed = [part for page in pages for part in page.get("Parts", [])]
        return {
            p["PartNumber"]: p["ETag"]
            for p in listed
            if p["PartNumber"] in wanted and p["Size"] == part_span(size, p["PartNumber"])[1]
        }

    def _join(self, key: str, upload: str, size: int) -> None:
        tags = self._tags(key, upload, size)
        check_all_there(size, tags)
        parts = [{"PartNumber": n, "ETag": tags[n]} for n in part_numbers(size)]
        with in_our_words(**NO_BLOB, **_TAKEN):
            self._s3.complete_multipart_upload(
                **self._at(key),
                UploadId=upload,
                MultipartUpload={"Parts": parts},
                IfNoneMatch="*",
            )

    def _exists(self, key: str) -> bool:
        try:
            self._size(key)
        except BlobUnknown:
            return False
        return True

    def _size(self, key: str) -> int:
        with in_our_words(**NO_BLOB):
            return int(self._s3.head_object(**self._at(key))["ContentLength"])

    def _pieces(self, key: str) -> Iterator[bytes]:
        with in_our_words(**NO_BLOB):
            body: Any = self._s3.get_object(**self._at(key))["Body"]
            yield from body.iter_chunks(PIECE)

    def _measured(self, key: str, size: int) -> Stored:
        found, digest = 0, sha256()
        for piece in self._pieces(key):
            found += len(piece)
            digest.update(piece)
        check_size(found, size)
        return Stored(found, digest.hexdigest())
