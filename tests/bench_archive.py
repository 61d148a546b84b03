"""Bulk: the pool against one warm worker, memory, PDFs, registers, kills, and the search: `make bench-archive`.

The same drawn pages in the same run, OCRmyPDF's too where the system's tesseract and `.venv-bench` are there.
`--nightly` is the nightly target: 2,000 drawn pages and all sample pages to their report, killed on the way; `--only
memory` reads 5,000. Figures are printed, and kept in docs/bench-archive.md and .json: those of a whole run, those of
parts measured alone with `--keep`. A whole run takes a quarter of an hour on two idle cores; memory and the nightly
batch, up to an hour each, stay on the page as they were measured. What was cut down stands there.
"""

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from chalicelib.archive import doubles, wording
from chalicelib.bulk import doubles as doubles_in
from chalicelib.bulk import sources
from chalicelib.bulk.hand import do
from chalicelib.cli.archive_plan import cpu
from chalicelib.dossier.batch import Row, Source
from chalicelib.wiring import ledger as ledger_at
from tests.bench import even, stands_in
from tests.bench_memory import WANTED as WANTED_FLAT
from tests.bench_memory import measure_memory
from tests.bench_page import Figure, Part, keep
from tests.bench_pool import FIRST_SEED, Pooled, draw_pages, pooled
from tests.draw.degrade import degrade
from tests.draw.drawing import draw
from tests.draw.people import make_family, make_name, twin_of
from tests.register_truth import measure as measure_registers

ROOT = Path(__file__).resolve().parents[1]
RIVAL = ROOT / ".venv-bench" / "bin" / "ocrmypdf"
OF_CHILDREN = ("giay_khai_sinh", "to_khai_khai_sinh")  # on both the child's name always stands
KINDS_TWICE = ("giay_khai_sinh", "trich_luc_khai_tu", "to_khai_khai_sinh", "khac")
SAMPLES = (ROOT / "samples", ROOT.parent / "shared" / "samples")
PARTS = ("search", "pool", "registers", "doubles", "kills")
LONG = ("memory",)
"""Measured when named: an hour and more."""
WANTED_KILLED, WANTED_ENTRIES, NIGHTLY = 500, 1_000_000, 2000


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


def measure_pool(pages: int, workers: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        values = draw_pages(folder / "in", pages)
        spent = [cpu()]
        alone = one_alone(folder / "in", folder / "alone")
        spent.append(cpu())
        allowed = bare(folder / "in", folder / "bare", workers)
        spent.append(cpu())
        pool = pooled(folder / "in", folder / "out", workers)
        spent.append(cpu())
        mine, _, theirs = ((b - a) / pages for a, b in pairwise(spent))
        yield Figure(f"one warm worker alone, pages/s ({pages} pages)", f"{alone:.2f}")
        yield Figure(f"{workers} such workers at once without a pool, pages/s", f"{allowed:.2f}")
        yield from figures_of_speed(pool, workers, alone, allowed)
        yield Figure(
            "CPU s a page: alone, in the pool with its starting", f"{mine:.2f}, {theirs:.2f}"
        )
        yield Figure(
            "CPU alone ÷ CPU in the pool (what other work can't disturb)", f"{mine / theirs:.0%}"
        )
        yield from figures_of_output(pool)
        yield from measure_rival(folder, workers, pool, values)


def figures_of_speed(pool: Pooled, workers: int, alone: float, allowed: float) -> Iterator[Figure]:
    warm = pool.warm / workers / alone
    yield Figure(
        f"pool of {workers}, pages/s: with its starting, from its first answer on",
        f"{pool.speed:.2f}, {pool.warm:.2f}",
    )
    yield Figure(
        "pool ÷ workers × one alone: with its starting, warm",
        f"{pool.speed / workers / alone:.0%}, {warm:.0%}", "≥ 90 % warm", warm >= 0.9,
    )  # fmt: skip
    yield Figure("warm pool ÷ workers at once without a pool", f"{pool.warm / allowed:.0%}")
    yield Figure("workers' time at work, not waiting for the pool", f"{pool.busy:.1%}")


def figures_of_output(pool: Pooled) -> Iterator[Figure]:
    """PDFs, the count."""
    report = pool.report
    ratio = report["bytes"]["ratio"]
    yield Figure("searchable PDF ÷ source", f"{ratio:.3f}", "≤ 1.3", ratio <= 1.3)
    yield Figure("made to PDF/A-2b", f"{report['papers']['pdfa']} of {report['papers']['all']}")
    yield Figure("the count closes", report["closes"], True, report["closes"] is True)


def measure_rival(
    folder: Path, workers: int, pool: Pooled, values: dict[str, list[Any]]
) -> Iterator[Figure]:
    """OCRmyPDF on the same pages; true values as they stand in the text of both's PDFs."""
    if not shutil.which("tesseract") or not RIVAL.exists():
        missing = "not measured: the system's tesseract or .venv-bench is missing"
        yield Figure("ours ÷ OCRmyPDF, pages/s", missing, "≥ 4 ×", False)
        return
    theirs = rival(folder / "in", folder / "ocrmypdf", workers)
    yield Figure("OCRmyPDF, pages/s, the same pages and workers", f"{theirs:.2f}")
    times = pool.speed / theirs
    yield Figure("ours ÷ OCRmyPDF, pages/s", f"{times:.1f} ×", "≥ 4 ×", times >= 4)
    made = {Path(r.shown["file"]).stem: folder / "out" / r.files["pdf"] for r in pool.papers}
    mine = found_in(made, values)
    other = found_in({f.stem: f for f in (folder / "ocrmypdf").glob("*.pdf")}, values)
    yield Figure(
        f"of {sum(map(len, values.values())):,} true values stand in the PDFs' text: ours, OCRmyPDF's",
        f"{mine:,}, {other:,}", "more", mine > other,
    )  # fmt: skip


def found_in(pdfs: dict[str, Path], values: dict[str, list[Any]]) -> int:
    """How many values stand, in any form that papers print them, in the text of their page's PDF."""
    texts = {name: text_of(path) for name, path in pdfs.items()}
    return sum(stands_in(v, texts.get(name, "")) for name, each in values.items() for v in each)


def text_of(path: Path) -> str:
    with pdfium.PdfDocument(path) as pdf:
        return even("\n".join(p.get_textpage().get_text_range() for p in pdf))


def rival(folder: Path, out: Path, workers: int) -> float:
    """OCRmyPDF on the same pages, as many files at a time as we have workers, one thread each."""
    out.mkdir()
    own = os.environ | {"OMP_THREAD_LIMIT": "1"}  # its Vietnamese data are the system's
    how = ["-l", "vie", "--jobs", "1", "--image-dpi", "200", "--output-type", "pdf", "-q"]
    files, running = sorted(folder.iterdir()), []
    start = time.monotonic()
    for file in files:
        command = [str(RIVAL), *how, str(file), str(out / f"{file.stem}.pdf")]
        running.append(subprocess.Popen(command, env=own))
        if len(running) == workers:
            running.pop(0).wait()
    for each in running:
        each.wait()
    made = len(list(out.glob("*.pdf")))
    assert made == len(files), f"OCRmyPDF made {made} of {len(files)}"
    return made / (time.monotonic() - start)


# ---- search ------------------------------------------------------------------------------------


ONE_TWICE, SECOND = 1000, "d"
"""One paper in so many was scanned again; the second scan's id begins with this."""


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
        row = Row(
            f"{n:016x}", "giay_khai_sinh", "KQ.G15.000031", (1,), 2, (),
            wording.joined([*wording.name_words(name), *wording.name_words(mother)]),
            wording.joined(wording.name_words(place)), wording.joined(marks),
            {"name": name, "date": day, "place": place, "number": str(number), "book": f"{book:02d}/{year}"},
            {"pdf": f"{n}.pdf"}, {"pdf": 1, "source": 1}, True,
        )  # fmt: skip
        values = {
            "number": str(number), "child.full_name": name, "child.birth_date": day, "mother.full_name": mother
        }  # fmt: skip
        made = {"kind": row.kind, "fields": {key: {"value": v} for key, v in values.items()}}
        yield doubles.marked(row, made, ())
        if n % ONE_TWICE == 0:
            yield doubles.marked(replace(row, id=f"{SECOND}{n:015x}"), made, ())


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


def measure_search(entries: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "ledger.db"
        start = time.monotonic()
        kept = fill_index(path, generated(entries))
        filled, size = time.monotonic() - start, path.stat().st_size / 1e6
        yield Figure(f"index of {entries:,} entries: filled in s, MB", f"{filled:.0f}, {size:.0f}")
        ledger = ledger_at(path)
        yield from figures_of_search(ledger, kept, entries)
        yield from figures_of_doubles(ledger, entries)


def figures_of_search(ledger: Any, kept: Sequence[Row], entries: int) -> Iterator[Figure]:
    times: dict[str, list[float]] = {}
    missed = 0
    for asked, row, words in questions(kept):
        start = time.monotonic()
        found = ledger.search(**words, limit=50)
        times.setdefault(asked, []).append((time.monotonic() - start) * 1000)
        missed += not found or (len(found) < 50 and row.id not in {f.id for f in found})
    for asked, each in times.items():
        yield Figure(f"search by {asked}: p95, ms ({len(each)} questions)", f"{_p95(each):.1f}")
    every = [t for each in times.values() for t in each]
    p95 = _p95(every)
    yield Figure(
        f"search: p95 of all {len(every)} questions, ms", f"{p95:.1f}", "< 300", p95 < 300,
        entries, WANTED_ENTRIES,
    )  # fmt: skip
    yield Figure("search: wanted papers not among the answers", missed, 0, missed == 0)


def figures_of_doubles(ledger: Any, entries: int) -> Iterator[Figure]:
    """Looking up what may have been scanned twice; which of these are is told by their records."""
    start = time.monotonic()
    pairs = [{one.id, other.id} for one, other in ledger.alike(doubles.SHARED)]
    took = time.monotonic() - start
    true = sum(any(id.startswith(SECOND) for id in pair) for pair in pairs)
    again = len(range(0, entries, ONE_TWICE))
    yield Figure(
        f"near-doubles looked up among {entries:,}, s; pairs to compare",
        f"{took:.1f}; {len(pairs):,}",
    )
    yield Figure("… second scans among them", f"{true:,} of {again:,}", "all", true >= again)


AGAIN = ("scan", "photocopy", "phone")
"""How a paper is scanned the second time, in turn."""


def measure_doubles(papers: int, workers: int) -> Iterator[Figure]:
    """Papers scanned twice; every other one has a third page, the paper of the child's twin."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "in"
        folder.mkdir()
        for n in range(papers):
            draw_twice(folder, n)
        pool = pooled(folder, Path(place) / "out", workers)
        told = doubles_in.probable(
            ledger_at(Path(place) / "out" / "ledger.db"), Path(place) / "out"
        )
        pairs = [{Path(row.shown["file"]).name[:6] for row in double} for double in told]
        right = sum(len(pair) == 1 for pair in pairs)
        yield Figure(
            f"of {papers} papers scanned twice ({pool.watch.pages} pages), told as probable doubles",
            right,
        )
        wrong = len(pairs) - right
        yield Figure("told of two papers, twins' among them", wrong, 0, wrong == 0)


def draw_twice(folder: Path, n: int) -> None:
    """`0007-a` twice, `0007-b` the twin's."""
    kind, seed = KINDS_TWICE[n % len(KINDS_TWICE)], FIRST_SEED + n
    family = make_family(f"{kind}-{seed}") if kind in OF_CHILDREN else None
    drawn = draw(kind, seed, family=family)
    again = AGAIN[n % len(AGAIN)]
    (folder / f"{n:04d}-a-1.jpg").write_bytes(degrade(drawn, "scan", seed))
    (folder / f"{n:04d}-a-2.jpg").write_bytes(degrade(drawn, again, seed + 1))
    if family:
        other = draw(kind, seed, family=twin_of(family))
        (folder / f"{n:04d}-b-1.jpg").write_bytes(degrade(other, "scan", seed + 2))


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


# ---- kills -------------------------------------------------------------------------------------


def measure_kills(
    pages: int, kills: int, workers: int, more: Sequence[Path] = ()
) -> Iterator[Figure]:
    """The command itself, killed; its workers end when nobody listens. Then run to its end."""
    with tempfile.TemporaryDirectory() as place:
        draw_pages(Path(place) / "in", pages, registers=bool(more))
        yield from killed_over(Path(place), kills, workers, more)


def killed_over(
    place: Path, kills: int, workers: int, more: Sequence[Path] = ()
) -> Iterator[Figure]:
    """The same over the pages in `in`, with folders of samples."""
    folder, out = place / "in", place / "out"
    for n, each in enumerate(more):
        link_samples(folder, each, n)
    found = list(sources.find(folder))
    wanted = sum(s.pages for s in found)
    samples = [s for s in found if "sample-" in s.path]
    if more:
        figures = f"{len(samples)}, {sum(s.pages for s in samples)}"
        yield Figure("sample files, their pages", figures)
    killed = run_and_kill(found, out, kills, wanted, workers)
    yield from figures_of_kills(out, wanted, killed)


def link_samples(folder: Path, samples: Path, number: int) -> None:
    """All files under a folder of samples, which may be missing, into the batch."""
    for file in sorted(p for p in samples.rglob("*") if p.is_file() and p.suffix != ".md"):
        (folder / f"sample-{number}-{file.name}").symlink_to(file.resolve())


def run_and_kill(found: Sequence[Source], out: Path, kills: int, wanted: int, workers: int) -> int:
    """Killed so many times, then left to its end; how often a kill met it alive."""
    run = [sys.executable, "-m", "chalicelib.cli.main", "archive", "run", "--resume"]
    command, luck, killed = (
        [*run, "--workers", str(workers), "--out", str(out)],
        random.Random(20),
        0,
    )
    ledger_at(out / "ledger.db").enter(found)
    for n in range(kills):
        killed += killed_after(command, out, round(wanted * (n + luck.random()) / (kills + 1)))
    subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
    return killed


def figures_of_kills(out: Path, wanted: int, killed: int) -> Iterator[Figure]:
    report = json.loads((out / "report.json").read_text())
    papers = [r for r in ledger_at(out / "ledger.db").papers() if not r.entry]
    places = [(r.shown["file"], n) for r in papers for n in r.pages]
    read, refused = report["pages"]["read"], report["pages"]["refused"]
    lost, doubled = wanted - read - refused, len(places) - len(set(places))
    closes = report["closes"]
    yield Figure(
        f"{wanted} pages, killed {killed} times: lost, doubled", f"{lost}, {doubled}", "0, 0",
        (lost, doubled, closes) == (0, 0, True), wanted, WANTED_KILLED,
    )  # fmt: skip
    yield Figure("… read, refused, the count closes", f"{read}, {refused}, {closes}")
    why = "; ".join(f"{reason}: {pages}" for reason, pages in report["reasons"].items())
    yield Figure("… why refused", why or "–")
    entries = report["papers"]["entries"]
    yield Figure("… papers, entries of registers", f"{report['papers']['all']}, {entries}")
    yield Figure("… probable doubles", report["probable_doubles"])


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


def options() -> argparse.Namespace:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--pages", type=int, default=60, help="read alone, side by side, by the pool")
    told.add_argument("--books", type=int, default=10)
    told.add_argument("--twice", type=int, default=24, help="papers scanned twice")
    told.add_argument("--entries", type=int, default=WANTED_ENTRIES)
    told.add_argument("--workers", type=int, default=2)
    told.add_argument("--kills", type=int, default=20)
    told.add_argument("--kill-pages", type=int, help="500; with --nightly 2,000")
    told.add_argument("--memory-pages", type=int, default=WANTED_FLAT)
    told.add_argument("--memory-drawn", type=int, default=400, help="the others: these, noisier")
    told.add_argument("--memory-minutes", type=float, help="read no longer than this")
    told.add_argument("--nightly", action="store_true")
    told.add_argument("--only", "--parts", choices=PARTS + LONG, nargs="+", default=PARTS)
    told.add_argument("--keep", action="store_true", help="parts measured alone go on the page too")
    told.add_argument("--page", type=Path, default=ROOT / "docs" / "bench-archive.md")
    return told.parse_args()


def parts_of(given: argparse.Namespace) -> dict[str, Callable[[], Iterator[Figure]]]:
    """What is measured, by name."""
    if given.nightly:
        pages = given.kill_pages or NIGHTLY
        return {"nightly": partial(measure_kills, pages, given.kills, given.workers, SAMPLES)}
    seeds = range(FIRST_SEED, FIRST_SEED + given.books)
    parts: dict[str, Callable[[], Iterator[Figure]]] = {
        "pool": partial(measure_pool, given.pages, given.workers),
        "registers": lambda: (Figure(*told) for told in measure_registers(seeds)),
        "doubles": partial(measure_doubles, given.twice, given.workers),
        "search": partial(measure_search, given.entries),
        "kills": partial(
            measure_kills, given.kill_pages or WANTED_KILLED, given.kills, given.workers
        ),
        "memory": partial(
            measure_memory,
            given.memory_pages,
            given.memory_drawn,
            given.workers,
            given.memory_minutes,
        ),
    }
    return {name: parts[name] for name in PARTS + LONG if name in given.only}


def main() -> None:
    """Measure, print, write down."""
    given = options()
    every = {name: measured(part) for name, part in parts_of(given).items()}
    if given.keep or set(every) == set(PARTS):
        keep(given.page, every)
    if not all(f.reached for p in every.values() for f in p.figures if f.wanted == "0, 0"):
        sys.exit("Pages were lost or doubled.")


def measured(part: Callable[[], Iterator[Figure]]) -> Part:
    """One part; each figure is printed as soon as it is known."""
    start, figures = time.monotonic(), []
    for figure in part():
        print(*figure.cells, sep=" | ", flush=True)
        figures.append(figure)
    command = f"make bench-archive ARGS='{' '.join(sys.argv[1:])}'".replace(" ARGS=''", "")
    return Part.of(figures, command, (time.monotonic() - start) / 60)


if __name__ == "__main__":
    main()
