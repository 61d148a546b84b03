"""Ruled tables: the cells between the rules of a page, row by row.

In: the upright page, grey. Out: boxes of the cells of every row that has at least two. Engines read a page line
by line; where one cell of a row holds two lines and its neighbour one in the middle, that reads neither.
"""

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box
from chalicelib.imaging.levels import levels
from chalicelib.imaging.strokes import part_with_ink, strokes_of

Grey = npt.NDArray[np.uint8]

_LEAST_FILL = 0.86
"""A cell fills the box around it; a loop of a signature does not."""
_LEVEL = 8
_INK, _PAPER = 140, 205  # of a line of boxes, its light made even
_UPRIGHT = 0.97  # of a box's height: a rule between boxes is as high, no figure is
_FEWEST, _DARK = 9, 0.35  # boxes of a number; share of black of what may be a rule
_LEAST_HIGH, _LEAST_CONTRAST = 6, 60


def rows_of_cells(even: Grey) -> list[list[Box]]:
    """The rows, each from left to right, of a page with even light."""
    whole: Grey = cv2.threshold(even, 170, 255, cv2.THRESH_BINARY_INV)[1]
    rows, columns = part_with_ink(whole)
    ink = whole[rows, columns]
    across, down = (_lines(ink, size) for size in ((even.shape[1] // 20, 1), (1, 28)))
    if not across.any() or not down.any():
        return []
    rules = cv2.dilate(across | down, np.ones((5, 5), np.uint8))
    _, stats, _ = strokes_of(cv2.bitwise_not(rules[::2, ::2]), connectivity=4)  # a quarter's time
    stats = stats * np.array([2, 2, 2, 2, 4], np.int32) + (columns.start, rows.start, 0, 0, 0)
    cells = [_box(s) for s in stats[1:] if _is_cell(s, even.shape[1])]
    return [row for row in _rows(cells) if len(row) > 1]


def _lines(ink: Grey, size: tuple[int, int]) -> Grey:
    """Straight strokes at least this (width, height) long; one pixel of waver is allowed."""
    wide, high = size
    thick = cv2.dilate(ink, np.ones((1, 3) if high > 1 else (3, 1), np.uint8))
    found: Grey = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((high, wide), np.uint8))
    return found


def _box(stat: npt.NDArray[np.int32]) -> Box:
    x, y, wide, high, _ = (int(n) for n in stat)
    return x, y, wide, high


def _is_cell(stat: npt.NDArray[np.int32], page_width: int) -> bool:
    _, _, wide, high, area = (int(n) for n in stat)
    return wide >= 30 and 18 <= high <= page_width // 3 and area >= _LEAST_FILL * wide * high


def _rows(cells: list[Box]) -> list[list[Box]]:
    """Cells with one top and one bottom."""
    ordered = sorted(cells, key=lambda c: (c[1], c[0]))
    rows: list[list[Box]] = []
    for cell in ordered:
        if rows and _is_level(rows[-1][-1], cell):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [sorted(row) for row in rows]


def _is_level(one: Box, other: Box) -> bool:
    return abs(one[1] - other[1]) <= _LEVEL and abs(one[1] + one[3] - other[1] - other[3]) <= _LEVEL


def without_rules(crop: Grey) -> Grey:
    """A line cut out of boxes, one digit each, without the rules around them, which read as ones.

    Whatever the light, paper comes out white, with white room above and below: empty boxes are bare.
    """
    even = _evened(crop)
    ink: Grey = cv2.threshold(even, _INK, 255, cv2.THRESH_BINARY_INV)[1]
    top, bottom = _between_rules(ink)
    inner = even[top:bottom]
    rules = _on_rhythm(inner) if len(inner) < len(even) else np.zeros(inner.shape[1], bool)
    if not rules.any():
        rules = _upright_rules(ink[max(0, top - 1) : bottom + 1])
    left: Grey = np.where(rules | (inner > _PAPER), np.uint8(255), inner)
    room = len(left) // 4 + 2
    return np.pad(left, ((room, room), (0, 0)), constant_values=255)


def _upright_rules(ink: Grey) -> npt.NDArray[np.bool_]:
    """Columns of rules, given a row of the level ones as well: from one to the other no figure goes."""
    down = _lines(ink, (1, max(5, round(_UPRIGHT * len(ink)))))
    found: npt.NDArray[np.bool_] = cv2.dilate(down, np.ones((1, 3), np.uint8)).any(axis=0)
    return found


def _on_rhythm(inner: Grey) -> npt.NDArray[np.bool_]:
    """Columns of faint rules: those at one distance from each other that are the darkest together."""
    high, wide = inner.shape
    dark = 255 - inner.mean(axis=0)
    soft = np.convolve(dark, (0.25, 0.5, 0.25), "same")
    combs = [
        np.arange(start, wide, pitch).round().astype(int).clip(0, wide - 1)
        for pitch in np.arange(0.7 * high, min(2 * high, wide / _FEWEST), 0.1)
        for start in range(int(pitch))
    ]
    best = max(combs, key=lambda at: float(soft[at].mean()), default=np.zeros(0, int))
    if not len(best) or soft[best].mean() < _DARK * 255:
        return np.zeros(wide, bool)
    from_rule = np.abs(np.arange(wide)[:, None] - best).min(axis=1)
    thick = (from_rule == 2) & (dark > 0.8 * dark[best].mean())
    found: npt.NDArray[np.bool_] = (from_rule <= 1) | thick
    return found


def _evened(crop: Grey) -> Grey:
    """The crop with its paper at white and its darkest ink at black."""
    if not crop.size:
        return crop
    dark, paper = levels(crop, 2, 80)
    scale = 255 / max(paper - dark, _LEAST_CONTRAST)
    even: Grey = np.clip(255 - (paper - crop.astype(np.float32)) * scale, 0, 255).astype(np.uint8)
    return even


def _between_rules(ink: Grey) -> tuple[int, int]:
    """First row below the rule above the middle, and first row of the rule below it."""
    high, wide = ink.shape
    across = _lines(ink, (max(20, wide // 6), 1))
    level = np.flatnonzero(np.count_nonzero(across, axis=1) > wide / 2)
    above, under = level[level < high / 2], level[level >= high / 2]
    top, bottom = int(above.max(initial=-1)) + 1, int(under.min(initial=high))
    return (top, bottom) if bottom - top >= _LEAST_HIGH else (0, high)
