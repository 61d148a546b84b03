"""Bulk: the pool against one warm worker, memory, PDFs, registers, kills, and the search: `make bench-archive`.

The same drawn pages in the same run. `--rivals` reads them with OCRmyPDF too (needs the system's tesseract and
`.venv-bench`). `--nightly` is the nightly target: 2,000 drawn pages and all sample pages to their report, killed on
the way. Figures are printed, and written to docs/bench-archive.md unless `--only` leaves a part out. A busy machine
shows in them: the load is printed beside.
"""

import argparse
import json
import os
import random
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from chalicelib.archive import wording
from chalicelib.bulk import shelves, sources
from chalicelib.bulk.hand import do
from chalicelib.bulk.pool import Pool, Told
from chalicelib.dossier.batch import WHOLE_FILE, Row, Source
from chalicelib.imaging import nursery
from chalicelib.settings import export
from chalicelib.wiring import ledger as ledger_at
from tests.draw.degrade import degrade
from tests.draw.drawing import draw
from tests.draw.people import make_name
from tests.draw.register_book import REGISTERS, draw_book
from tests.register_truth import measure as measure_registers
from tests.tally import table

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("giay_khai_sinh", "giay_chung_sinh", "trich_luc_khai_tu", "to_khai_khai_sinh")
SAMPLES = (ROOT / "samples", ROOT.parent / "shared" / "samples")
FIRST_SEED = 9700
PARTS = ("pool", "registers", "search", "kills")


def draw_pages(folder: Path, pages: int, registers: bool = False) -> None:
    """Scans of papers, each by its own seed; with `registers` every tenth a page of a register book."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(pages):
        seed = FIRST_SEED + n
        if registers and n % 10 == 9:
            (drawn,) = draw_book(REGISTERS[n // 10 % 2], seed, 1)
        else:
            drawn = draw(KINDS[n % len(KINDS)], seed)
        data = degrade(drawn, "scan", seed)
        ending = "jpg" if data.startswith(b"\xff\xd8") else "png"
        (folder / f"{n:05d}.{ending}").write_bytes(data)


@dataclass
class Watch:
    """What the pool did, and how fat its workers were."""

    pages: int = 0
    busy: float = 0.0
    peaks: list[int] = field(default_factory=list)
    first: float = 0.0

    def __call__(self, told: Told) -> None:
        self.pages += told.task.number != WHOLE_FILE and not told.error
        self.peaks.append(told.peak)
        self.busy += told.seconds
        self.first = self.first or time.monotonic()


def cpu() -> float:
    """CPU seconds of this process and all its ended children so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used) + nursery.spent()


def one_alone(folder: Path, out: Path) -> float:
    """Pages/s of one warm worker without any pool: the same work in this process."""
    ledger = ledger_at(out / "ledger.db")
    ledger.enter(sources.find(folder))
    start, pages = 0.0, -1  # the first page warms up
    while task := ledger.claim():
        answer = do(task, out)
        if "rows" in answer:
            ledger.put_together(task, [Row.from_plain(r) for r in answer["rows"]])
            pages += len(task.seen) or 1
            start = start or time.monotonic()
        else:
            ledger.seen(task)
    return pages / (time.monotonic() - start)


def bare(folder: Path, out: Path, workers: int) -> float:
    """Pages/s of so many such workers at once that know nothing of each other: what the cores allow."""
    shares = [out / str(n) / "in" for n in range(workers)]
    for n, file in enumerate(sorted(folder.iterdir())):
        shares[n % workers].mkdir(parents=True, exist_ok=True)
        (shares[n % workers] / file.name).symlink_to(file)
    alone = "import sys; from pathlib import Path; from tests.bench_archive import one_alone"
    each = f"{alone}; print(one_alone(Path(sys.argv[1]), Path(sys.argv[2])))"
    running = [
        subprocess.Popen([sys.executable, "-c", each, str(s), str(s.parent / "out")], stdout=subprocess.PIPE, cwd=ROOT)
        for s in shares
    ]  # fmt: skip
    return sum(float(r.communicate()[0]) for r in running)


@dataclass
class Pooled:
    """Pages/s of the pool with its starting, and from its first answer on; workers' time at work; its report."""

    speed: float
    warm: float
    busy: float
    watch: Watch
    report: dict[str, Any]


def pooled(folder: Path, out: Path, workers: int) -> Pooled:
    ledger, watch = ledger_at(out / "ledger.db"), Watch()
    ledger.enter(sources.find(folder))
    start = time.monotonic()
    assert Pool(ledger, out, workers, export({"OMP_THREAD_LIMIT": "1"}), watch).run()
    took, since = time.monotonic() - start, time.monotonic() - watch.first
    warm = (watch.pages - workers) / since  # every worker's first page starts it
    busy = watch.busy / workers / took
    return Pooled(watch.pages / took, warm, busy, watch, shelves.fill(ledger, out))


def measure_pool(pages: int, workers: int, rivals: bool) -> Iterator[tuple[object, object, object]]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        draw_pages(folder / "in", pages)
        spent = [cpu()]
        alone = one_alone(folder / "in", folder / "alone")
        spent.append(cpu())
        allowed = bare(folder / "in", folder / "bare", workers)
        spent.append(cpu())
        pool = pooled(folder / "in", folder / "out", workers)
        spent.append(cpu())
        mine, _, theirs = ((b - a) / pages for a, b in pairwise(spent))
        speed, watch, report = pool.speed, pool.watch, pool.report
        # the second half of the tasks against the first: growth would show
        half = len(watch.peaks) // 2
        first, second = max(watch.peaks[:half]), max(watch.peaks[half:])
        yield f"one warm worker alone, pages/s ({pages} pages)", f"{alone:.2f}", ""
        yield f"{workers} such workers at once without a pool, pages/s", f"{allowed:.2f}", ""
        yield f"pool of {workers}, pages/s: with its starting, from its first answer on", (
            f"{speed:.2f}, {pool.warm:.2f}"
        ), ""  # fmt: skip
        yield "pool ÷ workers × one alone: with its starting, warm", (
            f"{speed / workers / alone:.0%}, {pool.warm / workers / alone:.0%}"
        ), "≥ 90 %"  # fmt: skip
        yield "warm pool ÷ workers at once without a pool", f"{pool.warm / allowed:.0%}", ""
        yield "workers' time at work, not waiting for the pool", f"{pool.busy:.1%}", ""
        yield "CPU s a page: alone, in the pool with its starting", f"{mine:.2f}, {theirs:.2f}", ""
        yield (
            "CPU alone ÷ CPU in the pool (what other work can't disturb)",
            f"{mine / theirs:.0%}",
            "",
        )
        yield "largest worker, MB: first half → second half", f"{first} → {second}", "flat"
        yield "searchable PDF ÷ source", f"{report['bytes']['ratio']:.3f}", "≤ 1.3"
        yield "made to PDF/A-2b", f"{report['papers']['pdfa']} of {report['papers']['all']}", ""
        yield "the count closes", str(report["closes"]), "True"
        if rivals:
            rivals_speed = rival(folder / "in", folder / "ocrmypdf", workers)
            yield "OCRmyPDF, pages/s, the same pages and workers", f"{rivals_speed:.2f}", ""
            yield "ours ÷ OCRmyPDF", f"{speed / rivals_speed:.1f} ×", "≥ 4 ×"


def rival(folder: Path, out: Path, workers: int) -> float:
    """OCRmyPDF on the same pages, as many files at a time as we have workers, one thread each."""
    out.mkdir()
    own = os.environ | {"OMP_THREAD_LIMIT": "1"}  # its Vietnamese data are the system's
    program = str(ROOT / ".venv-bench" / "bin" / "ocrmypdf")
    how = ["-l", "vie", "--jobs", "1", "--image-dpi", "200", "--output-type", "pdf", "-q"]
    files, running = sorted(folder.iterdir()), []
    start = time.monotonic()
    for file in files:
        command = [program, *how, str(file), str(out / f"{file.stem}.pdf")]
        running.append(subprocess.Popen(command, env=own))
        if len(running) == workers:
            running.pop(0).wait()
    for each in running:
        each.wait()
    made = len(list(out.glob("*.pdf")))
    assert made == len(files), f"OCRmyPDF made {made} of {len(files)}"
    return made / (time.monotonic() - start)


# ---- search ------------------------------------------------------------------------------------


def generated(entries: int) -> Iterator[Row]:
    """Rows of an index of made-up people; names as common as the drawer makes them."""
    rng = random.Random("archive-index")
    streets = ("Hàng Bạc", "Hàng Đào", "Cửa Nam", "Phúc Tân", "Ngọc Khánh", "Láng Hạ", "Giảng Võ")
    for n in range(entries):
        name, mother = (make_name(rng, g, "Kinh") for g in (rng.choice(("Nam", "Nữ")), "Nữ"))
        year, number, book = rng.randint(1955, 2024), rng.randint(1, 400), rng.randint(1, 6)
        day = f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        place = f"phường {rng.choice(streets)}, thành phố Hà Nội"
        marks = [*wording.date_words(day), wording.mark_word("n", str(number))]
        marks.append(wording.mark_word("b", f"{book:02d}/{year}"))
        yield Row(
            f"{n:016x}", "giay_khai_sinh", "KQ.G15.000031", (1,), 2, (),
            wording.joined([*wording.name_words(name), *wording.name_words(mother)]),
            wording.joined(wording.name_words(place)), wording.joined(marks),
            {"name": name, "date": day, "place": place, "number": str(number), "book": f"{book:02d}/{year}"},
            {"pdf": f"{n}.pdf"}, {"pdf": 1, "source": 1}, True,
        )  # fmt: skip


def fill_index(path: Path, rows: Iterable[Row], most: int = 5000) -> list[Row]:
    """An index of these rows, as files of many pages would make it; every 5,000th row."""
    ledger, kept, waiting = ledger_at(path), [], []
    for n, row in enumerate(rows):
        waiting.append(row)
        if n % most == 0:
            kept.append(row)
        if len(waiting) == most:
            _put(ledger, len(kept), waiting)
            waiting = []
    if waiting:
        _put(ledger, len(kept) + 1, waiting)
    return kept


def _put(ledger: Any, file: int, rows: Sequence[Row]) -> None:
    ledger.enter([Source(f"{file}.pdf", f"{file:064d}", 1, 1)])
    task = ledger.claim()
    ledger.seen(task)
    ledger.put_together(ledger.claim(), rows)


def questions(kept: Sequence[Row]) -> Iterator[tuple[str, Row, dict[str, list[str]]]]:
    """What officers ask, about people who are there."""
    for row in kept:
        name, day = str(row.shown["name"]), str(row.shown["date"])
        marks = [
            wording.mark_word("n", row.shown["number"]),
            wording.mark_word("b", row.shown["book"]),
        ]
        whole, place = wording.asked_name(name), wording.asked_name("Hà Nội")
        yield "name", row, {"names": whole}
        yield "name and day", row, {"names": whole, "marks": wording.date_words(day)[:1]}
        yield (
            "name, year and place",
            row,
            {"names": whole, "places": place, "marks": [f"y{day[:4]}"]},
        )
        yield "book and number", row, {"marks": marks}
        yield "two words of a name", row, {"names": wording.asked_name(" ".join(name.split()[:2]))}
        yield "day and place", row, {"places": place, "marks": wording.date_words(day)[:1]}


def measure_search(entries: int) -> Iterator[tuple[object, object, object]]:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "ledger.db"
        start = time.monotonic()
        kept = fill_index(path, generated(entries))
        filled = time.monotonic() - start
        ledger = ledger_at(path)
        times: dict[str, list[float]] = {}
        missed = 0
        for asked, row, words in questions(kept):
            start = time.monotonic()
            found = ledger.search(**words, limit=50)
            times.setdefault(asked, []).append((time.monotonic() - start) * 1000)
            missed += not found or (len(found) < 50 and row.id not in {f.id for f in found})
        yield (
            f"index of {entries:,} entries: filled in s, MB",
            f"{filled:.0f}, {path.stat().st_size / 1e6:.0f}",
            "",
        )
        for asked, each in times.items():
            yield f"search by {asked}: p95, ms ({len(each)} questions)", f"{_p95(each):.1f}", ""
        every = [t for each in times.values() for t in each]
        yield f"search: p95 of all {len(every)} questions, ms", f"{_p95(every):.1f}", "< 300"
        yield "search: wanted papers not among the answers", missed, "0"


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


# ---- kills -------------------------------------------------------------------------------------


def measure_kills(
    pages: int, kills: int, more: Sequence[Path] = ()
) -> Iterator[tuple[object, object, object]]:
    """The command itself, killed; its workers end when nobody listens. Then run to its end."""
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "in", Path(place) / "out"
        draw_pages(folder, pages, registers=bool(more))
        for n, each in enumerate(more):
            for file in (p for p in each.glob("*") if p.suffix != ".md"):
                (folder / f"sample-{n}-{file.name}").symlink_to(file.resolve())
        found = list(sources.find(folder))
        wanted = sum(s.pages for s in found)
        samples = [s for s in found if "sample-" in s.path]
        if more:
            yield (
                "sample files, their pages",
                f"{len(samples)}, {sum(s.pages for s in samples)}",
                "",
            )
        command = [
            sys.executable,
            "-m",
            "chalicelib.cli.main",
            "archive",
            "run",
            "--out",
            str(out),
            "--resume",
        ]
        luck, killed = random.Random(20), 0
        ledger_at(out / "ledger.db").enter(sources.find(folder))
        for n in range(kills):
            killed += killed_after(command, out, round(wanted * (n + luck.random()) / (kills + 1)))
        subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
        report = json.loads((out / "report.json").read_text())
        rows = [
            (r.id, r.shown["file"], n)
            for r in ledger_at(out / "ledger.db").papers()
            if not r.entry
            for n in r.pages
        ]
        doubled = len(rows) - len({(file, n) for _, file, n in rows})
        lost = wanted - report["pages"]["read"] - report["pages"]["refused"]
        yield f"{wanted} pages, killed {killed} times: lost, doubled", f"{lost}, {doubled}", "0, 0"
        yield "… read, refused, the count closes", (
            f"{report['pages']['read']}, {report['pages']['refused']}, {report['closes']}"
        ), ""  # fmt: skip
        yield "… papers, entries of registers", (
            f"{report['papers']['all']}, {report['papers']['entries']}"
        ), ""  # fmt: skip
        assert (lost, doubled, report["closes"]) == (0, 0, True)


def killed_after(command: Sequence[str], out: Path, settled: int) -> bool:
    run = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    ledger = ledger_at(out / "ledger.db")
    while run.poll() is None and ledger.counts().settled < settled:
        time.sleep(0.1)
    alive = run.poll() is None
    if alive:
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    return alive


def main() -> None:
    """Measure, print, write down."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=60)
    options.add_argument("--books", type=int, default=40)
    options.add_argument("--entries", type=int, default=1_000_000)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--kill-pages", type=int, default=500)
    options.add_argument("--rivals", action="store_true")
    options.add_argument("--nightly", action="store_true")
    options.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    given = options.parse_args()
    parts = {
        "pool": partial(measure_pool, given.pages, given.workers, given.rivals),
        "registers": partial(measure_registers, range(FIRST_SEED, FIRST_SEED + given.books)),
        "search": partial(measure_search, given.entries),
        "kills": partial(measure_kills, given.kill_pages, given.kills),
    }
    if given.nightly:
        parts = {"nightly": partial(measure_kills, 2000, given.kills, SAMPLES)}
    rows: list[tuple[object, object, object]] = []
    for name, measure in parts.items():
        if given.nightly or name in given.only:
            for row in measure():
                print(*row, sep=" | ", flush=True)
                rows.append(row)
    text = "\n\n".join((
        "# Archives in bulk, measured",
        f"Drawn pages, seeds from {FIRST_SEED} on, written by `make bench-archive` ({' '.join(sys.argv[1:])}); "
        f"{os.cpu_count()} cores, load at the end {os.getloadavg()[1]:.1f}: other work on the machine makes all "
        "speeds smaller, the shares less sure.",
        table(("what", "measured", "wanted"), rows),
    ))  # fmt: skip
    print(text)
    if not given.nightly and set(given.only) == set(PARTS):
        (ROOT / "docs" / "bench-archive.md").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
