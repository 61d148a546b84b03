"""Closed lists of `schemas/vocabulary/` and the guarded way to repair a text against one.

In: a text and a list. Out: the member it provably is, or None. Where two members are equally near,
nothing is repaired.
"""

import csv
import json
from collections.abc import Collection, Iterable
from functools import cache

from rapidfuzz.distance import OSA

from chalicelib.extraction.letters import VOCABULARY, compose, letters_of, strokes

_USUAL = 20  # the list begins with the commonest


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one CSV file of the vocabulary."""
    with (VOCABULARY / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@cache
def ethnic_groups() -> tuple[str, ...]:
    """Names and printed spellings of the 54 groups."""
    return tuple(_with_variants(rows("ethnic_groups.csv"), "name"))


@cache
def surnames() -> frozenset[str]:
    """Surnames, capitalised."""
    return frozenset(r["surname"] for r in rows("surnames.csv"))


@cache
def usual_surnames() -> frozenset[str]:
    """Those that most people bear: a slip of marks in them is far likelier than another name."""
    return frozenset(r["surname"] for r in rows("surnames.csv")[:_USUAL])


@cache
def name_syllables() -> frozenset[str]:
    """Syllables usual in names, capitalised; surnames are names too."""
    usual = (VOCABULARY / "name_syllables.txt").read_text("utf-8").split()
    return frozenset(usual) | surnames()


@cache
def lines_of(name: str) -> tuple[str, ...]:
    """The lines of a text file of the vocabulary."""
    return tuple((VOCABULARY / name).read_text("utf-8").splitlines())


@cache
def issuers() -> tuple[str, ...]:
    """Authorities that issue identity papers."""
    return tuple(r["issuer"] for r in rows("issuers.csv"))


@cache
def province_codes() -> frozenset[str]:
    """First three digits that a personal number usually has."""
    return frozenset(r["code"] for r in rows("provinces.csv"))


def _with_variants(table: Iterable[dict[str, str]], column: str) -> Iterable[str]:
    for row in table:
        yield row[column]
        yield from filter(None, (row.get("variants") or "").split("|"))


@cache
def closed(name: str) -> tuple[str, ...]:
    """One of the short closed lists of `lists.json`: genders, relationships, nations."""
    lists: dict[str, list[str]] = json.loads((VOCABULARY / "lists.json").read_text("utf-8"))
    return tuple(lists[name])


def nearest(text: str, members: Collection[str], slack: float = 0.25) -> str | None:
    """The one member that the text must be: itself, same letters, else the only near one.

    `slack` is the share of letters that may be wrong; members of one or two letters need all.
    """
    whole = compose(text)
    if whole in members:
        return whole
    bare = letters_of(whole)
    if not bare:
        return None
    ranked = sorted((_distance(whole, bare, m), m) for m in members)
    best, second = ranked[0], ranked[1] if len(ranked) > 1 else ((99, 99), "")
    allowed = int(len(letters_of(best[1])) * slack)
    return best[1] if best[0][0] <= allowed and best[0] < second[0] else None


def _distance(whole: str, bare: str, member: str) -> tuple[int, int]:
    return OSA.distance(bare, letters_of(member)), OSA.distance(strokes(whole), strokes(member))
