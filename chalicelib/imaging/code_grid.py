"""Where a QR code lies that no library can decode, and how dark each of its modules looks.

In: a grey page on which a code is known to be. Out: a `Grid`, one cell for every module, and samples of the picture in
these cells, which `ocr.code_modules` reads. A copy of an identity card at 150 dpi has 1.8 pixels for a module: too few
to see edges, enough for the finder patterns as a whole to be told and for a grid to be laid through everything
whose place the standard fixes (ISO/IEC 18004: finders, timing, alignment patterns). Left out: codes more than some
degrees from a right angle and versions above 13.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.imaging.strokes import boxes_of

Grey = npt.NDArray[np.uint8]
Levels = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.float64]
Place = tuple[slice, slice]

QUIET = 3
"""Modules around the code that are sampled with it."""
PER_MODULE = 3
"""Samples of a module, in each direction."""
_VERSIONS = range(2, 14)
_LEAST, _MOST = 22, 72  # modules that three finders may seem apart
_FINDER = 7
_PIXELS = 2  # of a module while finders are looked for
_WIDEST, _NARROWEST, _STEP = 230, 750, 1.15
"""Modules in a picture's short side: a card fills it, or lies on A4; and what the next size is."""
_ROUGH, _DARK = 5, 0.25
"""For a rough look: the smallest modules that are made one; darker by this, from white to black, may be a code: any
code's modules, nine of these together, were darker by 0.21 at the edge of the worst and by 0.4 within."""
_UNREADABLE = 1.2  # pixels of a module; and a long thin picture isn't blown up
_PEAKS, _LEAST_LIKE = 12, 0.45
_UNMISTAKABLE = 2.0
"""Likeness of three finders together that nothing else reached on some hundred copies: the next size may be likelier
still, the one after it is not."""
_UNEVEN, _SLANT = 1.13, 0.15
_SOFT = 0.6
_ROUGHLY, _FINELY = (2, 1, 0.5), (0.25, 0.12, 0.06)  # pixels
_LEAST_FIT = 0.08
"""Mean contrast of what the standard fixes, as a share of black on white: what is no code stays below."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A code of `size` × `size` modules; `corners` (8,): x and y of top left, top right, bottom right, bottom left."""

    size: int
    corners: Numbers


@dataclass(frozen=True, slots=True)
class _Corner:
    """The finder at the top left, and the ways to the middles of the two others, in pixels."""

    like: float
    middle: Numbers
    right: Numbers
    down: Numbers
    module: float

    @property
    def modules(self) -> float:
        return float(np.hypot(*self.right) + np.hypot(*self.down)) / 2 / self.module + _FINDER


@cache
def fixed(size: int) -> Levels:
    """(size, size): 1 where the standard wants a dark module, -1 where a light one, 0 where data stand."""
    square = np.zeros((size, size), np.float32)
    last = size - _FINDER
    for top, left in ((0, 0), (0, last), (last, 0)):
        _stamp(square, top + 3, left + 3, (1, 1, -1, 1, -1))
    square[6, 8 : size - 8] = square[8 : size - 8, 6] = np.where(np.arange(8, size - 8) % 2, -1, 1)
    places = _alignment(size)
    for row, column in ((a, b) for a in places for b in places):
        if (row, column) not in ((6, 6), (6, size - 7), (size - 7, 6)):
            _stamp(square, row, column, (1, -1, 1))
    return square


def _alignment(size: int) -> tuple[int, ...]:
    """Rows and columns in which alignment patterns have their middles (ISO/IEC 18004, annex E, versions 2 to 13)."""
    last = size - 7
    return (6, last) if size < 45 else (6, (6 + last) // 2, last)


def _stamp(square: Levels, row: int, column: int, rings: Sequence[int]) -> None:
    """Rings around a middle, the innermost first, as far as they lie within the code."""
    for far in range(len(rings) - 1, -1, -1):
        top, left = max(0, row - far), max(0, column - far)
        square[top : row + far + 1, left : column + far + 1] = rings[far]


def find_grid(grey: Grey) -> Grid | None:
    """The grid of the likeliest code in a picture (h, w), in any quarter turn; None if nothing looks like one."""
    levels = grey.astype(np.float32)
    sizes = _sizes(min(grey.shape))
    near = [_likeliest_corner(levels, sizes, place) for place in _dark_places(grey)]
    corner = max(filter(None, near), key=lambda seen: seen.like, default=None)
    high, wide = grey.shape
    corner = corner or _likeliest_corner(levels, sizes, (slice(0, high), slice(0, wide)))
    if corner is None:
        return None
    soft = cv2.GaussianBlur(levels, (0, 0), _SOFT)
    nearest = round((corner.modules - 17) / 4)
    laid = [
        _lay(soft, Grid(17 + 4 * v, _around(corner, 17 + 4 * v)), _ROUGHLY)
        for v in (nearest - 1, nearest, nearest + 1)
        if v in _VERSIONS
    ]
    fit, grid = max(laid, key=lambda found: found[0], default=(0.0, None))
    return _lay(soft, grid, _FINELY)[1] if grid and fit >= _LEAST_FIT else None


def _dark_places(grey: Grey) -> list[Place]:
    """Where so much ink lies close together as in a code: in a card's code and portrait, seldom in lines of print."""
    step = round(_ROUGH * max(min(grey.shape) / _NARROWEST, _UNREADABLE))
    high, wide = (side // step for side in grey.shape)
    if min(high, wide) < 1:
        return []
    rough = cv2.resize(
        grey[: high * step, : wide * step], (wide, high), interpolation=cv2.INTER_AREA
    )
    black, white = np.percentile(grey[::2, ::2], (1, 90))
    dark = cv2.blur(rough, (3, 3)) < white - _DARK * (white - black)
    boxes = boxes_of(dark.astype(np.uint8))[:, :4].tolist()
    return [
        (slice(max(0, y - 2) * step, (y + tall + 2) * step), slice(max(0, x - 2) * step, (x + broad + 2) * step))
        for x, y, broad, tall in boxes if min(broad, tall) * _ROUGH >= _LEAST
    ]  # fmt: skip


def _likeliest_corner(levels: Levels, sizes: Sequence[float], place: Place) -> _Corner | None:
    """Of codes with modules of these sizes, the largest first: their pictures are small."""
    best = None
    for module in sizes:
        like, middles = _finders(levels[place], module)
        corner = _corner_of(like, middles, module) if len(like) >= 3 else None
        if corner and (best is None or corner.like > best.like):
            best = corner
        elif best and best.like > _UNMISTAKABLE:
            break
    start = np.array([place[1].start, place[0].start])
    return best and replace(best, middle=best.middle + start)


def _sizes(short: int) -> list[float]:
    """Pixels that a module of a card's code can have in a picture with this short side, the most first."""
    sizes, module = [], max(short / _NARROWEST, _UNREADABLE)
    while module < short / _WIDEST:
        sizes.append(module)
        module *= _STEP
    return sizes[::-1]


def _corner_of(like: Levels, middles: Numbers, module: float) -> _Corner | None:
    """The three finders, of all that were seen with modules of so many pixels, that are likest and lie as a code's."""
    ways = middles[None] - middles[:, None]
    far = np.hypot(ways[..., 0], ways[..., 1])
    right, down, wide, high = ways[:, :, None], ways[:, None], far[:, :, None], far[:, None]
    turn = right[..., 0] * down[..., 1] - right[..., 1] * down[..., 0]
    slant = np.abs((right * down).sum(axis=-1))
    modules = (wide + high) / 2 / module + _FINDER
    lies = (np.maximum(wide, high) < np.minimum(wide, high) * _UNEVEN) & (turn > 0)
    lies &= (slant < _SLANT * wide * high) & (modules > _LEAST) & (modules < _MOST)
    if not lies.any():
        return None
    sums = like[:, None, None] + like[:, None] + like
    a, b, c = np.unravel_index(np.argmax(np.where(lies, sums, -1)), sums.shape)
    return _Corner(float(sums[a, b, c]), middles[a], ways[a, b], ways[a, c], module)


def _finders(levels: Levels, module: float) -> tuple[Levels, Numbers]:
    """Likeness (n,) and middles (n, 2) of what looks most like finder patterns."""
    scale = _PIXELS / module
    shrunk = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    picture = cv2.resize(levels, None, fx=scale, fy=scale, interpolation=shrunk)
    if min(picture.shape) < 2 * len(_finder_seen()):
        return np.empty(0, np.float32), np.empty((0, 2))
    like = _likeness(picture)
    apart = np.ones((5 * _PIXELS + 1, 5 * _PIXELS + 1), np.uint8)
    rows, columns = np.nonzero((like == cv2.dilate(like, apart)) & (like > _LEAST_LIKE))
    best = np.argsort(-like[rows, columns])[:_PEAKS]
    rows, columns = rows[best], columns[best]
    half = len(_finder_seen()) / 2
    middles: Numbers = (np.stack((columns, rows), 1).astype(np.float64) + half) / scale
    return np.asarray(like[rows, columns], np.float32), middles


def _likeness(picture: Levels) -> Levels:
    """How far a finder is seen, -1 to 1, at each place (h - side + 1, w - side + 1) of its square's top left corner.

    What `cv2.matchTemplate` calls TM_CCOEFF_NORMED, which takes twice as long over it.
    """
    pattern, side = _finder_seen(), len(_finder_seen())
    even = picture - 128  # near 0, so that few figures are lost in the squares
    seen = cv2.matchTemplate(even, pattern, cv2.TM_CCORR)
    room = (
        slice(side // 2, side // 2 + seen.shape[0]),
        slice(side // 2, side // 2 + seen.shape[1]),
    )
    sums = cv2.boxFilter(even, cv2.CV_32F, (side, side), normalize=False)[room]
    spread = cv2.sqrBoxFilter(even, cv2.CV_32F, (side, side), normalize=False)[room]
    spread -= sums * sums / side**2
    seen /= np.sqrt(np.maximum(spread, side**2)) * float(np.linalg.norm(pattern))
    return np.asarray(seen, np.float32)


@cache
def _finder_seen() -> Levels:
    """A finder pattern and a module of paper around it, a little soft; 0 in the mean."""
    pattern = np.full((_FINDER + 2, _FINDER + 2), -1, np.float32)
    _stamp(pattern, 4, 4, (1, 1, -1, 1, -1))
    large = np.kron(-pattern, np.ones((_PIXELS, _PIXELS), np.float32))
    soft = cv2.GaussianBlur(large, (0, 0), 0.35 * _PIXELS)
    return np.asarray(soft - soft.mean(), np.float32)


def _around(corner: _Corner, size: int) -> Numbers:
    """Corners of the code of `size` modules whose finders these are."""
    right, down = corner.right / (size - _FINDER), corner.down / (size - _FINDER)
    start = corner.middle - 3.5 * (right + down)
    ends = (start, start + size * right, start + size * (right + down), start + size * down)
    return np.concatenate(ends)


def _lay(soft: Levels, grid: Grid, steps: Sequence[float]) -> tuple[float, Grid]:
    """The grid moved, stretched and pulled by ever smaller steps to where the fixed modules show best; and how well."""
    known = np.argwhere(fixed(grid.size))
    points, wanted = known[:, ::-1] + 0.5, fixed(grid.size)[tuple(known.T)] / -255
    moves = np.vstack((_MOVES, -_MOVES))

    def shown(corners: Numbers) -> Numbers:
        levels = _levels_at(soft, [Grid(grid.size, c) for c in corners], points)
        return levels.astype(np.float64) @ wanted / len(wanted)

    corners, best = grid.corners, float(shown(grid.corners[None])[0])
    for step in steps:
        while True:
            tried = corners + step * moves
            found = shown(tried)
            nth = int(np.argmax(found))
            if found[nth] <= best + 1e-6:
                break
            corners, best = tried[nth], float(found[nth])
    return best, Grid(grid.size, corners)


_MOVES = np.vstack((
    [1, 0] * 4, [0, 1] * 4, [-1, -1, 1, -1, 1, 1, -1, 1], [-1, 0, 1, 0, 1, 0, -1, 0],
    [0, -1, 0, -1, 0, 1, 0, 1], [0, -1, 0, 1, 0, 1, 0, -1], [-1, 0, -1, 0, 1, 0, 1, 0], np.eye(8),
)).astype(np.float64)  # fmt: skip
"""Right, down, larger, wider, higher, slanted one way and the other, each corner alone."""


def samples(grey: Grey, grid: Grid) -> Levels:
    """(size + 2 QUIET, size + 2 QUIET, PER_MODULE²) grey levels in and around the code, from left and top in a cell."""
    fine = _in_cells(grey.astype(np.float32), grid, PER_MODULE, QUIET)
    side = grid.size + 2 * QUIET
    split = fine.reshape(side, PER_MODULE, side, PER_MODULE).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(split.reshape(side, side, PER_MODULE**2))


def _in_cells(levels: Levels, grid: Grid, per_module: int, quiet: int) -> Levels:
    """The picture at `per_module`² points of each cell, and of `quiet` cells around."""
    across = (np.arange((grid.size + 2 * quiet) * per_module) + 0.5) / per_module - quiet
    return _levels_at(levels, [grid], np.stack(np.meshgrid(across, across), -1))


def _levels_at(
    levels: Levels, grids: Sequence[Grid], points: npt.NDArray[np.floating[Any]]
) -> Levels:
    """The picture (h, w) at points (n, 2) of each grid: (grids, n). Of one grid they may lie in rows: (rows, n, 2).

    Points are x and y in modules from the grid's top left corner.
    """
    to_page = np.stack([_to_page(grid) for grid in grids])
    there = points @ to_page[:, :, :2].transpose(0, 2, 1) + to_page[:, None, :, 2]
    at = (there[..., :2] / there[..., 2:] - 0.5).astype(np.float32)
    return np.asarray(
        cv2.remap(levels, at, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def _to_page(grid: Grid) -> Numbers:
    """(3, 3): modules of the grid to pixels."""
    size = grid.size
    square = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
    matrix: Numbers = cv2.getPerspectiveTransform(
        square, grid.corners.reshape(4, 2).astype(np.float32)
    )
    return matrix
