"""Agencies' endpoints and feeds on one machine: the port `Subscriptions` over the SQLite file.

In: subscriptions, entries. Out: the same, with versions and positions. Refuses a save whose version is not the
stored one (`DossierMovedMeanwhile`) and endpoints it does not know (`EndpointUnknown`).
"""

from dataclasses import replace

from chalicelib.adapters.rows import posted_of, posted_text, subscription_of, subscription_text
from chalicelib.adapters.sqlite_store import SqliteStore
from chalicelib.dossier.agency import Posted, Subscription
from chalicelib.errors import DossierMovedMeanwhile, EndpointUnknown, EventUnknown


class SqliteSubscriptions:
    """The port `Subscriptions`."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def add(self, subscription: Subscription) -> None:
        """Keep a new one. If the id is there already, nothing changes."""
        s = subscription
        with self._store.change() as db:
            db.execute(
                "insert into subscription values (?, ?, 1, ?) on conflict do nothing",
                (s.agency, s.id, subscription_text(s)),
            )

    def find(self, agency: str, id: str) -> Subscription:
        """The agency's endpoint of this id. Raises EndpointUnknown."""
        with self._store.look() as db:
            row = db.execute(
                "select body, version from subscription where agency=? and id=?", (agency, id)
            ).fetchone()
        if row is None:
            raise EndpointUnknown
        return subscription_of(*row)

    def of(self, agency: str) -> list[Subscription]:
        """The agency's endpoints, oldest first."""
        with self._store.look() as db:
            rows = db.execute(
                "select body, version from subscription where agency=? order by rowid", (agency,)
            ).fetchall()
        return [subscription_of(*row) for row in rows]

    def save(self, subscription: Subscription) -> None:
        """Replace it and count its version up, if the stored version is the given one."""
        s = subscription
        with self._store.change() as db:
            saved = db.execute(
                "update subscription set version=version+1, body=?"
                " where agency=? and id=? and version=?",
                (subscription_text(s), s.agency, s.id, s.version),
            )
        if saved.rowcount == 0:
            self.find(s.agency, s.id)
            raise DossierMovedMeanwhile

    def remove(self, agency: str, id: str) -> None:
        """Forget it. Unknown ids are no error."""
        with self._store.change() as db:
            db.execute("delete from subscription where agency=? and id=?", (agency, id))

    def post(self, entry: Posted) -> Posted:
        """The entry with its position; the write lock makes positions visible in order."""
        with self._store.change() as db:
            db.execute(
                "insert into feed select ?, coalesce(max(position), 0) + 1, ?, ?"
                " from feed where agency=? on conflict (agency, id) do nothing",
                (entry.agency, entry.id, posted_text(entry), entry.agency),
            )
            (position,) = db.execute(
                "select position from feed where agency=? and id=?", (entry.agency, entry.id)
            ).fetchone()
        return replace(entry, position=position)

    def feed(self, agency: str, after: int, limit: int = 100) -> list[Posted]:
        """Entries behind this position, in order."""
        with self._store.look() as db:
            rows = db.execute(
                "select body, position from feed where agency=? and position>?"
                " order by position limit ?",
                (agency, after, limit),
            ).fetchall()
        return [posted_of(*row) for row in rows]

    def last(self, agency: str) -> int:
        """The newest position of the agency's feed; 0: it is empty."""
        with self._store.look() as db:
            row = db.execute("select max(position) from feed where agency=?", (agency,)).fetchone()
        return int(row[0] or 0)

    def posted(self, agency: str, id: str) -> Posted:
        """The entry of this id. Raises EventUnknown."""
        with self._store.look() as db:
            row = db.execute(
                "select body, position from feed where agency=? and id=?", (agency, id)
            ).fetchone()
        if row is None:
            raise EventUnknown
        return posted_of(*row)

    def pulled(self, agency: str) -> int:
        """Up to which position the agency has said to have the feed."""
        with self._store.look() as db:
            row = db.execute("select position from pulled where agency=?", (agency,)).fetchone()
        return int(row[0]) if row else 0

    def note_pulled(self, agency: str, position: int) -> None:
        """It has the feed up to this position; never goes back.

        Written even if nothing changes: only a transaction that writes brings what came before it to the disk.
        """
        with self._store.change() as db:
            db.execute(
                "insert or replace into pulled select ?, max(?, coalesce(max(position), 0))"
                " from pulled where agency=?",
                (agency, position, agency),
            )
