"""All that is stored on one machine, for upkeep: the port `Stock` over the SQLite file.

In: cursors, codes, forms, notes. Out: codes in order, events rewritten. Refuses forms it does not know (`Broken`).
"""

from chalicelib.adapters.rows import events_from, events_stored, form_of
from chalicelib.adapters.sqlite_store import SqliteStore


class SqliteStock:
    """The port `Stock`. The cursor is the last code."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def codes(self, cursor: str | None, limit: int) -> tuple[list[str], str | None]:
        """The next codes, and where to go on; None at the end."""
        with self._store.look() as db:
            rows = db.execute(
                "select code from dossier where code>? order by code limit ?", (cursor or "", limit)
            )
            codes = [code for (code,) in rows]
        return codes, codes[-1] if len(codes) == limit else None

    def recast(self, code: str, form: int) -> int:
        """Write this dossier's events in this form; how many were in another."""
        with self._store.change() as db:
            rows = db.execute("select seq, body from event where code=?", (code,)).fetchall()
            behind = [(seq, body) for seq, body in rows if form_of(body) != form]
            db.executemany(
                "update event set body=? where code=? and seq=?",
                [(events_stored(events_from(body), form), code, seq) for seq, body in behind],
            )
        return len(behind)

    def noted(self, name: str) -> str | None:
        """What was noted under this name."""
        with self._store.look() as db:
            row = db.execute("select value from upkeep where name=?", (name,)).fetchone()
        return str(row[0]) if row else None

    def note(self, name: str, value: str) -> None:
        """Note it, in place of what was noted."""
        with self._store.change() as db:
            db.execute("insert or replace into upkeep values (?, ?)", (name, value))
