"""Archives on the bulk queue of one machine: the port `Batches` over the SQLite store.

In: settled files. Out: how far each batch is. Refuses batches it does not know (`BatchUnknown`).
"""

from chalicelib.adapters.sqlite_store import SqliteStore
from chalicelib.dossier.batch import Progress
from chalicelib.errors import BatchUnknown


class SqliteBatches:
    """The port `Batches`."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def begin(self, batch: str, files: int) -> None:
        """Keep a batch; if it is there already, nothing changes."""
        with self._store.change() as db:
            db.execute("insert or ignore into batch (id, files) values (?, ?)", (batch, files))

    def progress(self, batch: str) -> Progress:
        """Where it stands."""
        with self._store.look() as db:
            head = db.execute(
                "select files, handed_on from batch where id = ?", (batch,)
            ).fetchone()
            told = db.execute(
                "select count(*), coalesce(sum(pages * (refused is null)), 0), count(refused), "
                "coalesce(sum(papers), 0) from batch_file where batch = ?",
                (batch,),
            ).fetchone()
        if head is None:
            raise BatchUnknown(folder=batch)
        return Progress(*head, *told)

    def hand_on(self, batch: str, before: int, upto: int) -> None:
        """Move the cursor, if it stands at `before`."""
        with self._store.change() as db:
            db.execute(
                "update batch set handed_on = ? where id = ? and handed_on = ?",
                (upto, batch, before),
            )

    def is_settled(self, batch: str, number: int) -> bool:
        """Is this file read or refused?"""
        with self._store.look() as db:
            found = db.execute(
                "select 1 from batch_file where batch = ? and number = ?", (batch, number)
            ).fetchone()
        return found is not None

    def settle(self, batch: str, number: int, pages: int, papers: int, refused: str | None) -> None:
        """Write it down once."""
        with self._store.change() as db:
            db.execute(
                "insert or ignore into batch_file values (?, ?, ?, ?, ?)",
                (batch, number, pages, papers, refused),
            )
