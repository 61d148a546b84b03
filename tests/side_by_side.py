"""Work done in several processes, in order, until the time is up. In: a function and its jobs; out: its results."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from time import monotonic
from typing import TypeVar

J = TypeVar("J")
R = TypeVar("R")


def side_by_side(
    work: Callable[[J], R], jobs: Iterable[J], workers: int = 2, seconds: float = float("inf")
) -> Iterator[R]:
    """Results in the order of the jobs; jobs not begun when the time is up are left out."""
    ends = monotonic() + seconds
    begun: deque[Future[R]] = deque()
    with ProcessPoolExecutor(workers) as pool:
        for job in jobs:
            if monotonic() > ends:
                break
            begun.append(pool.submit(work, job))
            if len(begun) > workers:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
