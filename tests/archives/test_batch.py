"""A batch comes to its end whatever happens, nothing lost and nothing doubled; what was not read has its reason.

Real pages, real engine, real processes, killed for real. 36 small pages undisturbed; the same and 164 more, a
certificate and a register among them, killed on the way: 200 in all, about 0.3 s of CPU each with all that belongs to
it. `make nightly-archive` does 2,000.
"""

import csv
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from chalicelib.archive import wording
from chalicelib.bulk import hand, shelves, sources
from chalicelib.bulk.pool import HAND, MOST_TRIES, Pool
from chalicelib.dossier.batch import WHOLE_FILE, Task
from chalicelib.errors import BatchBusy, ManifestInvalid
from chalicelib.ports import Ledger
from chalicelib.settings import export
from chalicelib.wiring import ledger as ledger_at
from tests.archives import small_pages
from tests.draw.degrade import degrade
from tests.draw.drawing import draw
from tests.draw.register_book import REGISTERS, draw_book

pytestmark = pytest.mark.eyes
ROOT = Path(__file__).parents[2]
KILLS = 5
ALL_PAGES = 200
COMMAND = [sys.executable, "-m", "chalicelib.cli.main", "archive"]


def worked(folder: Path, out: Path, command: tuple[str, ...] = HAND, workers: int = 2) -> Ledger:
    """The folder put in, everything settled."""
    ledger = ledger_at(out / "ledger.db")
    ledger.enter(sources.find(folder))
    environment = export({"OMP_THREAD_LIMIT": "1", "PYTHONPATH": str(ROOT)})
    assert Pool(ledger, out, workers, environment, command=command).run()
    return ledger


def index(out: Path) -> list[dict[str, str]]:
    with (out / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def papers(out: Path) -> dict[str, bytes]:
    """Every file of a paper, by name."""
    found = (p for p in (out / "papers").rglob("*") if p.is_file())
    return {str(p.relative_to(out)): p.read_bytes() for p in found}


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Any]]:
    """An archive, and what comes of it undisturbed."""
    place = tmp_path_factory.mktemp("archive")
    folder = place / "in" / "first"
    pages = small_pages.fill(folder, singles=12, books=2, pages=12)
    report = shelves.fill(worked(folder, place / "out"), place / "out")
    assert report["pages"] == {"in": pages, "read": pages, "refused": 0, "open": 0}
    return folder, place / "out", report


def put_more(folder: Path, pages: int) -> None:
    """So many pages more: a certificate and its photocopy, a page of a register, small ones, most of them in books."""
    books, singles = divmod(pages - 3, 30)
    small_pages.fill(folder, singles=singles, books=books, pages=30, first=5000)
    for kind, drawn in (
        ("ks", draw("giay_khai_sinh", 5003)),
        ("so", *draw_book(REGISTERS[0], 5000, 1)),
    ):
        (folder / f"{kind}.jpg").write_bytes(degrade(drawn, "scan", 5003))
    copy = degrade(draw("giay_khai_sinh", 5003), "photocopy", 5004)
    (folder / "ks-again.png").write_bytes(copy)


def test_the_count_closes_and_every_paper_has_its_files(batch: Any) -> None:
    _, out, report = batch
    assert report["closes"]
    rows = index(out)
    on_papers = [(r["file"], n) for r in rows for n in r["pages"].split()]
    assert len(on_papers) == len(set(on_papers)) == report["pages"]["read"]
    named = {r[k] for r in rows for k in ("pdf", "record", "thumbnail")}
    assert len(named) == 3 * len(rows)
    doubtful = {r["record"].replace(".json", ".doubts.jpg") for r in rows if r["doubts"] != "0"}
    assert doubtful and named | doubtful == set(papers(out))
    assert not list((out / "work").glob("*"))


def test_killed_again_and_again_nothing_is_lost_and_nothing_doubled(
    batch: Any, tmp_path: Path
) -> None:
    folder, undisturbed, report = batch
    put_more(folder.parent / "more", ALL_PAGES - report["pages"]["in"])
    out, luck, kills = tmp_path / "out", random.Random(8), 0
    command = [*COMMAND, "run", "--out", str(out), "--resume"]
    while kills < KILLS:
        run = _started([*command, str(folder.parent)] if kills == 0 else command)
        if _settles_more(run, out, luck.randint(1, 5)):
            kills += 1
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    stopped = _started(command)
    _settles_more(stopped, out, 1)
    stopped.send_signal(signal.SIGINT)
    assert stopped.wait() in (0, 130)  # 0: it was done before it heard
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    made = json.loads(ended.stdout)
    assert made["closes"] and made["pages"] == {
        "in": ALL_PAGES,
        "read": ALL_PAGES,
        "refused": 0,
        "open": 0,
    }
    rows = [r for r in index(out) if not r["entry"]]
    on_papers = [(r["file"], n) for r in rows for n in r["pages"].split()]
    assert len(on_papers) == len(set(on_papers)) == ALL_PAGES
    assert made["probable_doubles"] == 1
    assert papers(undisturbed).items() <= papers(out).items()  # byte for byte
    whole = {str(row) for row in index(out)}
    assert all(str(row) in whole for row in index(undisturbed))


def _started(command: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip


def _settles_more(run: "subprocess.Popen[bytes]", out: Path, pages: int) -> bool:
    """Wait until the run has read so many pages more; False if it ended before."""
    first: int | None = None
    while run.poll() is None:
        if (out / "ledger.db").exists():
            states = ledger_at(out / "ledger.db").counts().pages
            done = states.get("seen", 0) + states.get("read", 0)
            first = done if first is None else first
            if done >= first + pages:
                return True
        time.sleep(0.02)
    return False


def test_the_same_batch_again_changes_nothing(batch: Any) -> None:
    folder, out, report = batch
    before = {p: (out / p).stat().st_mtime_ns for p in papers(out)}
    ledger = ledger_at(out / "ledger.db")
    assert ledger.enter(sources.find(folder)) == 0
    assert shelves.fill(worked(folder, out), out) == report
    assert {p: (out / p).stat().st_mtime_ns for p in papers(out)} == before


def test_a_pdf_of_the_output_is_found_by_a_viewers_search(batch: Any) -> None:
    """PDFium is what Chrome opens and searches PDFs with."""
    _, out, _ = batch
    row = next(r for r in index(out) if r["file"].endswith("so-0.pdf"))
    with pdfium.PdfDocument(out / row["pdf"]) as pdf:
        hit = pdf[0].get_textpage().search("Nguyễn").get_next()
    assert hit is not None


def test_a_page_that_kills_its_worker_is_refused_and_the_batch_goes_on(tmp_path: Path) -> None:
    small_pages.fill(tmp_path / "in", singles=2, books=1, pages=2)
    (tmp_path / "in" / "deadly.png").write_bytes(small_pages.png(99))
    dying = (sys.executable, "-m", "tests.archives.hand_that_dies")
    ledger = worked(tmp_path / "in", tmp_path / "out", dying)
    assert ledger.counts().pages == {"read": 4, "refused": 1}
    ((path, page, reason),) = ledger.refused()
    assert (Path(path).name, page, reason) == ("deadly.png", 1, f"reader_died_{signal.SIGKILL}")
    assert ledger.retry(f"reader_died_{signal.SIGKILL}") == 1
    worked(tmp_path / "in", tmp_path / "out", workers=1)
    assert ledger.counts().pages == {"read": 5}
    assert MOST_TRIES > 1


def test_what_cannot_be_read_has_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    small_pages.fill(folder, singles=2, books=0, pages=0)
    (folder / "again.png").write_bytes(small_pages.png(1))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (folder / "cut.png").write_bytes(small_pages.png(7)[:900])
    (folder / "letter.txt").write_text("no picture")
    (folder / "empty.jpg").write_bytes(b"")
    ledger = ledger_at(tmp_path / "out" / "ledger.db")
    ledger.enter(sources.find(folder))
    (folder / "to-000.png").unlink()
    worked(folder, tmp_path / "out", workers=1)
    reasons = {Path(path).name: reason for path, _, reason in ledger.refused()}
    assert reasons == {
        "broken.pdf": "file_broken", "cut.png": "file_broken", "letter.txt": "type_not_taken",
        "empty.jpg": "file_empty", "to-000.png": "file_moved", "to-001.png": "double_scan",
    }  # fmt: skip
    report = shelves.fill(ledger, tmp_path / "out")
    assert report["closes"] and report["pages"]["read"] == 1


def test_the_other_pages_of_a_file_are_kept_when_one_cannot_be_read(tmp_path: Path) -> None:
    data = small_pages.pdf(1, 2)
    (tmp_path / "book.pdf").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    page = Task(1, str(tmp_path / "book.pdf"), digest, 2, 2, {})
    assert hand.do(page, tmp_path) == {}
    (row,) = hand.do(replace(page, number=WHOLE_FILE, seen=(2,)), tmp_path)["rows"]
    assert row["pages"] == (2,)
    with pdfium.PdfDocument(tmp_path / row["files"]["pdf"]) as pdf:
        assert len(pdf) == 1 and "Mẫu 2" in pdf[0].get_textpage().get_text_range()


def test_a_retry_that_reads_nothing_leaves_no_old_papers(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    small_pages.fill(folder, singles=0, books=1, pages=2)
    ledger = worked(folder, out, workers=1)
    assert ledger.counts().papers > 0
    with sqlite3.connect(out / "ledger.db") as db:  # as if a page had been refused
        db.execute("update page set state = 'refused', reason = 'x' where number = 1")
    assert ledger.retry() == 2
    (folder / "so-0.pdf").unlink()
    worked(folder, out, workers=1)
    report = shelves.fill(ledger, out)
    assert report["closes"] and report["papers"]["all"] == 0 and not ledger.search(marks=["kkhac"])


def test_a_batch_is_worked_on_by_one_process_at_a_time(tmp_path: Path) -> None:
    from chalicelib.bulk.pool import _alone

    ledger = ledger_at(tmp_path / "ledger.db")
    with _alone(tmp_path), pytest.raises(BatchBusy):
        Pool(ledger, tmp_path, 1, export({})).run()


def test_a_manifest_tells_what_the_unit_knows_and_it_stays_apart(tmp_path: Path) -> None:
    small_pages.fill(tmp_path / "in", singles=2, books=0, pages=0)
    (tmp_path / "in" / "list.csv").write_text(
        "file,kind,unit,book,year\nto-000.png,giay_khai_sinh,00070,02/1987,1987\nto-001.png,,,,\n"
    )
    out = tmp_path / "out"
    ledger = worked(tmp_path / "in" / "list.csv", out, workers=1)
    shelves.fill(ledger, out)
    told, plain = index(out)
    assert (told["kind"], told["book"], told["unit"], plain["book"]) == (
        "khac",
        "02/1987",
        "00070",
        "",
    )
    record = json.loads((out / told["record"]).read_text())
    assert record["given"]["kind"] == "giay_khai_sinh" and record["doubts"] == ["kind"]
    (found,) = ledger.search(marks=[wording.mark_word("b", "02/1987"), "y1987"])
    assert found.id == told["id"]


@pytest.mark.parametrize("text", ["name,kind\nx,y\n", "file\n\n,\n"])
def test_a_manifest_without_files_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "list.csv").write_text(text)
    with pytest.raises(ManifestInvalid):
        list(sources.find(tmp_path / "list.csv"))
