"""Layouts of register books, loaded from `schemas/registers/`: data, no code per register.

In: the texts of a table's head, of the page above it, of a cell. Out: which register it is and which column is
which; values with their trust. A layout names the fields at a page's head (`head`) and its columns from the left:
what is printed over them (`says`), the field, its grammar, and whether an entry `begins` there. A page may carry some
of the columns only: the right one of two facing pages goes on with the entries of the left.
Refuses nothing: a head that fits no layout is no register.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from chalicelib.dossier.paper import Word
from chalicelib.extraction import normalise
from chalicelib.extraction.letters import letters_of

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "registers"
_LIKE = 80
_LEAST_SHARE = 0.6
_UNSEEN = 0.3
_CLEAR = 0.9
_CERTAIN = 0.999  # our own reader's, of a text the engine reads too: none of 5,600 was wrong
_ONE_WORD = 0.9  # one reader's word is never sure, however often it was right
_FIGURES = {"integer": "number"}  # a page's number is read as an entry's is
CERTAIN, AGREED, HEARD, BORNE_OUT, ALONE = "certain", "agreed", "heard", "borne_out", "alone"
USUAL = {CERTAIN: 0.95, AGREED: 0.9, HEARD: 0.8, BORNE_OUT: 0.7, ALONE: 0.4}
"""What each is worth where nobody has measured it: too little to be sure."""
_TITLE_WORTH = 0.3


@dataclass(frozen=True, slots=True)
class Column:
    """One column, or one field of a page's head."""

    says: tuple[str, ...]
    field: str
    grammar: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """One register: its pages' kind, its entries' kind, its titles (letters only), head and columns."""

    register: str
    entry: str
    titles: tuple[str, ...]
    head: tuple[Column, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A table's head told: a column for each cell of it, None where nobody knows; `sure` from 0 to 1."""

    layout: Layout
    columns: tuple[Column | None, ...]
    sure: float


@cache
def layouts() -> tuple[Layout, ...]:
    """All registers described, in alphabetical order."""
    return tuple(_layout(p) for p in sorted(FOLDER.glob("so_*.json")))


def _layout(path: Path) -> Layout:
    d = json.loads(path.read_text("utf-8"))
    titles = tuple(letters_of(t) for t in d["titles"])
    head, columns = (tuple(map(_column, d[part])) for part in ("head", "columns"))
    return Layout(d["register"], d["entry"], titles, head, columns)


def _column(d: Mapping[str, Any]) -> Column:
    says = tuple(letters_of(s) for s in d["says"])
    return Column(says, d["field"], d["grammar"], d.get("begins", False))


def recognise(above: str, head: Sequence[str], given: str = "") -> Match | None:
    """The register whose columns stand in a table's head; `above`: the print before it, `given`: what it should be."""
    found = [_match(layout, letters_of(above), head, given) for layout in layouts()]
    known = [m for m in found if sum(c is not None for c in m.columns) >= _LEAST_SHARE * len(head)]
    best = max(known, key=lambda m: m.sure, default=None)
    return best if best and best.sure >= _LEAST_SHARE else None


def _match(layout: Layout, above: str, head: Sequence[str], given: str) -> Match:
    told: list[Column | None] = []
    scores: list[float] = []
    first = 0
    for text in head:
        score, at = _nearest(layout.columns, letters_of(text), first)
        told.append(layout.columns[at] if score >= _LIKE else None)
        scores.append(score if score >= _LIKE else 0)
        first = at + 1 if score >= _LIKE else first
    titled = given == layout.register or _is_titled(layout, above)
    share = sum(scores) / 100 / max(1, len(head))
    sure = (1 - _TITLE_WORTH) * share + _TITLE_WORTH * titled
    return Match(layout, _filled(layout.columns, told), round(sure, 4))


def _nearest(columns: Sequence[Column], letters: str, first: int) -> tuple[float, int]:
    """(likeness, place) of the column from `first` on that says most nearly this; ties go to the left."""
    every = (
        (max(fuzz.ratio(letters, s) for s in c.says), -n)
        for n, c in enumerate(columns)
        if n >= first
    )
    score, place = max(every, default=(0.0, 0))
    return score, -place


def _is_titled(layout: Layout, above: str) -> bool:
    own = max(fuzz.partial_ratio(t, above) for t in layout.titles) if above else 0
    others = (t for other in layouts() if other != layout for t in other.titles)
    return own >= _LIKE and own >= max((fuzz.partial_ratio(t, above) for t in others), default=0)


def _filled(columns: Sequence[Column], told: Sequence[Column | None]) -> tuple[Column | None, ...]:
    """Heads that could not be read, told by their place between neighbours that could."""
    places = [columns.index(c) if c else None for c in told]
    for n, place in enumerate(places):
        before = places[n - 1] if n else -1
        after = next((p for p in places[n + 1 :] if p is not None), None)
        gap = places[n:].index(after) if after is not None else None
        if place is None and before is not None and (gap is None or after == before + gap + 1):
            places[n] = before + 1 if before + 1 < len(columns) else None
    return tuple(columns[p] if p is not None else None for p in places)


def head_fields(layout: Layout, words: Sequence[Word]) -> dict[str, tuple[Column, list[Word]]]:
    """Book, page, year: the words that stand after what names them, up to the next name or a wide gap."""
    starts: dict[int, tuple[Column, int]] = {}
    for n in range(len(words)):
        for column in layout.head:
            length = _said(words, n, column)
            if length and column.field not in {c.field for c, _ in starts.values()}:
                starts[n] = (column, n + length)
    found: dict[str, tuple[Column, list[Word]]] = {}
    for n, (column, begin) in starts.items():
        end = min((m for m in starts if m > n), default=len(words))
        own = [w for w in words[begin:end] if w.line == words[n].line]
        found[column.field] = (column, own[:1])
    return found


def _said(words: Sequence[Word], start: int, column: Column) -> int:
    """How many words from here on are the name of this field; 0: none."""
    parts = [letters_of(w.text) for w in words[start : start + 2]]
    for length in (2, 1):
        letters = "".join(parts[:length])
        if all(parts[:length]) and any(fuzz.ratio(letters, s) >= 85 for s in column.says):
            return length
    return 0


def is_count(texts: Sequence[str]) -> bool:
    """Is this the row below the head that numbers the columns: (1), (2), …?"""
    written = [t for t in texts if t]
    return len(written) >= 2 and all(len(t.replace(" ", "")) <= 5 for t in written)


def is_blank(column: Column, text: str) -> bool:
    """Did the clerk leave it blank?"""
    return normalise.is_blank(text, column.grammar)


def typed(column: Column, text: str) -> tuple[Any, float]:
    """(value, trust) of a cell's text; None where it does not fit the column."""
    return normalise.typed(column.grammar, text) if text else (None, 0.0)


def settled(column: Column, opinions: Sequence[tuple[str, float]]) -> tuple[Any, str, float]:
    """(value, raw, confidence) of what was read: by engine, own reader, engine again.

    Our own reader's word counts: where they differed on drawn pages it was right more often than the engine
    in two looks. How sure that is depends on who says the same; it was measured (`confidence.json`).
    """
    told = [(*typed(column, text), text, sure) for text, sure in opinions]
    first, own, *again = told
    if own[0] is None:
        best = max(told, key=lambda t: (t[0] is not None, t[1] * t[3]))
        return best[0], best[2], _UNSEEN
    if own[0] == first[0]:
        strange = column.grammar == "name" and own[1] < 1  # a syllable that no name has
        how = HEARD if strange else _heard_alike(own[3], first[3])
    else:
        how = BORNE_OUT if any(t[0] == own[0] for t in again) else ALONE
    return own[0], own[2], measured(how, column.grammar)


def _heard_alike(own: float, first: float) -> str:
    if own >= _CERTAIN:
        return CERTAIN
    return AGREED if min(own, first) >= _CLEAR else HEARD


def measured(how: str, grammar: str) -> float:
    """The share of values so come by that were right on pages drawn for tuning; where nobody measured it, a doubt."""
    alike = _FIGURES.get(grammar, grammar)
    worth = float(_measured().get(how, {}).get(alike, USUAL[how]))
    return min(worth, _ONE_WORD) if how == ALONE else worth


@cache
def _measured() -> dict[str, Any]:
    path = FOLDER / "confidence.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}
