"""Papers that were probably scanned twice: another file, tilt, brightness or resolution, the same sheet.

In: a ledger and its folder. Out: each later scan with the earliest of its sheet. Found by looking into the ledger each
time, so nothing has to be kept true: a batch killed, run again or added to tells the same. Merges and drops nothing.
"""

from pathlib import Path
from typing import Any

from chalicelib.archive import doubles
from chalicelib.bulk.files import record_of
from chalicelib.dossier.batch import Row
from chalicelib.ports import Ledger

COLUMNS = ("kind", "file", "pages", "pdf", "double_of", "its_pages", "its_pdf", "seen_by")
Double = tuple[Row, Row]
"""A scan, and the earliest one that is like it: of the file that was put in first, of its first pages."""


def probable(ledger: Ledger, folder: Path) -> list[Double]:
    """All that are probably doubles; of a sheet scanned often each is told once, with the earliest like it."""
    first: dict[str, Double] = {}
    for one, other in ledger.alike(doubles.SHARED):
        if other.id not in first and _same(one, other, folder):
            first[other.id] = (other, one)
    return sorted(first.values(), key=lambda d: (d[0].shown["file"], d[0].pages))


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
        return record_of(folder, row)
    except FileNotFoundError:
        return {}
