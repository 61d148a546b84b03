"""Time that jumps: hands (threads) take turns, and the clock goes straight to whoever wakes next. The same every time.

In: functions to run as hands; when there is work again for those that pause. Out: a `Clock`, and `sleep` and `pause`
for the hands. Real code runs unchanged on it; what it does takes no time, only waiting does.
"""

import heapq
import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 8 o'clock in Hanoi


NOT_A_PAUSE = timedelta()


class _Over(BaseException):
    """The play is over; passes through every `except Exception`."""


class Turns:
    """The port `Clock`, and the stage that hands stand on."""

    def __init__(self, begin: datetime = MORNING) -> None:
        self._now = begin
        self._order = itertools.count()
        # (when, order, length of a pause or nothing, whose turn it then is)
        self._waiting: list[tuple[datetime, int, timedelta, threading.Semaphore]] = []
        self._stage = threading.Semaphore(0)
        self._is_over = False
        self._faults: list[BaseException] = []
        self._mine = threading.local()
        self._threads: list[threading.Thread] = []

    def now(self) -> datetime:
        return self._now

    def leap(self, delta: timedelta) -> None:
        self._now += delta

    def start(self, hand: Callable[[], None]) -> None:
        """This function is a hand from now on; its first turn comes in `run`."""
        turn = threading.Semaphore(0)

        def run() -> None:
            self._mine.turn = turn
            turn.acquire()
            try:
                if not self._is_over:
                    hand()
            except _Over:
                pass
            except BaseException as e:  # noqa: BLE001 - raised again on the stage
                self._faults.append(e)
            self._stage.release()

        self._wait_for(self._now, NOT_A_PAUSE, turn)
        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def sleep(self, seconds: float) -> None:
        """A hand waits so long."""
        self._wait(timedelta(seconds=seconds), NOT_A_PAUSE)

    def pause(self, seconds: float) -> None:
        """A hand with nothing to do waits so long, or a multiple of it while there is nothing to do."""
        self._wait(timedelta(seconds=seconds), timedelta(seconds=seconds))

    def _wait(self, how_long: timedelta, pause: timedelta) -> None:
        if self._is_over:
            raise _Over
        self._wait_for(self._now + how_long, pause, self._mine.turn)
        self._stage.release()
        self._mine.turn.acquire()
        if self._is_over:
            raise _Over

    def run(self, is_done: Callable[[], bool], next_work: Callable[[], datetime]) -> None:
        """Turns until it is done; pauses last until `next_work()`, or until a hand wakes that only slept."""
        while self._waiting and not self._faults and not is_done():
            if self._waiting[0][2]:
                self._skip_pauses(next_work())
            self._next()
        self._is_over = True
        while self._waiting:
            self._next()
        for thread in self._threads:
            thread.join(10)
        if self._faults:
            raise self._faults[0]

    def _skip_pauses(self, at: datetime) -> None:
        at = min([at, *(t for t, _, pause, _ in self._waiting if not pause)])
        self._waiting = [(_not_before(at, t, p), n, p, turn) for t, n, p, turn in self._waiting]
        heapq.heapify(self._waiting)

    def _next(self) -> None:
        at, _, _, turn = heapq.heappop(self._waiting)
        self._now = max(self._now, at)
        turn.release()
        self._stage.acquire()

    def _wait_for(self, at: datetime, pause: timedelta, turn: threading.Semaphore) -> None:
        heapq.heappush(self._waiting, (at, next(self._order), pause, turn))


def _not_before(at: datetime, wakes: datetime, pause: timedelta) -> datetime:
    """The first end of a row of pauses that is not before `at`."""
    if not pause or wakes >= at:
        return wakes
    return wakes + pause * -((wakes - at) // pause)
