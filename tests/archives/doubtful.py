"""A batch as readers would have made it, with doubts and their pictures, without reading: for what comes after."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from chalicelib.archive import records
from chalicelib.dossier.batch import Row, Source, Task
from chalicelib.dossier.paper import Field, PageQuality, PaperRead
from chalicelib.ports import Ledger
from chalicelib.wiring import ledger as ledger_at

NAME, NUMBER = "child.full_name", "number"
PICTURE = b"\xff\xd8 a picture"
BIRTH, DEATH, ENTRY = "giay_khai_sinh", "trich_luc_khai_tu", "muc_khai_sinh"
_PLACE = {
    "row": 1, "page_paper": "0" * 16, "register": "so_dang_ky_khai_sinh", "book": "02/1987",
    "page": 4, "year": "1987",
}  # fmt: skip
Paper = tuple[str, Mapping[str, tuple[Any, float]], float]
"""Kind, fields as (value, confidence), how sure the kind is."""


def birth(name: str, sure: float = 0.4) -> Paper:
    return BIRTH, {NUMBER: ("17", 0.99), NAME: (name, sure)}, 0.99


def batch(folder: Path, papers: Sequence[Paper]) -> Ledger:
    """Each paper in a file of its own."""
    folder.mkdir(exist_ok=True)
    ledger = ledger_at(folder / "ledger.db")
    ledger.enter([Source(f"{n}.jpg", f"{n:064d}", 1, 1) for n in range(len(papers))])
    for paper in papers:
        task = ledger.claim()
        assert task
        put_together(ledger, folder, task, paper)
    return ledger


def put_together(ledger: Ledger, folder: Path, task: Task, paper: Paper) -> None:
    kind, values, kind_sure = paper
    fields = {k: Field(v, str(v), sure, 1, (20, 9, 9, 9)) for k, (v, sure) in values.items()}
    made = records.record(
        task, PaperRead(kind, kind_sure, (1,), fields), [PageQuality(1, "good")],
        (lambda *_: 0.9, 0.7), _PLACE if kind == ENTRY else None,
    )  # fmt: skip
    made |= {"pdf": {"file": "a.pdf", "bytes": 1, "source_bytes": 1, "pdfa": True}}
    made |= {"thumbnail": "a.jpg"}
    row = records.row_of(made)
    files = {"record": f"{row.id}.json", "doubts": f"{row.id}.doubts.jpg"}
    (folder / files["record"]).write_bytes(records.as_bytes(records.checked(made)))
    (folder / files["doubts"]).write_bytes(PICTURE)
    row = replace(row, files={**row.files, **files})
    ledger.put_together(replace(task, seen=(1,)), [row])


def rows(ledger: Ledger) -> list[Row]:
    return list(ledger.papers())
