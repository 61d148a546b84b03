"""A page of a register book in; its entries out, cell by cell. None for pages that are none.

Joins the stages imaging, ocr and extraction as `reading` does, for tables that layouts in `schemas/registers/`
describe. Each cell is read by the engine's reading of the page and by the reader of our own; where they differ the
engine looks again at the cell alone. What fits no grammar is a doubt, never a guess.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from statistics import fmean, median

from chalicelib.dossier.paper import Box, Field, Word
from chalicelib.dossier.register import BookPage, Entry
from chalicelib.extraction import kinds, registers
from chalicelib.extraction.registers import Column, Match
from chalicelib.imaging import cleanup, grid
from chalicelib.ocr import first_look, parts, recogniser, tesseract
from chalicelib.reading import Seen

_UNKNOWN = "khac"
_LEAST_COLUMNS, _LEAST_ROWS = 3, 2
_HEADS_AMONG = 3
_BLANK_SURE = 0.99
_NONSENSE = 0.7
_ALONE = 0.5
_LEAST_INKED = 2  # cells; a speck in one is no entry
Cell = tuple[Box, list[Word]]


def read_page(seen: Seen, given: str = "") -> tuple[Seen, BookPage | None]:
    """The page's register and entries; `given`: the kind that the manifest names. Errors as `reading.see_page`.

    Few words in many cells do not tell which way is up: a page of nonsense is looked at again upside down.
    """
    if not seen.jpeg or not seen.words or not _may_be(seen, given):
        return seen, None
    rows = grid.rows_of(cleanup.grey_of(seen.jpeg))
    if len(rows) < _LEAST_ROWS or max(map(len, rows)) < _LEAST_COLUMNS:
        return seen, None
    page = _told(seen, rows, given)
    if page is None and fmean(w.confidence for w in seen.words) < _NONSENSE:
        turned = _turned(seen)
        page = _told(turned, grid.rows_of(cleanup.grey_of(turned.jpeg)), given)
        return (turned if page else seen), page
    return seen, page


def _turned(seen: Seen) -> Seen:
    """The page on its head, read anew."""
    clean, jpeg, way = grid.turned(seen.clean, seen.jpeg, seen.back)
    picture, cells = cleanup.unpack(clean), grid.rows_of(cleanup.grey_of(jpeg))
    words = first_look.words(picture, seen.quality.page)
    words = parts.words_in_cells(picture, words, cells)
    return replace(seen, words=words, clean=clean, jpeg=jpeg, back=way)


def _told(seen: Seen, rows: Sequence[Sequence[Box]], given: str) -> BookPage | None:
    told = [[(cell, _inside(seen.words, cell)) for cell in row] for row in rows]
    above = [w for w in seen.words if w.box[1] + w.box[3] / 2 < rows[0][0][1]]
    at, match = _head_of(told, _text(above), given)
    return _page(seen, match, told[at:], above) if match else None


def _may_be(seen: Seen, given: str) -> bool:
    """A cheap look: papers of known kinds are not searched for tables."""
    if given in {layout.register for layout in registers.layouts()}:
        return True
    groups = kinds.split([seen.words])
    return not groups or groups[0].kind == _UNKNOWN


def _head_of(rows: Sequence[Sequence[Cell]], above: str, given: str) -> tuple[int, Match | None]:
    found = [
        (n, registers.recognise(above, [_text(words) for _, words in row], given))
        for n, row in enumerate(rows[:_HEADS_AMONG])
        if len(row) >= _LEAST_COLUMNS
    ]
    known = [(n, m) for n, m in found if m]
    return max(known, key=lambda k: k[1].sure) if known else (0, None)


def _page(
    seen: Seen, match: Match, rows: Sequence[Sequence[Cell]], above: Sequence[Word]
) -> BookPage:
    reader = _Reader(seen)
    heads, body = rows[0], list(rows[1:])
    if body and registers.is_count([_text(words) for _, words in body[0]]):
        body = body[1:]
    told = [(c, box) for c, (box, _) in zip(match.columns, heads, strict=True) if c]
    entries = [reader.entry(told, row) for row in body if reader.is_written(row)]
    numbers = [c.field for c, _ in told if c.grammar == "number"]
    head = registers.head_fields(match.layout, above)
    return BookPage(
        match.layout.register,
        match.sure,
        {key: reader.field(c, words, None) for key, (c, words) in head.items() if words},
        tuple(c.field for c, _ in told),
        any(c.begins for c, _ in told),
        tuple(_counted(entries, numbers[0]) if numbers else entries),
    )


def _counted(entries: Sequence[Entry], key: str) -> list[Entry]:
    """Entries are numbered on: a number that does not go on with most of the page's is a doubt."""
    off = [_off(e.get(key), n) for n, e in enumerate(entries)]
    usual = max(set(off), key=off.count, default=None)
    if usual is None or off.count(usual) < max(2, 0.6 * len(entries)):
        return [{**e, **_at_most(e, key, _ALONE)} for e in entries]
    return [
        e if o == usual else {**e, **_at_most(e, key, _ALONE)}
        for e, o in zip(entries, off, strict=True)
    ]


def _off(field: Field | None, place: int) -> int | None:
    """How far the number is from its place on the page; `17/1987` is 17."""
    figures = re.match(r"\d+", str(field.value)) if field else None
    return int(figures[0]) - place if figures else None


def _at_most(entry: Entry, key: str, most: float) -> Entry:
    field = entry.get(key)
    return {key: replace(field, confidence=min(most, field.confidence))} if field else {}


class _Reader:
    """Reads cells of one page, whose cleaned picture is unpacked once."""

    def __init__(self, seen: Seen) -> None:
        self._clean = cleanup.unpack(seen.clean)
        self._page = seen.quality.page
        self._letter = median(w.box[3] for w in seen.words)

    def is_written(self, row: Sequence[Cell]) -> bool:
        """Does an entry stand here? Ink counts, read or not: what was not read must be known."""
        inked = sum(bool(words) or grid.has_ink(self._clean, cell) for cell, words in row)
        return inked >= min(_LEAST_INKED, len(row))

    def entry(self, columns: Sequence[tuple[Column, Box]], row: Sequence[Cell]) -> Entry:
        """The fields of one row; a cell that the rules do not bound is one that nobody read."""
        found: dict[str, Field] = {}
        for column, head in columns:
            box, words = next((c for c in row if _is_below(head, c[0])), (None, []))
            found[column.field] = self.field(column, words, box)
        return found

    def field(self, column: Column, words: Sequence[Word], cell: Box | None) -> Field:
        """A cell's value; `cell` None: a field at the page's head."""
        box, told = (_around(words) if words else cell), _text(words)
        inked = cell is None or grid.has_ink(self._clean, cell)
        blank = registers.is_blank(column, told) if words else not inked
        if blank or not box:
            return Field(None, told, _ALONE if inked else _BLANK_SURE, self._page, box, "ocr")
        opinions = self._opinions(column, words, cell) if words else self._unseen(column, box)
        value, raw, sure = registers.settled(column, list(opinions))
        return Field(value, raw, sure, self._page, box, "ocr")

    def _unseen(self, column: Column, cell: Box) -> list[tuple[str, float]]:
        """What our own reader makes of a cell in which the engine saw no word."""
        return [("", 0.0), self._second(column, [grid.cut(self._clean, cell, cell, self._letter)])]

    def _opinions(
        self, column: Column, words: Sequence[Word], cell: Box | None
    ) -> Iterator[tuple[str, float]]:
        """The engine's, our own reader's, and where they differ the engine's once more."""
        lines = [_around(list(line)) for _, line in groupby(_in_order(words), key=lambda w: w.line)]
        crops = [grid.cut(self._clean, b, cell or _wider(b), self._letter) for b in lines]
        if not recogniser.is_here():
            yield _text(words), min(w.confidence for w in words)
            yield _engine(crops, as_it_stands=True)
            return
        first, second = _engine(crops, as_it_stands=True), self._second(column, crops)
        yield first
        yield second
        if registers.typed(column, first[0])[0] != registers.typed(column, second[0])[0]:
            yield _engine(crops)

    def _second(self, column: Column, crops: Sequence[grid.Grey]) -> tuple[str, float]:
        if not recogniser.is_here():
            return _engine(crops, as_it_stands=True)
        fits = (lambda text: registers.typed(column, text)[1] > 0) if len(crops) == 1 else None
        read = [recogniser.read(crop, fits) for crop in crops]
        return " ".join(r.text for r in read), min(r.sure for r in read)


def _engine(crops: Sequence[grid.Grey], *, as_it_stands: bool = False) -> tuple[str, float]:
    """Tesseract's word for the lines of a cell; as sure as the worst of them."""
    looks = [tesseract.reread(crop, as_it_stands=as_it_stands) for crop in crops]
    return " ".join(text for text, _ in looks), min(sure for _, sure in looks)


def _inside(words: Sequence[Word], cell: Box) -> list[Word]:
    x, y, wide, high = cell
    middles = ((w, w.box[0] + w.box[2] / 2, w.box[1] + w.box[3] / 2) for w in words)
    return _in_order([w for w, at, down in middles if x <= at < x + wide and y <= down < y + high])


def _in_order(words: Sequence[Word]) -> list[Word]:
    return sorted(words, key=lambda w: (w.line, w.box[0]))


def _text(words: Sequence[Word]) -> str:
    return " ".join(w.text for w in words)


def _is_below(head: Box, cell: Box) -> bool:
    return head[0] <= cell[0] + cell[2] / 2 < head[0] + head[2]


def _wider(line: Box) -> Box:
    """The line with paper around it, where no rules bound it."""
    x, y, wide, high = line
    return max(0, x - high), max(0, y - high), wide + 2 * high, 3 * high


def _around(words: Sequence[Word]) -> Box:
    left, top = (min(w.box[n] for w in words) for n in (0, 1))
    right, low = (max(w.box[n] + w.box[n + 2] for w in words) for n in (0, 1))
    return left, top, right - left, low - top
