"""One picture in; one upright page out, as people see it and as the engine likes it.

Order (each step measured): find the sheet on the desk, straighten its lines, turn it upright,
even out the light, erase dotted leaders and rules. All pictures of a `Page` share coordinates.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box
from chalicelib.imaging.cells import rows_of_cells
from chalicelib.imaging.ink import even_light, without_leaders
from chalicelib.imaging.levels import levels
from chalicelib.imaging.memory import keep_freed
from chalicelib.imaging.sheet import Corners, find_sheet, runs_out_of_picture, small_of
from chalicelib.imaging.tilt import SURE, Turn, find_turn

cv2.setNumThreads(1)
keep_freed()

Picture = npt.NDArray[np.uint8]
Grey = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]
WhichWayUp = Callable[[Grey], int]
"""Asked where the marks-above test is unsure: 0 if the page is upright, 2 if upside down."""

LONG_SIDE = 1900
_LEAST_TILT = 0.3
_TOO_HIGH = 1.7  # heights of a word; a cut-out of one line is about 1.5 of them high
_FAINT = 30
_WIDTH = struct.Struct(">I")
_AS_IT_IS = b"\0"  # before pixels that are not squeezed: no zlib stream begins with it


@dataclass(frozen=True, slots=True)
class Page:
    """`photo`: the picture as it came, grey, for codes. `upright` and `clean`: the page, grey.

    `jpeg`: the upright page for people, in colour if it came so. `on_desk`: was a sheet cut out of
    a photograph? `runs_out`: does the paper leave the picture? `cells`: rows of a ruled table.
    Boxes of words are pixels of `upright`, `clean` and `jpeg` alike; `back` (3 × 3, row by row)
    takes such pixels to those of `photo`.
    """

    photo: Grey
    upright: Grey
    clean: Grey
    jpeg: bytes
    on_desk: bool
    runs_out: bool
    cells: tuple[tuple[Box, ...], ...] = ()
    back: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.upright.shape[1], self.upright.shape[0]


def clean_page(picture: Picture, which_way_up: WhichWayUp | None = None) -> Page:
    """The upright, cleaned page in this picture ((h, w) grey or (h, w, 3) RGB)."""
    photo = _grey(picture)
    small = small_of(photo)
    corners = find_sheet(photo, small)
    flat, flattening = _flattened(picture, corners)
    level, upright, even, levelling = _levelled(flat, which_way_up)
    return Page(
        photo,
        upright,
        without_leaders(even),
        jpeg_of(level),
        on_desk=corners is not None,
        runs_out=corners is None and runs_out_of_picture(small),
        cells=tuple(map(tuple, rows_of_cells(even))),
        back=tuple(float(n) for n in np.linalg.inv(levelling @ flattening).ravel()),
    )


def pack(clean: Grey, *, tight: bool = True) -> bytes:
    """A cleaned page, to keep until its paper is known: small in half of a PNG's time, or as it is in no time."""
    pixels = zlib.compress(clean.tobytes(), 1) if tight else _AS_IT_IS + clean.tobytes()
    return _WIDTH.pack(clean.shape[1]) + pixels


def unpack(packed: bytes) -> Grey:
    """The page again, out of `pack(clean)`."""
    told = memoryview(packed)[_WIDTH.size :]
    pixels = told[1:] if told[:1] == _AS_IT_IS else zlib.decompress(told)
    return np.frombuffer(pixels, np.uint8).reshape(-1, *_WIDTH.unpack_from(packed))


@lru_cache(maxsize=1)
def grey_of(jpeg: bytes) -> Grey:
    """A page's `jpeg` as pixels, grey, to look at only: of a card's page several ask for them in turn."""
    grey = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    grey.flags.writeable = False
    return grey


def jpeg_of(picture: Picture) -> bytes:
    """The picture for people."""
    shown = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    return bytes(cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, 80])[1])


def cut_out(grey: Grey, box: Box) -> Grey:
    """One line of print with a little paper around it."""
    x, y, width, height = with_room(box)
    return grey[y : y + height, x : x + width]


def with_room(box: Box) -> Box:
    """A line's box with as much paper around it as our reader was trained with."""
    x, y, width, height = box
    room = round(height * 0.2) + 2
    left, top = max(0, x - room), max(0, y - room)
    return left, top, x + width + room - left, y + height + room - top


def cut_line(grey: Grey, box: Box, letter: float) -> Grey:
    """The same without what reaches in from the lines above and below.

    `letter` is the usual height of a word on the page in pixels: boxes round handwriting come out too high.
    """
    crop = cut_out(grey, box)
    return _middle_line(crop, letter) if crop.shape[0] >= _TOO_HIGH * letter else crop


def _middle_line(crop: Grey, letter: float) -> Grey:
    """Cut where the ink is least above and below the line with most ink near the middle."""
    height = crop.shape[0]
    dark = levels(crop, 85)[0] - _FAINT - crop.astype(np.float64)
    ink = cv2.blur(np.maximum(dark, 0).sum(axis=1)[:, None], (1, 3))[:, 0]
    band = np.convolve(ink, np.ones(max(3, round(0.8 * letter))), "same")
    off = (np.arange(height) - height / 2) / (0.5 * letter)
    middle = int(np.argmax(band * np.exp(-(off**2) / 2)))
    near, far = round(0.5 * letter), round(1.25 * letter)
    top = _cut(ink, max(0, middle - far), middle - near, middle - letter)
    low = _cut(ink, middle + near, middle + far, middle + 0.8 * letter)
    return crop[0 if top is None else top : height if low is None else low + 1]


def _cut(ink: npt.NDArray[np.float32], start: int, end: int, wanted: float) -> int | None:
    """Of the rows from `start` to before `end` with about the least ink, the one nearest to `wanted`."""
    rows = ink[start : max(start, end)]
    if not len(rows):
        return None
    least = start + np.flatnonzero(rows <= rows.min() + 0.02 * ink.max())
    return int(least[np.argmin(np.abs(least - wanted))])


def _grey(picture: Picture) -> Grey:
    if picture.ndim == 2:
        return picture
    grey: Grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return grey


def _flattened(picture: Picture, corners: Corners | None) -> tuple[Picture, Matrix]:
    """The sheet alone, seen from straight above, and the way there; long side at most `LONG_SIDE`."""
    if corners is None:
        scale = min(1.0, LONG_SIDE / max(picture.shape[:2]))
        return _resized(picture, scale), np.diag([scale, scale, 1.0])
    top, right, bottom, left = (np.linalg.norm(corners[n] - corners[(n + 1) % 4]) for n in range(4))
    width, height = float(max(top, bottom)), float(max(left, right))
    scale = min(1.0, LONG_SIDE / max(width, height))
    size = (round(width * scale), round(height * scale))
    ends = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), ends)
    flat: Picture = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_LINEAR)
    return flat, np.asarray(matrix, np.float64)


def _resized(picture: Picture, scale: float) -> Picture:
    if scale >= 1.0:
        return picture
    smaller: Picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return smaller


def _levelled(flat: Picture, which_way_up: WhichWayUp | None) -> tuple[Picture, Grey, Grey, Matrix]:
    """The picture upright, its lines level; the same grey, and grey in even light; and the way there."""
    turn = find_turn(_grey(flat))
    level, way = _turned(flat, turn)
    upright = _grey(level)
    even = even_light(upright)
    if turn.margin < SURE and which_way_up and which_way_up(even) == 2:
        level, way = np.ascontiguousarray(np.rot90(level, 2)), _quarters(level, 2) @ way
        upright = _grey(level)
        even = even_light(upright)
    return level, upright, even, way


def _quarters(picture: Picture, turns: int) -> Matrix:
    """Where pixels go when the picture is turned clockwise by so many quarters."""
    way, (high, wide) = np.eye(3), picture.shape[:2]
    for _ in range(turns % 4):
        way = np.array([(0, -1, high), (1, 0, 0), (0, 0, 1)], np.float64) @ way
        high, wide = wide, high
    return way


def _turned(flat: Picture, turn: Turn) -> tuple[Picture, Matrix]:
    """The picture after the turn, and the way there; corners that come into view are paper-coloured."""
    quarter = np.ascontiguousarray(np.rot90(flat, -turn.quarters))
    way = _quarters(flat, turn.quarters)
    if abs(turn.degrees) < _LEAST_TILT:
        return quarter, way
    height, width = quarter.shape[:2]
    degrees = turn.degrees
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (round(height * sin + width * cos), round(height * cos + width * sin))
    matrix[:, 2] += (np.array(size) - (width, height)) / 2
    level: Picture = cv2.warpAffine(
        quarter, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return level, np.vstack([matrix, (0.0, 0.0, 1.0)]) @ way
