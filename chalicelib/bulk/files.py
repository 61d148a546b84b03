"""Files of a batch's folder, written whole or not at all, read again, and what kills left of them swept away.

In: a path, what it shall hold; a row of the index, whose record comes out. Refuses where the disk is full or closed to
us (`FolderNotWritable`).
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chalicelib.dossier.batch import Row
from chalicelib.errors import FolderNotWritable

PAPERS, WORK = "papers", "work"


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A file to write that then takes the place of this one. Raises FolderNotWritable."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    with writable(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        yield made
        made.replace(path)


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """What the system says against writing, as our error."""
    try:
        yield
    except OSError as e:
        raise FolderNotWritable(folder=folder.name, why=e.strerror) from e


def write(path: Path, data: bytes) -> None:
    """Write a whole file or none. Raises FolderNotWritable."""
    with beside(path) as made:
        made.write_bytes(data)


def record_of(folder: Path, row: Row) -> dict[str, Any]:
    """A paper's record as it was written. Raises FileNotFoundError."""
    made: dict[str, Any] = json.loads((folder / row.files["record"]).read_text("utf-8"))
    return made


def sweep(folder: Path) -> None:
    """Remove what killed workers were writing when all is settled."""
    shutil.rmtree(folder / WORK, ignore_errors=True)
    for left in (folder / PAPERS).glob("*/.*"):
        left.unlink(missing_ok=True)
