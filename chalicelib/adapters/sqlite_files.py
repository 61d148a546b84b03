"""Files put into a batch: known ones, mended ones, double scans. Used by `sqlite_ledger` alone.

In: sources. Out: rows of files and their pages, queued or refused with the reason. Refuses nothing.
"""

import json
import sqlite3

from chalicelib.dossier.batch import DOUBLE_SCAN, FILE_MOVED, Source


def enter_file(db: sqlite3.Connection, s: Source) -> int:
    """Put a file in that is not in it yet; 1 if it was new."""
    known = db.execute(
        "select id, state = 'done' and exists (select 1 from page where file = file.id and number = 0) "
        "from file where path = ? and sha256 = ?",
        (s.path, s.sha256),
    ).fetchone()
    if known and (s.refused or not known[1]):
        return 0
    _forget_refused(db, s.path)
    reason = s.refused or (DOUBLE_SCAN if _has_twin(db, s) else None)
    given = json.dumps(dict(s.given), ensure_ascii=False)
    state = "done" if reason else "waiting"
    id = db.execute(
        "insert into file (path, sha256, bytes, pages, given, state) values (?, ?, ?, ?, ?, ?)",
        (s.path, s.sha256, s.bytes, s.pages, given, state),
    ).lastrowid
    numbers = [0] if s.refused else range(1, s.pages + 1)
    rows = [(id, n, "refused" if reason else "queued", reason) for n in numbers]
    db.executemany("insert into page (file, number, state, reason) values (?, ?, ?, ?)", rows)
    return 1


def _forget_refused(db: sqlite3.Connection, path: str) -> None:
    """What lay here before and was refused as a whole: it is mended, or refused for another reason now."""
    refused = db.execute(
        "select id from file where path = ? and exists (select 1 from page where file = file.id and number = 0)",
        (path,),
    ).fetchall()
    db.executemany("delete from page where file = ?", refused)
    db.executemany("delete from file where id = ?", refused)


def _has_twin(db: sqlite3.Connection, s: Source) -> bool:
    """Are these bytes in the batch already, to be read from where they are?"""
    found = db.execute(
        "select 1 from file where sha256 = ? and not exists "
        "(select 1 from page where file = file.id and (number = 0 or reason = ?))",
        (s.sha256, FILE_MOVED),
    ).fetchone()
    return found is not None


def read_twin(db: sqlite3.Connection, gone: int) -> None:
    """The file is gone: the first of its double scans is no double any more."""
    twin = db.execute(
        "select other.id from file join file other on other.sha256 = file.sha256 "
        "where file.id = ? and exists (select 1 from page where file = other.id and reason = ?) order by other.id",
        (gone, DOUBLE_SCAN),
    ).fetchone()
    if twin:
        db.execute("update page set state = 'queued', reason = null where file = ?", twin)
        db.execute("update file set state = 'waiting' where id = ?", twin)


def to_retry(db: sqlite3.Connection, reason: str | None) -> list[tuple[int]]:
    """Files with refused pages (of this reason); none whose bytes are read from another path, or whole."""
    return db.execute(
        "select distinct file.id from file join page on page.file = file.id where page.state = 'refused' "
        "and page.reason != :double and number > 0 and (:reason is null or page.reason = :reason) "
        "and not exists (select 1 from file other join page own on own.file = other.id "
        "where other.sha256 = file.sha256 and other.id != file.id and own.state != 'refused')",
        {"double": DOUBLE_SCAN, "reason": reason},
    ).fetchall()
