"""Double keying: blind, two that agree are certain, two that differ want a third; what is certain is in the index."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.archive import keying, records, wording
from chalicelib.bulk import keying as keying_in
from chalicelib.bulk import shelves
from chalicelib.cli import archive_gate
from chalicelib.dossier.batch import Key, Source, Task
from chalicelib.dossier.paper import Field, PageQuality, PaperRead
from chalicelib.errors import KeyingSheetWrong
from chalicelib.wiring import ledger as ledger_at

NAME = "child.full_name"


def keys(*values: str | None) -> list[Key]:
    return [Key("p", NAME, f"officer_{n}", value) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "state", "value"),
    [
        ((), "open", None),
        (("Trần Mẫu",), "open", None),
        (("Trần Mẫu", "trần  mẫu "), "certain", "Trần Mẫu"),
        (("Hoà", "Hòa"), "certain", "Hoà"),
        (("5/3/1987", "1987-03-05"), "certain", "5/3/1987"),
        (("Trần Mẫu", "Trần Mậu"), "open", None),
        (("Trần Mẫu", "Trần Mậu", "Trần Mậu"), "certain", "Trần Mậu"),
        (("Trần Mẫu", "Trần Mậu", "Trân Mẫu"), "unresolved", None),
        (("?", "?"), "open", None),
        (("-", "-"), "certain", None),
    ],
)
def test_two_equal_values_are_certain_and_unequal_ones_want_a_third(values, state, value):
    found = keying.verdict(keys(*values))
    assert (found.state, found.value) == (state, value)


def test_a_field_goes_to_two_officers_and_to_a_third_only_if_they_differ():
    assert keying.is_for([], "lan")
    assert keying.is_for(keys(None), "lan") and not keying.is_for(keys(None, None), "lan")
    assert not keying.is_for(keys("A", "A"), "lan")
    assert keying.is_for(keys("A", "B"), "lan") and not keying.is_for(keys("A", "B", None), "lan")
    assert not keying.is_for(keys("A", "B"), "officer_0")  # never the same person again
    assert keying.is_for(keys("A", None), "officer_1")  # what was handed out and not typed


def batch(folder: Path) -> Path:
    """An archive of one entry whose name is doubtful, as readers would have made it."""
    ledger = ledger_at(folder / "ledger.db")
    ledger.enter([Source("book.pdf", "0" * 64, 1, 1)])
    ledger.seen(ledger.claim())
    task = ledger.claim()
    made = record(task)
    row = records.row_of(made)
    name = f"{made['name']}.json"
    (folder / name).write_bytes(records.as_bytes(made))
    ledger.put_together(task, [_filed(row, name)])
    return folder


def _filed(row: Any, name: str) -> Any:
    from dataclasses import replace

    return replace(row, files={**row.files, "record": name})


def record(task: Task) -> dict[str, Any]:
    fields = {
        "number": Field("17", "17", 0.99, 1, (9, 9, 9, 9)),
        NAME: Field("Trần Mậu", "Trần Mậu", 0.4, 1, (20, 9, 9, 9)),
    }
    paper = PaperRead("muc_khai_sinh", 1.0, (1,), fields)
    place = {
        "row": 1, "page_paper": "0" * 16, "register": "so_dang_ky_khai_sinh", "book": "02/1987",
        "page": 4, "year": "1987",
    }  # fmt: skip
    made = records.record(task, paper, [PageQuality(1, "good")], (lambda *_: 0.9, 0.7), place)
    return made | {
        "pdf": {"file": "a.pdf", "bytes": 1, "source_bytes": 1, "pdfa": True}, "thumbnail": "a.jpg"
    }  # fmt: skip


def sheet(folder: Path, officer: str) -> list[dict[str, str]]:
    with (folder / "keying" / f"{officer}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def typed(folder: Path, officer: str, value: str, everything: bool = False) -> int:
    """One officer's turn: draw, type the name, hand in."""
    assert archive_gate.key(folder, officer, everything, None, 200) == 0
    lines = sheet(folder, officer)
    for line in lines:
        line["value"] = value if line["field"] == NAME else "17"
    with (folder / "keying" / f"{officer}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, lines[0])
        table.writeheader()
        table.writerows(lines)
    return archive_gate.keyed(folder, officer)


def test_three_officers_make_a_doubtful_name_certain_and_it_is_found(tmp_path):
    folder = batch(tmp_path)
    assert typed(folder, "lan", "Trần Mẫu") == 1  # one is not enough
    assert typed(folder, "minh", "Trần Mão") == 1  # and two that differ are not
    assert archive_gate.key(folder, "lan", False, None, 200) == 1  # nothing more for the first
    assert typed(folder, "hoa", "TRẦN MẪU") == 0
    ledger = ledger_at(folder / "ledger.db")
    (row,) = ledger.papers()
    field = json.loads((folder / row.files["record"]).read_text())["fields"][NAME]
    assert (field["value"], field["source"], field["keyed_by"]) == (
        "Trần Mẫu",
        "keyed",
        ["lan", "hoa"],
    )
    assert field["raw"] == "Trần Mậu" and row.doubts == ()
    assert [f.shown["name"] for f in ledger.search(names=wording.asked_name("tran mau"))] == [
        "Trần Mẫu"
    ]
    assert shelves.fill(ledger, folder)["keying"] == {"certain": 1, "open": 0, "unresolved": 0}


def test_no_sheet_shows_what_was_read_or_typed_by_another(tmp_path):
    folder = batch(tmp_path)
    typed(folder, "lan", "Trần Bí Mật")
    archive_gate.key(folder, "minh", False, None, 200)
    text = (folder / "keying" / "minh.csv").read_text("utf-8-sig")
    assert NAME in text and "Bí Mật" not in text and "Mậu" not in text
    assert [line["value"] for line in sheet(folder, "minh")] == [""]


def test_all_fields_are_keyed_where_a_register_must_be_certain(tmp_path):
    folder = batch(tmp_path)
    typed(folder, "lan", "Trần Mẫu", everything=True)
    assert {line["field"] for line in sheet(folder, "lan")} == {"number", NAME}
    assert typed(folder, "minh", "Trần Mẫu") == 0
    assert shelves.fill(ledger_at(folder / "ledger.db"), folder)["keying"]["certain"] == 2


def test_a_batch_is_not_released_while_fields_are_open(tmp_path):
    folder = batch(tmp_path)
    assert archive_gate.draw(folder, "II", "0.65") == 0
    path = folder / "sample.csv"
    path.write_text(path.read_text("utf-8-sig").replace(",\n", ",y\n"))
    assert archive_gate.judge(folder) == 0
    ledger = ledger_at(folder / "ledger.db")
    assert shelves.fill(ledger, folder)["released"]
    typed(folder, "lan", "Trần Mẫu")
    assert not shelves.fill(ledger, folder)["released"]
    typed(folder, "minh", "Trần Mẫu")
    assert shelves.fill(ledger, folder)["released"]


def test_fields_that_were_not_handed_to_the_officer_are_refused(tmp_path):
    folder = batch(tmp_path)
    archive_gate.key(folder, "lan", False, None, 200)
    (folder / "keying" / "minh.csv").write_bytes((folder / "keying" / "lan.csv").read_bytes())
    with pytest.raises(KeyingSheetWrong):
        archive_gate.keyed(folder, "minh")
    with pytest.raises(KeyingSheetWrong):
        archive_gate.key(folder, "../lan", False, None, 200)


def test_a_sheet_written_anew_loses_nothing_that_was_typed(tmp_path):
    folder = batch(tmp_path)
    assert archive_gate.key(folder, "lan", False, None, 200) == 0
    at = folder / "keying" / "lan.csv"
    at.write_text(at.read_text("utf-8-sig").replace(",\n", ",Trần Mẫu\n"), "utf-8")
    archive_gate.key(folder, "lan", True, None, 200)
    typed_by = {k.field: k.value for k in ledger_at(folder / "ledger.db").keyed()}
    assert typed_by[NAME] == "Trần Mẫu" and typed_by["number"] is None


def test_a_name_that_is_none_begins_nothing(tmp_path):
    folder = batch(tmp_path)
    with pytest.raises(KeyingSheetWrong):
        archive_gate.key(folder, "a b", False, None, 200)
    ledger = ledger_at(folder / "ledger.db")
    assert not ledger.keyed() and not keying_in.mode(ledger)


def test_only_the_kind_asked_for_is_handed_out(tmp_path):
    folder = batch(tmp_path)
    assert archive_gate.key(folder, "lan", True, None, 200) == 0  # all kinds, before
    assert archive_gate.key(folder, "minh", False, "giay_chung_sinh", 200) == 1
    assert sheet(folder, "minh") == []


def test_what_an_officer_who_left_was_handed_goes_to_others(tmp_path):
    folder = batch(tmp_path)
    assert archive_gate.key(folder, "gone", False, None, 200) == 0
    typed(folder, "lan", "Trần Mẫu")
    assert archive_gate.key(folder, "minh", False, None, 200) == 1  # two have it already
    assert archive_gate.key_back(folder, "gone") == 0
    assert typed(folder, "minh", "Trần Mẫu") == 0
    with pytest.raises(KeyingSheetWrong):
        archive_gate.keyed(folder, "gone")
