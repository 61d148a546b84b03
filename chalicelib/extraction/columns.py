"""Persons side by side: a page cut into columns by the places of its words, driven by the kind's data.

In: a description with `columns`, the tokens of a paper. Out: `Region`s: what stands around the columns, then
every column as a page of its own with its section open. Labels may stand in each column, or once at the left.
A paper without columns, or whose columns are not found, is one region.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from rapidfuzz.distance import Levenshtein

from chalicelib.extraction import labels
from chalicelib.extraction.labels import Hit
from chalicelib.extraction.lines import Token, height_of
from chalicelib.extraction.papers import Columns, Paper


@dataclass(frozen=True, slots=True)
class Region:
    """Tokens that are read by themselves; `section` is open from the start."""

    section: str
    tokens: tuple[Token, ...]


def split(described: Paper, tokens: Sequence[Token]) -> list[Region]:
    """The regions of a paper, the one around all columns first."""
    columns = described.columns
    if columns is None:
        return [Region("", tuple(tokens))]
    hits = labels.find(tokens, described.labels)
    heads = _heads(columns, tokens)
    lines = _band(tokens, hits, heads)
    inside = [t for t in tokens if t.line in lines and (t.letters or _is_figure(t))]
    if not inside:
        return [Region("", tuple(tokens))]
    outside = tuple(t for t in tokens if t.line not in lines)
    edge = _second_edge(tokens, hits, lines)
    if edge is not None:
        parts = _side_by_side(columns, tokens, lines, edge)
    elif heads:
        parts = list(_labels_at_left(described, columns, inside, heads))
    else:
        return [Region("", tuple(tokens))]
    return [Region("", outside), *parts]


def _is_figure(token: Token) -> bool:
    return any(c.isdigit() for c in token.text)


def _heads(columns: Columns, tokens: Sequence[Token]) -> list[Token]:
    """The heads of all columns on the first line that has them, each as one token; else none."""
    for _, group in groupby(tokens, key=lambda t: t.line):
        line = list(group)
        found = [_head(line, said) for said in columns.heads]
        heads = [h for h in found if h]
        centres = [h.box[0] for h in heads]
        if len(heads) == len(columns.heads) and centres == sorted(set(centres)):
            return heads
    return []


def _head(line: Sequence[Token], said: str) -> Token | None:
    """A head of one or two words, a letter misread at most."""
    for one, two in zip(line, [*line[1:], None], strict=True):
        if two and len(said) > 4 and Levenshtein.distance(one.letters + two.letters, said) <= 1:
            return replace(one, box=(*one.box[:2], two.right - one.box[0], one.box[3]))
        if one.letters == said:
            return one
    return None


def _band(tokens: Sequence[Token], hits: Sequence[Hit], heads: Sequence[Token]) -> set[int]:
    """The lines of the columns: from the first of their labels to the next label of another kind."""
    inside = [h for h in hits if h.label.column]
    if len(inside) < 2:
        return set()
    first = tokens[inside[0].start].line
    if heads and first - 2 <= heads[0].line < first:
        first = heads[0].line
    last = tokens[inside[-1].start].line
    # a label of other sections ('Số') is no label here but the start of a line ('số 001…')
    other = [h for h in hits if not h.label.column and not h.label.within]
    after = [h for h in other if tokens[h.start].line > first]
    end = min((tokens[h.start].line for h in after), default=last + 4)
    return set(range(first, end))


def _second_edge(tokens: Sequence[Token], hits: Sequence[Hit], lines: set[int]) -> float | None:
    """The left edge of the second column, where labels stand in both."""
    starts = [tokens[h.start] for h in hits if h.label.column and tokens[h.start].line in lines]
    left = min(t.box[0] for t in starts)
    page = max(t.right for t in tokens if t.line in lines) - left
    second = [t.box[0] for t in starts if t.box[0] > left + 0.3 * page]
    return median(second) if len(second) >= 2 else None


def _side_by_side(
    columns: Columns, tokens: Sequence[Token], lines: set[int], edge: float
) -> list[Region]:
    slack = 0.6 * height_of(tokens)
    inside = [t for t in tokens if t.line in lines]
    halves = (
        tuple(t for t in inside if t.box[0] < edge - slack),
        tuple(t for t in inside if t.box[0] >= edge - slack),
    )
    return [Region(s, half) for s, half in zip(columns.sections, halves, strict=True)]


def _labels_at_left(
    described: Paper, columns: Columns, inside: Sequence[Token], heads: Sequence[Token]
) -> Iterator[Region]:
    """Every column with the labels of the first one before its cells."""
    body = [t for t in inside if t.line > heads[0].line]
    centres = [h.box[0] + h.box[2] / 2 for h in heads]
    left = min(t.box[0] for t in inside)
    cuts = cuts_between(body, [left, *centres])
    printed = [t for t in body if t.box[0] < cuts[0]]
    # As one line: in a narrow column short labels too run over the end of theirs.
    as_one = [replace(t, line=0) for t in printed]
    rows = _rows(printed, labels.find(as_one, described.labels), height_of(body))
    for section, low, high in zip(columns.sections, cuts, [*cuts[1:], 1e9], strict=True):
        cells = [t for t in body if low <= t.box[0] < high]
        yield Region(section, tuple(_told(rows, cells, int(low))))


def _rows(
    printed: Sequence[Token], hits: Sequence[Hit], high: float
) -> list[tuple[float, list[Token]]]:
    """(top, words of the label) of every row of a table whose labels stand at the left."""
    own = [h for h in hits if h.label.column]
    return [(printed[h.start].middle - 0.7 * high, list(printed[h.start : h.end])) for h in own]


def _told(
    rows: Sequence[tuple[float, list[Token]]], cells: Sequence[Token], left: int
) -> Iterator[Token]:
    """The cells of one column, each led by its row's label as if it stood on the same line."""
    bounds = [top for top, _ in rows] + [1e9]
    for n, (top, label) in enumerate(rows):
        own = [t for t in cells if top <= t.middle < bounds[n + 1]]
        line = own[0].line if own else label[0].line
        for word in label:
            yield replace(word, line=line, box=(left, label[0].box[1], 1, word.box[3]))
        yield from own


def cuts_between(words: Sequence[Token], centres: Sequence[float]) -> list[float]:
    """Between every two neighbouring centres the middle of the widest stretch that fewest words cross."""
    every = (stretches(words, a, b) for a, b in pairwise(centres))
    return [max(found, key=lambda s: s[1] - s[0])[2] for found in every]


def stretches(words: Sequence[Token], low: float, high: float) -> list[tuple[float, float, float]]:
    """(start, end, middle) of the stretches of x that fewest words cross, from the left; at least one."""
    start, stop = int(low), int(max(high, low + 2))
    crossed = [0] * (stop - start)
    for t in words:
        for x in range(max(start, t.box[0]), min(stop, t.right)):
            crossed[x - start] += 1
    found: list[tuple[float, float, float]] = []
    at, least = start, min(crossed)
    for count, group in groupby(crossed):
        end = at + len(list(group))
        if count == least:
            found.append((at, end, (at + end) / 2))
        at = end
    return found
