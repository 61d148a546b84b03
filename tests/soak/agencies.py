"""A day with three ill endpoints beside a healthy one, over real HTTP and with real threads.

`python -m tests.soak.agencies [DOSSIERS]`. One endpoint is dead for 24 h, one answers after 14.9 s, one says 200 too
late (after 20 s); the healthy one belongs to the same agency as the late one. Real receivers, real SQLite, the runner's
own threads; seconds of waiting for an answer are cut to 1/SCALE. The same on a jumping clock, in `.ci/run`: `one_day`.
"""

import json
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import app as doors
from chalicelib import journey, subscriptions
from chalicelib.adapters.https import HttpsAgencies
from chalicelib.changes import load
from chalicelib.doors.runner import HANDS, handlers, work, work_once
from chalicelib.dossier.states import State
from tests.journeys.house import House
from tests.soak.filing import filed
from tests.soak.one_day import SECONDS_TO_ANSWER, WELL, p95
from tests.soak.turns import MORNING

SCALE = 20  # 15 s become 0.75 s
LIMIT = 15 / SCALE
ENDPOINTS = {"healthy": "ward", "late": "ward", "dead": "police", "hanging": "social_insurance"}
EVERY = 0.1  # seconds between two dossiers


class Receiver:
    """One endpoint's server, well until told otherwise. `came`: when each id came, seconds of a running clock."""

    def __init__(self, mood: str) -> None:
        self.mood = mood
        self.came: dict[str, list[float]] = defaultdict(list)
        mine = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if body["type"] != "endpoint.ping" and not self.takes(body["id"]):
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def takes(self, id: str) -> bool:
                if mine.mood == "dead":
                    return False
                seconds = WELL if mine.mood == "healthy" else SECONDS_TO_ANSWER[mine.mood]
                time.sleep(seconds / SCALE)
                mine.came[id].append(time.monotonic())
                return True

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


class RunningClock:
    """The port `Clock`: real seconds from a fixed morning on; `leap` moves it on."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._ahead = timedelta()

    def now(self) -> datetime:
        return self.at(time.monotonic())

    def at(self, seconds: float) -> datetime:
        """The time when `time.monotonic()` said so many seconds."""
        return MORNING + timedelta(seconds=seconds - self._begun) + self._ahead

    def leap(self, delta: timedelta) -> None:
        self._ahead += delta


@contextmanager
def hands(house: House):
    """The runner's threads for deliveries, and the clock's."""
    stopped = threading.Event()
    queues = [
        q for q in handlers(doors.app) if q.startswith("deliveries-") and not q.endswith("-dead")
    ]
    threads = [
        threading.Thread(
            target=work, args=(house.world, doors.app, (q,), stopped.is_set), daemon=True
        )
        for q in queues
        for _ in range(HANDS)
    ]

    def tick() -> None:
        while not stopped.wait(0.05):
            journey.tick(house.world)

    threads.append(threading.Thread(target=tick, daemon=True))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join(20)


def verified(house: House, codes: list[str], every: float) -> None:
    """Check the dossiers one by one, so many seconds apart."""
    checker = handlers(doors.app)["dossiers-to-check"]
    for _ in codes:
        work_once(house.world, "dossiers-to-check", checker)
        time.sleep(every)
    states = {load(house.world, code).state for code in codes}
    assert states <= {State.VERIFIED, State.HANDED_OVER}, states


def waits_of(
    house: House, receiver: Receiver, codes: list[str], clock: RunningClock
) -> list[float]:
    """Seconds from verified to taken, before the clock is moved on."""
    waits = []
    for code in codes:
        at = next(e.at for e in house.world.dossiers.history(code) if e.kind == "verified")
        taken = receiver.came[load(house.world, code).deliveries["ward"].id][0]
        waits.append((clock.at(taken) - datetime.fromisoformat(at)).total_seconds())
    return waits


def one_round(folder: Path, ill: bool, count: int) -> list[float]:
    """How long the healthy one waits, with all others ill or well; nothing may be lost."""
    house, clock = House(folder), RunningClock()
    house.with_ports(agencies=HttpsAgencies(dict, allow_private=True, seconds=LIMIT), clock=clock)
    receivers = {name: Receiver(name if ill else "healthy") for name in ENDPOINTS}
    for name, agency in ENDPOINTS.items():
        made, _ = subscriptions.register(house.world, agency, {"url": receivers[name].url})
        assert made.state == "active", made
    codes = filed(house, count)
    with hands(house):
        verified(house, codes, EVERY)
        until = time.monotonic() + 120
        while len(receivers["healthy"].came) < count and time.monotonic() < until:
            time.sleep(0.05)
    waits = waits_of(house, receivers["healthy"], codes, clock)
    for hour in range(24 * 5):  # a day of illness, then until all have all
        if hour == 24:
            receivers["dead"].mood = receivers["late"].mood = "healthy"
        if len(house.world.dossiers.in_state(State.HANDED_OVER, count)) == count:
            break
        clock.leap(timedelta(hours=1))
        with hands(house):
            time.sleep(0.3 if hour < 24 else 0.6)
    must_have_all(house, receivers, codes, "beside ill ones" if ill else "alone")
    house.store.close()
    return waits


def must_have_all(house: House, receivers: dict[str, Receiver], codes: list[str], how: str) -> None:
    states = Counter(load(house.world, c).state.value for c in codes)
    for name, receiver in receivers.items():
        expected = {load(house.world, c).deliveries[ENDPOINTS[name]].id for c in codes}
        posts = sum(map(len, receiver.came.values()))
        lost = len(expected - set(receiver.came))
        print(f"{how}: {name} has {len(receiver.came)} events of {posts} posts, {lost} lost")
        assert set(receiver.came) == expected
    assert states == {"handed_over": len(codes)}, states


def main(count: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        alone = one_round(Path(folder) / "alone", ill=False, count=count)
        beside = one_round(Path(folder) / "beside", ill=True, count=count)
    print(
        f"healthy, p95 from verified to taken: alone {p95(alone):.3f} s, beside {p95(beside):.3f} s"
    )
    assert p95(beside) <= 2 * p95(alone)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
