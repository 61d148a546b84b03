"""Dossiers with their outbox on one machine: the port `Dossiers` over one SQLite file.

In: events, states, outgoing messages. Out: histories, lists of codes, numbers, due messages.
Refuses a write whose version is not the stored one (`DossierMovedMeanwhile`) and codes it does
not know (`DossierUnknown`).
"""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime

from chalicelib.adapters.rows import (
    NEWEST,
    check_outgoing,
    check_sequence,
    events_from,
    events_stored,
    instant_text,
)
from chalicelib.adapters.sqlite_queues import SqliteQueues
from chalicelib.adapters.sqlite_store import SqliteStore
from chalicelib.dossier.case import Event, Outgoing
from chalicelib.dossier.states import Standing
from chalicelib.errors import DossierMovedMeanwhile, DossierUnknown

__all__ = ["SqliteDossiers", "SqliteQueues", "SqliteStore"]


class SqliteDossiers:
    """The port `Dossiers`. Every change is one transaction, on disk before the call returns."""

    def __init__(self, store: SqliteStore, form: int = NEWEST) -> None:
        self._store = store
        self._form = form

    def open(
        self, code: str, event: Event, state: Standing, outgoing: Sequence[Outgoing] = ()
    ) -> None:
        """Write the first event. Raises DossierMovedMeanwhile if the code is taken."""
        check_sequence([event], 0)
        check_outgoing(outgoing)
        with self._store.change() as db:
            new = db.execute(
                "insert into dossier values (?, 1, ?, ?) on conflict do nothing",
                (code, state.value, event.at),
            )
            if new.rowcount == 0:
                raise DossierMovedMeanwhile
            self._add(db, code, [event], outgoing)

    def append(
        self,
        code: str,
        version: int,
        events: Sequence[Event],
        state: Standing,
        outgoing: Sequence[Outgoing] = (),
    ) -> None:
        """Add events and outgoing messages in one transaction, if `version` is the last number.

        Raises DossierMovedMeanwhile if it is not; then nothing is written.
        """
        check_sequence(events, version)
        check_outgoing(outgoing)
        now = events[-1].at if events else None
        with self._store.change() as db:
            moved = db.execute(
                "update dossier set version=?, state=?,"
                " since=case when state=? then since else coalesce(?, since) end"
                " where code=? and version=?",
                (version + len(events), state.value, state.value, now, code, version),
            )
            if moved.rowcount == 0:
                raise DossierMovedMeanwhile
            self._add(db, code, events, outgoing)

    def history(self, code: str) -> list[Event]:
        """All events in order. Raises DossierUnknown."""
        with self._store.look() as db:
            rows = db.execute("select body from event where code=? order by seq", (code,))
            events = [e for (body,) in rows for e in events_from(body)]
        if not events:
            raise DossierUnknown
        return events

    def in_state(self, state: Standing, limit: int = 100) -> list[str]:
        """Codes of dossiers in this state, longest waiting (since they entered it) first."""
        with self._store.look() as db:
            rows = db.execute(
                "select code from dossier where state=? order by since, code limit ?",
                (state.value, limit),
            )
            return [code for (code,) in rows]

    def next_number(self, unit: str, day: date) -> int:
        """1, 2, 3 … per receiving unit and day; never the same twice."""
        with self._store.change() as db:
            rows = db.execute(
                "insert into counter values (?, ?, 1)"
                " on conflict do update set last=last+1 returning last",
                (unit, day.isoformat()),
            ).fetchall()
        return int(rows[0][0])

    def claim(self, mark: str, code: str) -> list[str]:
        """Note that this dossier bears the mark; codes of all that bear it, sorted."""
        with self._store.change() as db:
            db.execute("insert into mark values (?, ?) on conflict do nothing", (mark, code))
            rows = db.execute("select code from mark where mark=? order by code", (mark,))
            return [found for (found,) in rows]

    def bearing(self, mark: str) -> list[str]:
        """Codes of all dossiers that bear the mark, sorted."""
        with self._store.look() as db:
            rows = db.execute("select code from mark where mark=? order by code", (mark,))
            return [found for (found,) in rows]

    def due(self, now: datetime, limit: int = 100) -> list[Outgoing]:
        """Outgoing messages whose time has come, oldest first."""
        with self._store.look() as db:
            rows = db.execute(
                "select id, queue, body, due from outbox where due<=? order by due, id limit ?",
                (instant_text(now), limit),
            )
            return [Outgoing(i, q, b, datetime.fromisoformat(due)) for i, q, b, due in rows]

    def sent(self, bundle: Sequence[Outgoing]) -> None:
        """Forget a whole bundle of outgoing messages. Unknown ones are no error."""
        with self._store.change(lasting=False) as db:
            db.executemany("delete from outbox where id=?", [(each.id,) for each in bundle])

    def _add(
        self,
        db: sqlite3.Connection,
        code: str,
        events: Sequence[Event],
        outgoing: Sequence[Outgoing],
    ) -> None:
        db.executemany(
            "insert into event values (?, ?, ?)",
            [(code, e.seq, events_stored([e], self._form)) for e in events],
        )
        # The same id again replaces what waits, as DynamoDB's Put does.
        db.executemany(
            "insert or replace into outbox values (?, ?, ?, ?)",
            [(o.id, o.queue, o.body, instant_text(o.due)) for o in outgoing],
        )
