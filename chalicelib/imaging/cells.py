"""Ruled tables: the cells between the rules of a page, row by row.

In: the upright page, grey. Out: boxes of the cells of every row that has at least two. Engines read a page line
by line; where one cell of a row holds two lines and its neighbour one in the middle, that reads neither.
"""

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box
from chalicelib.imaging.strokes import part_with_ink, strokes_of

Grey = npt.NDArray[np.uint8]

_LEAST_FILL = 0.86
"""A cell fills the box around it; a loop of a signature does not."""
_LEVEL = 8


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
    """A line cut out of boxes, one digit each, without the rules between them, which read as ones."""
    high, wide = crop.shape
    ink: Grey = cv2.threshold(crop, 170, 255, cv2.THRESH_BINARY_INV)[1]
    across, down = (_lines(ink, size) for size in ((max(20, wide // 8), 1), (1, round(0.7 * high))))
    rules = cv2.dilate(across | down, np.ones((3, 3), np.uint8))
    return np.where(rules > 0, np.uint8(255), crop)
