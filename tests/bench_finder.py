"""How long the finder takes to answer, over every phrasing of the tests: part of `make bench`."""

import statistics
import time
from itertools import chain
from pathlib import Path

from chalicelib.procedures.data import rows
from chalicelib.procedures.finder import find

FOLDER = Path(__file__).parent / "stages" / "procedures"


def seconds(phrase: str) -> float:
    start = time.perf_counter()
    find(phrase)
    return time.perf_counter() - start


def main() -> None:
    files = (FOLDER / "citizens_ask.csv", FOLDER / "citizens_held_back.csv")
    phrases = [r["phrase"] for r in chain.from_iterable(map(rows, files))]
    first = seconds(phrases[0])
    times = sorted(map(seconds, phrases))
    print(
        f"finder: {len(phrases)} phrases; the first, with its tables to read, {first * 1000:.0f} ms"
    )
    print(
        f"then median {statistics.median(times) * 1000:.2f} ms,"
        f" p99 {times[int(0.99 * len(times))] * 1000:.2f} ms, slowest {times[-1] * 1000:.2f} ms"
    )


if __name__ == "__main__":
    main()
