"""Drawn pages, and a pool that reads them while somebody watches: what the parts of `make bench-archive` share."""

import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from chalicelib.bulk import shelves, sources
from chalicelib.bulk.pool import Pool, Told
from chalicelib.dossier.batch import WHOLE_FILE, Row
from chalicelib.settings import export
from chalicelib.wiring import ledger as ledger_at
from tests.draw.degrade import degrade
from tests.draw.drawing import draw
from tests.draw.register_book import REGISTERS, draw_book

KINDS = ("giay_khai_sinh", "giay_chung_sinh", "trich_luc_khai_tu", "to_khai_khai_sinh")
FIRST_SEED = 9700


def draw_pages(folder: Path, pages: int, registers: bool = False) -> dict[str, list[Any]]:
    """Scans of papers, each by its own seed, and their values; with `registers` every tenth a page of a book."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as drawers:
        return dict(drawers.map(partial(_draw_page, folder, registers), range(pages), chunksize=8))


def _draw_page(folder: Path, registers: bool, n: int) -> tuple[str, list[Any]]:
    seed = FIRST_SEED + n
    if registers and n % 10 == 9:
        (drawn,) = draw_book(REGISTERS[n // 10 % 2], seed, 1)
    else:
        drawn = draw(KINDS[n % len(KINDS)], seed)
    data = degrade(drawn, "scan", seed)
    ending = "jpg" if data.startswith(b"\xff\xd8") else "png"
    (folder / f"{n:05d}.{ending}").write_bytes(data)
    return f"{n:05d}", [v for v in drawn.truth.values() if v is not None]


@dataclass
class Watch:
    """What the pool did, how fat its workers were (each with the thread it works for), and the pool itself."""

    pages: int = 0
    busy: float = 0.0
    peaks: list[int] = field(default_factory=list)
    first: float = 0.0
    hands: list[int] = field(default_factory=list)
    own: list[int] = field(default_factory=list)

    def __call__(self, told: Told) -> None:
        self.pages += told.task.number != WHOLE_FILE and not told.error
        self.peaks.append(told.peak)
        self.hands.append(threading.get_ident())
        self.own.append(resident())
        self.busy += told.seconds
        self.first = self.first or time.monotonic()


def resident() -> int:
    """This process's memory now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


@dataclass
class Pooled:
    """Pages/s of the pool with its starting, and from its first answer on; workers' time at work; its report."""

    speed: float
    warm: float
    busy: float
    watch: Watch
    report: dict[str, Any]
    papers: list[Row]


def pooled(folder: Path, out: Path, workers: int, seconds: float | None = None) -> Pooled:
    """The folder put into a batch, read (no longer than so many seconds), and reported."""
    ledger, watch = ledger_at(out / "ledger.db"), Watch()
    ledger.enter(sources.find(folder))
    start, pool = (
        time.monotonic(),
        Pool(ledger, out, workers, export({"OMP_THREAD_LIMIT": "1"}), watch),
    )
    end = threading.Timer(seconds or threading.TIMEOUT_MAX, pool.stop)
    end.daemon = True
    end.start()
    assert pool.run() or seconds
    end.cancel()
    took, since = time.monotonic() - start, time.monotonic() - watch.first
    warm = (watch.pages - workers) / since  # every worker's first page starts it
    busy = watch.busy / workers / took
    report = shelves.fill(ledger, out)
    return Pooled(watch.pages / took, warm, busy, watch, report, list(ledger.papers()))
