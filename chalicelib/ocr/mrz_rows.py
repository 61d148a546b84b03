"""Where are the machine-readable rows? A grey picture in; strips in which they lie flat out.

The rows of a card's back are known shapes: three dark bars of one width, stacked at 1/18 of that
width (ICAO 9303-5: 30 characters of 1/10 inch, rows 1/6 inch apart). Bars are sought at several
scales; the six corners of a stack give the flat strip. A picture without such a stack gives none.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.imaging.levels import levels

Grey = npt.NDArray[np.uint8]

PITCH, STEP = 20, 100 / 3
"""Of a strip, in pixels: from character to character, from row to row."""
MARGIN = 3.0
"""Empty places kept left and right of a strip's 30 characters."""

_SCALES = (0.6, 0.35, 0.2)
_LONG_SIDE = 1900
_STACK = 4.23 / 75.0  # distance of rows to their inked width
_MOST_BARS = 40


def find_strips(grey: Grey) -> Iterator[Grey]:
    """Flat strips, (100, 720) grey, most likely first by scale; the rows lie at 1/6, 3/6 and 5/6."""
    fit = min(1.0, _LONG_SIDE / max(grey.shape))
    seen: list[Any] = []
    for scale in _SCALES:
        bars = _find_bars(_resized(grey, fit * scale))
        for stack in _stacks(bars):
            ends = np.array([bar[:2] for bar in stack]) / (fit * scale)
            if not any(_is_same(ends, other) for other in seen):
                seen.append(ends)
                yield _flattened(grey, ends)


def _resized(grey: Grey, scale: float) -> Grey:
    if scale >= 1.0:
        return grey
    smaller: Grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return smaller


def _find_bars(grey: Grey) -> list[Any]:
    """Long dark bars as arrays of (left end, right end, (thickness, length)), top to bottom."""
    ink = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((17, 17), np.uint8))
    level = max(18.0, levels(ink, 99)[0] * 0.35)
    dark = (ink > level).astype(np.uint8)
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 15), np.uint8))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((3, 9), np.uint8))
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    bars = [bar for bar in map(_bar, contours) if bar is not None]
    bars.sort(key=lambda bar: -bar[2][1])
    return sorted(bars[:_MOST_BARS], key=lambda bar: float(bar[0][1] + bar[1][1]))


def _bar(contour: Any) -> Any:
    """The contour as a bar, or None if it is too short, too thick or too steep."""
    if cv2.boundingRect(contour)[2] < 100:
        return None
    middle, size, _ = cv2.minAreaRect(contour)
    length, thickness = max(size), min(size)
    if length < 14 * thickness or thickness < 4:
        return None
    box = cv2.boxPoints((middle, size, cv2.minAreaRect(contour)[2]))
    box = box[np.argsort(box[:, 0])]
    left, right = box[:2].mean(axis=0), box[2:].mean(axis=0)
    return np.array([left, right, (thickness, length)])


def _stacks(bars: list[Any]) -> Iterator[tuple[Any, Any, Any]]:
    for stack in combinations(bars, 3):
        lengths = [bar[2][1] for bar in stack]
        if max(lengths) < 1.12 * min(lengths) and _is_stack(stack, float(np.median(lengths))):
            yield stack


def _is_stack(stack: tuple[Any, Any, Any], length: float) -> bool:
    """Even steps of the right size, ends above each other?"""
    lefts, rights = (np.array([bar[end] for bar in stack]) for end in (0, 1))
    along = (rights - lefts).mean(axis=0) / length
    across = np.array([-along[1], along[0]])
    for ends in (lefts, rights):
        steps, drift = np.diff(ends @ across), np.diff(ends @ along)
        if np.any(np.abs(steps / length / _STACK - 1) > 0.35):
            return False
        if np.any(np.abs(drift) > 0.06 * length):
            return False
    return True


def _is_same(ends: Any, other: Any) -> bool:
    return bool(np.abs(ends - other).max() < 0.5 * _STACK * np.ptp(other[:, :, 0]))


def _flattened(grey: Grey, ends: Any) -> Grey:
    """The strip seen from straight above; `ends` are the left and right ends of three rows."""
    # The ink begins and ends about a tenth of a place inside the first and the last place.
    left, right = (MARGIN + 0.1) * PITCH, (MARGIN + 29.9) * PITCH
    rows = [(n + 0.5) * STEP for n in range(3)]
    there = np.array([[(left, y), (right, y)] for y in rows], np.float32).reshape(-1, 2)
    matrix, _ = cv2.findHomography(ends.reshape(-1, 2).astype(np.float32), there)
    size = (round((30 + 2 * MARGIN) * PITCH), round(3 * STEP))
    zoom = float(np.linalg.norm(ends[0, 1] - ends[0, 0])) / (30 * PITCH)
    if zoom > 1.5:  # shrinking by warp alone would alias
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.4 * zoom), np.uint8)
    strip: Grey = cv2.warpPerspective(
        grey, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return strip
