"""Stage: intake. A wish to upload in; an admitted description out, or a refusal in words.

Also: is what arrived what was announced? Refuses: types we don't read, empty and oversized files, content that is
another type than its name says, wrong checksums. Nothing is decoded here.
"""

import re
import unicodedata
from dataclasses import dataclass

from chalicelib.dossier.filetypes import TAKEN, normal_type, sniff
from chalicelib.errors import BodyInvalid, ChecksumWrong, FileEmpty, FileTooBig, TypeNotTaken

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Announced:
    """An upload as the citizen announced it, found admissible."""

    file_name: str
    size: int
    content_type: str
    sha256: str


def admit(file_name: str, size: int, content_type: str, sha256: str, limit: int) -> Announced:
    """The announced upload, tidied.

    Args:
        file_name: as on the citizen's phone; kept for display only, never as a path.
        size: bytes.
        content_type: media type as the client believes it.
        sha256: hex digest of the whole file.
        limit: most bytes we take.

    Raises:
        TypeNotTaken, FileEmpty, FileTooBig, BodyInvalid: see errors.py.
    """
    kind = normal_type(content_type)
    if kind not in TAKEN:
        raise TypeNotTaken(type=kind[:60])
    if size <= 0:
        raise FileEmpty
    if size > limit:
        raise FileTooBig(limit=limit // (1024 * 1024))
    if not SHA256.fullmatch(sha256.lower()):
        raise BodyInvalid(
            where="sha256", needed="64 hexadecimal digits", needed_vi="64 chữ số thập lục phân"
        )
    return Announced(display_name(file_name), size, kind, sha256.lower())


def display_name(raw: str) -> str:
    """A file name safe to show: NFC, last path component, no control characters, at most 120 letters."""
    name = unicodedata.normalize("NFC", raw).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip()
    return name[:120] or "tep"


def confirm(announced_size: int, announced_sha256: str, size: int, sha256: str, head: bytes) -> str:
    """The true media type of what arrived, if it is what was announced.

    Raises:
        ChecksumWrong: other bytes arrived.
        TypeNotTaken: the content is none of the types we read, whatever its name says.
    """
    if size != announced_size or sha256 != announced_sha256:
        raise ChecksumWrong
    kind = sniff(head)
    if kind is None:
        raise TypeNotTaken(type="?")
    return kind
