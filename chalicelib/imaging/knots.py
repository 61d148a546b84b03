"""Strokes that two lines share: a tail that touches a capital in the line below makes one stroke of two letters.

In: the page's ink (255 on 0), boxes of its strokes, the lines that make them up. Out: the boxes anew, such strokes
cut between the lines; None where there are none. Nothing is erased there: only who owns which part is told. What of
the lines above and below still reaches into one that was cut out, `alone` takes away.
"""

from collections.abc import Sequence
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box
from chalicelib.imaging.strokes import drawn, strokes_of

Grey = npt.NDArray[np.uint8]
Core = tuple[float, float, float, float]
"""Left and right of a line, top and foot of its usual letters."""

THROUGH, MANY = 2.0, 0.25
"""Heights of strokes that join two lines; a line of which so many are such is set large."""
HIGHEST = 4.5  # heights: what is higher is no letters but a rule, a seal, a portrait
_BESIDE = 2.0  # heights from a line's end to a stroke that may be its first or last letter
_LETTER = 0.3  # of a cut-out's height: what is lower is a mark
_SHARED = 0.4  # of a line's height: so much of it is covered by a stroke that is a letter of it


def untied(
    ink: Grey, boxes: Sequence[Box], cores: Sequence[Core], letter: float
) -> list[Box] | None:
    """The boxes, two for each stroke that belongs to two lines; `cores`: of the lines that lower strokes make."""
    halves: dict[int, tuple[Box, Box]] = {}
    for n, box in enumerate(boxes):
        if _may_be_tied(box, letter):
            rows = _rows_between(box, cores, letter)
            if rows and (parts := _halves(ink, box, *rows)):
                halves[n] = parts
    if not halves:
        return None
    return [part for n, box in enumerate(boxes) for part in halves.get(n, (box,))]


def are_any_tied(boxes: Sequence[Box], letter: float) -> bool:
    """Is any stroke so high that it may belong to two lines? On most pages of print none is."""
    return any(_may_be_tied(box, letter) for box in boxes)


def _may_be_tied(box: Box, letter: float) -> bool:
    return THROUGH * letter < box[3] <= HIGHEST * letter


def _rows_between(box: Box, cores: Sequence[Core], letter: float) -> tuple[int, int] | None:
    """The rows between the first two lines over one another that a stroke stands beside or in and reaches into."""
    x, y, wide, high = box
    reached = sorted(
        (top, low)
        for left, right, top, low in cores
        if max(left - x - wide, x - right) <= _BESIDE * letter
        and min(low, y + high) - max(top, y) > _SHARED * (low - top)
    )
    for (_, foot), (top, _) in combinations(reached, 2):
        if foot < top:
            return int(foot), int(top)
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


def alone(picture: Grey, box: Box, level: int) -> Grey:
    """What `box` cuts out of a picture, without the letters that come in over its upper or lower edge.

    Marks stay, and letters of which half or more lie inside: they may be the box's own. `level`: grey below which
    there is ink.
    """
    x, y, wide, high = box
    crop = picture[y : y + high, x : x + wide]
    if crop[0].min(initial=255) >= level and crop[-1].min(initial=255) >= level:
        return crop
    start = max(0, y - high)
    labels, stats, _ = strokes_of(
        (picture[start : y + 2 * high, x : x + wide] < level).astype(np.uint8)
    )
    top = stats[:, cv2.CC_STAT_TOP] + start - y
    foot = top + stats[:, cv2.CC_STAT_HEIGHT]
    inside = np.minimum(foot, high) - np.maximum(top, 0)
    strange = (
        ((top < 0) | (foot > high)) & (foot - top > _LETTER * high) & (inside < (foot - top) / 2)
    )
    strange[0] = False  # the paper
    if not strange.any():
        return crop
    away = drawn(labels, strange)[y - start : y - start + crop.shape[0]]
    bare = crop.copy()
    bare[cv2.dilate(away, np.ones((3, 3), np.uint8)) > 0] = 255
    return bare


def _moved(box: Sequence[int], x: int, y: int) -> Box:
    return x + box[0], y + box[1], box[2], box[3]
