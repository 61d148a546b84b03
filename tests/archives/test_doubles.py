"""The same paper scanned twice is reported with both files; papers of twins are not; nothing is merged.

Real pages, real readers: a certificate as a scan and as a photocopy, the certificate of the child's twin, and a text of
no known kind twice. Then papers made by hand, for what a batch of a million would do.
"""

import csv
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.sqlite_index import _FEW
from chalicelib.archive import doubles as laws
from chalicelib.bulk import doubles, shelves
from chalicelib.cli import archive
from chalicelib.dossier.batch import Row, Source
from chalicelib.dossier.paper import Word
from chalicelib.wiring import ledger as ledger_at
from tests.archives import small_pages
from tests.archives.test_batch import worked
from tests.draw.degrade import degrade
from tests.draw.drawing import draw
from tests.draw.drawn import Drawn
from tests.draw.people import make_family, twin_of

SEED = 8201
KIND = "giay_khai_sinh"


def put(folder: Path, name: str, drawn: Drawn, style: str, seed: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(degrade(drawn, style, seed))


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A batch read to its report: one certificate twice, its twin's, a text twice, two pages of one form."""
    place = tmp_path_factory.mktemp("doubles")
    family, folder = make_family(f"{KIND}-{SEED}"), place / "in"
    paper, letter = draw(KIND, SEED, family=family), draw("khac", SEED)
    put(folder, "a.jpg", paper, "scan", 1)
    put(folder, "b.png", paper, "photocopy", 2)
    put(folder, "twin.jpg", draw(KIND, SEED, family=twin_of(family)), "scan", 3)
    put(folder, "letter.jpg", letter, "scan", 4)
    put(folder, "letter-again.jpg", letter, "scan", 5)
    small_pages.fill(folder / "forms", singles=2, books=0, pages=0)
    return place / "out", shelves.fill(worked(folder, place / "out"), place / "out")


def told(out: Path) -> list[tuple[str, str, str]]:
    with (out / "doubles.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(Path(r["double_of"]).name, Path(r["file"]).name, r["seen_by"]) for r in rows]


@pytest.mark.eyes
def test_a_paper_scanned_twice_is_told_and_the_twins_is_not(batch: Any) -> None:
    out, report = batch
    assert told(out) == [("a.jpg", "b.png", "values"), ("letter-again.jpg", "letter.jpg", "words")]
    assert report["probable_doubles"] == 2


@pytest.mark.eyes
def test_nothing_is_merged_or_dropped(batch: Any) -> None:
    _, report = batch
    assert report["closes"] and report["papers"]["all"] == report["pages"]["read"] == 7


@pytest.mark.eyes
def test_the_same_batch_again_tells_the_same_and_status_tells_it_too(
    batch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    out, report = batch
    before = (out / "doubles.csv").read_bytes()
    assert shelves.fill(worked(out.parent / "in", out), out) == report
    assert (out / "doubles.csv").read_bytes() == before
    archive.status(out, as_json=True)
    assert json.loads(capsys.readouterr().out)["probable_doubles"] == 2


# ---- papers made by hand -------------------------------------------------------------------------

VALUES = {
    "number": "17/1987", "child.full_name": "Trần Văn Mẫu", "child.birth_date": "1987-05-06",
    "mother.full_name": "Phạm Thị Mẹ", "father.full_name": "Trần Cha", "registered_on": "1987-05-20",
}  # fmt: skip


def made(doubts: tuple[str, ...] = (), **other: str) -> dict[str, Any]:
    """A certificate's record as far as it is compared; `other` values by key, dots as two underscores."""
    values = VALUES | {key.replace("__", "."): value for key, value in other.items()}
    return {"kind": KIND, "fields": {k: {"value": v} for k, v in values.items()}, "doubts": doubts}


NAME = "child.full_name"


@pytest.mark.parametrize(
    ("again", "same"),
    [
        (made(), True),
        (made(child__full_name="Trần Văn Mâu", doubts=(NAME,)), True),  # misread, and not sure
        (made(child__full_name="Trần Văn Mâu"), False),  # surely another name
        (made(child__full_name="Trần Thị Gương", doubts=(NAME,)), False),  # unsure, but not alike
        (made(registered_on="1999-05-20"), False),  # issued again another day
        (made(number="18/1987", doubts=("number",)), True),
        (made(number="18/1987", registered_on="1987-05-29", doubts=("number", "registered_on")), False),
    ],
)  # fmt: skip
def test_what_differs_surely_is_another_paper(again: dict[str, Any], same: bool) -> None:
    assert laws.same_paper(made(), again) is same
    assert laws.same_paper(again, made()) is same


def sheet(*words: tuple[str, float]) -> str:
    return laws.sheet_of(Word(text, (0, 0, 1, 1), sure, 1, 1) for text, sure in words)


def test_words_that_exclude_each_other_make_two_sheets() -> None:
    print_ = [("Kính", 1.0), ("gửi", 1.0), ("ông", 1.0), ("bà", 1.0), ("số", 1.0)]
    one = sheet(*print_, ("17", 1.0), ("Mẫu", 1.0))
    assert laws.same_sheet(one, sheet(*print_, ("17", 0.4), ("Mâu", 0.4)))
    assert not laws.same_sheet(one, sheet(*print_, ("18", 0.4), ("Mẫu", 1.0)))
    assert not laws.same_sheet(one, sheet(*print_, ("17", 1.0), ("Gương", 1.0)))
    assert not laws.same_sheet(one, sheet(("Biên", 1.0), ("lai", 1.0)))


def put_papers(folder: Path, records: list[dict[str, Any]]) -> Any:
    """A ledger with these papers, a file each."""
    ledger = ledger_at(folder / "ledger.db")
    digests = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(len(records))]
    ledger.enter([Source(f"{n:04d}.jpg", d, 1, 1) for n, d in enumerate(digests)])
    for n, record in enumerate(records):
        (folder / f"{n}.json").write_text(json.dumps(record))
        files = {"pdf": f"{n}.pdf", "record": f"{n}.json"}
        row = Row(
            digests[n][:16], KIND, "", (1,), 1, (), "", "", "", {"file": f"{n:04d}.jpg"}, files,
            {"pdf": 1, "source": 1}, True,
        )  # fmt: skip
        task = ledger.claim()
        ledger.put_together(replace(task, seen=(1,)), [laws.marked(row, record, ())])
    return ledger


def of(ledger: Any, folder: Path) -> list[tuple[str, str]]:
    return [(d[0].shown["file"], d[1].shown["file"]) for d in doubles.probable(ledger, folder)]


def test_a_sheet_scanned_again_and_again_is_told_each_time_with_its_first_scan(
    tmp_path: Path,
) -> None:
    many = 3 * _FEW
    ledger = put_papers(tmp_path, [made() for _ in range(many)])
    assert of(ledger, tmp_path) == [(f"{n:04d}.jpg", "0000.jpg") for n in range(1, many)]
    compared = sum(1 for _ in ledger.alike(laws.SHARED))
    assert compared < 2 * many  # not each with each


def test_of_two_papers_like_a_cut_one_but_not_each_other_each_is_told_with_what_it_is_like(
    tmp_path: Path,
) -> None:
    cut, other_day = made(registered_on=""), made(registered_on="1987-06-30")
    ledger = put_papers(tmp_path, [made(), cut, other_day])
    assert of(ledger, tmp_path) == [("0001.jpg", "0000.jpg"), ("0002.jpg", "0001.jpg")]


def test_brothers_and_sisters_are_not_even_compared(tmp_path: Path) -> None:
    younger = made(
        child__full_name="Trần Thị Gương", child__birth_date="1990-01-02", number="3/1990"
    )
    ledger = put_papers(tmp_path, [made(), younger])
    assert list(ledger.alike(laws.SHARED)) == []


def test_a_paper_read_anew_is_no_double_of_what_it_was(tmp_path: Path) -> None:
    ledger = put_papers(tmp_path, [made(), made()])
    with ledger._store.change() as db:  # as a retry would
        db.execute("update page set state = 'queued' where file = 2")
    task, (_, row) = ledger.claim(), list(ledger.papers())
    other = made(child__full_name="Lê Khác", child__birth_date="1999-09-09", number="9")
    ledger.put_together(replace(task, seen=(1,)), [laws.marked(row, other, ())])
    assert list(ledger.alike(laws.SHARED)) == []
