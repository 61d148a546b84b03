"""Printed labels found in a stream of tokens, however the engine spelt them.

In: tokens and the labels of a kind. Out: `Hit`s that do not overlap, in reading order. Marks, case,
blanks and footnote numbers do not count; a label may run over a line's end. Short labels must stand at
the start of a line or before a colon, so that words inside values are not taken for labels.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from chalicelib.extraction import sounds
from chalicelib.extraction.lines import Token, height_of
from chalicelib.extraction.papers import Label

_NOTE = re.compile(r"^[(\[{]?[\dlI¹²³⁴⁵*°]{1,2}[)\]}]?[:;.,]*$")
_BRACKETED = re.compile(r"^[(\[{].{1,3}$|^.{1,3}[)\]}][:;.,]*$")
_COLON = re.compile(r"[:;]\W*$")
_WORN_COLON = re.compile(r"[.,]\W*$")  # its upper or lower dot was not seen
_QUOTES = ("'", "’", '"')
_AS_LETTER = ("i", "t", "l", "j")  # a colon that touches the word before it
_FIGURES = re.compile(r"^\d{2,}[.,/…·]*$")  # part of a value ('ngày 14 tháng 09'), never of a label
_UNMISTAKABLE = 5  # letters of a label that no syllable of a value is, exactly read: 'Email'
LONG = 14  # letters from which a label may run over the end of a line
_LEAST_ALIKE = 0.74
_MOST_APART = 2 * (1 / _LEAST_ALIKE - 1) + 0.01
_KEPT = 4096  # words whose form is remembered: every label asks again
BREAKABLE = 6  # from here too, if every letter is right and a colon follows


@dataclass(frozen=True, slots=True)
class Hit:
    """A label at tokens `start` to `end` (after colon and footnote mark)."""

    label: Label
    start: int
    end: int
    score: float
    weight: float


def find(tokens: Sequence[Token], labels: Sequence[Label]) -> list[Hit]:
    """The labels of the stream; where two overlap, the one that explains more letters stands."""
    candidates = sorted(_candidates(tokens, labels), key=lambda h: (-h.weight, h.start))
    taken: list[Hit] = []
    for hit in candidates:
        if all(hit.end <= t.start or hit.start >= t.end for t in taken):
            taken.append(hit)
    return sorted(taken, key=lambda h: h.start)


def _candidates(tokens: Sequence[Token], labels: Sequence[Label]) -> Iterator[Hit]:
    small = height_of(tokens) * 0.72
    spoken = [(label, *said) for label in labels for said in label.says]
    lines = list(_lines(tokens))
    texts = ["".join(t.letters for t in tokens[start : stop + 12]) for start, stop in lines]
    for (start, stop), text, near in zip(lines, texts, _near(spoken, texts), strict=True):
        for n in near:
            yield from _in_line(tokens, start, stop, text, *spoken[n], small)


def _near(spoken: Sequence[tuple[Label, str, bool]], texts: Sequence[str]) -> list[list[int]]:
    """Which labels may be in each text: their letters, about, in one stretch; those of two letters anywhere."""
    if not spoken or not texts:
        return [[] for _ in texts]
    said = [s for _, s, _ in spoken]
    found = process.cdist(texts, said, scorer=fuzz.partial_ratio, score_cutoff=74)
    found[:, [len(s) == 2 for s in said]] = 1
    return [row.nonzero()[0].tolist() for row in found]


def _lines(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    start = 0
    for _, line in groupby(tokens, key=lambda t: t.line):
        length = len(list(line))
        yield start, start + length
        start += length


def _in_line(
    tokens: Sequence[Token],
    start: int,
    stop: int,
    text: str,
    label: Label,
    said: str,
    capital: bool,
    small: float,
) -> Iterator[Hit]:
    """The label in a line of which `text` are the letters, and those of the words after it: it may run over."""
    last, before = min(len(tokens), stop + 12) if len(said) >= BREAKABLE else stop, 0
    for first in range(start, stop):
        if tokens[first].letters and _may_begin(text[before : before + len(said)], said):
            best = _best_end(tokens, first, last, said)
            if best and _is_label(tokens, first, best, said, label, capital, before):
                end = _after_notes(tokens, best[0], small)
                yield Hit(label, first, end, best[1], len(said) * (best[1] - 0.5))
        before += len(tokens[first].letters)


def _may_begin(text: str, said: str) -> bool:
    """Can as many letters as the label has begin words that are alike enough? Twice their slips would part them."""
    most = int(_MOST_APART * len(said))
    return Levenshtein.distance(text, said, score_cutoff=most) <= most


def _best_end(
    tokens: Sequence[Token], first: int, last: int, said: str
) -> tuple[int, float] | None:
    """(end, similarity) of the window from `first` that is most like the label."""
    letters, best = "", (0, 0.0)
    least, most = _LEAST_ALIKE * len(said), len(said) * 1.3 + 2
    for end in range(first, last):
        token = tokens[end]
        if _is_figures(token.text):
            break
        if letters and _shouts(tokens, first, end) and not _goes_on(said, letters, token):
            break
        letters += token.letters
        if len(letters) > most:
            break
        if token.letters and len(letters) >= least:  # fewer are never alike enough
            alike = _alike(tokens, end, letters, said)
            best = (end + 1, alike) if alike > best[1] else best
        amid = token.text.endswith(";") and len(letters) < least and said.startswith(letters)
        if _ends_in_colon(token.text) and not amid:  # 'khám bệnh; chữa bệnh:' has a comma there
            break
    return best if best[0] else None


@lru_cache(_KEPT)
def _is_figures(text: str) -> bool:
    return bool(_FIGURES.match(text))


@lru_cache(_KEPT)
def _ends_in_colon(text: str) -> bool:
    return bool(_COLON.search(text))


def _alike(tokens: Sequence[Token], end: int, letters: str, said: str) -> float:
    """0 for less than `_LEAST_ALIKE`."""
    if _is_said(tokens, end, letters, said):
        return 1.0
    return Levenshtein.normalized_similarity(letters, said, score_cutoff=_LEAST_ALIKE)


def _is_said(tokens: Sequence[Token], end: int, letters: str, said: str) -> bool:
    """Every letter of the label with its colon stuck to it, or two letters of which one is misread: 'Sấ: 136'."""
    if _has_colon_stuck(letters, said):
        return True
    near = len(letters) == len(said) == 2 and letters[0] == said[0]
    after = tokens[end + 1].text[:1].isdigit() if end + 1 < len(tokens) else False
    return near and after and bool(_COLON.search(tokens[end].text))


def _has_colon_stuck(letters: str, said: str) -> bool:
    """Every letter of the label, and its colon read as one more ('Dân tộct')?"""
    return len(said) >= _UNMISTAKABLE and letters[:-1] == said and letters[-1] in _AS_LETTER


def _shouts(tokens: Sequence[Token], first: int, end: int) -> bool:
    """A word all in capitals after a label in small letters belongs to the value."""
    word = tokens[end]
    return len(word.letters) > 1 and word.text.isupper() and not tokens[first].text.isupper()


def _goes_on(said: str, letters: str, token: Token) -> bool:
    """Does the label itself have this word here ('Thẻ BHYT số')?"""
    word, at = token.letters, len(letters)
    if len(word) > 2 and Levenshtein.distance(word, said[at : at + len(word)]) <= 1:
        return True
    return word in said[max(0, at - 2) : at + len(word) + 2]


def _is_label(
    tokens: Sequence[Token],
    first: int,
    best: tuple[int, float],
    said: str,
    label: Label,
    capital: bool,
    before: int,
) -> bool:
    small = capital and tokens[first].text[:1].islower()
    colon = _announces(tokens, first, best, said, label, small)
    if label.needs_colon and not (colon or _leads(tokens, first, best, said, before)):
        return False
    window = tokens[first : best[0]]
    if not colon and sounds.is_name(window, said, label, best[1]):
        return False
    broken = tokens[first].line != tokens[best[0] - 1].line
    even = tokens[first].text.isupper() == tokens[best[0] - 1].text.isupper()
    if broken and len(said) < LONG and not (colon and even and best[1] > 0.99):
        return False  # 'phường Ngô QUYỀN' before 'Số:' in the next line is no 'Quyển số:'
    if broken and not sounds.begins_above(window, said):
        return False
    least = 0.76 if len(said) >= 12 else 0.83 if len(said) >= BREAKABLE else 0.99
    if small and not colon and (len(said) < BREAKABLE or best[1] < 1):
        return False  # 'huyện' in 'xã): huyện Thạch Thất' is no label 'Huyện', nor is 'mới sinh' 'Nơi sinh'
    if before and best[1] < 1 and not colon and sounds.are_words(window):
        return False  # 'Thường Tín, thành phố' holds no 'Tỉnh, thành phố'
    if before <= 2:  # at the start of its line, a number or bullet apart
        return best[1] >= least
    return best[1] >= _least_inside(tokens[first], said, capital, colon, least)


def _least_inside(head: Token, said: str, capital: bool, colon: bool, least: float) -> float:
    """How like a label words inside a line must be; more than 1 where they can't be one."""
    if len(said) < BREAKABLE and head.text.strip(":;").isupper() and not colon:
        return 2.0
    initials = [c for c in head.text if c.isalpha()][:2]
    small = not any(c.isupper() for c in initials)
    if capital and small and not (colon and len(said) >= BREAKABLE):
        return 2.0
    if colon:
        return max(least, 0.9 if len(said) >= 12 else 0)
    foreign = len(said) >= _UNMISTAKABLE and not sounds.is_usual(head)
    return max(least, 0.88) if len(said) >= BREAKABLE or foreign else 2.0


def _announces(
    tokens: Sequence[Token],
    first: int,
    best: tuple[int, float],
    said: str,
    label: Label,
    small: bool,
) -> bool:
    """Does a colon follow, whatever became of it, or the figure that the label's section asks for ('số 10')?

    After words that begin `small` where the label has a capital a stop is a stop: 'Điều chỉnh ngày sinh.'
    """
    if _has_colon(tokens, best[0]) or (not small and _has_worn_colon(tokens, first, best, said)):
        return True
    counted = label.needs_colon and bool(label.within)
    return counted and any(t.text[:1].isdigit() for t in tokens[best[0] : best[0] + 1])


def _has_colon(tokens: Sequence[Token], end: int) -> bool:
    if _COLON.search(tokens[end - 1].text):
        return True
    return any(
        _COLON.search(t.text) and (_NOTE.match(t.text) or not t.letters)
        for t in tokens[end : end + 2]
    )


def _has_worn_colon(
    tokens: Sequence[Token], first: int, best: tuple[int, float], said: str
) -> bool:
    """Is there a colon of which one dot was not seen, or that reads as a letter?

    One word that values have as well proves nothing: 'Ngô Quyền,' is no 'Quyển:'.
    """
    letters = "".join(t.letters for t in tokens[first : best[0]])
    usual = best[0] == first + 1 and sounds.is_usual(tokens[first])
    whole = best[1] > 0.99 and len(said) >= _UNMISTAKABLE and not usual
    text = tokens[best[0] - 1].text
    worn = (whole and _WORN_COLON.search(text)) or (best[1] > 0.99 and text.endswith(_QUOTES))
    return bool(worn) or _has_colon_stuck(letters, said)


def _leads(
    tokens: Sequence[Token], first: int, best: tuple[int, float], said: str, before: int
) -> bool:
    """A long label at the start of its line, with a capital but not in capitals, needs no colon."""
    word = tokens[first].text
    starts = before <= 2 and word[:1].isupper() and not word.isupper()
    return starts and len(said) >= LONG and best[1] > 0.9


def _is_raised(tokens: Sequence[Token], at: int, small: float) -> bool:
    """Is it small, and as close to the word before it as words are?"""
    token, before = tokens[at], tokens[at - 1]
    return token.box[3] < small and token.box[0] - before.right < before.box[3]


def _after_notes(tokens: Sequence[Token], end: int, small: float) -> int:
    """Passes over a footnote mark and the colon. A mark stands close: a small figure far away is a value."""
    if _COLON.search(tokens[end - 1].text):
        return end
    line = tokens[end - 1].line
    while end < len(tokens) and tokens[end].line == line:
        text = tokens[end].text
        if (not re.search(r"\w", text) and not re.search(r"[/\-–]", text)) or (
            _NOTE.match(text)
            and (_BRACKETED.match(text) or _COLON.search(text) or _is_raised(tokens, end, small))
        ):
            end += 1
            if _COLON.search(text):
                break
        else:
            break
    return end
