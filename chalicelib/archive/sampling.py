"""Acceptance sampling of a batch by attributes: ISO 2859-1 (TCVN 7790-1), single sampling, normal inspection.

In: how many papers a batch has, inspection level, AQL (most faulty papers in a hundred that is still good). Out: how
many papers to check, how many may be faulty, and which papers. The tables are data: `schemas/archive/iso2859_1_*.csv`.
A batch is a single lot here, so the standard's switching to tightened or reduced inspection is not done.
Refuses levels and AQLs that the tables do not have (`SamplingUnknown`).
"""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chalicelib.errors import SamplingUnknown

STANDARD = "ISO 2859-1:1999 (TCVN 7790-1:2007), single sampling, normal inspection"
TABLES = Path(__file__).resolve().parents[2] / "schemas" / "archive"


@dataclass(frozen=True, slots=True)
class Plan:
    """Check `sample` of `lot` papers; the batch passes with at most `accept` faulty ones."""

    lot: int
    level: str
    aql: str
    letter: str
    sample: int
    accept: int

    @property
    def everything(self) -> bool:
        """Is every paper to be checked?"""
        return self.sample >= self.lot


def plan(lot: int, level: str, aql: str) -> Plan:
    """The plan for a lot. Raises SamplingUnknown."""
    letter = next(
        (row[level] for row in _rows("letters") if level in row and lot <= int(row["lot_up_to"])),
        "",
    )
    for row in _rows("normal"):
        if row["letter"] == letter and row["aql"] == aql:
            return Plan(lot, level, aql, letter, min(lot, int(row["sample"])), int(row["accept"]))
    raise SamplingUnknown(level=level, aql=aql)


def chosen(ids: Iterable[str], sample: int, seed: str) -> list[str]:
    """The papers to check: drawn by a hash, so that anybody can draw them again and nobody can choose them."""
    return sorted(ids, key=lambda id: hashlib.sha256(f"{seed}:{id}".encode()).hexdigest())[:sample]


def seed_of(ids: Iterable[str]) -> str:
    """Of the lot itself: another lot, another sample; also tells whether a lot is still the one that was judged."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


@cache
def _rows(table: str) -> list[dict[str, str]]:
    with (TABLES / f"iso2859_1_{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
