"""The first reading of a page: a cleaned picture in; words with confidences, line by line, out.

Our own reader (`recogniser`) reads the lines that `lines` finds; where its weights are not installed, Tesseract reads
the page. Both give the same kind of words. Refuses what they refuse.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box, Word
from chalicelib.imaging.cleanup import with_room
from chalicelib.imaging.knots import alone
from chalicelib.imaging.levels import levels
from chalicelib.imaging.lines import INK, Line, find_lines
from chalicelib.ocr import decoding, recogniser, tesseract
from chalicelib.ocr.initials import with_true_initials

Grey = npt.NDArray[np.uint8]

LITTLE = 0.5
"""Share of letters in words read surely, below which words may be anything, and another reader is asked."""
_SURE, _ENOUGH = 0.85, 30
_SURELY_READ, _LEAD = 10, 25
"""As `sureness` counts: of 25 bands each turned both ways the wrong way never came above 4."""


def words(picture: Grey, page: int) -> list[Word]:
    """All words of a cleaned page or of a part of one, lines numbered from the top; `page` is written into each.

    Raises:
        WeightsAreNotOurs: weights that nobody named. EngineGaveNothing, ReadingTookTooLong: as Tesseract.
    """
    if not recogniser.is_here():
        return tesseract.words(picture, page)
    found = [w for line in find_lines(picture) for w in _words_of(picture, line, page)]
    return with_true_initials(picture, found)


def _words_of(picture: Grey, line: Line, page: int) -> Iterator[Word]:
    """The words of one line, each as probable as its letters are together."""
    place = with_room(line.box)
    start, crop = place[0], alone(picture, place, INK)
    strip = recogniser.strip_of(crop)
    frame = recogniser.FRAME * crop.shape[1] / strip.shape[1]
    for word in decoding.words(recogniser.odds_of(strip)):
        ends = round(start + (word.first - 1) * frame), round(start + (word.last + 2) * frame)
        yield Word(word.text, _around(picture, line.box, *ends), word.sure, page, line.row)


def _around(picture: Grey, line: Box, left: int, right: int) -> Box:
    """The box around the line's ink between two of its columns."""
    x, y, wide, high = line
    left, right = max(x, left), max(min(x + wide, right), left + 1)
    ink = picture[y : y + high, left:right] < INK
    inner, upper, broad, tall = cv2.boundingRect(ink.astype(np.uint8))
    if not broad:
        return left, y, right - left, high
    return left + inner, y + upper, broad, tall


def which_way_up(page: Grey) -> int:
    """0 if the page is upright, 2 if it stands on its head: the way that reads more surely.

    Line by line, both ways, until one leads: print on its head hardly ever reads surely. Errors as `words`.
    """
    upright = turned = 0.0
    for one, other in _both_ways(_densest_band(page)):
        upright, turned = upright + sureness(one), turned + sureness(other)
        if max(upright, turned) >= _SURELY_READ and abs(upright - turned) >= _LEAD:
            break
    return 0 if upright >= turned else 2


def _both_ways(part: Grey) -> Iterator[tuple[list[Word], list[Word]]]:
    """The words of each line, the longest first, as it stands and turned round; all at once where Tesseract reads."""
    turned = np.ascontiguousarray(part[::-1, ::-1])
    if not recogniser.is_here():
        yield tesseract.words(part, 0), tesseract.words(turned, 0)
        return
    for line in sorted(find_lines(part), key=lambda line: -line.box[2]):
        x, y, wide, high = line.box
        round_ = Line((part.shape[1] - x - wide, part.shape[0] - y - high, wide, high), line.row)
        yield list(_words_of(part, line, 0)), list(_words_of(turned, round_, 0))


def _densest_band(page: Grey, rows: int = 320) -> Grey:
    """The stretch of the page with the most print."""
    ink = (page < levels(page, 50)[0] - 40).sum(axis=1, dtype=np.float64)
    start = int(np.argmax(np.convolve(ink, np.ones(rows), "valid"))) if len(ink) > rows else 0
    return page[start : start + rows]


def reads_well(found: Sequence[Word], share: float = 0.75) -> bool:
    """Are so many of the letters in words read surely, and are they enough to tell?"""
    sizes = [(len(w.text), w.confidence) for w in found if w.text.isalnum()]
    sure = sum(n for n, confidence in sizes if n > 1 and confidence >= _SURE)
    return sure >= max(_ENOUGH, share * sum(n for n, _ in sizes))


def sureness(found: Sequence[Word]) -> float:
    """Letters read, each as far as it is surer than a coin."""
    return sum(len(w.text) * (w.confidence - 0.5) for w in found if w.text.isalnum())
