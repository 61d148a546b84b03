"""How is the print turned? The tilt of its lines to a tenth of a degree, and which way is up.

Works on a map of letter-sized ink, so that rules, stamps, desk and streaks have no say.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.imaging.leaders import leaders
from chalicelib.imaging.strokes import strokes_of

Grey = npt.NDArray[np.uint8]

_SIDE = 1200
_MOST_TILT = 12.0


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
    lying = _sharpest(ink)
    standing = _sharpest(np.rot90(ink, -1))
    sideways = standing[1] > lying[1]
    degrees = standing[0] if sideways else lying[0]
    level = _rotated(np.rot90(ink, -1) if sideways else ink, degrees)
    balance = _marks_above(level)
    quarters = (1 if sideways else 0) + (2 if balance < 0 else 0)
    return Turn(quarters, degrees, abs(balance))


def letter_ink(grey: Grey) -> Grey:
    """Binary map (255 = ink), long side about 1,200, of what has the size of letters."""
    scale = min(1.0, _SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = cv2.adaptiveThreshold(
        small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 14
    )
    labels, stats, _ = strokes_of(ink)
    w, h = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    kept = (np.maximum(w, h) <= 60) & (np.minimum(w, h) >= 2) & (stats[:, cv2.CC_STAT_AREA] >= 4)
    kept[0] = False
    letters: Grey = (kept[labels] * np.uint8(255)).astype(np.uint8)
    return letters


def _sharpest(ink: Grey) -> tuple[float, float]:
    """(degrees, sharpness) of the tilt at which the ink falls best into lines."""
    points = cv2.findNonZero(ink).reshape(-1, 2).astype(np.float32)
    if len(points) > _POINTS:
        some = np.random.default_rng(0).integers(
            0, len(points), _POINTS
        )  # a stride may keep step with lines
        points = points[some]
    best, step = 0.0, 1.0
    tilts = np.arange(-_MOST_TILT, _MOST_TILT + 0.1, step)
    while True:
        scores = [_sharpness(points, float(t)) for t in tilts]
        best = float(tilts[int(np.argmax(scores))])
        if step < 0.1:
            return best, max(scores)
        step /= 4
        tilts = best + np.arange(-4, 5) * step


def _sharpness(points: npt.NDArray[np.float32], degrees: float) -> float:
    radians = np.deg2rad(degrees)
    rows = points[:, 1] * np.cos(radians) - points[:, 0] * np.sin(radians)
    counts = np.bincount((rows - rows.min()).astype(int)).astype(float)
    return float(np.square(np.diff(counts)).sum() / len(points))


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
    for strip in _line_strips(cv2.subtract(level, leaders(level))):
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
