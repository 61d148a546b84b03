"""Where the lines of print and writing stand on a cleaned page: a picture in; boxes of lines, row by row, out.

Letters that follow each other on one level are a line; a gap wider than words leave parts two of them, so that columns,
cells and what stands far behind a label are lines of their own. Lines level with each other share a row. Marks and dots
belong to the line that they are nearest to, a stroke of two lines (`knots`) to both. Refuses nothing; a bare page has
no lines.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box
from chalicelib.imaging.knots import HIGHEST, MANY, THROUGH, Core, are_any_tied, untied
from chalicelib.imaging.levels import levels
from chalicelib.imaging.strokes import boxes_of

Grey = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.float64]

INK = 190
"""Grey below which a pixel is ink; cleaned paper is 255."""
_PAPER = 225
_GAP = 2.0  # letters' heights; words stand a half apart, columns three and more
_LETTER = 0.55  # of the usual height: what is lower is a mark, a dot or dust
_WIDEST = 40.0
_DUST = 3  # pixels
_LEVEL = 0.5  # of the lower one's height: so much of it must be level with the line
_NEAR = 1.1  # heights between a line and its farthest mark
_ALIKE = 0.4  # of the lower one's height: so much is level where two pieces are one line
_TOUCHING = 0.15  # the same where they stand over one another: lines of print never do
_HAT = 0.85
_BESIDE = 0.8  # heights between the middles of lines in one row
_NEXT = 0.95  # the same for what follows at once: writing beside its label stands higher
_ASIDE, _FAR = 1.15, 3.0  # the same for columns with so wide a gap between them
_MANY_CHAINS = 32  # then those that were left behind are forgotten
_OF_ONE = 2.4  # heights: higher strokes are of two lines, or of large print
_TIES = 6  # one after the other: where two lines touch all along, each cut shows where the next stroke's lines are
_FEW = 8  # letters that tell where a line stands at its end: lines may bend


@dataclass(frozen=True, slots=True)
class Line:
    """`box`: around its ink, marks too. `row`: counted from the top; what is level has one row."""

    box: Box
    row: int


@dataclass(slots=True)
class _Chain:
    """A line as it grows from left to right: its letters, and where they lately stood."""

    right: float
    top: float
    low: float
    letters: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Ink:
    """Connected strokes: `left`, `top`, `right`, `low` of each in pixels; `letter`: their usual height."""

    left: list[float]
    top: list[float]
    right: list[float]
    low: list[float]
    letter: float


def find_lines(clean: Grey) -> list[Line]:
    """The lines of a page or of a part of one, (height, width) grey on 255: by rows, each from the left."""
    black = _black(clean)
    ink = _ink(boxes_of(black))
    for _ in range(_TIES):
        boxes = _boxes(ink)
        if not are_any_tied(boxes, ink.letter):
            break
        low = [_core(ink, letters) for letters in _strung(ink, _OF_ONE)[0]]
        if not (parts := untied(black, boxes, low, ink.letter)):
            break
        ink = _ink_of(np.array(parts), ink.letter)
    strung, small = _strung(ink)
    if not strung:
        return []
    cores = [_core(ink, letters) for letters in strung]
    _add_marks(ink, strung, cores, small)
    boxes = [_box(ink, letters) for letters in strung]
    kept = [n for n, box in enumerate(boxes) if _is_line(box, ink.letter)]
    rows = _rows([cores[n] for n in kept], ink.letter)
    found = [Line(boxes[n], row) for n, row in zip(kept, rows, strict=True)]
    return sorted(found, key=lambda line: (line.row, line.box[0]))


def _black(clean: Grey) -> Grey:
    (darkest,) = levels(clean[::4, ::4], 0.5)
    level = min(max(INK, (255 + darkest) / 2), _PAPER)  # faint print is still print
    return np.asarray(cv2.threshold(clean, level, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)


def _ink(stats: npt.NDArray[np.int32]) -> _Ink:
    strokes = stats[stats[:, cv2.CC_STAT_AREA] >= _DUST]
    wide, high = strokes[:, cv2.CC_STAT_WIDTH], strokes[:, cv2.CC_STAT_HEIGHT]
    letters = high[(high >= 7) & (high <= 80) & (wide >= 3) & (wide <= 100)]
    return _ink_of(strokes, float(np.median(letters)) if len(letters) else 16.0)


def _ink_of(strokes: npt.NDArray[Any], letter: float) -> _Ink:
    x, y, wide, high = strokes[:, :4].T
    return _Ink(x.tolist(), y.tolist(), (x + wide).tolist(), (y + high).tolist(), letter)


def _boxes(ink: _Ink) -> list[Box]:
    sides = zip(ink.left, ink.top, ink.right, ink.low, strict=True)
    return [(int(x), int(y), int(right - x), int(low - y)) for x, y, right, low in sides]


def _strung(ink: _Ink, highest: float = HIGHEST) -> tuple[list[list[int]], list[int]]:
    """The letters of each line, none higher than so many of the usual; and the small strokes not among them."""
    big, small = _letters_and_marks(ink, highest)
    return _joined(ink, _chains(ink, big)), small


def _letters_and_marks(ink: _Ink, highest: float) -> tuple[list[int], list[int]]:
    """Strokes as high as letters or as broad as dashes, from the left; and what is smaller. Pictures are neither."""
    high = (np.array(ink.low) - ink.top) / ink.letter
    wide = (np.array(ink.right) - ink.left) / ink.letter
    fits = (high <= highest) & (wide <= _WIDEST)
    big = (high >= _LETTER) | ((wide > 0.4) & (wide + high > 1) & (high > 0.3))
    order = np.argsort(ink.left, kind="stable")
    return order[(fits & big)[order]].tolist(), np.flatnonzero(fits & ~big).tolist()


def _chains(ink: _Ink, big: Sequence[int]) -> list[_Chain]:
    """Letters strung together from left to right, each to the line it is most level with."""
    found: list[_Chain] = []
    alive: list[_Chain] = []
    for n in big:
        top, low = ink.top[n], ink.low[n]
        reach = ink.left[n] - _GAP * ink.letter
        if len(alive) > _MANY_CHAINS:
            alive = [c for c in alive if c.right >= reach]
        best, chain = _LEVEL, None
        for one in alive:
            if one.top < low and top < one.low and one.right >= reach:
                level = _level(one, top, low)
                if level > best:
                    best, chain = level, one
        if chain is None:
            chain = _Chain(ink.right[n], top, low)
            found.append(chain)
            alive.append(chain)
        chain.letters.append(n)
        chain.right = max(chain.right, ink.right[n])
        last = chain.letters[-_FEW:]
        chain.top, chain.low = _middle(ink.top, last), _middle(ink.low, last)
    return found


def _level(chain: _Chain, top: float, low: float) -> float:
    """Share of the lower of the two that is level with the other."""
    both = min(low, chain.low) - max(top, chain.top)
    return both / max(1.0, min(low - top, chain.low - chain.top))


def _middle(of: Sequence[float], which: Sequence[int]) -> float:
    return sorted([of[n] for n in which])[len(which) // 2]


def _joined(ink: _Ink, chains: Sequence[_Chain]) -> list[list[int]]:
    """The letters of each line: chains that overlap or follow each other on about one level are one line.

    Writing beside print stands a little higher or lower, and a letter's hat begins no line of its own.
    """
    strung: list[tuple[Core, list[int]]] = []
    for chain in sorted(chains, key=lambda c: ink.left[c.letters[0]]):
        letters = chain.letters
        core = _core(ink, letters)
        for one in strung[::-1]:
            if _go_together(core, one[0], ink.letter):
                strung.remove(one)
                letters = one[1] + letters
                core = _core(ink, letters)
        strung.append((core, letters))
    return _without_hats(ink, [letters for _, letters in strung])


def _go_together(core: Core, other: Core, letter: float) -> bool:
    left, right, top, low = core
    if left - other[1] > _GAP * letter or other[0] - right > _GAP * letter:
        return False
    both = min(low, other[3]) - max(top, other[2])
    touch = left <= other[1] and other[0] <= right
    return both > (_TOUCHING if touch else _ALIKE) * min(low - top, other[3] - other[2])


def _without_hats(ink: _Ink, strung: Sequence[list[int]]) -> list[list[int]]:
    """One or two low strokes within another line's ends are marks of its letters; a figure that stands alone is not."""
    lines = [letters for letters in strung if not _is_hat(ink, letters)]
    hats = [letters for letters in strung if _is_hat(ink, letters)]
    cores = [_core(ink, letters) for letters in lines]
    left = set(_add_marks(ink, lines, cores, [n for letters in hats for n in letters]))
    return lines + [letters for letters in hats if left.issuperset(letters)]


def _is_hat(ink: _Ink, letters: Sequence[int]) -> bool:
    return len(letters) <= 2 and all(ink.low[n] - ink.top[n] < _HAT * ink.letter for n in letters)


def _core(ink: _Ink, letters: Sequence[int]) -> Core:
    """Left and right of a line, top and foot of its usual letters."""
    left, right = min([ink.left[n] for n in letters]), max([ink.right[n] for n in letters])
    return left, right, _middle(ink.top, letters), _middle(ink.low, letters)


def _add_marks(
    ink: _Ink, strung: Sequence[list[int]], cores: Sequence[Core], small: Sequence[int]
) -> list[int]:
    """Give each small stroke to the line over, under or in which it stands; those that are far from all come back."""
    if not strung:
        return list(small)
    far = []
    x = [(ink.left[n] + ink.right[n]) / 2 for n in small]
    away = _ways(cores, x, [(ink.top[n] + ink.low[n]) / 2 for n in small], 0.8 * ink.letter)
    nearest, least = away.argmin(axis=1).tolist(), away.min(axis=1).tolist()
    letters = [np.array([(ink.left[n], ink.right[n]) for n in line]) for line in strung]
    for n, middle, line, way in zip(small, x, nearest, least, strict=True):
        near = way <= _NEAR * ink.letter
        if way == 0 or (near and _is_over(letters[line], middle, 0.3 * ink.letter)):
            strung[line].append(n)
        else:
            far.append(n)
    return far


def _ways(cores: Sequence[Core], x: Sequence[float], y: Sequence[float], reach: float) -> Numbers:
    """How far each of these points is above or below each line; without end if it is not within its ends."""
    left, right, top, low = np.array(cores).T
    across, down = np.array(x)[:, None], np.array(y)[:, None]
    away: Numbers = np.maximum(np.maximum(top - down, down - low), 0.0)
    away[(across < left - reach) | (across > right + reach)] = np.inf
    return away


def _is_over(letters: Numbers, x: float, room: float) -> bool:
    """Is one of the letters (left, right) above or below? Dust between the words of two lines belongs to none."""
    return bool(((letters[:, 0] - room <= x) & (x <= letters[:, 1] + room)).any())


def _box(ink: _Ink, which: Sequence[int]) -> Box:
    left, right = min([ink.left[n] for n in which]), max([ink.right[n] for n in which])
    through = [n for n in which if ink.low[n] - ink.top[n] > THROUGH * ink.letter]
    if not through or len(through) > MANY * len(which):
        top, low = min([ink.top[n] for n in which]), max([ink.low[n] for n in which])
    else:
        top, low = _levels(ink, [n for n in which if n not in through], through)
    return int(left), int(top), int(right - left), int(low - top)


def _levels(ink: _Ink, own: Sequence[int], through: Sequence[int]) -> tuple[float, float]:
    """Top and foot of a line with few strokes that reach through into the next: its letters touch letters there."""
    top, low, more = min([ink.top[n] for n in own]), max([ink.low[n] for n in own]), ink.letter / 2
    high, deep = min([ink.top[n] for n in through]), max([ink.low[n] for n in through])
    return min(top, max(high, top - more)), max(low, min(deep, low + more))


def _is_line(box: Box, letter: float) -> bool:
    return box[2] >= 0.25 * letter and box[3] >= 0.45 * letter


def _rows(cores: Sequence[Core], letter: float) -> Iterator[int]:
    """The row of each line: lines beside each other whose middles are about level share one."""
    order = sorted(range(len(cores)), key=lambda n: cores[n][2] + cores[n][3])
    rows: list[list[int]] = []
    for n in order:
        away = [(_away(cores, row, n, letter), row) for row in rows[-6:]]
        least, row = min(away, key=lambda a: a[0], default=(np.inf, []))
        if least <= 1:
            row.append(n)
        else:
            rows.append([n])
    number = {n: k for k, row in enumerate(rows) for n in row}
    return (number[n] for n in range(len(cores)))


def _away(cores: Sequence[Core], row: Sequence[int], n: int, letter: float) -> float:
    """How much higher or lower line n stands than one of the row, 1 for the most that is level.

    Columns far from each other may stand half a line apart. Without end if n is over one of the row's lines.
    """
    left, right, top, low = cores[n]
    if any(left < cores[k][1] - letter and cores[k][0] < right - letter for k in row):
        return float(np.inf)
    gap = min(max(left - cores[k][1], cores[k][0] - right) for k in row)
    most = _ASIDE if gap > _FAR * letter else _NEXT if gap <= _GAP * letter else _BESIDE
    return min(abs(top + low - cores[k][2] - cores[k][3]) for k in row) / 2 / (most * letter)
