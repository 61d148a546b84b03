"""A copy of one machine's data, taken while it is in use.

In: the data folder, the folder of the copy. Out: database, blobs and keys there, on disk. Refuses nothing itself.

The database goes first, by SQLite's backup API: one moment, nobody is stopped. Blobs come after it: they are written
before any event names them and never change, so every blob that the copied events name is there to be copied. A blob
that an earlier run copied is not copied again.
"""

import shutil
import sqlite3
from pathlib import Path

from chalicelib.adapters.durable import make_folder, pieces_of, replace_file, write_once
from chalicelib.adapters.sqlite_store import in_our_words

DATABASE, BLOBS = "motcua.db", "blobs"
LEFT_OUT = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", BLOBS, "serve.lock")


def back_up(data: Path, target: Path) -> None:
    """Copy everything under `data` to `target`."""
    make_folder(target)
    _copy_database(data / DATABASE, target / DATABASE)
    for file in _files(data / BLOBS):
        _copy(file, target / file.relative_to(data), never_changes=not _is_upload(file, data))
    for file in _files(data):
        if file.relative_to(data).parts[0] not in LEFT_OUT:
            _copy(file, target / file.relative_to(data), never_changes=False)


def _files(folder: Path) -> list[Path]:
    return [
        f for f in sorted(folder.rglob("*")) if f.is_file() and not f.name.startswith(".draft-")
    ]


def _is_upload(file: Path, data: Path) -> bool:
    return file.relative_to(data).parts[1] == "uploads"


def _copy_database(source: Path, target: Path) -> None:
    draft = target.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with in_our_words():
        db, copy = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(draft)
        try:
            db.backup(copy)
            copy.execute("pragma journal_mode=delete")  # one file, nothing beside it
        finally:
            db.close()
            copy.close()
    for beside in ("-wal", "-shm"):  # of the copy before, if somebody looked into it
        Path(f"{target}{beside}").unlink(missing_ok=True)
    with draft.open("rb") as file:
        replace_file(target, pieces_of(file))
    draft.unlink()


def _copy(source: Path, target: Path, never_changes: bool) -> None:
    """One file. An upload that was completed meanwhile is gone; its blob, if an event names it, is copied as such."""
    try:
        with source.open("rb") as file:
            if never_changes:
                write_once(target, pieces_of(file))
                return
            make_folder(target.parent)
            replace_file(target, pieces_of(file))
            shutil.copymode(source, target)
    except FileNotFoundError:
        return
