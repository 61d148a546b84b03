"""Blobs on one machine: the port `Blobs` over plain files, and what its signed addresses reach.

In: whole blobs, or parts sent to signed addresses. Out: blobs, their size and SHA-256. Refuses
addresses that are not ours, expired or misused (`UploadRefused`), unfinished uploads
(`PartsMissing`) and unknown keys (`BlobUnknown`). A part is there when all its bytes are on
disk; a blob never changes.
"""

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from chalicelib.adapters.durable import make_folder, pieces_of, replace_file, write_once
from chalicelib.adapters.parts import (
    PART_TYPE,
    check_all_there,
    check_size,
    checked_key,
    part_numbers,
    part_span,
)
from chalicelib.adapters.signing import Signer
from chalicelib.adapters.system import RandomIds
from chalicelib.errors import BlobUnknown, Refused, UploadRefused
from chalicelib.ports import HEAD_BYTES, Clock, PartAddress, Stored

UPLOADS = "/storage/uploads/"
BLOBS = "/storage/blobs/"
_UPLOAD = re.compile(r"u_[a-z2-7]{26}")


class FileBlobs:
    """The port `Blobs`; citizens reach `put_part` and `get_blob` under `base_url`."""

    def __init__(
        self, folder: Path, base_url: str, secret: bytes, clock: Clock, seconds: int = 900
    ) -> None:
        self._blobs = folder / "blobs"
        self._types = folder / "types"
        self._uploads = folder / "uploads"
        for each in (self._blobs, self._types, self._uploads):
            make_folder(each)
        self._base = base_url.rstrip("/")
        self._signer = Signer(secret, clock)
        self._clock = clock
        self._seconds = seconds

    def begin(self, key: str, size: int, content_type: str) -> str:
        """Start an upload in parts; returns its id."""
        checked_key(key)
        upload = RandomIds().new("u")
        make_folder(self._uploads / upload)
        write_once(self._uploads / upload / "head", [f"{key}\n{content_type}".encode()])
        return upload

    def addresses(
        self, key: str, upload: str, size: int, numbers: Iterable[int]
    ) -> list[PartAddress]:
        """Signed addresses of these parts. Raises BlobUnknown if the upload is not this key's."""
        self._head(key, upload)
        return [self._part_address(upload, size, n) for n in numbers]

    def parts(self, key: str, upload: str, size: int) -> list[int]:
        """Numbers of the parts that are there in full; all of them once the upload is completed."""
        if self._path(key).exists():
            return list(part_numbers(size))
        self._head(key, upload)
        return [n for n in part_numbers(size) if self._is_whole(upload, size, n)]

    def complete(self, key: str, upload: str, size: int) -> Stored:
        """Join the parts. Again after success: the same answer.

        Raises PartsMissing, and BlobUnknown for an upload that is none of this key's.
        """
        path = self._path(key)
        if not path.exists():
            try:
                self._join(key, upload, size)
            except Refused:
                # Another call may have completed the upload, and removed its parts, meanwhile.
                if not path.exists():
                    raise
        shutil.rmtree(self._upload_folder(upload), ignore_errors=True)
        return _measured(path, size)

    def abandon(self, key: str, upload: str) -> None:
        """Throw an uncompleted upload's parts away. Unknown uploads are no error."""
        shutil.rmtree(self._upload_folder(upload), ignore_errors=True)

    def write(self, key: str, data: bytes, content_type: str) -> None:
        """Write a whole blob. If the key exists, nothing changes."""
        if not self._path(key).exists():
            self._keep(key, [data], content_type)

    def read(self, key: str) -> bytes:
        """The bytes. Raises BlobUnknown."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise BlobUnknown from None

    def address(self, key: str, seconds: int) -> str:
        """A signed address to GET the blob for so many seconds."""
        path = BLOBS + quote(checked_key(key))
        return self._base + self._signer.signed("GET", path, self._signer.expiry(seconds))

    def put_part(self, address: str, headers: Mapping[str, str], stream: BinaryIO) -> None:
        """Take one part: what our server does with `PUT /storage/uploads/…` (path and query).

        The part counts once its last byte is on disk; sent again before completion it is replaced.

        Raises:
            UploadRefused: altered, expired, other length or type than signed, cut off, or too late.
        """
        shown = {name.lower(): value for name, value in headers.items()}
        pinned = {
            "length": shown.get("content-length", ""),
            "type": shown.get("content-type", ""),
        }
        path, _ = self._signer.checked("PUT", address, pinned)
        upload, number = path.removeprefix(UPLOADS).split("/")
        target = self._upload_folder(upload) / str(int(number))
        try:
            replace_file(target, _exactly(stream, int(pinned["length"])))
        except FileNotFoundError:
            raise UploadRefused("the upload is completed or given up") from None

    def get_blob(self, address: str) -> tuple[BinaryIO, str]:
        """(open file, content type) for `GET /storage/blobs/…`: read it in pieces, then close it.

        Raises:
            UploadRefused: altered or expired address.
            BlobUnknown: nothing under this key.
        """
        path, _ = self._signer.checked("GET", address)
        key = checked_key(path.removeprefix(BLOBS))
        try:
            return self._path(key).open("rb"), (self._types / key).read_text()
        except FileNotFoundError:
            raise BlobUnknown from None

    def sweep(self, days: int = 7) -> int:
        """Throw away uploads and drafts untouched for so many days; returns how many.

        On S3 a lifecycle rule does this.
        """
        oldest = self._clock.now().timestamp() - days * 86_400
        stale = [f for f in self._uploads.iterdir() if f.stat().st_mtime < oldest]
        for each in stale:
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink(missing_ok=True)
        return len(stale)

    def _path(self, key: str) -> Path:
        return self._blobs / checked_key(key)

    def _upload_folder(self, upload: str) -> Path:
        if not _UPLOAD.fullmatch(upload):
            raise BlobUnknown("no such upload")
        return self._uploads / upload

    def _head(self, key: str, upload: str) -> str:
        """The content type of this upload. Raises BlobUnknown if it is none of this key's."""
        try:
            of, content_type = (self._upload_folder(upload) / "head").read_text().split("\n")
        except FileNotFoundError:
            raise BlobUnknown("no such upload") from None
        if of != key:
            raise BlobUnknown("no such upload")
        return content_type

    def _part_address(self, upload: str, size: int, number: int) -> PartAddress:
        offset, length = part_span(size, number)
        expires = self._signer.expiry(self._seconds)
        pinned = {"length": str(length), "type": PART_TYPE}
        path = f"{UPLOADS}{upload}/{number}"
        url = self._base + self._signer.signed("PUT", path, expires, pinned)
        return PartAddress(number, url, {"Content-Type": PART_TYPE}, offset, length, expires)

    def _is_whole(self, upload: str, size: int, number: int) -> bool:
        part = self._upload_folder(upload) / str(number)
        return part.is_file() and part.stat().st_size == part_span(size, number)[1]

    def _join(self, key: str, upload: str, size: int) -> None:
        content_type = self._head(key, upload)
        check_all_there(size, self.parts(key, upload, size))
        parts = [self._upload_folder(upload) / str(n) for n in part_numbers(size)]
        self._keep(key, _joined(parts), content_type)

    def _keep(self, key: str, pieces: Iterable[bytes], content_type: str) -> None:
        write_once(self._types / key, [content_type.encode()], self._uploads)
        write_once(self._path(key), pieces, self._uploads)


def _joined(parts: Iterable[Path]) -> Iterator[bytes]:
    for part in parts:
        try:
            file = part.open("rb")
        except FileNotFoundError:
            raise BlobUnknown("the upload was given up meanwhile") from None
        with file:
            yield from pieces_of(file)


def _exactly(stream: BinaryIO, length: int) -> Iterator[bytes]:
    arrived = 0
    for piece in pieces_of(stream, length):
        arrived += len(piece)
        yield piece
    if arrived != length:
        raise UploadRefused("the part was cut off")


def _measured(path: Path, size: int) -> Stored:
    """Size and SHA-256 of what is on disk."""
    found = path.stat().st_size
    check_size(found, size)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        return Stored(found, digest, file.read(HEAD_BYTES))
