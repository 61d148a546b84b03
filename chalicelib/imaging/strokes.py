"""Connected strokes of a black-and-white picture: ink in; labels of the pixels, boxes and middles of the strokes out.

`drawn` makes a picture of some of them again; `part_with_ink` says where any are, for margins cost as much as print.

Short labels first: three times as fast, and no paper has more than 65,000 strokes; noise that has is labelled again.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Labels = npt.NDArray[Any]
Boxes = npt.NDArray[np.int32]
Middles = npt.NDArray[np.float64]
Strokes = tuple[Labels, Boxes, Middles]

_ROOM = 8


def strokes_of(ink: Grey, connectivity: int = 8) -> Strokes:
    """Labels (height, width), OpenCV's statistics (strokes, 5) and middles (strokes, 2); stroke 0 is the paper.

    `ink`: 0 where there is none.
    """
    try:
        return _labelled(ink, connectivity, cv2.CV_16U)
    except cv2.error:  # more strokes than short labels can count
        return _labelled(ink, connectivity, cv2.CV_32S)


def _labelled(ink: Grey, connectivity: int, short: int) -> Strokes:
    _, labels, boxes, middles = cv2.connectedComponentsWithStats(
        ink, connectivity=connectivity, ltype=short
    )
    return labels, boxes, np.nan_to_num(middles, copy=False)  # all ink: no paper, no middle of it


def boxes_of(ink: Grey) -> npt.NDArray[np.int32]:
    """OpenCV's statistics of the strokes alone (strokes, 5), the paper's left out."""
    rows, columns = part_with_ink(ink)
    stats = strokes_of(ink[rows, columns])[1][1:]
    stats[:, cv2.CC_STAT_LEFT] += columns.start
    stats[:, cv2.CC_STAT_TOP] += rows.start
    return stats


def part_with_ink(ink: Grey) -> tuple[slice, slice]:
    """Rows and columns of all ink and of a little paper around it: what is found there is the same as on all of it."""
    x, y, wide, high = cv2.boundingRect(ink)
    left, top = (max(0, start - _ROOM) & ~1 for start in (x, y))  # even: strokes keep their order
    return slice(top, y + high + _ROOM), slice(left, x + wide + _ROOM)


def drawn(labels: Labels, chosen: npt.NDArray[np.bool_]) -> Grey:
    """A picture, 255 on 0, of the strokes that are `chosen` (one yes or no for each stroke)."""
    levels = chosen.astype(np.uint8) * np.uint8(255)
    if labels.dtype != np.uint16:
        return levels[labels]
    table = np.zeros((1, 1 << 16), np.uint8)  # OpenCV looks up twice as fast as numpy
    table[0, : len(levels)] = levels
    return np.asarray(cv2.LUT(labels, table), np.uint8)
