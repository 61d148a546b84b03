"""Values of register books: a page with its entries, as it was read. Plain and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.dossier.paper import Field, field_from

Entry = Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class BookPage:
    """One page of a register. `head`: book, page, year as printed there; `columns`: the fields that it has room for.

    `begins`: do entries begin on it? A right page of two facing ones goes on with those of the left.
    """

    register: str
    sure: float
    head: Mapping[str, Field]
    columns: tuple[str, ...]
    begins: bool
    entries: tuple[Entry, ...]


def from_plain(told: Mapping[str, Any]) -> BookPage:
    """A page again, out of `dataclasses.asdict` through JSON."""
    entries = tuple(_fields(e) for e in told["entries"])
    more = {"head": _fields(told["head"]), "columns": tuple(told["columns"]), "entries": entries}
    return BookPage(**{**told, **more})


def _fields(told: Mapping[str, Any]) -> dict[str, Field]:
    return {key: field_from(f) for key, f in told.items()}
