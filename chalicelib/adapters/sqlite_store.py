"""One SQLite file in WAL mode, shared by threads and processes of one machine.

In: a path on a local disk. Out: connections and write transactions. A killed process loses
nothing committed, a power cut nothing committed as lasting (docs/adr: one transaction per step).
SQLite's complaints become `StorageBusy` (lock, full disk) or `Broken`.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.errors import Broken, FolderNotWritable, StorageBusy

SCHEMA = """
create table if not exists dossier (
  code text primary key, version integer not null, state text not null, since text not null)
  without rowid;
create index if not exists dossier_waiting on dossier (state, since, code);
create table if not exists event (
  code text not null references dossier(code), seq integer not null, body text not null,
  primary key (code, seq)) without rowid;
create table if not exists counter (
  unit text not null, day text not null, last integer not null, primary key (unit, day))
  without rowid;
create table if not exists mark (
  mark text not null, code text not null, primary key (mark, code)) without rowid;
create table if not exists outbox (
  id text primary key, queue text not null, body text not null, due text not null);
create index if not exists outbox_due on outbox (due, id);
create table if not exists queue (
  name text primary key, visibility real not null, max_receives integer,
  dead text references queue(name));
create table if not exists message (
  id integer primary key autoincrement, queue text not null references queue(name),
  body text not null, sent_at real not null, visible_at real not null,
  receives integer not null default 0, receipt text, failed_from text);
create index if not exists message_due on message (queue, visible_at, id);
create table if not exists subscription (
  agency text not null, id text not null, version integer not null, body text not null,
  primary key (agency, id));
create table if not exists feed (
  agency text not null, position integer not null, id text not null, body text not null,
  primary key (agency, position), unique (agency, id)) without rowid;
create table if not exists batch (
  id text primary key, files integer not null, handed_on integer not null default 0) without rowid;
create table if not exists batch_file (
  batch text not null references batch(id), number integer not null, pages integer not null,
  papers integer not null, refused text, primary key (batch, number)) without rowid;
create table if not exists pulled (agency text primary key, position integer not null);
create table if not exists upkeep (name text primary key, value text not null) without rowid
"""

_PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN")


class SqliteStore:
    """The file and its connections: one per thread and process, never carried over a fork."""

    def __init__(self, path: Path, busy_seconds: float = 30, schema: str = SCHEMA) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        # Connections inherited over a fork stay in here: closing them would disturb the parent's.
        self._connections: dict[tuple[int, int], sqlite3.Connection] = {}
        # Our own threads queue up here: SQLite's way to wait for its lock is to sleep and ask again.
        self._one_writer = threading.Lock()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
        except OSError as e:
            raise FolderNotWritable(folder=path.parent.name, why=e.strerror) from e
        with self.change() as db:
            for statement in schema.split(";"):
                db.execute(statement)

    def connection(self) -> sqlite3.Connection:
        """The connection of this thread in this process."""
        owner = (os.getpid(), threading.get_ident())
        if owner not in self._connections:
            self._connections[owner] = self._connect()
        return self._connections[owner]

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self.path, timeout=self._busy_seconds, isolation_level=None, check_same_thread=False
        )
        db.execute("pragma journal_mode=wal")
        db.execute("pragma foreign_keys=on")
        return db

    @contextmanager
    def look(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading; each statement sees one consistent state."""
        with in_our_words():
            yield self.connection()

    @contextmanager
    def change(self, lasting: bool = True) -> Iterator[sqlite3.Connection]:
        """One write transaction, all of it or nothing; inside another of this thread, a part of that one.

        `lasting`: on disk before it returns. Else only a power cut can undo it, together with all that came after.
        """
        with in_our_words():
            db = self.connection()
            if db.in_transaction:
                with _enclosed(db, "savepoint part", "release part", "rollback to part"):
                    yield db
                return
            with self._alone():
                # takes the write lock at once: a reader that turns writer fails whatever the time-out
                db.execute(f"pragma synchronous={'full' if lasting else 'normal'}")
                with _enclosed(db, "begin immediate", "commit", "rollback"):
                    yield db

    @contextmanager
    def together(self, lasting: bool = True) -> Iterator[None]:
        """All changes that this thread makes inside become one transaction."""
        with self.change(lasting):
            yield

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._one_writer.acquire(timeout=self._busy_seconds):
            raise StorageBusy("SQLITE_BUSY")
        try:
            yield
        finally:
            self._one_writer.release()

    def close(self) -> None:
        """Close this process's connections."""
        for owner in [o for o in self._connections if o[0] == os.getpid()]:
            self._connections.pop(owner).close()


@contextmanager
def _enclosed(db: sqlite3.Connection, begin: str, end: str, undo: str) -> Iterator[None]:
    db.execute(begin)
    try:
        yield
        db.execute(end)
    except BaseException:
        if db.in_transaction:  # a full disk ends a transaction by itself
            db.execute(undo)
        raise


@contextmanager
def in_our_words() -> Iterator[None]:
    """Translate SQLite's errors. Their texts may quote values: only names are passed on."""
    try:
        yield
    except sqlite3.Error as e:
        name = getattr(e, "sqlite_errorname", type(e).__name__)
        raise (StorageBusy if name.startswith(_PASSING) else Broken)(name) from e
