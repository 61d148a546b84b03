"""Strokes that two lines share: a tail that touches a capital in the line below makes one stroke of two letters.

In: the page's ink (255 on 0), boxes of its strokes, the lines they were strung to. Out: the boxes anew, such strokes
cut between the lines; None where there are none. Nothing is erased: only who owns which part is told.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box
from chalicelib.imaging.strokes import strokes_of

Grey = npt.NDArray[np.uint8]
Core = tuple[float, float, float, float]
"""Left and right of a line, top and foot of its usual letters."""

THROUGH, MANY = 2.0, 0.25
"""Heights of strokes that join two lines; a line of which so many are such is set large."""
_BESIDE = (
    2.0  # heights of letters from a line's end to a stroke that may be its first or last letter
)
_SHARED = 0.4  # of a line's height: so much of it is covered by a stroke that is a letter of it


def untied(
    ink: Grey, boxes: Sequence[Box], lines: Sequence[tuple[Core, Sequence[int]]], letter: float
) -> list[Box] | None:
    """The boxes, two for each stroke that belongs to two lines; `lines`: cores, and which strokes they have."""
    cores = [core for core, _ in lines]
    halves: dict[int, tuple[Box, Box]] = {}
    for core, strokes in lines:
        for n in _through(boxes, strokes, letter):
            rows = _rows_between(boxes[n], core, cores, letter)
            if rows and (parts := _halves(ink, boxes[n], *rows)):
                halves[n] = parts
    if not halves:
        return None
    return [part for n, box in enumerate(boxes) for part in halves.get(n, (box,))]


def _through(boxes: Sequence[Box], strokes: Sequence[int], letter: float) -> Iterator[int]:
    found = [n for n in strokes if boxes[n][3] > THROUGH * letter]
    yield from found if len(found) <= MANY * len(strokes) else ()


def _rows_between(
    box: Box, own: Core, cores: Sequence[Core], letter: float
) -> tuple[int, int] | None:
    """The rows between a stroke's line and the next above or below that it stands beside or in, if it reaches there."""
    x, y, wide, high = box
    for left, right, top, low in cores:
        beside = max(left - x - wide, x - right) <= _BESIDE * letter
        if beside and min(low, y + high) - max(top, y) > _SHARED * (low - top):
            if top > own[3]:
                return int(own[3]), int(top)
            if low < own[2]:
                return int(low), int(own[2])
    return None


def _halves(ink: Grey, box: Box, start: int, end: int) -> tuple[Box, Box] | None:
    """The boxes of a stroke's parts above and below its thinnest row, of rows `start` to before `end` of the page."""
    x, y, wide, high = box
    first, last = max(1, start - y), min(high - 1, end - y)
    if first >= last:
        return None
    labels, stats, _ = strokes_of(ink[y : y + high, x : x + wide])
    tall = (stats[1:, cv2.CC_STAT_HEIGHT] == high) * stats[1:, cv2.CC_STAT_AREA]
    own = (labels == 1 + int(np.argmax(tall))).astype(np.uint8)
    thin = first + int(np.argmin(own[first:last].sum(axis=1)))
    return _moved(cv2.boundingRect(own[:thin]), x, y), _moved(
        cv2.boundingRect(own[thin:]), x, y + thin
    )


def _moved(box: Sequence[int], x: int, y: int) -> Box:
    return x + box[0], y + box[1], box[2], box[3]
