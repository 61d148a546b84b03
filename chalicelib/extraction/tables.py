"""Tables that are one field: persons who move along, trades of a business.

In: a description with `table`, the tokens of a paper. Out: the tokens around the table, and the field: a list
of rows by key, or the cells as one text. Columns are cut where fewest words cross between the printed heads,
rows begin at their number or date. A table left empty is None; one whose rows are not found is absent.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from rapidfuzz import fuzz

from chalicelib.dossier.paper import Field
from chalicelib.extraction import labels, normalise
from chalicelib.extraction.columns import stretches
from chalicelib.extraction.confidence import UNREAD, are_figures
from chalicelib.extraction.letters import fold, is_syllable
from chalicelib.extraction.lines import Token, box_of, height_of
from chalicelib.extraction.papers import Paper, Table
from chalicelib.extraction.values import without_streaks

_NUMBER = re.compile(r"^\W*[\dlI|O]{1,2}\W*$")
_DIGIT, _FIGURES = re.compile(r"\d"), re.compile(r"\d{3}")
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")
_DATELINE = re.compile(r"ng[a-z]y\W*\w{1,3}\W*th[a-z]ng\W*\w{1,3}\W*n[a-z]m\W*\w?\d")
_AS_PRINTED = 75
_SURE = 0.95
_SHAPED_ALIKE = tuple("ckopsuvwxz")  # letters whose capitals differ in size alone
_STRANGERS = 0.3
_FAINT = 0.05  # a cell so read is doubted, not left out
_MOST_STRANGE = 0.35  # of the letters below an empty table's heads, whose further lines are misread
_OPEN_END = 14  # lines that a table may have where nothing printed after it is found


@dataclass(frozen=True, slots=True)
class Found:
    """A table on a page: the tokens around it, its field (None: not to be read)."""

    outside: tuple[Token, ...]
    field: Field | None


def read(described: Paper, tokens: Sequence[Token]) -> Found:
    """The table of the paper, if its kind has one and its heads are found."""
    table = described.table
    lines = _lines_of(table, tokens) if table else []
    heads = _heads(table, lines) if table else None
    if table is None or heads is None:
        return Found(tuple(tokens), None)
    first, centres = heads
    inside = [t for line in lines[first:] for t in line]
    numbers = {t.line for t in inside}
    outside = tuple(t for t in tokens if t.line not in numbers)
    return Found(outside, _field(table, lines[first:], centres))


def _lines_of(table: Table, tokens: Sequence[Token]) -> list[list[Token]]:
    """The lines between what announces the table and what follows it."""
    starts = labels.find(tokens, table.under)
    if not starts:
        return []
    begin = tokens[starts[0].end - 1].line
    ends = [tokens[h.start].line for h in labels.find(tokens, table.until)]
    end = min((n for n in ends if n > begin), default=begin + _OPEN_END)
    lines = _by_line(tokens)
    inside = [line for line in lines if begin < line[0].line < end]
    dated = next((n for n, line in enumerate(inside) if _is_dateline(line)), len(inside))
    return inside[:dated]


def _is_dateline(line: Sequence[Token]) -> bool:
    return bool(_DATELINE.search(fold(" ".join(t.text for t in line))))


def _heads(
    table: Table, lines: Sequence[Sequence[Token]]
) -> tuple[int, list[tuple[float, float]]] | None:
    """(index of the line of heads, left and right of each head), where most heads are on it."""
    for n, line in enumerate(lines[:4]):
        found = _aligned(table, [t for t in line if t.letters])
        if sum(f is not None for f in found) >= max(2, 0.6 * len(found)):
            around = [t for other in lines[max(0, n - 1) : n + 4] for t in other]
            left = min(t.box[0] for other in lines[n:] for t in other)
            return n, _spread(_with_others(table, found, around), line, left)
    return None


def _with_others(
    table: Table, found: Sequence[tuple[float, float] | None], around: Sequence[Token]
) -> list[tuple[float, float] | None]:
    """Heads not on the line of most, found above or below it between their neighbours: 'TT' stands at half height."""
    every = list(found)
    for n, column in enumerate(table.columns):
        low = max((h[1] for h in every[:n] if h), default=0.0)
        high = min((h[0] for h in every[n + 1 :] if h), default=1e9)
        inside = [t for t in around if low <= t.box[0] and t.right <= high]
        if every[n] is None and inside:
            best = max(inside, key=lambda t: _alike(t, column.says))
            every[n] = (best.box[0], best.right) if _alike(best, column.says) > _SURE else None
    return every


def _aligned(table: Table, line: Sequence[Token]) -> list[tuple[float, float] | None]:
    """Left and right of each column's head on its first line, in order; None where it is not seen.

    Of all ways to lay the heads along the line, the one that finds most of them most alike.
    """
    best: list[tuple[float, list[int | None]]] = [(0.0, [])] * (len(line) + 1)
    for column in table.columns:
        here = [(sure, [*path, None]) for sure, path in best]
        for n, token in enumerate(line):
            alike = _alike(token, column.says)
            if alike and best[n][0] + alike > here[n + 1][0]:
                here[n + 1] = best[n][0] + alike, [*best[n][1], n]
            here[n + 1] = max(here[n], here[n + 1], key=lambda h: h[0])
        best = here
    return [None if n is None else (line[n].box[0], line[n].right) for n in best[-1][1]]


def _alike(token: Token, says: Sequence[str]) -> float:
    """How surely is this word the first of the head (0: not at all), a letter misread?"""
    word = token.letters
    ratios = [fuzz.ratio(word, s[: len(word)]) for s in says] if len(word) >= 2 else [0.0]
    return max(ratios) / 100 if max(ratios) >= 75 else 0.0


def _spread(
    found: Sequence[tuple[float, float] | None], line: Sequence[Token], left: float
) -> list[tuple[float, float]]:
    """Heads that were not seen stand evenly between their neighbours, the first one at the left edge."""
    spread: list[tuple[float, float]] = []
    end = max(t.right for t in line)
    for n, head in enumerate(found):
        if head:
            spread.append(head)
            continue
        if n == 0:
            spread.append((left, left))
            continue
        low = spread[-1][1]
        ahead = next(((k, h) for k, h in enumerate(found[n:], n) if h), None)
        stop, steps = (ahead[1][0], ahead[0] - n + 1) if ahead else (end, len(found) - n + 1)
        middle = low + (stop - low) / steps
        spread.append((middle, middle))
    return spread


def _field(
    table: Table, lines: Sequence[Sequence[Token]], heads: Sequence[tuple[float, float]]
) -> Field | None:
    """The rows below the heads as one field."""
    every = [t for line in lines for t in line]
    body = [t for t in every if _is_solid(t)]
    cuts = [-1e9, *_cuts(table, body, heads, height_of(every)), 1e9]
    tops = _tops(lines[1:], cuts, height_of(every))
    if not tops:
        left = [t for line in lines[1:] for t in line if _is_solid(t) and t.line > lines[0][0].line]
        return _empty(table, left, every)
    rows = list(_rows(table, body, cuts, tops))
    if not rows:
        return None
    return _as_field(table, rows, body)


def _cuts(
    table: Table, body: Sequence[Token], heads: Sequence[tuple[float, float]], high: float
) -> Iterator[float]:
    """Right of every head but the last: cells begin at a rule, so the first clear gap parts them.

    Where figures stand in the next column it is the first before figures: a gap inside a long name is as wide.
    """
    rows = [t for line in _by_line(body) if any(map(_is_figures, line)) for t in line]
    for column, ((_, right), (left, end)) in zip(table.columns[1:], pairwise(heads), strict=True):
        found = stretches(body, right, max(right + 2, (left + end) / 2))
        wide = [s for s in found if s[1] - s[0] >= 0.55 * high]
        if are_figures(column.grammar) and rows:
            clear = (
                s for s in stretches(rows, right, max(right + 2, end)) if s[1] - s[0] >= 0.55 * high
            )
            wide = [s for s in clear if _stand_after(rows, s[1], end)] or wide
        yield (wide[0] if wide else max(found, key=lambda s: s[1] - s[0]))[2]


def _by_line(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    yield from (list(line) for _, line in groupby(tokens, key=lambda t: t.line))


def _is_figures(token: Token) -> bool:
    return bool(_FIGURES.search(token.text))


def _stand_after(body: Sequence[Token], x: float, end: float) -> bool:
    """Do the lines that have figures between `x` and the column's `end` begin with them there?"""
    lines = [[t.text for t in line if x - 2 <= t.box[0] < end] for line in _by_line(body)]
    figures = [line for line in lines if any(map(_DIGIT.search, line))]
    return 2 * sum(bool(_DIGIT.search(line[0])) for line in figures) > len(figures)


def _is_solid(token: Token) -> bool:
    """No dirt: words of the language are believed in a narrow cell, however faint."""
    word = len(token.letters) > 2 and is_syllable(token.text.strip("-.,'\""))
    return bool(re.search(r"\w", token.text)) and (token.confidence > 0.2 or word)


def _tops(lines: Sequence[Sequence[Token]], cuts: Sequence[float], high: float) -> list[float]:
    """Where rows begin: at a number in the first column or a date."""
    tops: list[float] = []
    for line in lines:
        first = [t for t in line if t.box[0] + t.box[2] / 2 < cuts[1]]
        numbered = any(_NUMBER.match(t.text) for t in first)
        dated = any(_DATE.search(t.text) for t in line)
        if numbered or dated or ((first or not tops) and _fills(line, cuts)):
            top = min(t.middle for t in line if _is_solid(t)) - 0.8 * high
            if not tops or top - tops[-1] > 0.6 * high:
                tops.append(top)
    return tops


def _fills(line: Sequence[Token], cuts: Sequence[float]) -> bool:
    """Do words stand in all columns but the first, figures among them? A row then, its number misread."""
    columns = list(pairwise(cuts))[1:]
    middles = [t.box[0] + t.box[2] / 2 for t in line if _is_solid(t)]
    filled = all(any(low <= m < high for m in middles) for low, high in columns)
    return len(columns) > 1 and filled and any(_FIGURES.search(t.text) for t in line)


def _rows(
    table: Table, body: Sequence[Token], cuts: Sequence[float], tops: Sequence[float]
) -> Iterator[dict[str, tuple[Any, float]]]:
    """Every row's values with their trust, by key."""
    for top, end in zip(tops, [*tops[1:], 1e9], strict=True):
        row = [t for t in body if top <= t.middle < end]
        cells: dict[str, tuple[Any, float]] = {}
        for column, low, high in zip(table.columns, cuts, cuts[1:], strict=False):
            if column.key:
                own = [t for t in row if low <= t.box[0] + t.box[2] / 2 < high]
                cells[column.key] = _cell(column.grammar, without_streaks(own, height_of(body)))
        if any(value is not None for value, _ in cells.values()):
            yield cells


def _cell(grammar: str, tokens: Sequence[Token]) -> tuple[Any, float]:
    """(value, trust) of a cell; trust 0 where its text does not fit the grammar."""
    raw = " ".join(t.text for t in tokens)
    if normalise.is_blank(raw, grammar):
        return None, 0.9
    value, trust = normalise.typed(grammar, raw)
    worst = max(_FAINT, min(t.confidence for t in tokens))
    if are_figures(grammar) and any(len(t.letters) > 2 and t.text.isalpha() for t in tokens):
        worst *= _STRANGERS  # of the cell before, most likely
    return value, trust * worst if value is not None else UNREAD


def _as_field(
    table: Table, rows: Sequence[dict[str, tuple[Any, float]]], body: Sequence[Token]
) -> Field:
    raw = " ".join(t.text for t in body)
    sure = min(trust for row in rows for _, trust in row.values())
    sure *= _STRANGERS if any(next(iter(row.values()))[0] is None for row in rows) else 1.0
    # A cell that could not be read is left out of its row, never guessed.
    read_rows = [{k: v for k, (v, trust) in row.items() if trust > UNREAD} for row in rows]
    read_rows = _even_capitals(read_rows)
    place = (body[0].page, box_of(body))
    if not table.joins:
        return Field(read_rows, raw, max(0.01, min(0.9, sure)), *place)
    texts = [str(v) for row in read_rows for v in row.values() if v is not None]
    return Field(table.joins.join(texts), raw, sure, *place)


def _even_capitals(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cells of one column begin alike: a small v, c or s is its capital where another row begins with a capital."""
    return [
        {k: _capital(v) if any(_is_capital(r.get(k)) for r in rows) else v for k, v in row.items()}
        for row in rows
    ]


def _is_capital(value: Any) -> bool:
    return isinstance(value, str) and value[:1].isupper()


def _capital(value: Any) -> Any:
    alike = isinstance(value, str) and value[:1] in _SHAPED_ALIKE
    return value[:1].upper() + value[1:] if alike else value


def _empty(table: Table, left: Sequence[Token], every: Sequence[Token]) -> Field | None:
    """Nothing below the heads but their own further lines: the table is blank."""
    wordy = [t.letters for t in left if len(t.letters) > 1]
    said = "".join(s for c in table.columns for s in c.says)
    strange = [word for word in wordy if fuzz.partial_ratio(word, said) < _AS_PRINTED]
    if len("".join(strange)) > _MOST_STRANGE * len("".join(wordy)) or any(map(_is_figures, every)):
        return None
    return Field(None, "", 0.8, every[0].page, box_of(every))
