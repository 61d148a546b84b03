"""Register books: pages split into entries, two facing pages joined, order and missing pages told, entries found."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from chalicelib import reading
from chalicelib.archive import books, wording
from chalicelib.archive.books import Leaf, Problem
from chalicelib.bulk import entries, shelves
from chalicelib.dossier.paper import Field
from chalicelib.dossier.register import BookPage
from chalicelib.extraction import registers
from chalicelib.imaging import cleanup, grid
from chalicelib.registers import read_page
from tests.archives.test_batch import index, worked
from tests.draw.degrade import degrade
from tests.draw.register_book import draw_book

SEED = 5000


def leaf(number: int | None, page: int, *names: str, book: str = "02/1987") -> Leaf:
    own = tuple((str(10 * page + n), name) for n, name in enumerate(names))
    return Leaf("00070", "so_dang_ky_khai_sinh", book, "1987", number, "scan.pdf", page, own)


def problems(*leaves: Leaf) -> list[tuple[str, str, int]]:
    return [(p.what, p.number, p.page) for book in books.told(leaves) for p in book.problems]


def test_a_whole_book_has_no_problems():
    assert problems(*(leaf(n, n) for n in range(1, 9))) == []


def test_missing_pages_double_scans_and_wrong_order_are_told():
    scanned = [leaf(n, page) for page, n in enumerate((1, 2, 2, 5, 6, 4, 9), start=1)]
    assert problems(*scanned) == [
        ("double_scan", "2", 3), ("out_of_order", "4", 6),
        ("page_missing", "3", 0), ("page_missing", "7", 0), ("page_missing", "8", 0),
    ]  # fmt: skip


def test_a_number_that_both_neighbours_contradict_was_misread():
    assert problems(leaf(4, 1), leaf(None, 2), leaf(6, 3), leaf(70, 4), leaf(8, 5)) == [
        ("page_number_unread", "5", 2), ("page_number_misread", "7", 4),
    ]  # fmt: skip


def test_a_page_scanned_again_under_another_number_is_known_by_its_entries():
    first = leaf(1, 1, "Trần Mẫu", "Lê Mẫu", "Phạm Mẫu")
    again = replace(first, number=3, page=3)
    assert ("double_scan", "3", 3) in problems(first, leaf(2, 2, "Võ Mẫu"), again)


def test_a_page_that_names_a_strange_book_is_of_its_neighbours():
    (told,) = books.told([leaf(1, 1), leaf(2, 2, book="92/1987"), leaf(3, 3)])
    assert (told.book, told.pages, told.first, told.last) == ("02/1987", 3, 1, 3)


def test_entries_missing_and_numbered_twice_are_told():
    numbered = [replace(leaf(n, n), entries=own) for n, own in enumerate((
        (("1", "A"), ("2", "B")), (("4", "C"), ("4", "D")),
    ), start=1)]  # fmt: skip
    (told,) = books.told(numbered)
    assert told.problems == (
        Problem("entry_twice", "4", "scan.pdf", 2), Problem("entry_missing", "3"),
    )  # fmt: skip


def page(begins: bool, names: Sequence[str]) -> BookPage:
    key = "child.full_name" if begins else "note"
    own = tuple({key: Field(name, name, 0.9, 1)} for name in names)
    return BookPage("so_dang_ky_khai_sinh", 1.0, {}, (key,), begins, own)


def test_a_right_page_goes_on_with_the_left_ones_entries():
    told = dict(entries.lines({1: page(True, "ab"), 2: page(False, "cd"), 3: page(True, "e")}))
    assert [(line.row, line.pages, sorted(line.fields)) for line in told[1]] == [
        (1, (1, 2), ["child.full_name", "note"]), (2, (1, 2), ["child.full_name", "note"]),
    ]  # fmt: skip
    assert told[2] == [] and [line.half for line in told[3]] == [False]


def test_halves_that_do_not_match_stand_alone_and_are_doubtful():
    told = dict(entries.lines({1: page(True, "ab"), 2: page(False, "c")}))
    assert [line.half for lines in told.values() for line in lines] == [True, True, True]


def test_a_table_that_is_no_register_is_none():
    assert (
        registers.recognise("BẢNG KÊ LÂM SẢN", ["TT", "Tên lâm sản", "Số lượng", "Ghi chú"]) is None
    )


def test_readers_that_agree_are_surer_than_one_alone():
    name = next(c for c in registers.layouts()[0].columns if c.field == "child.full_name")
    one, other = ("Trần Văn Mẫu", 0.95), ("Trần Vân Mẫu", 0.95)
    found = [
        registers.settled(name, o) for o in ([one, one], [other, one, one], [other, one, other])
    ]
    assert [value for value, _, _ in found] == [one[0]] * 3
    ways = (registers.AGREED, registers.BORNE_OUT, registers.ALONE)
    assert [sure for _, _, sure in found] == [registers.measured(how, "name") for how in ways]
    assert found[0][2] > found[2][2]


def bound(pictures: Sequence[bytes]) -> bytes:
    """A scanned book: a PDF of these pictures."""
    pages, out = [Image.open(io.BytesIO(p)) for p in pictures], io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return out.getvalue()


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, dict[str, Any], list[Any]]:
    """Births over two facing pages, and a page of deaths on its own: out, ledger, report, what stands there."""
    place = tmp_path_factory.mktemp("books")
    births = draw_book("so_dang_ky_khai_sinh", SEED, 1, facing=True, hand=False)
    deaths = draw_book("so_dang_ky_khai_tu", SEED + 1, 1, hand=False)
    (place / "in").mkdir()
    (place / "in" / "births.pdf").write_bytes(bound([degrade(d, "scan", SEED) for d in births]))
    (place / "in" / "deaths.jpg").write_bytes(degrade(deaths[0], "scan", SEED))
    ledger = worked(place / "in", place / "out")
    left, right = (d.truth["entries"] for d in births)
    told = [{**a, **b} for a, b in zip(left, right, strict=True)] + deaths[0].truth["entries"]
    return place / "out", ledger, shelves.fill(ledger, place / "out"), told


@pytest.mark.eyes
def test_every_entry_is_a_record_of_its_own_and_the_count_still_closes(batch: Any) -> None:
    out, _, report, told = batch
    assert report["closes"] and report["pages"]["read"] == report["papers"]["all"] == 3
    assert report["papers"]["entries"] == report["books"]["entries"] == len(told)
    rows = [r for r in index(out) if r["entry"]]
    assert {r["kind"] for r in rows} == {"muc_khai_sinh", "muc_khai_tu"}
    records = [json.loads((out / r["record"]).read_text()) for r in rows]
    assert all((out / r["pdf"]).exists() for r in rows)
    right = sum(
        str(made["fields"][key]["value"]).casefold() == str(value).casefold()
        for made, entry in zip(records, told, strict=True)
        for key, value in entry.items()
    )
    assert right >= 0.95 * sum(map(len, told))


@pytest.mark.eyes
def test_an_entry_is_found_by_name_without_marks_by_book_and_number(batch: Any) -> None:
    out, ledger, _, told = batch
    row = next(r for r in index(out) if r["kind"] == "muc_khai_tu")
    name = str(told[-1]["deceased.full_name"])
    found = ledger.search(names=wording.asked_name(wording.folded(name)))
    assert name.casefold() in {str(f.shown["name"]).casefold() for f in found}
    marks = [wording.mark_word("n", row["number"]), wording.mark_word("b", row["book"])]
    assert row["id"] in {f.id for f in ledger.search(marks=marks)}


@pytest.mark.eyes
def test_books_are_told_with_their_pages(batch: Any) -> None:
    out, _, report, _ = batch
    with (out / "books.csv").open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file))
    assert [b["pages"] for b in told] == ["2", "1"] and report["books"]["problems"] == {}


@pytest.mark.eyes
def test_a_row_that_nobody_could_read_is_an_entry_with_doubts_and_an_empty_one_is_none() -> None:
    (drawn,) = draw_book("so_dang_ky_khai_tu", SEED + 2, 1, hand=False)
    seen = reading.see_page(degrade(drawn, "scan", SEED), 1)
    told = drawn.truth["entries"]
    last_row = grid.rows_of(cleanup.unpack(seen.jpeg))[-1][0][1]
    unread = replace(seen, words=[w for w in seen.words if w.box[1] < last_row])
    _, page = read_page(unread, "so_dang_ky_khai_tu")
    assert page and len(page.entries) == len(told)
    assert all(f.confidence <= 0.9 for f in page.entries[-1].values() if f.raw)
