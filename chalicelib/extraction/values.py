"""The tokens of a value: what stands between a label and the next, over line ends where it may run.

In: tokens, hits, the grammar. Out: `Span`s of tokens with leaders, bullets and footnote marks cleaned
off. Which lines below still belong to it, `extraction.below` tells.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import fmean

from chalicelib.dossier.paper import Box
from chalicelib.extraction.below import below, cleaned
from chalicelib.extraction.labels import Hit
from chalicelib.extraction.letters import compose, is_syllable
from chalicelib.extraction.lines import Token, box_of, height_of

_DOTS = re.compile(r"\.{2,}|…+|_+|·{2,}|[ˆ^~¬]")
_LOW_QUOTE = re.compile(r"(?:^|(?<=\s))[„‚»«¸]+(?=\w)")
"""What is left of a dotted line before a value: no paper of ours begins a value so."""
_STUCK_NOTE = re.compile(r"^\s*\([1-9]\)[.:]?(?=\w)")
_SYMBOL = re.compile(r"^[^\w/\-(]+$|^[œŒøØ®©º°ª@][^\w]*$")
_UNNUMBERED = (
    "name",
    "text",
    "agency",
    "id_document",
    "issuer",
)  # no value of these begins with a lone figure
_DROPPED = ("name", "address", "id_document")
_FIGURES = ("integer", "ordinal", "number", "money")  # a lone stroke is a one to these
_LEAST_PITCH, _MOST_PITCH = 1.15, 2.2  # from line to line, in heights of a word
_STROKES = tuple("|!¡‡ịỊỉỈìÌíÍĩĨiIl")
"""A copier's streak beside a line reads as one of these."""
_AFTER_NOTE = r"[a-zà-ỹ]{2}|[A-ZĐ][.a-zà-ỹ]|\d\d/\d\d/\d{4}"
_ITEM = re.compile(r"\W*(\d{1,2})[.,)]?")
_MARK = re.compile(r"^[\dœøºª'°\W]+$")


@dataclass(frozen=True, slots=True)
class Span:
    """The tokens of a value, perhaps none, and where there was room for it."""

    tokens: tuple[Token, ...]
    room: Box | None
    page: int
    missed: Box | None = None
    """Room of one line below, in a column, where the engine saw nothing: it drops lines of a word or two."""

    @property
    def raw(self) -> str:
        """The text as the engine read it, leaders left out."""
        text = _DOTS.sub(" ", " ".join(t.text for t in self.tokens))
        return compose(_STUCK_NOTE.sub("", _LOW_QUOTE.sub("", text))).strip()

    @property
    def box(self) -> Box | None:
        """Around the value, else the room left blank for it."""
        return box_of(self.tokens) if self.tokens else self.room

    @property
    def line_boxes(self) -> tuple[Box, ...]:
        """A box per line of the value, else the room left for it."""
        if not self.tokens:
            return (self.room,) if self.room else ()
        lines = groupby(self.tokens, key=lambda t: t.line)
        boxes = [box_of(list(line)) for _, line in lines]
        return (*boxes, self.missed) if self.missed else tuple(boxes)

    @property
    def before_unit(self) -> tuple[Box, ...]:
        """One box from the label to the end of the printed unit ('bản', 'gam'): a figure may have been missed there."""
        if not self.tokens or self.room is None or self.lines > 1:
            return ()
        left, top, _, high = self.room
        return ((left, top, self.tokens[-1].right - left, high),)

    @property
    def lines(self) -> int:
        """On how many lines it stands."""
        return len({t.line for t in self.tokens})

    @property
    def worst(self) -> float:
        """Confidence of the worst word that holds more than punctuation."""
        return min(self.confidences, default=0.0)

    @property
    def mean(self) -> float:
        """Mean confidence of the words."""
        found = self.confidences
        return fmean(found) if found else 0.0

    @property
    def confidences(self) -> list[float]:
        """Of each word that holds more than punctuation."""
        return [t.confidence for t in self.tokens if re.search(r"\w", t.text)]


def cut(tokens: Sequence[Token], hits: Sequence[Hit], index: int, grammar: str) -> Span:
    """The value of the hit at `index`."""
    hit = hits[index]
    stop = hits[index + 1].start if index + 1 < len(hits) else len(tokens)
    first = _first_line(tokens, hit, stop)
    if grammar not in _FIGURES and all(t.text in _STROKES for t in cleaned(first)):
        first = []  # nothing but a streak beside the label
    if not cleaned(first):
        first = _floating(tokens, hits, index) or first
    found = [*first, *below(tokens, hits, index, grammar, first)]
    high = height_of(tokens)
    solid = _without_specks(without_streaks(cleaned(found), high), high)
    solid = _without_note(_with_number(solid, grammar), high, figures=grammar in _FIGURES)
    if hit.label.note and solid:
        solid = _unnoted(solid, hit.label.note, grammar)
    if grammar in ("agency", "number") and hit.label.fields != ("authority",):
        solid = one_column(solid, high)
    missed = _missed(tokens, hit, solid, high) if hit.label.column and grammar in _DROPPED else None
    return Span(tuple(solid), _room(tokens, hits, index), tokens[hit.end - 1].page, missed)


def _missed(tokens: Sequence[Token], hit: Hit, solid: Sequence[Token], high: float) -> Box | None:
    """Where a line may stand between a value in a column and the label below it: there is room for just one."""
    last = solid[-1] if solid else tokens[hit.end - 1]
    after = next((t for t in tokens[hit.end :] if t.line > last.line and t.letters), None)
    if not solid or after is None or after.page != last.page:
        return None
    pitch = (after.middle - last.middle) / 2
    if not _LEAST_PITCH * high <= pitch <= _MOST_PITCH * high:
        return None
    left, right = min(t.box[0] for t in tokens), max(t.right for t in tokens)
    return left, round(last.middle + pitch - 0.65 * high), right - left, round(1.3 * high)


def without_streaks(solid: Sequence[Token], high: float) -> list[Token]:
    """Without the strokes that a copier's streaks leave after the last words of lines, however many."""
    kept: list[Token] = []
    for n, token in enumerate(solid):
        before = kept[-1] if kept and kept[-1].line == token.line else None
        rest = [t.text for t in solid[n:] if t.line == token.line]
        apart = before is not None and token.box[0] - before.right > 0.5 * high
        if not (apart and all(text in _STROKES for text in rest)):
            kept.append(token)
    return kept


def _without_specks(solid: list[Token], high: float) -> list[Token]:
    """Dirt beside a line reads as one or two letters, faint or far away."""
    kept: list[Token] = []
    for n, token in enumerate(solid):
        after = solid[n + 1] if n + 1 < len(solid) else None
        before = kept[-1] if kept else None
        gap = 0
        if before and (after is None or after.line != token.line):
            gap = token.box[0] - before.right if before.line == token.line else 0
        elif before and after and before.line != token.line:
            gap = after.box[0] - token.right
        if not (before and gap and _is_speck(token, gap, high)):
            kept.append(token)
    return kept


def _is_speck(token: Token, gap: float, high: float) -> bool:
    word = len(token.letters) > 2 and is_syllable(token.text)
    if token.confidence < 0.35 and gap > 1.2 * high and not word:
        return True
    if token.text in _STROKES and gap > 0.5 * high:
        return True
    small = len(token.text.strip(".,;:'\"")) <= 2 and not token.text[:1].isdigit()
    apart = gap > 0.6 * high or not token.letters
    faint = token.confidence < 0.5 and apart  # 'Hà' at a line's end stands as near as any word
    return small and (gap > 2.5 * high or faint or token.box[3] < 0.45 * high)


def _with_number(solid: list[Token], grammar: str) -> list[Token]:
    """The 8 of a house reads as '&', with which no address begins."""
    if grammar not in ("address", "place") or len(solid) < 2 or solid[0].text != "&":
        return solid
    return [replace(solid[0], text="8"), *solid[1:]]


def _without_note(solid: list[Token], high: float, *, figures: bool) -> list[Token]:
    """A small raised footnote mark before the value reads as ©, @ or a digit; '01 bản' is no note but the value."""
    while len(solid) > 1 and _is_note(solid[0], high):
        if figures and not any(c.isdigit() for t in solid[1:] for c in t.text):
            break
        solid = solid[1:]
    return solid


def _is_note(token: Token, high: float) -> bool:
    if _SYMBOL.match(token.text):
        return True
    return len(token.text) <= 2 and bool(_MARK.match(token.text)) and token.box[3] < 0.75 * high


def _first_line(tokens: Sequence[Token], hit: Hit, stop: int) -> list[Token]:
    line = tokens[hit.end - 1].line
    found = [t for t in tokens[hit.end : stop] if t.line == line]
    return found[: _next_item(tokens[hit.start], found)]


def _next_item(item: Token, line: Sequence[Token]) -> int:
    """Where the next item's number begins: '4.' and a capital after item 3, though its label was not recognised."""
    number = _ITEM.fullmatch(item.text)
    if not number:
        return len(line)
    following = f"{int(number[1]) + 1}."
    pairs = enumerate(pairwise(line))
    starts = (n for n, (a, b) in pairs if a.text == following and b.text[:1].isupper())
    return next((n for n in starts if n), len(line))


def _unnoted(solid: list[Token], note: str, grammar: str) -> list[Token]:
    """Without the footnote's figure before the first word or stuck to it; to a figure nothing is known to stick."""
    first = solid[0]
    if grammar in _UNNUMBERED and len(solid) > 1 and first.text.strip("()[]{}'\"’‘°®") == note:
        return solid[1:]
    if re.match(rf"{note}(?:{_AFTER_NOTE})", first.text):
        return [replace(first, text=first.text.removeprefix(note)), *solid[1:]]
    return solid


def one_column(solid: list[Token], high: float) -> list[Token]:
    """A letterhead ends at the gap before the print of the right column."""
    kept: list[Token] = []
    cut_lines: set[int] = set()
    for token in solid:
        beside = kept and kept[-1].line == token.line
        if beside and token.box[0] - kept[-1].right > 1.8 * high:
            cut_lines.add(token.line)
        if token.line not in cut_lines:
            kept.append(token)
    return kept


def _floating(tokens: Sequence[Token], hits: Sequence[Hit], index: int) -> list[Token]:
    """A value written above or below its line, which the engine took for a line of its own."""
    hit, high = hits[index], height_of(tokens)
    last = tokens[hit.end - 1]
    after = hits[index + 1] if index + 1 < len(hits) else None
    edge = tokens[after.start].box[0] if after and tokens[after.start].line == last.line else 1e9
    taken = {n for h in hits for n in range(h.start, h.end)}
    lines = {tokens[n].line for n in taken}
    found = [
        t
        for n, t in enumerate(tokens)
        if n not in taken
        and t.page == last.page
        and t.line not in lines
        and last.right <= t.box[0] < edge
        and abs(t.middle - last.middle) < 0.8 * high
    ]
    return found if sum(t.confidence for t in found) > 0.5 * len(found) else []


def _room(tokens: Sequence[Token], hits: Sequence[Hit], index: int) -> Box | None:
    """The blank place right of a label, up to the next label or the margin."""
    last = tokens[hits[index].end - 1]
    after = hits[index + 1] if index + 1 < len(hits) else None
    beside = after and tokens[after.start].line == last.line
    end = (
        tokens[after.start].box[0]
        if after and beside
        else max(t.right for t in tokens if t.page == last.page)
    )
    width = end - last.right
    return (last.right, last.box[1], width, last.box[3]) if width > last.box[3] * 2 else None
