"""Facing pages scanned into two files: entries of the right one joined to those of the left one, row by row.

In: a ledger and its folder, when its files are read. Out: records and rows of the left entries with what stands on the
right page; the right ones stay, known as the other half (`entry` < 0), so that reading either file again loses nothing:
doing it twice changes nothing. Pages that do not match stay as they are, halves with a doubt.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from chalicelib.archive import records
from chalicelib.bulk.entries import HALF
from chalicelib.bulk.files import record_of, write
from chalicelib.dossier.batch import Row
from chalicelib.extraction import registers
from chalicelib.ports import Ledger


def join(ledger: Ledger, folder: Path) -> int:
    """Join what belongs together; how many entries changed."""
    changed = 0
    for left, right in list(_pairs(ledger.papers())):
        for one, other in zip(left, right, strict=True):
            changed += _joined(ledger, folder, one, other)
    return changed


def _pairs(rows: Iterable[Row]) -> Iterator[tuple[list[Row], list[Row]]]:
    """The entries of two pages that follow each other in one book, the second all halves and as many."""
    before: list[Row] = []
    for _, group in groupby(rows, key=lambda r: (r.shown["file"], r.pages[0])):
        own = [r for r in group if r.entry]
        halves = bool(own) and all(r.entry < 0 or HALF in r.doubts for r in own)
        if halves and len(before) == len(own) and _one_book(before[0], own[0]):
            yield before, own
        before = [] if halves else own


def _one_book(left: Row, right: Row) -> bool:
    same = all(left.shown[key] == right.shown[key] for key in ("unit", "book"))
    return same and left.kind == right.kind and left.shown["file"] != right.shown["file"]


def _joined(ledger: Ledger, folder: Path, left: Row, right: Row) -> bool:
    one, other = (record_of(folder, row) for row in (left, right))
    if _begins(other) or not _begins(one):
        return False
    fresh = {k: f for k, f in other["fields"].items() if k not in one["fields"]}
    if not fresh and right.entry < 0:
        return False
    source = other["source"]
    facing = {"file": source["file"], "page": source["pages"][0], "fields": sorted(other["fields"])}
    doubts = [d for d in other["doubts"] if d not in (HALF, "kind")]
    whole = {
        **one,
        "fields": {**one["fields"], **fresh},
        "doubts": list(dict.fromkeys([*one["doubts"], *doubts])),
        "entry": {**one["entry"], "facing": facing},
    }
    half = {**other, "doubts": doubts, "entry": {**other["entry"], "goes_on_from": one["id"]}}
    for row, made in ((left, whole), (right, half)):
        _put(ledger, folder, row, made)
    return True


def _begins(made: Mapping[str, Any]) -> bool:
    """Does it have a field of those columns in which an entry begins?"""
    layout = next(b for b in registers.layouts() if b.entry == made["kind"])
    return any(c.begins and c.field in made["fields"] for c in layout.columns)


def _put(ledger: Ledger, folder: Path, row: Row, made: dict[str, Any]) -> None:
    record = records.checked(made)
    write(folder / row.files["record"], records.as_bytes(record))
    again = records.row_again(row, record)
    # a half's fields and doubts are counted with the whole
    ledger.amend(replace(again, fields=0, doubts=()) if again.entry < 0 else again)
