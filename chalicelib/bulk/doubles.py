"""Papers that were probably scanned twice: another file, tilt, brightness or resolution, the same sheet.

In: a ledger and its folder. Out: each later scan with the earliest of its sheet. Found by looking into the ledger each
time, so nothing has to be kept true: a batch killed, run again or added to tells the same. Merges and drops nothing.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chalicelib.archive import doubles
from chalicelib.dossier.batch import Row
from chalicelib.ports import Ledger

COLUMNS = ("kind", "file", "pages", "pdf", "double_of", "its_pages", "its_pdf", "seen_by")
Double = tuple[Row, Row]
"""A scan, and the earliest scan of the same sheet, by file and page."""


def probable(ledger: Ledger, folder: Path) -> list[Double]:
    """All that are probably doubles, in the order of files and pages."""
    pairs = (pair for pair in ledger.alike(doubles.SHARED) if _same(*pair, folder))
    return sorted(_with_the_first(pairs), key=lambda double: _place(double[0]))


def line(double: Double) -> list[object]:
    """A line of doubles.csv: both scans, and whether values or words tell it."""
    later, first = double
    scans = [(r.shown["file"], " ".join(map(str, r.pages)), r.files["pdf"]) for r in double]
    return [later.kind, *scans[0], *scans[1], "words" if first.sheet else "values"]


def _same(one: Row, other: Row, folder: Path) -> bool:
    if one.sheet or other.sheet:
        return doubles.same_sheet(one.sheet, other.sheet)
    made, again = (_record(row, folder) for row in (one, other))
    return bool(made and again) and doubles.same_paper(made, again)


def _record(row: Row, folder: Path) -> dict[str, Any]:
    """The paper's record; empty while a retry, in a process of its own, puts another in its place."""
    try:
        made: dict[str, Any] = json.loads((folder / row.files["record"]).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return made


def _with_the_first(pairs: Iterable[Double]) -> list[Double]:
    """Scans that hang together by pairs, each but the first with the first."""
    before: dict[str, Row] = {}
    rows: dict[str, Row] = {}

    def first(row: Row) -> Row:
        while row.id in before:
            row = before[row.id]
        return row

    for pair in pairs:
        rows |= {row.id: row for row in pair}
        one, other = sorted(map(first, pair), key=_place)
        if one.id != other.id:
            before[other.id] = one
    return [(row, first(row)) for row in rows.values() if row.id in before]


def _place(row: Row) -> tuple[str, tuple[int, ...]]:
    return row.shown["file"], row.pages
