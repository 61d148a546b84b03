"""A peak day: ten times a mean day's dossiers, one agency down for some hours. Events on a clock that jumps.

In: how many dossiers, seconds each step takes, hands per queue, the rules of retries (handed in: they are those that
deliver). Out: each hour's queues and delays, agency by agency. The same seed gives the same day; each agency draws for
itself, so that one agency's bad day can't move another's dice.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

HOUR = 3600.0
# Shares of a day's dossiers by hour in Hanoi: desks 8–11:30 and 13:30–17, phones until late. Assumed, not measured.
PROFILE = (0, 0, 0, 0, 0, 0, 1, 4, 12, 13, 11, 6, 4, 7, 12, 11, 8, 4, 2, 2, 2, 1, 0, 0)
TICK = 60.0  # the clock hands on what is due in the outbox
RUN_ON = 48 * HOUR  # the day, and the day after


@dataclass(frozen=True, slots=True)
class Plan:
    """What the day is made of; seconds are those of one call."""

    dossiers: int
    papers: int
    read_s: float
    check_s: float
    deliver_s: float
    held_s: float
    readers: int
    hands: int
    tick_most: int = 2000
    agencies: tuple[str, ...] = ("ward", "police", "social_insurance")
    down: str | None = None
    down_from: float = 9 * HOUR
    down_until: float = 13 * HOUR
    hang_s: float = 15.0
    seed: int = 2019


@dataclass(slots=True)
class Station:
    """A queue and its hands: whoever finds a hand free is served at once, else in order."""

    hands: int
    busy: int = 0
    waiting: deque[Callable[[], None]] = field(default_factory=deque)

    def depth(self) -> int:
        """How many wait or are served."""
        return len(self.waiting) + self.busy


# (attempt, seconds since midnight, spread) → when to try again, or None: given up
Again = Callable[[int, float, float], float | None]


class Breaker(Protocol):
    """The port of `dispatch.breaker`, in seconds: told of each try, asked before each."""

    def note(self, is_good: bool, seconds: float, now: float) -> None:
        """A try was made."""

    def held_until(self, now: float) -> float | None:
        """When the next try may be made; None: now."""


@dataclass(slots=True)
class Hour:
    """One hour of the day. Depths are the greatest, `undelivered` is counted at its end."""

    hour: int
    came: int = 0
    reading: int = 0
    delivering: dict[str, int] = field(default_factory=dict)
    undelivered: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Day:
    """What came of it. Delays in seconds: from the last paper to verified, from verified to taken by each agency."""

    hours: list[Hour]
    came: int = 0
    verified: list[tuple[float, float]] = field(default_factory=list)  # (when it came, delay)
    taken: dict[str, list[tuple[float, float]]] = field(
        default_factory=dict
    )  # (when verified, delay)
    waiting: dict[str, int] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)


class Peak:
    """The day as it is lived."""

    def __init__(self, plan: Plan, again: Again, breaker: Callable[[], Breaker]) -> None:
        self._plan, self._again = plan, again
        self._breakers = {a: breaker() for a in plan.agencies}
        self._dice = {a: Random(f"{plan.seed}-{a}") for a in plan.agencies}  # noqa: S311 - a play, no secret
        self._order, self._events = itertools.count(), list[tuple[float, int, Callable[[], None]]]()
        self._outbox: list[tuple[float, int, Callable[[], None]]] = []
        self._now = 0.0
        self._reading = Station(plan.readers)
        self._checking = Station(plan.readers)
        self._delivering = {a: Station(plan.hands) for a in plan.agencies}
        self._day = Day([Hour(h) for h in range(int(RUN_ON // HOUR))])
        for agency in plan.agencies:
            self._day.taken[agency], self._day.waiting[agency], self._day.tries[agency] = [], 0, 0

    def live(self) -> Day:
        """The whole day, until all is delivered or two days are over."""
        for at in arrivals(self._plan):
            self._at(at, self._come)
        for hour in self._day.hours:
            self._at((hour.hour + 1) * HOUR - 0.001, lambda h=hour: self._look(h))  # type: ignore[misc]
        self._at(TICK, self._tick)
        while self._events and self._events[0][0] < RUN_ON:
            self._now, _, act = heapq.heappop(self._events)
            act()
            self._note_depths()
        return self._day

    def _at(self, when: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, (when, next(self._order), act))

    def _later(self, when: float, act: Callable[[], None]) -> None:
        """It waits in the outbox until then."""
        heapq.heappush(self._outbox, (when, next(self._order), act))

    def _tick(self) -> None:
        for _ in range(self._plan.tick_most):
            if not self._outbox or self._outbox[0][0] > self._now:
                break
            heapq.heappop(self._outbox)[2]()
        self._at(self._now + TICK, self._tick)

    def _note_depths(self) -> None:
        hour = self._day.hours[int(self._now // HOUR)]
        hour.reading = max(hour.reading, self._reading.depth())
        for agency, station in self._delivering.items():
            hour.delivering[agency] = max(hour.delivering.get(agency, 0), station.depth())

    def _look(self, hour: Hour) -> None:
        hour.undelivered = dict(self._day.waiting)

    def _serve(
        self, station: Station, seconds: Callable[[], float], done: Callable[[], None]
    ) -> None:
        """Take a hand for so long, when one is free, then do what follows."""

        def begin() -> None:
            station.busy += 1
            self._at(self._now + seconds(), end)

        def end() -> None:
            station.busy -= 1
            if station.waiting:
                station.waiting.popleft()()
            done()

        if station.busy < station.hands:
            begin()
        else:
            station.waiting.append(begin)

    def _come(self) -> None:
        """A dossier is submitted; its papers go to the readers."""
        begin, left = self._now, [self._plan.papers]
        self._day.came += 1
        self._day.hours[int(begin // HOUR)].came += 1

        def read() -> None:
            left[0] -= 1
            if not left[0]:
                self._serve(
                    self._checking, lambda: self._plan.check_s, lambda: self._verified(begin)
                )

        for _ in range(self._plan.papers):
            self._serve(self._reading, lambda: self._plan.read_s, read)

    def _verified(self, begin: float) -> None:
        self._day.verified.append((begin, self._now - begin))
        for agency in self._plan.agencies:
            self._day.waiting[agency] += 1
            self._deliver(agency, self._now, 1)

    def _deliver(self, agency: str, since: float, attempt: int) -> None:
        """One message of the agency's queue: a try, unless the breaker holds it back."""
        tried: list[bool | None] = []

        def seconds() -> float:
            if self._breakers[agency].held_until(self._now) is not None:
                tried.append(None)
                return self._plan.held_s
            is_good = not self._is_down(agency)
            tried.append(is_good)
            return self._plan.deliver_s if is_good else self._plan.hang_s

        self._serve(
            self._delivering[agency], seconds, lambda: self._after(agency, since, attempt, tried[0])
        )

    def _is_down(self, agency: str) -> bool:
        return (
            agency == self._plan.down and self._plan.down_from <= self._now < self._plan.down_until
        )

    def _after(self, agency: str, since: float, attempt: int, tried: bool | None) -> None:
        spread, breaker = self._dice[agency].random(), self._breakers[agency]
        if tried is None:
            until = breaker.held_until(self._now) or self._now
            later = until + (until - self._now) * spread / 4
            self._later(later, lambda: self._deliver(agency, since, attempt))
            return
        self._day.tries[agency] += 1
        breaker.note(tried, self._plan.deliver_s if tried else self._plan.hang_s, self._now)
        if tried:
            self._day.waiting[agency] -= 1
            self._day.taken[agency].append((since, self._now - since))
            return
        again = self._again(attempt, self._now, spread)
        if again is not None:
            self._later(again, lambda: self._deliver(agency, since, attempt + 1))


def arrivals(plan: Plan) -> Iterator[float]:
    """Seconds since midnight at which dossiers are submitted, in order."""
    dice = Random(f"{plan.seed}-arrivals")  # noqa: S311 - a play, no secret
    hours = dice.choices(range(24), PROFILE, k=plan.dossiers)
    yield from sorted((hour + dice.random()) * HOUR for hour in hours)


def quantile(values: list[float], share: float) -> float:
    """The value that this share of all does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
