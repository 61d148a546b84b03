"""How is the print turned? The tilt of its lines to a tenth of a degree, and which way is up.

Works on a map of letter-sized ink, so that rules, stamps, desk and streaks have no say.
"""

from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.imaging.strokes import drawn, strokes_of

Grey = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.floating]
Points = npt.NDArray[np.float32]

SIDE = 1200
_MOST_TILT = 12.0
_TILTS = np.arange(-_MOST_TILT, _MOST_TILT + 0.1)


@dataclass(frozen=True, slots=True)
class Turn:
    """`quarters` clockwise quarter turns and then `degrees` anticlockwise make the page upright.

    `margin`: how sure up and down are, 0 to 1; below `SURE` another test should be asked.
    """

    quarters: int
    degrees: float
    margin: float


SURE = 0.27
_POINTS = 16_000
"""So many pixels of ink tell a tilt as well as all."""


def find_turn(grey: Grey) -> Turn:
    """The turn that makes this page's lines run level and its accents stand above the letters."""
    ink = letter_ink(grey)
    if not ink.any():
        return Turn(0, 0.0, 0.0)
    points = _some_points(ink)
    turned = np.array([len(ink) - 1 - points[1], points[0]])  # a quarter clockwise
    lying, standing = _best_of(points, _TILTS), _best_of(turned, _TILTS)
    sideways = standing[1] > lying[1]
    degrees = _finer(turned, standing[0]) if sideways else _finer(points, lying[0])
    level = _rotated(np.rot90(ink, -1) if sideways else ink, degrees)
    balance = _marks_above(level)
    quarters = (1 if sideways else 0) + (2 if balance < 0 else 0)
    return Turn(quarters, degrees, abs(balance))


def find_tilt(grey: Grey) -> float:
    """Degrees anticlockwise that make lines run level in a picture that is about upright."""
    ink = letter_ink(grey)
    if not ink.any():
        return 0.0
    points = _some_points(ink)
    return _finer(points, _best_of(points, _TILTS)[0])


def letter_ink(grey: Grey) -> Grey:
    """Binary map (255 = ink), long side about 1,200, of what has the size of letters."""
    scale = min(1.0, SIDE / max(grey.shape))
    # not by area: that takes eight times as long, and the lines are as level
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    ink = cv2.adaptiveThreshold(
        small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 14
    )
    labels, stats, _ = strokes_of(ink)
    w, h = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    kept = (np.maximum(w, h) <= 60) & (np.minimum(w, h) >= 2) & (stats[:, cv2.CC_STAT_AREA] >= 4)
    kept[0] = False
    return drawn(labels, kept)


def _some_points(ink: Grey) -> Points:
    """X and y of as many pixels of ink as it takes."""
    points = cv2.findNonZero(ink).reshape(-1, 2)
    if len(points) > _POINTS:  # by chance, for a stride may keep step with lines
        points = points[np.random.default_rng(0).integers(0, len(points), _POINTS)]
    return np.ascontiguousarray(points.T, np.float32)


def _finer(points: Points, degrees: float) -> float:
    """The tilt near this one at which the ink falls best into lines."""
    for step in (0.25, 0.0625):
        degrees = _best_of(points, degrees + np.arange(-4, 5) * step)[0]
    return degrees


def _best_of(points: Points, tilts: Numbers) -> tuple[float, float]:
    """(degrees, sharpness) of the sharpest of these tilts."""
    scores = [_sharpness(points, float(t)) for t in tilts]
    best = int(np.argmax(scores))
    return float(tilts[best]), scores[best]


def _sharpness(points: Points, degrees: float) -> float:
    angle = radians(degrees)
    rows = points[1] * np.float32(cos(angle)) - points[0] * np.float32(sin(angle))
    counts = np.bincount((rows - rows.min()).astype(np.intp))
    steps = np.diff(counts)
    sharp: float = np.dot(steps, steps) / points.shape[1]
    return sharp


def _rotated(ink: Grey, degrees: float) -> Grey:
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned: Grey = cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_NEAREST)
    return turned


def _marks_above(level: Grey) -> float:
    """More ink above the letters' bodies than below: towards 1; the reverse: towards -1.

    Vietnamese accents stand above, and capitals and ascenders outnumber descenders.
    """
    above = below = 0.0
    for strip in _line_strips(level):
        rows = strip.sum(axis=1, dtype=np.float64) / 255
        body = np.flatnonzero(rows > 0.5 * np.sort(rows)[-3:].mean())
        above += rows[: body[0]].sum()
        below += rows[body[-1] + 1 :].sum()
    return float((above - below) / (above + below)) if above + below else 0.0


def _line_strips(level: Grey) -> list[Grey]:
    """Cut-outs of single text lines; pieces of rules and lines grown together are left out."""
    joined = cv2.morphologyEx(level, cv2.MORPH_CLOSE, np.ones((1, 25), np.uint8))
    labels, stats, _ = strokes_of(joined)
    boxes = [(n, *map(int, stats[n, :4])) for n in range(1, len(stats))]
    lines = [b for b in boxes if b[3] >= 3 * b[4] and b[4] >= 8]
    if not lines:
        return []
    usual = float(np.median([b[4] for b in lines]))
    return [
        np.where(labels[y : y + h, x : x + w] == n, level[y : y + h, x : x + w], 0)
        for n, x, y, w, h in lines
        if 0.6 * usual <= h <= 1.5 * usual
    ]
