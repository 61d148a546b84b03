"""Blobs on AWS: the port `Blobs` over one S3 bucket.

In: whole blobs, or parts that clients PUT to presigned addresses. Out: blobs, their size and
SHA-256. Refuses unfinished uploads (`PartsMissing`) and unknown keys and uploads
(`BlobUnknown`). Objects never change: every write is on condition that the key is free.

A file of one part is one plain PUT, one request in place of four (docs/costs.md): its upload is
begun without asking S3, and its bytes stand under the key as soon as they came.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
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
from chalicelib.ports import HEAD_BYTES, Clock, PartAddress, Stored

PIECE = 1024 * 1024
ONE_PUT = (
    "put:"  # an upload of one part; behind it the type that S3 will tell whoever fetches the file
)
FREE = {"IfNoneMatch": "*"}  # the key must be free
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
        if len(part_numbers(size)) == 1:
            checked_key(key)
            return ONE_PUT + content_type
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
        if upload.startswith(ONE_PUT):
            return [1] if self._is_there(key, size) else []
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
        if upload.startswith(ONE_PUT):
            return self._put_once(key, size)
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
        if upload.startswith(ONE_PUT):  # there are no parts
            return
        try:
            with in_our_words(**NO_BLOB):
                self._s3.abort_multipart_upload(**self._at(key), UploadId=upload)
        except BlobUnknown:
            return

    def write(self, key: str, data: bytes, content_type: str) -> None:
        """Write a whole blob. If the key exists, nothing changes."""
        try:
            with in_our_words(**_TAKEN):
                self._s3.put_object(**self._at(key), Body=data, ContentType=content_type, **FREE)
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
        if upload.startswith(ONE_PUT):
            return self._whole_address(key, upload.removeprefix(ONE_PUT), length)
        part = {"UploadId": upload, "PartNumber": number, "ContentLength": length}
        url, expires = self._presigned("upload_part", {**self._at(key), **part})
        # Every HTTP client sends the signed content-length by itself; browsers forbid setting it.
        return PartAddress(number, url, {}, offset, length, expires)

    def _whole_address(self, key: str, content_type: str, length: int) -> PartAddress:
        put = {"ContentLength": length, "ContentType": content_type, **FREE}
        url, expires = self._presigned("put_object", {**self._at(key), **put})
        headers = {"Content-Type": content_type, "If-None-Match": "*"}
        return PartAddress(1, url, headers, 0, length, expires)

    def _presigned(self, operation: str, asked: dict[str, Any]) -> tuple[str, datetime]:
        expires = self._clock.now().replace(microsecond=0) + timedelta(seconds=self._seconds)
        with in_our_words():
            url = self._s3.generate_presigned_url(operation, asked, ExpiresIn=self._seconds)
        return str(url), expires

    def _put_once(self, key: str, size: int) -> Stored:
        """What came in one PUT. Raises PartsMissing if nothing did, or a file of another length."""
        try:
            return self._measured(key, size)
        except BlobUnknown:
            raise PartsMissing(missing="1") from None

    def _is_there(self, key: str, size: int) -> bool:
        try:
            return self._size(key) == size
        except BlobUnknown:
            return False

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
                **FREE,
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
        found, head, digest = 0, b"", sha256()
        for piece in self._pieces(key):
            head = head or piece[:HEAD_BYTES]
            found += len(piece)
            digest.update(piece)
        check_size(found, size)
        return Stored(found, digest.hexdigest(), head)
