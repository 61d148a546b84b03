"""Ruled tables: the cells between the rules of a page, row by row.

In: the upright page, grey. Out: boxes of the cells of every row that has at least two. Engines read a page line
by line; where one cell of a row holds two lines and its neighbour one in the middle, that reads neither.
"""

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box
from chalicelib.imaging.strokes import strokes_of

Grey = npt.NDArray[np.uint8]

_LEAST_FILL = 0.86
"""A cell fills the box around it; a loop of a signature does not."""
_LEVEL = 8
_RULED = 0.3  # of a row of pixels in rules across
_LEAST_ROW = 0.4  # of a crop's height lies between the rules above and below its digits


def rows_of_cells(even: Grey) -> list[list[Box]]:
    """The rows, each from left to right, of a page with even light."""
    ink = _ink(even)
    across, down = (_lines(ink, size) for size in ((ink.shape[1] // 20, 1), (1, 28)))
    if not across.any() or not down.any():
        return []
    rules = cv2.dilate(across | down, np.ones((5, 5), np.uint8))
    _, stats, _ = strokes_of(cv2.bitwise_not(rules[::2, ::2]), connectivity=4)  # a quarter's time
    stats = stats * np.array([2, 2, 2, 2, 4], np.int32)
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
    """A line cut out of boxes, one digit each, without the rules between them, which read as ones.

    What stands above and below the boxes goes too.
    """
    across, inside = _between_rules(crop)
    high = inside.stop - inside.start
    down = _lines(_ink(crop), (1, round(min(0.7 * len(crop), 0.85 * high))))
    rules = cv2.dilate(across | down, np.ones((3, 3), np.uint8))
    bare = np.full_like(crop, 255)
    bare[inside] = np.where(rules > 0, np.uint8(255), crop)[inside]
    return bare


def _between_rules(crop: Grey) -> tuple[Grey, slice]:
    """The rules across, and the stretch from the first to the last; all of the crop where they enclose too little."""
    across = _lines(_ink(crop), (max(20, crop.shape[1] // 8), 1))
    ruled = np.flatnonzero((across > 0).mean(axis=1) > _RULED).tolist() or [0]
    whole = ruled[-1] - ruled[0] < _LEAST_ROW * len(crop)
    return across, slice(0, len(crop)) if whole else slice(ruled[0], ruled[-1] + 1)


def _ink(grey: Grey) -> Grey:
    ink: Grey = cv2.threshold(grey, 170, 255, cv2.THRESH_BINARY_INV)[1]
    return ink
