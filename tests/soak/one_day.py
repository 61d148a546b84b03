"""A day and more with ill endpoints, in seconds: the runner's own code on a clock that jumps (`turns`).

One endpoint is dead for 24 h, one answers after 14.9 s, one says 200 too late (after 20 s, so we never hear it, but it
has the event); the healthy one belongs to the same agency, and so to the same queue, as the late one.
"""

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles

import app as doors
from chalicelib import journey, subscriptions
from chalicelib.adapters.https import MOST_AT_ONCE, SECONDS
from chalicelib.changes import load
from chalicelib.doors.runner import HANDS, IDLE, handlers, work_once
from chalicelib.dossier.states import State
from chalicelib.errors import AgencyBusy, AgencyUnreachable
from chalicelib.ports import AGENCIES, Answer
from tests.journeys.house import House
from tests.soak.filing import filed
from tests.soak.turns import Turns

ILL_FOR = timedelta(hours=24)
LONGEST = timedelta(days=5)
TICK = 0.5
WELL = 0.2  # seconds that a healthy server takes
SECONDS_TO_ANSWER = {"well": WELL, "hanging": 14.9, "late": 20.0, "dead": 3600.0}
HEALTHY, LATE = "https://ward.test/", "https://ward-2.test/"
DEAD, HANGING = "https://police.test/", "https://social.test/"
ILL = {DEAD: "dead", HANGING: "hanging", LATE: "late"}


class Network:
    """The port `Agencies` with the real one's limits: 15 s, two at once to an endpoint."""

    def __init__(self, turns: Turns, moods: dict[str, str]) -> None:
        self._turns, self._moods = turns, moods
        self._under_way: Counter[str] = Counter()
        self._well_at = turns.now() + ILL_FOR
        self.taken: dict[str, list[tuple[str, datetime]]] = defaultdict(list)

    def endpoint(self, agency):
        return None

    def mood(self, url):
        is_well = self._moods.get(url, "well") != "hanging" and self._turns.now() >= self._well_at
        return "well" if is_well else self._moods.get(url, "well")

    def post(self, endpoint, headers, body):
        if json.loads(body)["type"] == "endpoint.ping":
            return Answer(204)
        if self._under_way[endpoint.url] >= MOST_AT_ONCE:
            raise AgencyBusy
        self._under_way[endpoint.url] += 1
        try:
            return self._answer(endpoint.url, headers["webhook-id"])
        finally:
            self._under_way[endpoint.url] -= 1

    def _answer(self, url, id):
        mood = self.mood(url)
        needed = SECONDS_TO_ANSWER[mood]
        self._turns.sleep(min(needed, SECONDS))
        if mood != "dead":
            self.taken[url].append((id, self._turns.now()))
        if needed > SECONDS:
            raise AgencyUnreachable
        return Answer(204, None, needed)


@dataclass
class Day:
    """What came of it. `waits`: seconds from verified to taken by the healthy endpoint."""

    waits: list[float]
    taken: dict[str, list[str]]
    expected: dict[str, set[str]]
    states: Counter
    lasted: timedelta


def lived(folder: Path, codes: list[str], ill: dict[str, str], every: float = 3.0) -> Day:
    """The dossiers of `folder` (submitted) are verified one by one and delivered until all agencies have all."""
    turns = Turns()
    house = House(folder)
    network = Network(turns, ill)
    house.with_ports(clock=turns, agencies=network, queues=queues_of(house, turns))
    addresses = [("ward", HEALTHY), ("ward", LATE), ("police", DEAD), ("social_insurance", HANGING)]
    for agency, url in addresses:
        made, _ = subscriptions.register(house.world, agency, {"url": url})
        assert made.state == "active"
    begin = turns.now()
    for hand in hands(house, turns, len(codes), every):
        turns.start(hand)

    def is_done():
        assert turns.now() - begin < LONGEST, "not handed over in five days"
        there = house.world.dossiers.in_state(State.HANDED_OVER, len(codes))
        return len(there) == len(codes)

    turns.run(is_done, lambda: next_work(house))
    return told(house, network, codes, turns.now() - begin)


def queues_of(house: House, turns: Turns):
    return type(house.world.queues)(house.store, turns)


def hands(house: House, turns: Turns, count: int, every: float) -> list[Callable[[], None]]:
    served = handlers(doors.app)
    queues = [q for q in served if q.startswith("deliveries-") and not q.endswith("-dead")]

    def deliverer(queue):
        def work():
            while True:
                if not work_once(house.world, queue, served[queue]):
                    turns.pause(IDLE)

        return work

    def checker():
        for _ in range(count):
            work_once(house.world, "dossiers-to-check", served["dossiers-to-check"])
            turns.sleep(every)

    def ticker():
        while True:
            journey.tick(house.world)
            turns.pause(TICK)

    return [checker, ticker, *(deliverer(q) for q in queues for _ in range(HANDS))]


def next_work(house: House) -> datetime:
    """When there is something to do again: now if a delivery lies in a queue, else when the outbox says."""
    now = house.world.clock.now()
    names = [f"deliveries-{a.replace('_', '-')}" for a in AGENCIES]
    if any(house.world.queues.has_visible(name) for name in names):
        return now
    due = house.world.dossiers.due(now + LONGEST, 1)
    return due[0].due if due else now


def told(house: House, network: Network, codes: list[str], lasted: timedelta) -> Day:
    expected, begun = defaultdict(set), {}
    for code in codes:
        dossier = load(house.world, code)
        for url, agency in ((HEALTHY, "ward"), (LATE, "ward"), (DEAD, "police")):
            expected[url].add(dossier.deliveries[agency].id)
        expected[HANGING].add(dossier.deliveries["social_insurance"].id)
        at = next(e.at for e in house.world.dossiers.history(code) if e.kind == "verified")
        begun[dossier.deliveries["ward"].id] = datetime.fromisoformat(at)
    first = {id: at for id, at in reversed(network.taken[HEALTHY])}
    return Day(
        waits=[(first[id] - at).total_seconds() for id, at in begun.items() if id in first],
        taken={url: [id for id, _ in came] for url, came in network.taken.items()},
        expected=dict(expected),
        states=Counter(load(house.world, code).state.value for code in codes),
        lasted=lasted,
    )


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def alone_and_beside(folder: Path, count: int) -> tuple[Day, Day]:
    """The same dossiers twice: with all endpoints well, and with three of four ill."""
    house = House(folder / "alone")
    house.with_ports(clock=Turns())
    codes = filed(house, count)
    house.store.close()
    shutil.copytree(folder / "alone", folder / "beside")
    return lived(folder / "alone", codes, {}), lived(folder / "beside", codes, ILL)
