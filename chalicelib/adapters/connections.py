"""Connections to agencies, kept open for the next POST: no second handshake while there is much to deliver.

In: a connection whose exchange has ended well, and where it leads. Out: it again, for the same place, if it is young
and the other side has neither closed it nor said anything more. A place is scheme, host and port: the address behind
it was checked when the connection was made, and no connection outlives `LIFE`, so a name that moves is soon followed.
"""

import select
import socket
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

IDLE = 20.0  # seconds; common servers wait longer
LIFE = 60.0
MOST_PER_PLACE = 8

Place = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """An open connection, when it was opened and last used (seconds of a clock that only goes forward)."""

    connection: socket.socket
    opened: float
    used: float


class Connections:
    """Open connections by place; safe for threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kept: dict[Place, list[Kept]] = defaultdict(list)
        self._lock = Lock()

    def take(self, place: Place) -> Kept | None:
        """One that can be used now, the youngest first; None if there is none."""
        with self._lock:
            found = self._kept.pop(place, [])
            good = [k for k in found if self._is_good(k)]
            taken = good.pop() if good else None
            if good:
                self._kept[place] = good
        for each in found:
            if each is not taken and each not in good:
                each.connection.close()
        return taken

    def keep(self, place: Place, connection: socket.socket, opened: float) -> None:
        """For the next one; closed at once if there are enough."""
        with self._lock:
            if len(self._kept[place]) < MOST_PER_PLACE:
                self._kept[place].append(Kept(connection, opened, self._now()))
                return
        connection.close()

    def now(self) -> float:
        """The clock that `opened` is told by."""
        return self._now()

    def _is_good(self, kept: Kept) -> bool:
        now = self._now()
        if now - kept.used > IDLE or now - kept.opened > LIFE:
            return False
        said = select.poll()
        said.register(kept.connection, select.POLLIN)
        return not said.poll(0)  # closed there, or a word too many
