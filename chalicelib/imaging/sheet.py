"""Where does the paper lie in the photograph? Four corners, or nothing where that is not sure.

A wrong warp ruins a good scan (half of the fields of flat scans were lost without the gates), so
a sheet is only believed if it is convex, fills a good part of the picture, is straight-edged, is
brighter than what lies around it, and leaves no print outside.
"""

from collections.abc import Iterator
from statistics import median
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Corners = npt.NDArray[Any]
Line = tuple[Any, Any]

_SIDE = 640
_LEAST_AREA, _MOST_AREA = 0.12, 0.97
_BRIGHTER_BY = 10
_FALL = 7
_LEAST_SUPPORT = 0.55
_LEAST_DESK, _CUT_CONTRAST = 0.08, 25


def small_of(grey: Grey) -> Grey:
    """The picture at the size at which its sheet is sought; first halved, which takes hardly any time."""
    high, wide = (side // 2 for side in grey.shape)
    if max(high, wide) > _SIDE:
        grey = cv2.resize(grey[: 2 * high, : 2 * wide], (wide, high), interpolation=cv2.INTER_AREA)
    scale = _SIDE / max(grey.shape)
    small: Grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return small


def find_sheet(grey: Grey, small: Grey | None = None) -> Corners | None:
    """Corners of the paper as four (x, y) in pixels: clockwise from top left; `small`: `small_of` it, if at hand.

    None: the picture is the paper (a scan), or no edge is sure.
    """
    small = small_of(grey) if small is None else small
    scale = _SIDE / max(grey.shape)
    soft = cv2.GaussianBlur(small, (3, 3), 0)
    best, least = None, 0.0
    for candidate in _candidates(small):
        corners = _snapped(soft, _in_order(candidate))
        support = _support(soft, corners) if _is_sheet(small, corners) else 0.0
        if support > least:
            best, least = corners, support
        if least == 1.0:
            break  # all sides are seen from end to end
    scaled: Corners | None = None if best is None else (best / scale).astype(np.float32)
    return scaled if least >= _LEAST_SUPPORT else None


def runs_out_of_picture(small: Grey) -> bool:
    """Does bright paper leave the picture on one side while the desk shows on another?

    A scan has no desk; a copy's dark margin is too narrow to be one.
    """
    closed = cv2.morphologyEx(cv2.medianBlur(small, 5), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    _, bright = cv2.threshold(closed, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    paper = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((15, 15), np.uint8)) > 0
    if not 0.2 < paper.mean() < 1 - _LEAST_DESK:
        return False
    if np.median(closed[paper]) - np.median(closed[~paper]) < _CUT_CONTRAST:
        return False
    shares = [float(side.mean()) for side in (paper[0], paper[-1], paper[:, 0], paper[:, -1])]
    return max(shares) > 0.35 and min(shares) < 0.2


def _candidates(small: Grey) -> Iterator[Corners]:
    """Quadrilaterals in the picture, by brightness and by edges."""
    soft = cv2.GaussianBlur(cv2.medianBlur(small, 5), (5, 5), 0)
    for mask in _masks(soft):
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:2]:
            if cv2.contourArea(contour) > _LEAST_AREA * small.size:
                corners = _corners_of(contour)
                if corners is not None:
                    yield corners


def _masks(soft: Grey) -> Iterator[Grey]:
    """Where the paper may be: print and the desk's texture are closed and opened away first."""
    kernel = np.ones((9, 9), np.uint8)
    paper = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, kernel)
    level, _ = cv2.threshold(paper, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    for shift in (0, 15, 30):
        bright = cv2.threshold(paper, level + shift, 255, cv2.THRESH_BINARY)[1]
        yield cv2.morphologyEx(bright, cv2.MORPH_OPEN, kernel)
    for low in (15, 30):
        yield _filled(cv2.Canny(paper, low, 3 * low))


def _filled(edges: Grey) -> Grey:
    closed = cv2.dilate(edges, np.ones((3, 3), np.uint8), iterations=2)
    filled = np.zeros_like(closed)
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(filled, contours, -1, 255, cv2.FILLED)
    inner: Grey = cv2.erode(filled, np.ones((3, 3), np.uint8), iterations=2)
    return inner


def _corners_of(contour: Any) -> Corners | None:
    hull = cv2.convexHull(contour)
    around = cv2.arcLength(hull, closed=True)
    for tolerance in (0.02, 0.03, 0.05, 0.08):
        corners = cv2.approxPolyDP(hull, tolerance * around, closed=True)
        if len(corners) == 4:
            four: Corners = corners.reshape(4, 2).astype(np.float32)
            return four
        if len(corners) < 4:
            return None
    return None


def _snapped(soft: Grey, corners: Corners) -> Corners:
    """The corners after each side has moved to the sharpest fall from paper to desk near it."""
    for reach in (16, 6):
        falls, at = _falls(soft, corners, reach)
        lines = [_side_line(falls[n], at[n], corners[n], corners[(n + 1) % 4]) for n in range(4)]
        met = [_meeting(lines[n - 1], lines[n]) for n in range(4)]
        if any(m is None for m in met):
            return corners
        moved = np.array(met, np.float32)
        if np.linalg.norm(moved - corners, axis=1).max() > 0.15 * _SIDE:
            return corners
        corners = moved
    return corners


def _side_line(falls: Corners, at: Corners, start: Corners, end: Corners) -> Line:
    """(direction, point) of the straight line through the falls of brightness along one side."""
    best = falls.argmax(axis=1)
    strong = falls.max(axis=1) >= _FALL
    points = at[strong, best[strong]]
    if len(points) < 10:
        return (end - start) / max(float(np.linalg.norm(end - start)), 1.0), start
    for _ in range(3):
        vx, vy, x, y = cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        away = np.abs((points[:, 0] - x) * vy - (points[:, 1] - y) * vx)
        near = away <= max(1.5, median(away.tolist()) * 2)
        if near.all() or near.sum() < 10:
            break  # the same points again
        points = points[near]
    return np.array([vx, vy]), np.array([x, y])


def _falls(soft: Grey, corners: Corners, reach: int) -> tuple[Corners, Corners]:
    """Fall of brightness outwards, and where: of each side at 60 points and ±`reach` across it."""
    ways = np.roll(corners, -1, axis=0) - corners
    along = np.stack([way / max(float(np.linalg.norm(way)), 1.0) for way in ways])
    outward = np.stack([along[:, 1], -along[:, 0]], axis=1)[:, None, None]
    steps = np.linspace(0.04, 0.96, 60)[:, None, None]
    across = np.arange(-reach, reach + 1)[:, None]
    at = corners[:, None, None] + ways[:, None, None] * steps + outward * across
    inside, outside = _levels(soft, np.stack([at + outward * d for d in (-2, 2)]))
    return inside - outside, at


def _levels(soft: Grey, at: Corners) -> Corners:
    """Brightness at points; beyond the picture that of its edge."""
    height, width = soft.shape
    inside = np.minimum(np.maximum(at.round().astype(int), 0), (width - 1, height - 1))
    levels: Corners = soft[inside[..., 1], inside[..., 0]].astype(np.float32)
    return levels


def _support(soft: Grey, corners: Corners) -> float:
    """Share of the least sure side along which brightness really falls."""
    falls, _ = _falls(soft, corners, 2)
    return float((falls.max(axis=2) >= _FALL).mean(axis=1).min())


def _meeting(first: Line, second: Line) -> Any:
    (d1, p1), (d2, p2) = first, second
    cross = d1[0] * d2[1] - d1[1] * d2[0]
    if abs(cross) < 1e-3:
        return None
    t = ((p2[0] - p1[0]) * d2[1] - (p2[1] - p1[1]) * d2[0]) / cross
    return p1 + t * d1


def _is_sheet(small: Grey, corners: Corners) -> bool:
    share = cv2.contourArea(corners) / small.size
    if not _LEAST_AREA < share < _MOST_AREA or not cv2.isContourConvex(corners):
        return False
    return (
        _has_square_corners(corners)
        and _lies_inside(small, corners)
        and _is_brighter(small, corners)
    )


def _has_square_corners(corners: Corners) -> bool:
    for n in range(4):
        a, b = corners[n - 1] - corners[n], corners[(n + 1) % 4] - corners[n]
        cosine = float(a @ b) / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-6)
        if abs(cosine) > 0.42:  # outside 65-115 degrees
            return False
    return True


def _lies_inside(small: Grey, corners: Corners) -> bool:
    """At least two sides must have desk behind them, and no corner lies far outside the picture."""
    height, width = small.shape
    margin = 4
    x, y = corners[:, 0], corners[:, 1]
    if min(x.min(), y.min()) < -0.05 * _SIDE:
        return False
    if x.max() > width + 0.05 * _SIDE or y.max() > height + 0.05 * _SIDE:
        return False
    touching = (x < margin) | (y < margin) | (x > width - margin) | (y > height - margin)
    return int(touching.sum()) <= 2


def _is_brighter(small: Grey, corners: Corners) -> bool:
    """Is the paper brighter than the ring around it, on each side that has a ring?"""
    for n in range(4):
        start, end = corners[n], corners[(n + 1) % 4]
        inward = corners.mean(axis=0) - (start + end) / 2
        inward = inward / max(float(np.linalg.norm(inward)), 1.0)
        inside = _levels_along(small, start, end, inward * 10)
        outside = _levels_along(small, start, end, inward * -10)
        if len(outside) < 8:
            continue
        if np.median(inside) - np.median(outside) < _BRIGHTER_BY:
            return False
    return True


def _levels_along(small: Grey, start: Corners, end: Corners, shift: Corners) -> Grey:
    steps = np.linspace(0.08, 0.92, 60)[:, None]
    at = (start + (end - start) * steps + shift).round().astype(int)
    height, width = small.shape
    kept = (at[:, 0] >= 0) & (at[:, 1] >= 0) & (at[:, 0] < width) & (at[:, 1] < height)
    found: Grey = small[at[kept, 1], at[kept, 0]]
    return found


def _in_order(corners: Corners) -> Corners:
    """Top left first, then clockwise."""
    middle = corners.mean(axis=0)
    angle = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    around = corners[np.argsort(angle)]
    first = int(np.argmin(around.sum(axis=1)))
    ordered: Corners = np.roll(around, -first, axis=0)
    return ordered
