"""Keys of blobs, and how a file is cut into parts: the same in both sets of adapters.

In: keys, sizes, part numbers. Out: sizes and offsets of parts. Refuses keys that are no plain
relative path (`Broken`: we make the keys) and parts that a file of this size does not have
(`UploadRefused`).
"""

import re
from collections.abc import Iterable

from chalicelib.errors import BlobUnknown, Broken, PartsMissing, UploadRefused

PART_BYTES = 5 * 1024 * 1024  # the least that S3 takes for any part but the last
PART_TYPE = "application/octet-stream"
_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


def checked_key(key: str) -> str:
    """The key, if it is a relative path of plain names, none of them beginning with a dot.

    Raises:
        Broken: it is not.
    """
    if len(key) > 200 or not _KEY.fullmatch(key):
        raise Broken("a key that is no plain path")
    return key


def part_numbers(size: int) -> range:
    """Numbers of the parts of a file of `size` bytes, from 1."""
    return range(1, max(1, -(-size // PART_BYTES)) + 1)


def part_span(size: int, number: int) -> tuple[int, int]:
    """(offset, length) in bytes of one part.

    Raises:
        UploadRefused: the file has no such part.
    """
    if number not in part_numbers(size):
        raise UploadRefused("no such part")
    offset = (number - 1) * PART_BYTES
    return offset, min(PART_BYTES, size - offset)


def check_all_there(size: int, there: Iterable[int]) -> None:
    """Is every part there?

    Raises:
        PartsMissing: some are not; the fact `missing` names their numbers.
    """
    missing = sorted(set(part_numbers(size)) - set(there))
    if missing:
        raise PartsMissing(missing=", ".join(map(str, missing)))


def check_size(found: int, announced: int) -> None:
    """Has the stored blob the announced size?

    Raises:
        BlobUnknown: no; what lies under the key is another file.
    """
    if found != announced:
        raise BlobUnknown("the blob under this key has another size")
