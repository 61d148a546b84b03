"""Dotted leaders: which ink of a page is the dots that a form prints for people to write on?

Dots of one leader stand in a level row at one distance from each other. Only what stands where the
row's rhythm expects a dot is taken, so that the dots of i, ọ, colons and full stops survive, even
where the writing sits on the leader. Measured: forms with leaders left in lose half their letters.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.imaging.strokes import drawn, strokes_of

Grey = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_LEAST_RUN = 5
"""So many dots in a row are a leader; an ellipsis or a date's full stops are not."""

_MANY = 8  # rows' ends on a level: then those that were left behind are forgotten

_End = tuple[float, int, float, list[int]]
"""Last dot of a row that may still go on: x, the earlier the larger, y; the row."""


def leaders(ink: Grey) -> Grey:
    """The part of `ink` (255 on 0, text level) that belongs to dotted leaders."""
    labels, stats, centres = strokes_of(ink)
    letter = _letter_height(stats)
    small = _dots(stats, letter)
    colons = _colons(small, centres, letter)
    taken = np.zeros(len(stats), bool)
    hidden = np.zeros_like(ink)
    dot = drawn(labels, _marked(small, len(stats)))
    solid: Grey = cv2.subtract(ink, dot)
    under = _under(solid, letter)
    for row in _rows(small, centres, letter):
        if _crowns(centres[row], under):
            continue
        kept, places = _on_beat(centres[row], stats[row, cv2.CC_STAT_AREA])
        _mark_places(hidden, places, stats[row[kept], cv2.CC_STAT_HEIGHT])
        taken[_without_end_colons(row[kept], colons)] = True
    hidden = cv2.subtract(hidden, dot)  # a small thing off the beat is a mark, not a hidden dot
    found: Grey = cv2.dilate(drawn(labels, taken), np.ones((3, 3), np.uint8))
    return found | _thin_parts(ink & hidden, ink, letter)


def specks(ink: Grey) -> Grey:
    """The part of `ink` that is dust: dot-sized, with nothing larger near it."""
    labels, stats, centres = strokes_of(ink)
    letter = _letter_height(stats)
    small = _dots(stats, letter)
    large = cv2.subtract(ink, drawn(labels, _marked(small, len(stats))))
    reach = 2 * round(letter) + 1
    near = cv2.dilate(large, np.ones((reach, reach), np.uint8))
    x, y = centres[small].astype(int).T
    dust = np.zeros(len(stats), bool)
    dust[small] = near[y, x] == 0
    wider: Grey = cv2.dilate(drawn(labels, dust), np.ones((3, 3), np.uint8))
    return wider


def _letter_height(stats: npt.NDArray[np.int32]) -> float:
    """Usual height of a letter in pixels."""
    h, w = stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_WIDTH]
    letters = h[(h >= 7) & (h <= 60) & (w >= 3) & (w <= 80)]
    return float(np.median(letters)) if len(letters) else 16.0


def _dots(stats: npt.NDArray[np.int32], letter: float) -> Indices:
    """Components as small and as round as a printed dot, from left to right."""
    most = max(3.0, 0.36 * letter)
    w, h = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    small = (w <= most) & (h <= most)
    small[0] = False
    found = np.flatnonzero(small)
    return found[np.argsort(stats[found, cv2.CC_STAT_LEFT], kind="stable")]


def _marked(chosen: Indices, count: int) -> npt.NDArray[np.bool_]:
    """For each of `count` components: is it chosen?"""
    marked = np.zeros(count, bool)
    marked[chosen] = True
    return marked


def _colons(dots: Indices, centres: Numbers, letter: float) -> set[int]:
    """Dots (from left to right) that have another right above or below them."""
    paired: set[int] = set()
    for reach in range(1, min(6, len(dots))):
        apart = np.abs(centres[dots[reach:]] - centres[dots[:-reach]])
        pair = (apart[:, 0] <= 0.12 * letter) & (apart[:, 1] > 0.3 * letter)
        pair &= apart[:, 1] < letter
        paired |= {*dots[reach:][pair].tolist(), *dots[:-reach][pair].tolist()}
    return paired


def _without_end_colons(row: Indices, colons: set[int]) -> Indices:
    """A colon may open or close a leader; inside one, a dot above it is a full stop."""
    inner = [n for n in range(len(row)) if row[n] not in colons]
    return row[inner[0] : inner[-1] + 1] if inner else row[:0]


def _rows(dots: Indices, centres: Numbers, letter: float) -> Iterator[Indices]:
    """Groups of at least `_LEAST_RUN` dots, ordered by x, that follow each other on one level."""
    reach, level = 5 * letter, 0.12 * letter + 1
    rows: list[list[int]] = []
    ends: dict[int, list[_End]] = defaultdict(list)  # by about a level's height
    for order, (n, (x, y)) in enumerate(zip(dots.tolist(), centres[dots].tolist(), strict=True)):
        high = int(y / (level + 0.1))
        if len(ends[high]) > _MANY:
            ends[high] = [e for e in ends[high] if x - e[0] <= reach]
        about = ends[high - 1] + ends[high] + ends[high + 1]
        near = [e for e in about if abs(e[2] - y) <= level and 0 < x - e[0] <= reach]
        if near:
            last = max(near)
            ends[int(last[2] / (level + 0.1))].remove(last)
            row = last[3]
        else:
            row = []
            rows.append(row)
        row.append(n)
        ends[high].append((x, -order, y, row))
    yield from (np.array(r) for r in rows if len(r) >= _LEAST_RUN)


def _under(solid: Grey, letter: float) -> Grey:
    """Map of where ink stands right below, nearer than a letter is high, or beside that by a pixel."""
    low, high = round(0.16 * letter) + 1, round(0.7 * letter)
    under = np.zeros_like(solid)
    under[:-low] = cv2.dilate(solid, np.ones((high - low, 3), np.uint8), anchor=(1, 0))[low:]
    return under


def _crowns(at: Numbers, under: Grey) -> bool:
    """Do letters stand right under most of these dots? They are tones and dots of i then, at whatever rhythm."""
    x, y = at.round().astype(int).T
    return 2 * int(np.count_nonzero(under[y, x])) > len(at)


def _on_beat(at: Numbers, areas: Numbers) -> tuple[npt.NDArray[np.bool_], Numbers]:
    """Which dots of a row keep its rhythm, and (x, y) where beats fall without a free dot."""
    gaps = np.diff(at[:, 0])
    pitch = _pitch(gaps)
    best = _likeliest_beat(at, _starts(gaps, pitch), pitch)
    if best is None or best.sum() < _LEAST_RUN:
        return np.zeros(len(at), bool), np.empty((0, 2))
    best &= areas <= 1.5 * median(areas[best].tolist())
    return best, _missing_beats(at[best], pitch)


def _likeliest_beat(
    at: Numbers, starts: Sequence[int], pitch: float
) -> npt.NDArray[np.bool_] | None:
    """Of the beats from these dots the one that most dots keep."""
    best = None
    for start in starts:
        kept = _beat_from(at, start, pitch)
        if best is None or kept.sum() > best.sum():
            best = kept
        if kept.all():
            break
    return best


def _pitch(gaps: Numbers) -> float:
    """The usual distance of those dots between which none is hidden."""
    ordered = np.sort(gaps)
    near = ordered[round(0.3 * (len(ordered) - 1))]
    return float(median(ordered[: np.searchsorted(ordered, 1.5 * near, side="right")].tolist()))


def _starts(gaps: Numbers, pitch: float) -> list[int]:
    """Up to three places in a row where two gaps in succession are one pitch."""
    even = np.abs(gaps - pitch) < 0.2 * pitch
    starts = np.flatnonzero(even[:-1] & even[1:])
    return [int(s) for s in starts[:: max(1, len(starts) // 3)]]


def _beat_from(at: Numbers, start: int, pitch: float) -> npt.NDArray[np.bool_]:
    """Dots reached from dot `start` by whole pitches, to the right and to the left."""
    kept = np.zeros(len(at), bool)
    kept[start] = True
    x = at[:, 0].tolist()  # plain floats: numpy's are slow one by one
    for steps in (range(start + 1, len(x)), range(start - 1, -1, -1)):
        last = x[start]
        for n in steps:
            beats = abs(x[n] - last) / pitch
            if beats > 0.5 and abs(beats - round(beats)) < 0.22:
                kept[n] = True
                last = x[n]
    return kept


def _missing_beats(at: Numbers, pitch: float) -> Numbers:
    """Places between kept dots, and one or two past the ends, where letters may hide a dot."""
    dots = at.tolist()
    places = [(dots[0][0] - pitch, dots[0][1]), (dots[-1][0] + pitch, dots[-1][1])]
    for (x, y), (right, low) in pairwise(dots):
        beats = round((right - x) / pitch)
        places += [
            (x + (right - x) * n / beats, y + (low - y) * n / beats) for n in range(1, beats)
        ]
    return np.array(places)


def _mark_places(hidden: Grey, places: Numbers, heights: npt.NDArray[np.int32]) -> None:
    reach = int(median(heights.tolist())) // 2 if len(heights) else 0
    for x, y in places.round().astype(int):
        hidden[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1] = 255


def _thin_parts(part: Grey, ink: Grey, letter: float) -> Grey:
    """The pixels of `part` that no stroke runs through, neither upright nor level."""
    if not part.any():
        return part
    long = max(4, round(0.42 * letter))
    strokes = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((long, 1), np.uint8))
    strokes |= cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    thin: Grey = cv2.subtract(part, strokes)
    return thin
