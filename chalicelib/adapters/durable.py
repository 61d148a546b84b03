"""Files that are there in full or not at all, also after a crash.

In: bytes in pieces and a path. Out: a file under its final name, on disk. Refuses nothing; a
file that exists is never changed by `write_once`. A full disk is `StorageBusy`.
"""

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from chalicelib.errors import StorageBusy

PIECE = 1024 * 1024
_PASSING = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE)


@contextmanager
def draft(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A file in `folder`, readable by us alone; gone at the end unless renamed."""
    number, name = tempfile.mkstemp(prefix=".draft-", dir=folder)
    path = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            yield file, path
    except OSError as e:
        if e.errno in _PASSING:
            raise StorageBusy(errno.errorcode[e.errno]) from e
        raise
    finally:
        path.unlink(missing_ok=True)


def settle(file: BinaryIO) -> None:
    """Bring what was written to the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in `folder` to the disk."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def make_folder(folder: Path) -> None:
    """Make the folder and its parents, for us alone, and bring their names to the disk."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def write_once(path: Path, pieces: Iterable[bytes], drafts: Path | None = None) -> bool:
    """Write a new file; False, and nothing changed, if the name is taken.

    It is first written in `drafts` (same disk; default: same folder); a crash may leave it there.
    """
    make_folder(path.parent)
    with draft(drafts or path.parent) as (file, drafted):
        for piece in pieces:
            file.write(piece)
        settle(file)
        try:
            os.link(drafted, path)
        except FileExistsError:
            return False
    sync_folder(path.parent)
    return True


def replace_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write the file, in place of an older one if there is one. The folder must exist.

    Raises:
        FileNotFoundError: the folder is gone.
    """
    with draft(path.parent) as (file, drafted):
        for piece in pieces:
            file.write(piece)
        settle(file)
        drafted.replace(path)
    sync_folder(path.parent)


def pieces_of(file: BinaryIO, length: int | None = None) -> Iterator[bytes]:
    """The file's bytes, 1 MiB at a time; at most `length` of them."""
    left = length
    while left is None or left > 0:
        piece = file.read(PIECE if left is None else min(PIECE, left))
        if not piece:
            return
        if left is not None:
            left -= len(piece)
        yield piece
