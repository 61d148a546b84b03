"""Memory over many pages: `python -m tests.bench_archive --only memory --memory-pages 5000`.

In: how many pages, how many of them drawn. Out: how fat the workers, each worker's life, and the pool became. Drawing
costs as much as reading: so some pages are drawn, and each is used again with noise of its own (other bytes, other
words misread; the same paper).
"""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from tests.bench_page import Figure
from tests.bench_pool import Watch, draw_pages, pooled, resident

WANTED = 5000
GROWN = 1.1
"""Memory is flat if the second half of the tasks needed at most so much more than the first."""
WARM = 100
"""Tasks after which a worker has loaded all it will ever load."""


def measure_memory(
    pages: int, drawn: int, workers: int, minutes: float | None = None
) -> Iterator[Figure]:
    """Read so many pages, so many of them drawn; what is not read when the time is over stays unread."""
    with tempfile.TemporaryDirectory() as place:
        fill(Path(place) / "in", pages, drawn)
        yield from figures_of(Path(place), drawn, workers, minutes)


def figures_of(
    place: Path, drawn: int, workers: int, minutes: float | None = None
) -> Iterator[Figure]:
    """Of the pages in `in`."""
    pool = pooled(place / "in", place / "out", workers, minutes and minutes * 60)
    after, told = resident(), pool.report["pages"]
    yield from figures(pool.watch, told["read"] + told["refused"], after)
    why = "; ".join(f"{reason}: {n}" for reason, n in pool.report["reasons"].items())
    yield Figure(
        f"… pages read, refused ({drawn:,} are drawn, the others these with noise of their own)",
        f"{told['read']:,}, {told['refused']:,}{why and f' ({why})'}",
    )


def fill(folder: Path, pages: int, drawn: int) -> None:
    """Draw some pages; the others are these with more noise."""
    draw_pages(folder, min(drawn, pages))
    first = sorted(folder.iterdir())
    for n in range(len(first), pages):
        source = first[n % len(first)]
        (folder / f"{n:05d}.jpg").write_bytes(noisier(source.read_bytes(), n))


def noisier(data: bytes, seed: int) -> bytes:
    """The same scan by a slightly worse scanner."""
    page = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    noise = np.random.default_rng(seed).standard_normal(page.shape, np.float32)
    worse = np.clip(page + 2 * noise, 0, 255).astype(np.uint8)
    return cv2.imencode(".jpg", worse, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()


def figures(watch: Watch, pages: int, after: int) -> Iterator[Figure]:
    """Growth would show in the second half of the tasks, and in a worker's later life."""
    wanted, flat = (
        f"flat: second ≤ {GROWN} × first",
        f"over {pages:,} pages, MB: first half → second half",
    )
    for what, each in (("largest worker", watch.peaks), ("the pool itself", watch.own)):
        first, second = halves(each)
        yield Figure(
            f"{what} {flat}", f"{first} → {second}", wanted, second <= GROWN * first, pages, WANTED
        )
    grown = [(life[WARM], life[-1]) for life in lives(watch) if len(life) > WARM]
    told = "; ".join(f"{young} → {old}" for young, old in grown)
    yield Figure(f"… each worker after {WARM} tasks → at the end of its life", told or "–")
    yield Figure("… the pool's process with the report written, MB", after)


def halves(each: Sequence[int]) -> tuple[int, int]:
    """The most in either half."""
    half = len(each) // 2
    return max(each[:half]), max(each[half:])


def lives(watch: Watch) -> list[list[int]]:
    """Each worker's peaks; a new one begins where the peak of a thread's worker falls."""
    found = []
    for hand in dict.fromkeys(watch.hands):
        own = [peak for peak, of in zip(watch.peaks, watch.hands, strict=True) if of == hand]
        cuts = [0, *(n for n, (a, b) in enumerate(pairwise(own), 1) if b < a), len(own)]
        found += [own[a:b] for a, b in pairwise(cuts)]
    return found
