"""Tesseract's table of words (TSV) in; `Word`s with lines numbered from the top out.

Also: words of parts of a page moved to their place (`moved`) and put one group after the other (`in_order`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from chalicelib.dossier.paper import Box, Word

_WORD_ROW = "5"


def words_of(table: str, page: int) -> list[Word]:
    """The rows of `table` that are words, in the engine's order, with confidences from 0 to 1."""
    rows = (line.split("\t") for line in table.splitlines())
    found: list[Word] = []
    lines: dict[tuple[str, ...], int] = {}
    for row in rows:
        if len(row) < 12 or row[0] != _WORD_ROW or not row[11].strip():
            continue
        line = lines.setdefault(tuple(row[1:5]), len(lines))
        found.append(_word(row, page, line))
    return _from_the_top(found)


def _word(row: list[str], page: int, line: int) -> Word:
    x, y, width, height = (int(n) for n in row[6:10])
    confidence = min(max(float(row[10]) / 100, 0.0), 1.0)
    return Word(row[11].strip(), (x, y, width, height), confidence, page, line)


def _from_the_top(words: list[Word]) -> list[Word]:
    """The same words with lines renumbered by their height on the page."""
    middles: dict[int, list[float]] = {}
    for w in words:
        middles.setdefault(w.line, []).append(w.box[1] + w.box[3] / 2)
    order = {line: n for n, line in enumerate(sorted(middles, key=lambda m: median(middles[m])))}
    return sorted((replace(w, line=order[w.line]) for w in words), key=lambda w: w.line)


def moved(words: Iterable[Word], x: int, y: int, scale: float = 1.0) -> list[Word]:
    """Words of a part that was cut out at (x, y) and enlarged `scale` times, as of the whole page."""
    return [replace(w, box=_placed(w.box, x, y, scale)) for w in words]


def _placed(box: Box, x: int, y: int, scale: float) -> Box:
    left, top, wide, high = (round(n / scale) for n in box)
    return left + x, top + y, wide, high


def in_order(groups: Iterable[Sequence[Word]]) -> list[Word]:
    """All words, lines numbered on from group to group."""
    found: list[Word] = []
    for group in groups:
        first = found[-1].line + 1 if found else 0
        numbers = {line: n for n, line in enumerate(sorted({w.line for w in group}), start=first)}
        found += sorted((replace(w, line=numbers[w.line]) for w in group), key=lambda w: w.line)
    return found
