"""Facing pages in two files: joined when the batch is told, again the same, whichever file is read anew."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from chalicelib.archive import records, wording
from chalicelib.bulk import facing
from chalicelib.bulk.entries import HALF
from chalicelib.dossier.batch import Source
from chalicelib.dossier.paper import Field, PageQuality, PaperRead
from chalicelib.wiring import ledger as ledger_at

LEFT = {"number": ("17", "18"), "child.full_name": ("Trần Mẫu", "Lê Mẫu")}
RIGHT = {"mother.full_name": ("Phạm Thị Mẹ", "Võ Thị Mẹ"), "note": ("a", "b")}


def put(
    ledger: Any,
    folder: Path,
    name: str,
    columns: dict[str, tuple[str, ...]],
    book: str = "02/1987",
    sure: float = 0.99,
) -> None:
    """A file of one page with these entries, as a worker would have put it in."""
    task = ledger.claim()
    rows = []
    for n in range(len(next(iter(columns.values())))):
        fields = {k: Field(v[n], v[n], sure, 1, (1, 1, 9, 9)) for k, v in columns.items()}
        place = {
            "row": n + 1, "page_paper": "0" * 16, "register": "so_dang_ky_khai_sinh", "book": book,
            "page": 4, "year": "1987",
        }  # fmt: skip
        paper = PaperRead("muc_khai_sinh", 1.0, (1,), fields)
        made = records.record(task, paper, [PageQuality(1, "good")], (lambda *_: 0.9, 0.7), place)
        made |= {
            "pdf": {"file": f"{name}.pdf", "bytes": 1, "source_bytes": 1, "pdfa": True},
            "thumbnail": "a.jpg",
        }
        made["doubts"] += [HALF] if "number" not in columns else []
        path = f"{name}-{n}.json"
        (folder / path).write_bytes(records.as_bytes(made))
        row = records.row_of(made)
        rows.append(replace(row, files={**row.files, "record": path}))
    ledger.put_together(replace(task, seen=(1,)), rows)


def batch(folder: Path, right: dict[str, tuple[str, ...]] = RIGHT, book: str = "02/1987") -> Any:
    ledger = ledger_at(folder / "ledger.db")
    ledger.enter([Source(f"{n}.jpg", f"{n:064d}", 1, 1) for n in (1, 2)])
    put(ledger, folder, "1", LEFT)
    put(ledger, folder, "2", right, book)
    return ledger


def told(folder: Path, ledger: Any) -> list[tuple[int, tuple[str, ...], list[str]]]:
    rows = list(ledger.papers())
    return [
        (r.entry, r.doubts, list(json.loads((folder / r.files["record"]).read_text())["fields"]))
        for r in rows
    ]


def test_entries_of_a_right_page_are_joined_to_the_left_ones(tmp_path: Path) -> None:
    ledger = batch(tmp_path)
    assert facing.join(ledger, tmp_path) == 2
    whole, half = [*LEFT, *RIGHT], list(RIGHT)
    assert told(tmp_path, ledger) == [
        (1, (), whole),
        (2, (), whole),
        (-1, (), half),
        (-2, (), half),
    ]
    found = ledger.search(names=wording.asked_name("pham thi me"))
    assert "Trần Mẫu" in {f.shown["name"] for f in found}


def test_again_nothing_changes_and_a_left_page_read_anew_is_joined_anew(tmp_path: Path) -> None:
    ledger = batch(tmp_path)
    facing.join(ledger, tmp_path)
    before = told(tmp_path, ledger)
    assert facing.join(ledger, tmp_path) == 0 and told(tmp_path, ledger) == before
    read_anew(ledger, tmp_path)
    assert facing.join(ledger, tmp_path) == 2 and told(tmp_path, ledger) == before


def read_anew(ledger: Any, folder: Path) -> None:
    """The left page, as a retry would."""
    again = ledger_at(folder / "ledger.db")
    with again._store.change() as db:
        db.execute("update page set state = 'queued' where file = 1")
        db.execute("update file set state = 'waiting' where id = 1")
    put(ledger, folder, "1", LEFT)


def test_doubts_of_a_right_page_outlast_a_left_one_read_anew(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path / "ledger.db")
    ledger.enter([Source(f"{n}.jpg", f"{n:064d}", 1, 1) for n in (1, 2)])
    put(ledger, tmp_path, "1", LEFT)
    put(ledger, tmp_path, "2", RIGHT, sure=0.5)
    for _ in range(2):
        facing.join(ledger, tmp_path)
        doubts = [r.doubts for r in ledger.papers()]
        assert doubts == [tuple(RIGHT), tuple(RIGHT), (), ()]  # counted once
        read_anew(ledger, tmp_path)


def test_pages_that_do_not_match_stay_halves(tmp_path: Path) -> None:
    (tmp_path / "rows").mkdir()
    (tmp_path / "books").mkdir()
    fewer = {"mother.full_name": ("Phạm Thị Mẹ",)}
    for folder, ledger in (
        (tmp_path / "rows", batch(tmp_path / "rows", fewer)),
        (tmp_path / "books", batch(tmp_path / "books", book="03/1987")),
    ):
        assert facing.join(ledger, folder) == 0
        assert [r.doubts for r in ledger.papers() if "number" not in r.marks][-1] == (HALF,)
