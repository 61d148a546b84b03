"""Small papers on a large page, as copies of identity cards show them: each cut out, straightened, enlarged.

In: the upright page, grey. Out: a `Spread`: the small papers below each other on a page of their own, and the way
back. A page whose print fills it has none. Both sides of a card lie on a copy each with a tilt of its own, which
straightening the page can't mend, and in print too small for the engine.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box
from chalicelib.imaging.strokes import drawn, strokes_of
from chalicelib.imaging.tilt import SIDE, find_tilt, letter_ink

Grey = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]

_REACH = 41  # print nearer than this, in pixels of `letter_ink`, belongs together
_ROUGH, _INKED, _MARGIN = 8, 215, 1.08
"""For a rough look: pixels that are made one, grey of ink then, by how much more than it may a paper be too large."""
_LEAST_WIDE, _MOST_WIDE, _LEAST_HIGH, _MOST_HIGH = 0.2, 0.75, 0.06, 0.42
_LEAST_INK = 0.02  # strewn specks are no paper
_STREAK = 0.2  # a column with more ink than this is no print but the copier's
_SCALE = 2.0
_THIN = 12
_PICTURE = 90  # pixels of an enlarged paper: no print is as wide and as high without a gap
_SPECK, _NEAR, _CROWD = (
    9,
    70,
    11,
)  # of enlarged papers: more specks than this in such a square are no marks
_ROOM = 14
_WHITE = 235


@dataclass(frozen=True, slots=True)
class Spread:
    """`picture`: the small papers from the top down; `parts`: where each ends, and the matrix to the page."""

    picture: Grey
    parts: tuple[tuple[int, Matrix], ...]

    def box_on_page(self, box: Box) -> Box:
        """Where a box of the spread lies on the page it was cut from."""
        x, y, wide, high = box
        matrix = next((m for end, m in self.parts if y < end), self.parts[-1][1])
        corners = np.array([(x, y, 1), (x + wide, y, 1), (x, y + high, 1), (x + wide, y + high, 1)])
        there = corners @ matrix.T
        low, top = np.floor(there.min(axis=0)).astype(int)
        right, bottom = np.ceil(there.max(axis=0)).astype(int)
        return max(0, int(low)), max(0, int(top)), int(right - low), int(bottom - top)


def spread(upright: Grey) -> Spread | None:
    """The small papers of a page, or None if it isn't one that small papers lie on."""
    boxes = _boxes(upright)
    if not boxes:
        return None
    cut = [_straight(upright, box) for box in boxes]
    wide = max(picture.shape[1] for picture, _ in cut)
    rows, parts, top = [], [], 0
    for picture, matrix in cut:
        rows.append(_widened(_without_pictures(picture), wide))
        down = np.array([(1, 0, 0), (0, 1, -top), (0, 0, 1)], np.float64)
        top += picture.shape[0]
        parts.append((top, (matrix @ down)[:2]))
    return Spread(np.vstack(rows), tuple(parts))


def may_be_small(clean: Grey) -> bool:
    """Is it worth while to look for small papers on a cleaned page? On most, print fills more than one could: quick."""
    high, wide = (side // _ROUGH for side in clean.shape)
    rough = cv2.resize(
        clean[: high * _ROUGH, : wide * _ROUGH], (wide, high), interpolation=cv2.INTER_AREA
    )
    reach = round(_REACH * max(high, wide) / SIDE) | 1
    joined = cv2.dilate((rough < _INKED).astype(np.uint8), np.ones((reach, reach), np.uint8))
    _, stats, _ = strokes_of(joined)
    broad, tall = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    return not bool(
        ((broad > _MARGIN * _MOST_WIDE * wide) | (tall > _MARGIN * _MOST_HIGH * high)).any()
    )


def _boxes(upright: Grey) -> list[Box]:
    """Around what is printed close together, from the top; none if any of it is as large as a page."""
    ink = letter_ink(upright)
    ink[:, ink.mean(axis=0) > _STREAK * 255] = 0
    scale = upright.shape[0] / ink.shape[0]
    joined = cv2.dilate(ink, np.ones((_REACH, _REACH), np.uint8))
    _, stats, _ = strokes_of(joined)
    high, wide = ink.shape
    large = [s for s in stats[1:] if s[2] >= _LEAST_WIDE * wide and s[3] >= _LEAST_HIGH * high]
    found = [s for s in large if _share_of_ink(ink, s) >= _LEAST_INK]
    if any(s[2] > _MOST_WIDE * wide or s[3] > _MOST_HIGH * high for s in found):
        return []
    return [_grown(s, scale) for s in sorted(found, key=lambda s: int(s[1]))]


def _share_of_ink(ink: Grey, stat: npt.NDArray[np.int32]) -> float:
    x, y, wide, high = (int(n) for n in stat[:4])
    return float(ink[y : y + high, x : x + wide].mean()) / 255


def _grown(stat: npt.NDArray[np.int32], scale: float) -> Box:
    x, y, wide, high = (round(int(n) * scale) for n in stat[:4])
    return x, y, wide, high


def _straight(upright: Grey, box: Box) -> tuple[Grey, Matrix]:
    """One small paper level and enlarged, and the way back to the page."""
    x, y, wide, high = box
    x, y = max(0, x - _ROOM), max(0, y - _ROOM)
    crop = upright[y : y + high + 2 * _ROOM, x : x + wide + 2 * _ROOM]
    degrees = find_tilt(crop)
    size = (round(crop.shape[1] * _SCALE), round(crop.shape[0] * _SCALE))
    matrix = cv2.getRotationMatrix2D((crop.shape[1] / 2, crop.shape[0] / 2), degrees, _SCALE)
    matrix[:, 2] += (np.array(size) - (crop.shape[1], crop.shape[0])) / 2
    level: Grey = cv2.warpAffine(
        crop, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    back = np.linalg.inv(np.vstack([matrix, (0.0, 0.0, 1.0)]))
    return level, np.array([(1, 0, x), (0, 1, y), (0, 0, 1)], np.float64) @ back


def _without_pictures(level: Grey) -> Grey:
    """Without portrait, emblem, chip and code, in whose specks an engine sees letters beside the lines."""
    dark: Grey = cv2.threshold(level, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]
    solid = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((15, 15), np.uint8))
    _, stats, _ = strokes_of(solid)
    bare = level.copy()
    bare[cv2.dilate(_no_letters(dark), np.ones((3, 3), np.uint8)) > 0] = _WHITE
    for x, y, wide, high, _ in stats[1:]:
        if min(wide, high) >= _PICTURE:
            bare[max(0, y - 6) : y + high + 6, max(0, x - 6) : x + wide + 6] = _WHITE
    return bare


def _no_letters(dark: Grey) -> Grey:
    """Map of rules and streaks, longer than any letter, and of specks that lie too close for marks of letters."""
    labels, stats, centres = strokes_of(dark)
    size = np.maximum(stats[:, 2], stats[:, 3])
    tiny = size <= _SPECK
    tiny[0] = False
    counts = np.zeros(dark.shape, np.float32)
    at = centres[tiny].astype(int)
    counts[at[:, 1], at[:, 0]] = 1
    around = cv2.boxFilter(counts, -1, (_NEAR, _NEAR), normalize=False)
    crowded = tiny & (around[centres[:, 1].astype(int), centres[:, 0].astype(int)] >= _CROWD)
    gone = crowded | ((size >= _PICTURE) & (np.minimum(stats[:, 2], stats[:, 3]) <= _THIN))
    gone[0] = False
    return drawn(labels, gone)


def _widened(picture: Grey, wide: int) -> Grey:
    more = wide - picture.shape[1]
    wider: Grey = cv2.copyMakeBorder(picture, 0, 0, 0, more, cv2.BORDER_CONSTANT, value=_WHITE)
    return wider
