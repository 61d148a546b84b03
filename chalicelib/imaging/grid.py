"""Tables of register books: the cells of every row, cut-outs of their lines, and whether a cell holds ink.

In: the upright page, grey, its cleaned picture, boxes. Out: boxes row by row; pieces of the picture; yes or no.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box
from chalicelib.imaging.cells import rows_of_cells
from chalicelib.imaging.cleanup import cut_line, pack
from chalicelib.imaging.ink import even_light

Grey = npt.NDArray[np.uint8]

_EDGE = 4
_DARK, _LEAST_INK = 150, 25


def rows_of(upright: Grey) -> list[list[Box]]:
    """The rows of the page's largest table: those with about as many cells as the fullest."""
    rows = rows_of_cells(even_light(upright))
    fullest = max(map(len, rows), default=0)
    return [row for row in rows if len(row) >= max(2, 0.6 * fullest)]


def cut(clean: Grey, line: Box, cell: Box, letter: float) -> Grey:
    """One line of a cell's writing; nothing of the cells and rules around it."""
    x, y, wide, high = cell
    room = clean[max(0, y) : y + high, max(0, x) : x + wide]
    return cut_line(room, (line[0] - max(0, x), line[1] - max(0, y), line[2], line[3]), letter)


def has_ink(clean: Grey, cell: Box) -> bool:
    """Is something written in the cell, away from its rules?"""
    x, y, wide, high = cell
    inside = clean[y + _EDGE : y + high - _EDGE, x + _EDGE : x + wide - _EDGE]
    dark: Grey = cv2.threshold(inside, _DARK, 255, cv2.THRESH_BINARY_INV)[1]
    return int(np.count_nonzero(dark)) >= _LEAST_INK


def turned(
    clean: bytes, jpeg: bytes, back: Sequence[float]
) -> tuple[bytes, bytes, tuple[float, ...]]:
    """A packed page's pictures on their head, and the way from their pixels back to the photograph's."""
    kind = cv2.IMREAD_UNCHANGED
    pages = [np.asarray(cv2.imdecode(np.frombuffer(p, np.uint8), kind)) for p in (clean, jpeg)]
    high, wide = pages[0].shape[:2]
    half = np.array([(-1, 0, wide), (0, -1, high), (0, 0, 1)], np.float64)
    way = np.array(back, np.float64).reshape(3, 3) @ half
    grey, colour = (cv2.rotate(p, cv2.ROTATE_180) for p in pages)
    shown = cv2.imencode(".jpg", colour, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()
    return pack(np.asarray(grey, np.uint8)), shown, tuple(float(n) for n in way.ravel())
