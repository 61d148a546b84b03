"""Descriptions of kinds of paper, loaded from `schemas/papers/<kind>.json`: data, no code per kind.

Out: `Paper` with titles, anchors, fields (key -> title, grammar) and labels in order. A label names the
variants printed over the years (`says`), the field it holds (`field`; a leading dot takes the open
section's person) or the fields of a compound (`fields`, `as`), the section it `opens`, or a `role`:
`header` and `text` are print without a value, `end` closes the form.
`note` is its footnote's number. `within` names the sections a label counts in, `again` a second place of a
field, `joins` one of several lines that make up one field, `column` a label printed once per column of
`columns`, `wraps` one whose value runs over its line whatever it is. `table` describes a table of
persons or things, `numbered` labels with item numbers before them. Nobody fills in a `printed` paper by hand.
Refuses unknown kinds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.extraction.letters import letters_of

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "papers"


@dataclass(frozen=True, slots=True)
class Label:
    """One printed label. `says` are letters only, folded; `capital`: does it start with one?

    `titled`: those of which every word does, as names have it.
    """

    says: tuple[tuple[str, bool], ...]
    fields: tuple[str, ...] = ()
    shape: str = ""
    opens: str = ""
    role: str = ""
    needs_colon: bool = False
    note: str = ""
    within: tuple[str, ...] = ()
    again: bool = False
    joins: bool = False
    column: bool = False
    wraps: bool = False
    titled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Loose:
    """A field without a label: text above the title, or the line of place and date."""

    field: str
    starts: tuple[str, ...] = ()
    dateline: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Persons side by side: the sections from the left and what stands above each."""

    sections: tuple[str, ...]
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table: its printed heads, and key and grammar where its cells are kept."""

    says: tuple[str, ...]
    key: str
    grammar: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is one field: a list of rows, or (`joins`) its cells as one text."""

    field: str
    under: tuple[Label, ...]
    until: tuple[Label, ...]
    columns: tuple[TableColumn, ...]
    joins: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of paper. `grammars` gives the grammar of every field key."""

    kind: str
    titles: tuple[str, ...]
    anchors: tuple[str, ...]
    grammars: Mapping[str, str]
    labels: tuple[Label, ...]
    loose: tuple[Loose, ...]
    columns: Columns | None = None
    table: Table | None = None
    numbered: bool = False
    printed: bool = False


@cache
def kinds() -> tuple[str, ...]:
    """All kinds described, in alphabetical order."""
    return tuple(sorted(p.stem for p in FOLDER.glob("*.json")))


@cache
def paper(kind: str) -> Paper:
    """The description of a kind; KeyError for one that nobody described."""
    if kind not in kinds():
        raise KeyError(kind)
    d = json.loads((FOLDER / f"{kind}.json").read_text("utf-8"))
    return Paper(
        kind,
        tuple(letters_of(t) for t in d["titles"]),
        tuple(letters_of(a) for a in d["anchors"]),
        {key: f["grammar"] for key, f in d["fields"].items()},
        tuple(_label(one) for one in d["labels"]),
        tuple(_loose(one) for one in d.get("loose", ())),
        _columns(d["columns"]) if "columns" in d else None,
        _table(d["table"]) if "table" in d else None,
        d.get("numbered", False),
        d.get("printed", False),
    )


def key_of(section: str, field: str) -> str:
    """The key of a label's field: '.name' belongs to the open section, '.' is the section itself."""
    return f"{section}{field}".strip(".") if field.startswith(".") else field


def _label(d: Mapping[str, Any]) -> Label:
    says = {letters_of(s): s[:1].isupper() for s in d["says"]}
    fields = tuple(d.get("fields", [d["field"]] if "field" in d else []))
    return Label(
        tuple(says.items()),
        fields,
        d.get("as", ""),
        d.get("opens", ""),
        d.get("role", ""),
        d.get("needs_colon", False),
        d.get("note", ""),
        tuple(d.get("within", ())),
        d.get("again", False),
        d.get("joins", False),
        d.get("column", False),
        d.get("wraps", False),
        frozenset(letters_of(s) for s in d["says"] if all(w[:1].isupper() for w in s.split())),
    )


def _columns(d: Mapping[str, Any]) -> Columns:
    return Columns(tuple(d["sections"]), tuple(letters_of(h) for h in d["heads"]))


def _table(d: Mapping[str, Any]) -> Table:
    columns = tuple(
        TableColumn(tuple(letters_of(s) for s in c["says"]), c.get("key", ""), c.get("grammar", ""))
        for c in d["columns"]
    )
    under, until = (tuple(_label({"says": [s]}) for s in d[k]) for k in ("under", "until"))
    return Table(d["field"], under, until, columns, d.get("joins", ""))


def _loose(d: Mapping[str, Any]) -> Loose:
    return Loose(
        d["field"], tuple(letters_of(s) for s in d.get("starts", ())), d.get("dateline", False)
    )
