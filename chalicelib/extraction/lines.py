"""Words put into reading order as tokens: lines from the top, tokens from the left.

In: the words of one paper. Out: `Token`s numbered by line; a word that glues a label to its value at a
colon ('tên:NGUYỄN') is two tokens. Words without any letter, digit or meaning sign stay: leaders are
cleaned where a value is cut.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from chalicelib.dossier.paper import Box, Word
from chalicelib.extraction.letters import letters_of

_GLUED = re.compile(r"(?<=[^\W\d_]|\))([:;])(?=[^\s:;])")
_ENOUGH = 3  # words whose heights tell how small a line is written
_COIN, _THIN = 0.5, 4
_COUNTED = re.compile(r"(?i)\b(lúc|ngày|tháng|năm|giờ|phút)(?=\d)")


@dataclass(frozen=True, slots=True)
class Token:
    """One word or its part. `line` numbers lines through all pages; `letters` is folded."""

    text: str
    letters: str
    box: Box
    confidence: float
    page: int
    line: int

    @property
    def right(self) -> int:
        """The x after the last pixel."""
        return self.box[0] + self.box[2]

    @property
    def middle(self) -> float:
        """The y of the middle."""
        return self.box[1] + self.box[3] / 2


def tokens_of(words: Sequence[Word]) -> list[Token]:
    """All tokens in reading order."""
    usual = median([w.box[3] for w in words if len(w.text) > 1] or [0])
    ordered = sorted(words, key=lambda w: (w.page, w.line, w.box[0]))
    lines = (list(line) for _, line in groupby(ordered, key=lambda w: (w.page, w.line)))
    solid = (_without_dirt(line, usual) for line in lines)
    return [
        t
        for number, line in enumerate(filter(None, solid))
        for w in line
        for t in _split(w, number)
    ]


def _without_dirt(line: Sequence[Word], usual: float) -> list[Word]:
    """The words of a line, measured by its own height where that is less than the paper's: a hand may be small."""
    found = [w.box[3] for w in line if len(w.text) > 1]
    high = min(usual, median(found)) if len(found) >= _ENOUGH else usual
    if len(line) == 1 and _is_sliver(line[0]):
        return []
    return [w for w in line if not _is_dirt(w, high)]


def _is_sliver(word: Word) -> bool:
    """A paper's edge, read as a letter that stands alone: such a line would part the lines of a value."""
    _, _, width, height = word.box
    return word.confidence < _COIN and height > _THIN * width and word.text.isalpha()


def _is_dirt(word: Word, high: float) -> bool:
    """A fleck far smaller than print, whatever letters it was read as; a dash is low but wide."""
    _, _, width, height = word.box
    if height < 0.42 * high and any(c.isalnum() for c in word.text):
        return True
    tiny = height < 0.4 * high and width < 0.3 * high and len(word.text) <= 2
    return tiny or (height < 0.3 * high and width < 0.6 * high)


def _split(word: Word, line: int) -> Iterator[Token]:
    parts = _COUNTED.sub(r"\1\n", _GLUED.sub(r"\1\n", word.text)).split("\n")
    x, y, width, height = word.box
    share = width / max(1, len(word.text))
    for part in parts:
        wide = round(share * len(part))
        yield Token(part, letters_of(part), (x, y, wide, height), word.confidence, word.page, line)
        x += wide


def height_of(tokens: Sequence[Token]) -> float:
    """The usual height of a word with letters, in pixels."""
    return median([t.box[3] for t in tokens if t.letters] or [20])


def box_of(tokens: Sequence[Token]) -> Box:
    """The box around all tokens; they must not be none."""
    left = min(t.box[0] for t in tokens)
    top = min(t.box[1] for t in tokens)
    right = max(t.right for t in tokens)
    bottom = max(t.box[1] + t.box[3] for t in tokens)
    return left, top, right - left, bottom - top
