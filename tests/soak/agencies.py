"""Three agencies, one dead for 24 h, one hanging or late: nothing lost, none doubled, the healthy one not slowed.

`python -m tests.soak.agencies [DOSSIERS]`. Real HTTP receivers, real SQLite, the runner's own threads. The sender's
15 s limit and the hang of 14.9 s are both cut to 1/SCALE.
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
from statistics import quantiles

import app as doors
from chalicelib import journey, subscriptions
from chalicelib.adapters.https import HttpsAgencies
from chalicelib.changes import load
from chalicelib.doors.runner import HANDS, handlers, work
from chalicelib.dossier.states import State
from tests.journeys.house import JPEG, PAPERS, House

SCALE = 20  # 15 s become 0.75 s
LIMIT = 15 / SCALE
HANG = 14.9 / SCALE
LATE = 5.0 / SCALE
AGENCIES = ("ward", "police", "social_insurance")


class Receiver:
    """One agency's server. `mood`: fine, dead, hanging (answers after 14.9 s), late (5 s)."""

    def __init__(self, mood: str) -> None:
        self.mood = mood
        self.came: dict[str, list[float]] = defaultdict(list)
        mine = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if mine.mood == "dead" and body["type"] != "endpoint.ping":
                    self.close_connection = True
                    return
                if body["type"] != "endpoint.ping":
                    time.sleep({"hanging": HANG, "late": LATE}.get(mine.mood, 0))
                    mine.came[body["id"]].append(time.monotonic())
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


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
    yield
    stopped.set()
    for thread in threads:
        thread.join(20)


def filed(house: House, count: int, wards: tuple[str, ...] = ("Phường Hoàn Kiếm",)) -> list[str]:
    codes = []
    for n in range(count):
        code = house.open(ward=wards[n % len(wards)])
        for kind, values in PAPERS.items():
            paper = house.bring(code, JPEG + kind.encode() + code.encode())
            house.drop_reads()
            own = {"number": code} if kind == "giay_chung_sinh" else {}  # no two notes are the same
            house.note(code, paper, kind, {**values, **own})
        journey.submit(house.world, code)
        codes.append(code)
    return codes


def verified(house: House, codes: list[str], pause: float = 0.1) -> dict[str, float]:
    """Check the dossiers one by one, a few a second; when each was verified, by its ward delivery's id."""
    checker = handlers(doors.app)["dossiers-to-check"]
    from chalicelib.doors.runner import work_once

    begun = {}
    for _ in codes:
        work_once(house.world, "dossiers-to-check", checker)
        time.sleep(pause)
    for code in codes:
        dossier = load(house.world, code)
        at = next(e.at for e in house.world.dossiers.history(code) if e.kind == "verified")
        begun[dossier.deliveries["ward"].id] = datetime.fromisoformat(at).timestamp()
    return begun


class ScaledClock:
    """The port `Clock`, running; `leap` moves it on."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now().astimezone() + self._ahead

    def leap(self, delta: timedelta) -> None:
        self._ahead += delta


def round_of(
    folder: Path, moods: dict[str, str], count: int
) -> tuple[list[float], House, dict[str, Receiver], list[str], ScaledClock]:
    """Seconds from verified to taken by the ward, which is healthy."""
    house, clock = House(folder), ScaledClock()
    receivers = {a: Receiver(m) for a, m in moods.items()}
    house.with_ports(agencies=HttpsAgencies(dict, allow_private=True, seconds=LIMIT), clock=clock)
    for agency, receiver in receivers.items():
        made, _ = subscriptions.register(house.world, agency, {"url": receiver.url})
        assert made.state == "active", made
    codes = filed(house, count)
    wall = time.time() - time.monotonic()
    with hands(house):
        begun = verified(house, codes)
        until = time.monotonic() + 60
        while len(receivers["ward"].came) < count and time.monotonic() < until:
            time.sleep(0.05)
    waits = [receivers["ward"].came[id][0] + wall - at for id, at in begun.items()]
    return waits, house, receivers, codes, clock


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def main(count: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        alone, *_ = round_of(Path(folder) / "alone", dict.fromkeys(AGENCIES, "fine"), count)
        for moods in (
            {"police": "dead", "social_insurance": "hanging"},
            {"police": "dead", "social_insurance": "late"},
        ):
            name = "-".join(moods.values())
            waits, house, receivers, codes, clock = round_of(
                Path(folder) / name, {"ward": "fine", **moods}, count
            )
            for _ in range(24):  # a day with the police dead
                clock.leap(timedelta(hours=1))
                with hands(house):
                    time.sleep(0.3)
            receivers["police"].mood = "fine"
            receivers["social_insurance"].mood = "fine"
            until = time.monotonic() + 120
            while time.monotonic() < until and not all_handed_over(house, codes):
                clock.leap(timedelta(hours=1))
                with hands(house):
                    time.sleep(0.5)
            report(name, alone, waits, house, receivers, codes)
    return 0


def all_handed_over(house: House, codes: list[str]) -> bool:
    return all(load(house.world, c).state is State.HANDED_OVER for c in codes)


def report(name, alone, waits, house, receivers, codes) -> None:
    states = Counter(load(house.world, c).state.value for c in codes)
    for agency, receiver in receivers.items():
        expected = {load(house.world, c).deliveries[agency].id for c in codes}
        posts = sum(map(len, receiver.came.values()))
        lost = expected - set(receiver.came)
        print(f"{name} {agency}: {len(expected)} events, {posts} posts taken, {len(lost)} lost")
        assert not lost and set(receiver.came) == expected
    fair = 2 * p95(alone)
    print(
        f"{name}: p95 of the healthy alone {p95(alone):.3f} s, beside them {p95(waits):.3f} s; {dict(states)}"
    )
    assert states == {"handed_over": len(codes)}, states
    assert p95(waits) <= fair, (p95(waits), fair)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
