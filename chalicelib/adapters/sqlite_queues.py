"""Queues on one machine: the port `Queues` over one SQLite file, behaving as SQS does.

In: short messages. Out: messages to work on, each hidden from others until its time is up. A
message that was taken `max_receives` times lies in the dead letters at the next take. Refuses
queues it was not given (`Broken`).

Nothing here is waited for until it is on disk: every message comes from the outbox of a dossier
(lasting), which a power cut brings back together with what it undoes here.
"""

import sqlite3
import threading
import time
from collections.abc import Iterable

from chalicelib.adapters.rows import check_message
from chalicelib.adapters.sqlite_store import SqliteStore
from chalicelib.errors import Broken
from chalicelib.ports import QUEUES, Clock, Message, QueueSpec

MOST_AT_ONCE = 10
POLL_SECONDS = 0.2


class SqliteQueues:
    """The port `Queues`. The dead letters of queue X are the queue `X-dead`."""

    def __init__(
        self, store: SqliteStore, clock: Clock, specs: Iterable[QueueSpec] = QUEUES
    ) -> None:
        self._store = store
        self._clock = clock
        self._put_here = threading.Condition()
        self._known: dict[str, tuple[float, int | None, str | None]] = {}
        for spec in specs:
            self._known[spec.dead] = (spec.visibility, None, None)
            self._known[spec.name] = (spec.visibility, spec.max_receives, spec.dead)
        with store.change() as db:
            db.executemany(
                "insert into queue values (?, ?, ?, ?) on conflict do update set"
                " visibility=excluded.visibility, max_receives=excluded.max_receives",
                [(name, *rest) for name, rest in self._known.items()],
            )

    def put(self, queue: str, body: str) -> None:
        """Add a message, visible at once."""
        self._spec(queue)
        check_message(body)
        now = self._now()
        with self._store.change(lasting=False) as db:
            db.execute(
                "insert into message (queue, body, sent_at, visible_at) values (?, ?, ?, ?)",
                (queue, body, now, now),
            )
        with self._put_here:
            self._put_here.notify_all()

    def take(self, queue: str, limit: int = 1) -> list[Message]:
        """Up to `limit` (at most 10) visible messages, hidden for the queue's visibility time."""
        self._spec(queue)
        if not self.has_visible(queue):
            return []  # without the write lock: idle consumers ask several times a second
        taken: list[Message] = []
        with self._store.change(lasting=False) as db:
            while len(taken) < min(limit, MOST_AT_ONCE):
                row = self._first_visible(db, queue)
                if row is None:
                    break
                if not self._buried(db, queue, *row):
                    taken.append(self._taken(db, queue, row[0]))
        return taken

    def done(self, queue: str, message: Message) -> None:
        """Remove a taken message. A stale receipt is no error and removes nothing."""
        with self._store.change(lasting=False) as db:
            db.execute(
                "delete from message where id=? and queue=? and receipt=?",
                (int(message.id), queue, message.receipt),
            )

    def give_back(self, queue: str, message: Message, seconds: int = 0) -> None:
        """Make a taken message visible again after so many seconds; not with a stale receipt."""
        with self._store.change(lasting=False) as db:
            db.execute(
                "update message set visible_at=?, receipt=null"
                " where id=? and queue=? and receipt=?",
                (self._now() + seconds, int(message.id), queue, message.receipt),
            )
        with self._put_here:
            self._put_here.notify_all()

    def depth(self, queue: str) -> int:
        """How many messages are in the queue, hidden ones included."""
        self._spec(queue)
        with self._store.look() as db:
            row = db.execute("select count(*) from message where queue=?", (queue,)).fetchone()
        return int(row[0])

    def release_all(self, only: Iterable[str] | None = None) -> int:
        """What a dead process had taken is visible again: at start-up, or in `only` these queues.

        Returns how many. Messages given back with a delay keep their delay.
        """
        now = self._now()
        freed = 0
        with self._store.change(lasting=False) as db:
            for queue in self._known if only is None else only:
                freed += db.execute(
                    "update message set visible_at=?, receipt=null"
                    " where queue=? and receipt is not null and visible_at>?",
                    (now, queue, now),
                ).rowcount
        return freed

    def redrive(self, queue: str) -> int:
        """Move the dead letters of `queue` back to it, their takes forgotten; returns how many."""
        dead = self._spec(queue)[2]
        with self._store.change(lasting=False) as db:
            back = db.execute(
                "update message set queue=?, failed_from=null, receives=0, receipt=null,"
                " visible_at=? where queue=?",
                (queue, self._now(), dead),
            )
        return back.rowcount

    def has_visible(self, queue: str) -> bool:
        """Is there a message to take now?"""
        with self._store.look() as db:
            return self._first_visible(db, queue) is not None

    def wait(self, queue: str, timeout: float) -> bool:
        """Sleep until `queue` has a visible message (then True), or for `timeout` seconds.

        A message put by this process wakes at once, one put by another process within 0.2 s.
        """
        end = time.monotonic() + timeout
        while not self.has_visible(queue):
            left = end - time.monotonic()
            if left <= 0:
                return False
            with self._put_here:
                self._put_here.wait(min(left, POLL_SECONDS))
        return True

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _spec(self, queue: str) -> tuple[float, int | None, str | None]:
        if queue not in self._known:
            raise Broken(f"no queue named {queue}")
        return self._known[queue]

    def _first_visible(self, db: sqlite3.Connection, queue: str) -> tuple[int, int] | None:
        row: tuple[int, int] | None = db.execute(
            "select id, receives from message where queue=? and visible_at<=?"
            " order by visible_at, id limit 1",
            (queue, self._now()),
        ).fetchone()
        return row

    def _buried(self, db: sqlite3.Connection, queue: str, number: int, receives: int) -> bool:
        """Move the message to the dead letters if it was taken often enough, as SQS does."""
        _, most, dead = self._spec(queue)
        if most is None or receives < most:
            return False
        db.execute(
            "update message set queue=?, failed_from=?, receives=0, receipt=null, visible_at=?"
            " where id=?",
            (dead, queue, self._now(), number),
        )
        return True

    def _taken(self, db: sqlite3.Connection, queue: str, number: int) -> Message:
        hidden_until = self._now() + self._spec(queue)[0]
        rows = db.execute(
            "update message set visible_at=?, receives=receives+1,"
            " receipt=lower(hex(randomblob(16))) where id=? returning body, receipt, receives",
            (hidden_until, number),
        ).fetchall()
        body, receipt, receives = rows[0]
        return Message(str(number), body, receipt, receives)
