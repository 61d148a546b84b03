"""Register pages of a file in; a paper for each page and one for each entry out.

Entries of a right page that goes on with the left one's are joined to those, row by row. Where the rows do not match
each half stands alone, and `entry` is among its doubts. Refuses nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.dossier.paper import Field
from chalicelib.dossier.register import BookPage, Entry

HALF = "entry"
"""The doubt of an entry of which only one of two facing pages was found."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: its row on the page where it begins, the pages it stands on, its fields; is half of it missing?"""

    row: int
    pages: tuple[int, ...]
    fields: Entry
    half: bool = False


def lines(books: Mapping[int, BookPage]) -> Iterator[tuple[int, list[Line]]]:
    """Pages in order, each with the entries that begin on it; a right page whose left one has them has none."""
    for number, page in sorted(books.items()):
        before, after = books.get(number - 1), books.get(number + 1)
        if before and _go_together(before, page):
            yield number, []
        elif after and _go_together(page, after):
            pairs = zip(page.entries, after.entries, strict=True)
            joined = [{**left, **right} for left, right in pairs]
            yield number, [Line(n, (number, number + 1), e) for n, e in enumerate(joined, start=1)]
        else:
            half = not page.begins or _is_left(page, after)
            each = enumerate(page.entries, start=1)
            yield number, [Line(n, (number,), e, half) for n, e in each]


def _go_together(left: BookPage, right: BookPage) -> bool:
    same = left.register == right.register and len(left.entries) == len(right.entries)
    return same and left.begins and not right.begins


def _is_left(page: BookPage, after: BookPage | None) -> bool:
    """Does the next page go on with other rows than this one has?"""
    return after is not None and after.register == page.register and not after.begins


def place_of(page: BookPage, row: int, page_paper: str) -> dict[str, Any]:
    """Where an entry stands, as its record tells it."""
    head = {key: _value(page.head.get(key)) for key in ("book", "page", "year")}
    return {"row": row, "page_paper": page_paper, "register": page.register, **head}


def _value(field: Field | None) -> Any:
    return field.value if field else None
