"""Which lines below a label still belong to its value: running on, hanging, or set in columns.

In: tokens, hits, the index of a hit, its grammar and what stands on its own line. Out: the tokens of the lines
below. A line that looks like a label nobody recognised ends a value instead of joining it.
"""

import re
from collections.abc import Sequence
from statistics import fmean

from chalicelib.extraction.labels import Hit
from chalicelib.extraction.letters import is_syllable
from chalicelib.extraction.lines import Token, height_of

WRAPS = frozenset(
    [
        "address",
        "place",
        "agency",
        "id_document",
        "issuer",
        "date_in_words",
        "text",
        "place_and_date",
        "time_and_date",
        "date_of_making",
        "number_issuer_date",
        "place_from_to",
        "column",
    ]
)
_LEGIBLE = 0.3  # a stamp over a word leaves less
_LOUD = 0.8  # of a heading's letters are capitals: a stamp over it makes small ones of some
_MOST_CUT, _MOST_OVER = 3, 2  # words of a name before and after the end of its line
MOST_LINES = {"name": 2, "column": 6}
_LEADER = re.compile(r"^[.,…_·•:;'\"“”‘’`~^*|=<>«»\\\[\]{}¬°„‚¸˜´¨¦§-]+$")
_NOTE = re.compile(r"^[(\[][\dlI]{1,2}[)\]][:.,]?$")
_DAY = re.compile(r"\d\d/\d\d/\d{4}")
_DATELINE = re.compile(r"^[^\d:]{2,30}, ng\S{1,2}y \d{1,2} th\S{1,3}ng \d{1,2} n\Sm \d{4}")
_SIGNING = re.compile(r"kyghiro|kytenghiro|nguoikytrichluc|nguoikygiay")
"""Who is to sign, and how: the end of every form."""
_UNKNOWN_LABEL = re.compile(
    r"^(?!N\S{1,2}i c\Sp:|C\Sc |C\Sng an )(?:[\d.()\[\]]*\s*)?([^\d:,]{4,45}):(\s|$)"
)


def below(
    tokens: Sequence[Token], hits: Sequence[Hit], index: int, grammar: str, first: Sequence[Token]
) -> list[Token]:
    """Tokens of the lines below that belong to the value of the hit at `index`."""
    label = hits[index].label
    if label.column or label.wraps:  # no label, so it goes on: nothing else stands there
        return _more(tokens, hits, index, "column", first)
    inside = _in_column(tokens, hits, index, grammar)
    if inside:
        return inside
    if _may_go_on(tokens, hits, index, grammar, first):
        return _more(tokens, hits, index, grammar, first)
    return []


def _in_column(
    tokens: Sequence[Token], hits: Sequence[Hit], index: int, grammar: str
) -> list[Token]:
    """The share of this label in lines that are set in columns under a row of labels."""
    last = tokens[hits[index].end - 1]
    row = [h for h in hits if tokens[h.start].line == last.line]
    if len(row) < 2 or any(h.label.role == "header" for h in row):
        return []
    found: list[Token] = []
    above, high = last, height_of(tokens)
    most = MOST_LINES.get(grammar, 4 if grammar in WRAPS else 1)
    for line in _solid(_lines_below(tokens, hits, hits.index(row[-1])))[:most]:
        shares = _shares(line, [_edges(tokens, hits, h) for h in row], high)
        if shares is None or not _belongs(line, above, tokens):
            break
        found += shares[row.index(hits[index])]
        above = line[-1]
    return found


def _edges(tokens: Sequence[Token], hits: Sequence[Hit], hit: Hit) -> tuple[int, int]:
    """The x of a label and of the value beside it."""
    line = tokens[hit.start].line
    beside = tokens[hit.end] if hit.end < len(tokens) and tokens[hit.end].line == line else None
    left = tokens[hit.start].box[0]
    return left, beside.box[0] if beside else left


def _shares(
    line: Sequence[Token], edges: Sequence[tuple[int, int]], high: float
) -> list[list[Token]] | None:
    """The line dealt out to the labels above it; None unless it is plainly set in their columns."""
    shares: list[list[Token]] = [[] for _ in edges]
    for run in _runs(cleaned(line), high):
        x = run[0].box[0]
        column = max((n for n, e in enumerate(edges) if e[0] <= x + high), default=0)
        if column and min(abs(x - e) for e in edges[column]) > 1.5 * high:
            return None
        shares[column] += run
    return shares if any(shares[1:]) else None


def _runs(line: Sequence[Token], high: float) -> list[list[Token]]:
    """The line cut at its wide gaps."""
    runs: list[list[Token]] = []
    for token in line:
        if runs and token.box[0] - runs[-1][-1].right < 1.4 * high:
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs


def _may_go_on(
    tokens: Sequence[Token], hits: Sequence[Hit], index: int, grammar: str, first: Sequence[Token]
) -> bool:
    solid = cleaned(first)
    if not solid:
        return _is_last_on_line(tokens, hits, index)
    if grammar not in WRAPS and not (grammar == "name" and _is_cut(tokens, hits, index, solid)):
        return False
    return _reaches_edge(tokens, hits, index, solid[-1])


def _is_cut(
    tokens: Sequence[Token], hits: Sequence[Hit], index: int, name: Sequence[Token]
) -> bool:
    """Has the next line the rest of the name: a word or two, capitals under capitals, and nothing else?"""
    lines = _lines_below(tokens, hits, index) if len(name) <= _MOST_CUT else []
    rest = cleaned(lines[0]) if lines else []
    words = [t.text for t in rest]
    loud = all(t.text.isupper() for t in name)
    return 0 < len(rest) <= _MOST_OVER and all(
        is_syllable(w) and (w.isupper() if loud else w.istitle()) for w in words
    )


def _is_last_on_line(tokens: Sequence[Token], hits: Sequence[Hit], index: int) -> bool:
    after = _next(hits, index)
    if after and after.label.role == "header":
        return True  # print of the right column
    return after is None or tokens[after.start].line != tokens[hits[index].end - 1].line


def _next(hits: Sequence[Hit], index: int) -> Hit | None:
    return hits[index + 1] if index + 1 < len(hits) else None


def _reaches_edge(tokens: Sequence[Token], hits: Sequence[Hit], index: int, last: Token) -> bool:
    """Is the line full: up to the right margin, or up to print of another column?"""
    after = _next(hits, index)
    if after and tokens[after.start].line == last.line:
        return after.label.role == "header"
    page = [t for t in tokens if t.page == last.page and t.letters]
    left, right = min(t.box[0] for t in page), max(t.right for t in page)
    return last.right > left + 0.68 * (right - left)


def _more(
    tokens: Sequence[Token], hits: Sequence[Hit], index: int, grammar: str, first: Sequence[Token]
) -> list[Token]:
    """Tokens of the lines below that still belong to the value."""
    hit = hits[index]
    found: list[Token] = []
    above = tokens[hit.end - 1]
    for line in _solid(_lines_below(tokens, hits, index)):
        most = MOST_LINES.get(grammar, 4 if grammar in WRAPS else 1)
        if len({t.line for t in found}) >= most or not _belongs(line, above, tokens):
            break
        if grammar == "text" and _DATELINE.match(" ".join(t.text for t in cleaned(line))):
            break
        found += line
        above = line[-1]
        if grammar not in WRAPS:
            break
    return found


def _lines_below(tokens: Sequence[Token], hits: Sequence[Hit], index: int) -> list[list[Token]]:
    """Lines after the label's own, each cut at the first label on it; none after a labelled one."""
    first_line = tokens[hits[index].end - 1].line
    headers = [h for h in hits[index + 1 :] if h.label.role == "header"]
    column = next((h for h in headers if tokens[h.start].line == first_line), None)
    left = tokens[column.start].box[0] if column else 0  # what is centred below starts right of it
    beside = [h for h in headers if column and tokens[h.start].box[0] >= left]
    stops = [h for h in hits[index + 1 :] if tokens[h.start].line > first_line and h not in beside]
    stop = stops[0].start if stops else len(tokens)
    theirs = {n for h in beside for n in range(h.start, h.end)}
    lines: dict[int, list[Token]] = {}
    for n, t in enumerate(tokens[hits[index].end : stop], start=hits[index].end):
        if t.line > first_line and n not in theirs:
            lines.setdefault(t.line, []).append(t)
    below = list(lines.values())
    last = stops[0] if stops else None
    if below and last and tokens[last.start].line == below[-1][0].line:
        # Words before a label on its line continue a value only beside a column of other print.
        words = cleaned(below[-1])
        return below if column or len(words) > 1 or _is_day(words) else below[:-1]
    return below


def _is_day(words: Sequence[Token]) -> bool:
    """A day by itself is what the label above asked for."""
    return len(words) == 1 and bool(_DAY.search(words[0].text))


def _solid(lines: Sequence[list[Token]]) -> list[list[Token]]:
    """The lines that hold more than specks of dirt."""
    return [line for line in lines if cleaned(line)]


def _belongs(line: Sequence[Token], above: Token, tokens: Sequence[Token]) -> bool:
    high = height_of(tokens)
    solid = cleaned(line)
    if not solid or line[0].page != above.page:
        return False
    if solid[0].middle - above.middle > 3.2 * high:
        return False
    if fmean(t.confidence for t in solid) < 0.25 and not _DAY.search(solid[0].text):
        return False
    if _is_heading(solid, above, tokens) or _SIGNING.search("".join(t.letters for t in solid)):
        return False
    return not _is_unknown_label(" ".join(t.text for t in solid))


def _is_unknown_label(text: str) -> bool:
    """Does the line begin as labels do: a number perhaps, a capital, words, a colon? 'dân số: 0011…' does not."""
    said = _UNKNOWN_LABEL.match(text)
    if said is None:
        return False
    return next((c for c in said[1] if c.isalpha()), "").isupper()


def _is_heading(line: Sequence[Token], above: Token, tokens: Sequence[Token]) -> bool:
    """Capitals alone on the page's right half, under small letters that ran on from its left: of who signs."""
    letters = [c for t in line if t.confidence >= _LEGIBLE for c in t.text if c.isalpha()]
    if not letters or sum(c.isupper() for c in letters) < _LOUD * len(letters):
        return False
    page = [t for t in tokens if t.page == above.page and t.letters]
    left, right = min(t.box[0] for t in page), max(t.right for t in page)
    row = [t for t in page if t.line == above.line] or [above]  # figures alone may stand there
    if all(t.text.isupper() for t in row):
        return False
    started = min(t.box[0] for t in row)
    middle = (left + right) / 2
    return line[0].box[0] > middle and started < middle


def cleaned(tokens: Sequence[Token]) -> list[Token]:
    """Without leaders and footnote marks; a lone '/' or '-' says 'nothing' and stays."""
    solid = [t for t in tokens if not _LEADER.match(t.text) and not _NOTE.match(t.text)]
    if solid:
        return solid
    return [t for t in tokens if t.text.strip(".…") in ("-", "–", "/")]
