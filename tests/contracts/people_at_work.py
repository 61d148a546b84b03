"""Many at once: run the same work in threads and collect what each got."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from chalicelib.dossier.case import Dossier, Event, Outgoing, sealed
from chalicelib.ports import QueueSpec

T = TypeVar("T")
SPEC = QueueSpec("papers", visibility=1, max_receives=2)
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def at_once(work: Callable[[int], T], people: int = 8) -> list[T]:
    """`work(0)` … `work(people - 1)`, all started together."""
    gate = threading.Barrier(people)

    def started(number: int) -> T:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(started, range(people)))


def opened(code: str, minute: int = 0) -> Event:
    """The first event of a made-up dossier."""
    facts = {
        "code": code,
        "procedure": "birth",
        "ward": "00001",
        "channel": "online",
        "applicant": {"full_name": "Nguyễn Thị Thử"},
        "token_hash": "0" * 64,
    }
    return sealed([("opened", facts)], None, MORNING + timedelta(minutes=minute), "citizen")[0]


def looks(now: Dossier, count: int = 1, by: str = "thu", minute: int = 1) -> list[Event]:
    """Events that follow: an officer looks at the dossier so many times."""
    drafts = [("seen_by_officer", {"look": n, "by": by}) for n in range(count)]
    return sealed(drafts, now, MORNING + timedelta(minutes=minute), f"officer:{by}")


def outgoing(name: str, minute: float = 0, body: str = "{}") -> Outgoing:
    return Outgoing(name, "papers-to-read", body, MORNING + timedelta(minutes=minute))
