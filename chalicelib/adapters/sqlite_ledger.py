"""The ledger of a batch: the port `Ledger` over one SQLite file, pages, papers and their search index together.

In: files, outcomes of tasks. Out: tasks, counts, rows. Each outcome is one transaction, so a kill loses at most what
was not yet said, and that is done again: same pages, same names of files. Refuses nothing.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock

from chalicelib.adapters import sqlite_files as files
from chalicelib.adapters import sqlite_index as index
from chalicelib.adapters import sqlite_officers as officers
from chalicelib.adapters.sqlite_store import SqliteStore
from chalicelib.dossier.batch import (
    FILE_MOVED,
    WHOLE_FILE,
    Counts,
    Doubt,
    Found,
    Key,
    Row,
    Source,
    Task,
)

# A file is `waiting` for its pages, then `whole` (all settled), `claimed`, `done`.
SCHEMA = """
create table if not exists file (
  id integer primary key, path text not null, sha256 text not null, bytes integer not null,
  pages integer not null, given text not null, state text not null default 'waiting',
  tries integer not null default 0, unique (path, sha256));
create index if not exists file_state on file (state, id);
create index if not exists file_bytes on file (sha256);
create table if not exists page (
  file integer not null references file(id), number integer not null, state text not null,
  tries integer not null default 0, reason text, primary key (file, number)) without rowid;
create index if not exists page_state on page (state, file, number);
create table if not exists note (key text primary key, value text not null) without rowid;
"""
_SETTLED = "('seen', 'read', 'refused')"


class SqliteLedger:
    """The port `Ledger`. Threads of one process may share it; one process at a time runs a batch."""

    def __init__(self, path: Path) -> None:
        self._store = SqliteStore(
            path, schema=SCHEMA + officers.OFFICERS_SCHEMA + index.INDEX_SCHEMA
        )
        self._claiming = Lock()

    def enter(self, sources: Iterable[Source]) -> int:
        """Add files that are not in it yet; how many were new."""
        new = 0
        with self._store.change() as db:
            for s in sources:
                new += files.enter_file(db, s)
        return new

    def release(self) -> int:
        """What a killed run had claimed is queued again; tries are counted anew.

        Who ends a run by killing everything may end the readers a moment before it: that is no fault of their pages.
        """
        with self._store.change() as db:
            pages = db.execute("update page set state = 'queued' where state = 'claimed'")
            whole = db.execute("update file set state = 'whole' where state = 'claimed'")
            db.execute("update page set tries = 0 where state = 'queued' and tries > 0")
            db.execute(
                "update file set tries = 0 where state in ('waiting', 'whole') and tries > 0"
            )
            return pages.rowcount + whole.rowcount

    def claim(self) -> Task | None:
        """The next task: whole files first, then pages in order."""
        # a power cut may undo a claim or a page seen: it is then done again
        with self._claiming, self._store.change(lasting=False) as db:
            return _claim_file(db) or _claim_page(db)

    def seen(self, task: Task) -> None:
        """The page was read; it waits for the rest of its file."""
        with self._store.change(lasting=False) as db:
            _settle(db, task, "seen", None)

    def put_together(self, task: Task, rows: Sequence[Row]) -> list[str]:
        """The file's papers, in place of those it had. Files no longer wanted."""
        with self._store.change() as db:
            if task.number != WHOLE_FILE:
                _settle(db, task, "seen", None)
            before = index.forget_papers(db, task.file)
            for row in rows:
                index.add_paper(db, task.file, row)
            db.execute(
                "update page set state = 'read' where file = ? and state = 'seen'", (task.file,)
            )
            db.execute("update file set state = 'done' where id = ?", (task.file,))
        wanted = {path for row in rows for path in row.files.values()}
        return [path for path in before if path not in wanted]

    def refuse(self, task: Task, reason: str) -> None:
        """The page, or the whole file's seen pages, can't be read."""
        with self._store.change() as db:
            _refuse(db, task, reason)

    def failed(self, task: Task, reason: str, most: int) -> None:
        """A try failed: queued again, or refused after `most` tries of this run."""
        with self._store.change() as db:
            if _tries(db, task) >= most:
                _refuse(db, task, reason)
            elif task.number == WHOLE_FILE:
                db.execute("update file set state = 'whole' where id = ?", (task.file,))
            else:
                db.execute(
                    "update page set state = 'queued' where file = ? and number = ?",
                    (task.file, task.number),
                )

    def retry(self, reason: str | None = None) -> int:
        """Queue files with refused pages anew, all their pages; how many pages."""
        with self._store.change() as db:
            found = files.to_retry(db, reason)
            again = 0
            for file in found:
                again += db.execute(
                    "update page set state = 'queued', tries = 0, reason = null where file = ?",
                    file,
                ).rowcount
                db.execute("update file set state = 'waiting', tries = 0 where id = ?", file)
            return again

    def counts(self) -> Counts:
        """Where the batch stands."""
        with self._store.look() as db:
            pages = dict(db.execute("select state, count(*) from page group by state").fetchall())
            reasons = db.execute(
                "select reason, count(*) from page where state = 'refused' group by reason order by 2 desc"
            ).fetchall()
            papers, fields, doubts = db.execute(
                "select count(*), coalesce(sum(fields), 0), coalesce(sum(doubts), 0) from paper"
            ).fetchone()
            (number,) = db.execute("select count(*) from file").fetchone()
        return Counts(number, pages, dict(reasons), papers, fields, doubts)

    def refused(self) -> list[tuple[str, int, str]]:
        """(file, page, reason) of every refused page."""
        with self._store.look() as db:
            return db.execute(
                "select path, number, reason from page join file on file.id = page.file "
                "where page.state = 'refused' order by file.id, number"
            ).fetchall()

    def papers(self) -> Iterator[Row]:
        """All papers, in the order of files and pages."""
        with self._store.look() as db:
            for (body,) in db.execute("select body from paper order by file, seq"):
                yield index.row_from(body)

    def alike(self, shared: int) -> Iterator[tuple[Row, Row]]:
        """Papers with so many traits in common, two by two."""
        with self._store.look() as db:
            yield from index.alike_papers(db, shared)

    def note(self, key: str, value: str | None = None) -> str | None:
        """Remember a value of the batch, or tell it."""
        with self._store.change() as db:
            if value is not None:
                db.execute("insert or replace into note values (?, ?)", (key, value))
            found = db.execute("select value from note where key = ?", (key,)).fetchone()
        return found[0] if found else None

    def amend(self, row: Row) -> None:
        """The paper's row is another now."""
        with self._store.change() as db:
            index.amend_paper(db, row)

    def key(self, keys: Iterable[Key]) -> None:
        """Remember fields handed to an officer, or typed."""
        with self._store.change() as db:
            officers.add_keys(db, keys)

    def unkey(self, officer: str) -> int:
        """Forget what the officer was handed and has not typed."""
        with self._store.change() as db:
            gone = db.execute("delete from keyed where officer = ? and value is null", (officer,))
            return gone.rowcount

    def keyed(self) -> list[Key]:
        """All fields handed out or typed, in that order."""
        with self._store.look() as db:
            return officers.all_keys(db)

    def pile(self, doubts: Iterable[Doubt]) -> None:
        """Remember doubts put into a pile, or what officers said."""
        with self._store.change() as db:
            officers.add_doubts(db, doubts)

    def piled(self) -> list[Doubt]:
        """All doubts put into piles, in that order."""
        with self._store.look() as db:
            return officers.all_doubts(db)

    def search(
        self,
        names: Sequence[str] = (),
        places: Sequence[str] = (),
        marks: Sequence[str] = (),
        limit: int = 50,
    ) -> list[Found]:
        """Papers whose index has all these words, newest last."""
        with self._store.look() as db:
            return index.find_papers(db, {"names": names, "places": places, "marks": marks}, limit)

    def close(self) -> None:
        """Close this process's connections."""
        self._store.close()


def _claim_file(db: sqlite3.Connection) -> Task | None:
    file = db.execute(
        "select id, path, sha256, pages, given from file where state = 'whole' order by id limit 1"
    ).fetchone()
    if file is None:
        return None
    db.execute("update file set state = 'claimed', tries = tries + 1 where id = ?", (file[0],))
    seen = db.execute(
        "select number from page where file = ? and state in ('seen', 'read') order by number",
        (file[0],),
    )
    numbers = tuple(n for (n,) in seen)
    id, path, sha256, pages, given = file
    return Task(id, path, sha256, pages, WHOLE_FILE, json.loads(given), numbers)


def _claim_page(db: sqlite3.Connection) -> Task | None:
    page = db.execute(
        "select file.id, path, sha256, pages, number, given from page join file on file.id = page.file "
        "where page.state = 'queued' order by page.file, number limit 1"
    ).fetchone()
    if page is None:
        return None
    id, path, sha256, pages, number, given = page
    db.execute(
        "update page set state = 'claimed', tries = tries + 1 where file = ? and number = ?",
        (id, number),
    )
    return Task(id, path, sha256, pages, number, json.loads(given))


def _settle(db: sqlite3.Connection, task: Task, state: str, reason: str | None) -> None:
    """Settle a page; a file of which no page is open is whole, or done if none could be read."""
    db.execute(
        "update page set state = ?, reason = ? where file = ? and number = ?",
        (state, reason, task.file, task.number),
    )
    still_open, read = db.execute(
        f"select coalesce(sum(state not in {_SETTLED}), 0), coalesce(sum(state = 'seen'), 0) "  # noqa: S608 - ours
        "from page where file = ?",
        (task.file,),
    ).fetchone()
    if not still_open:
        after = "whole" if read else "done"
        if not read:
            index.forget_papers(db, task.file)  # of an earlier reading, before a retry
        db.execute("update file set state = ? where id = ?", (after, task.file))


def _refuse(db: sqlite3.Connection, task: Task, reason: str) -> None:
    if task.number != WHOLE_FILE:
        _settle(db, task, "refused", reason)
    else:
        db.execute(
            "update page set state = 'refused', reason = ? where file = ? and state = 'seen'",
            (reason, task.file),
        )
        index.forget_papers(db, task.file)
        db.execute("update file set state = 'done' where id = ?", (task.file,))
    done = "select 1 from file where id = ? and state = 'done'"
    if reason == FILE_MOVED and db.execute(done, (task.file,)).fetchone():
        files.read_twin(db, task.file)


def _tries(db: sqlite3.Connection, task: Task) -> int:
    if task.number == WHOLE_FILE:
        found = db.execute("select tries from file where id = ?", (task.file,)).fetchone()
    else:
        found = db.execute(
            "select tries from page where file = ? and number = ?", (task.file, task.number)
        ).fetchone()
    return int(found[0])
