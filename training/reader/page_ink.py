"""A whole line of a paper becomes a picture: printed words, what was filled in, dots, boxes, the lines above and below.

In: the pieces of a line (`page_text.py`), fonts to choose from, a numpy generator. Out: the cut as the product's line
finder makes it: grey, dark on light, the box of the line's ink with a fifth of its height around.
"""

import cv2
import numpy as np
from PIL import Image, ImageDraw

from training.reader.ink import EDGE, NEIGHBOURS, SIZE, Box, bent, cut, face_of, scale_of, stained
from training.reader.page_text import EMPTY, TICKED, Piece, Pieces

XHEIGHT = 20  # of all fonts, once they are scaled; a letter's height, too, is about half an em
LETTER = 26
BASE = 150  # where the line stands on the plane
HIGH = 260


class Fonts:
    """Which fonts one line is drawn in: the form's, and that of what was filled in."""

    def __init__(
        self, hands: tuple[str, ...], prints: tuple[str, ...], rng: np.random.Generator
    ) -> None:
        self.form = str(rng.choice(prints))
        self.hand = bool(hands) and rng.random() < 0.55
        other = self.form if rng.random() < 0.4 else str(rng.choice(prints))
        self.filled = str(rng.choice(hands)) if self.hand else other
        self.slanted = "700" in self.form and rng.random() < 0.2
        self.size = rng.uniform(0.9, 1.1)
        self.filled_size = self.size * rng.uniform(0.85, 1.3 if self.hand else 1.05)


def page_crop(
    pieces: Pieces,
    hands: tuple[str, ...],
    prints: tuple[str, ...],
    rng: np.random.Generator,
    *,
    worn: bool = True,
) -> np.ndarray:
    """The line as it is cut out of a page."""
    plane, box = _written(pieces, Fonts(hands, prints, rng), rng)
    if worn:
        _beside(plane, prints, rng)
        stained(plane, int(rng.integers(120, 255)), rng)
    native = 14 + 30 * rng.random() ** 1.3 if worn else rng.uniform(26, 40)
    return cut(plane, box, native, rng, worn=worn, shaken=0.04)


def _written(pieces: Pieces, fonts: Fonts, rng: np.random.Generator) -> tuple[np.ndarray, Box]:
    """The ink of all pieces on one plane, and the box around it."""
    inks = [_inked(piece, fonts, rng) for piece in pieces]
    gaps = [0, *(max(6, round(p.gap * LETTER)) for p in pieces[1:])]
    wide = sum(ink.shape[1] for ink in inks) + sum(gaps) + 2 * EDGE
    plane = np.zeros((HIGH, wide), np.uint8)
    dots = _dots(rng)
    x = EDGE
    for piece, ink, gap in zip(pieces, inks, gaps, strict=True):
        x += gap
        there = plane[:, x : x + ink.shape[1]]
        np.maximum(there, ink, out=there)
        x += ink.shape[1]
        if dots and not piece.printed:
            _leaders(plane, (x - ink.shape[1] - gap // 2, x), dots, rng)
    if dots and rng.random() < 0.3:
        _leaders(plane, (x, wide), dots, rng)
    return plane, _box(plane, inks, rng)


def _box(plane: np.ndarray, inks: list[np.ndarray], rng: np.random.Generator) -> Box:
    """Around the letters; a leader's dots don't widen it."""
    rows = np.flatnonzero(np.max([ink.max(axis=1) for ink in inks], axis=0) > 60)
    low = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (BASE - LETTER, BASE)
    return EDGE, low[0], plane.shape[1] - EDGE, low[1]


def _inked(piece: Piece, fonts: Fonts, rng: np.random.Generator) -> np.ndarray:
    """One piece, (HIGH, width), no paper left or right of its ink."""
    path, hand = (fonts.form, False) if piece.printed else (fonts.filled, fonts.hand)
    times = (fonts.size if piece.printed else fonts.filled_size) * (
        rng.uniform(0.5, 0.7) if piece.raised else 1
    )
    size = max(12, round(SIZE * scale_of(path) * times / 3) * 3)
    base = BASE - (round(rng.uniform(0.3, 0.6) * XHEIGHT) if piece.raised else 0)
    if not piece.printed and rng.random() < 0.6:
        base += round(rng.normal(0, 0.2) * XHEIGHT)
    ink = (_in_cells if piece.combed else _set)(piece.text, path, size, base, rng)
    if hand or rng.random() < 0.2:
        ink = bent(ink, hand, rng)
    if piece.printed and fonts.slanted:
        move = np.array([[1, -0.2, 0.2 * BASE], [0, 1, 0]], np.float32)
        ink = cv2.warpAffine(ink, move, ink.shape[::-1])
    columns = np.flatnonzero(ink.max(axis=0) > 60)
    return ink[:, columns[0] : columns[-1] + 1] if len(columns) else ink[:, :8]


def _set(words: str, path: str, size: int, base: int, rng: np.random.Generator) -> np.ndarray:
    """Words in a font, boxes between them drawn with a pen."""
    face = face_of(path, size)
    box = round(size * rng.uniform(0.5, 0.95))
    space = face.getlength(" ") * rng.uniform(0.85, 1.4) + size * 0.03
    wide = int(face.getlength(words) * 1.2 + space * words.count(" ") + 2 * size + 2 * EDGE)
    image = Image.new("L", (wide, HIGH))
    pen, x, boxes = ImageDraw.Draw(image), float(size), []
    for word in words.split(" "):
        for part in (c for c in _parted(word) if c):
            if part in (EMPTY, TICKED):
                boxes.append((round(x) + 2, part == TICKED))
                x += box + 6
            else:
                pen.text((x, base), part, font=face, fill=255, anchor="ls")
                x += face.getlength(part)
        x += space
    ink = np.array(image)
    for left, ticked in boxes:
        _boxed(ink, (left, base + round(0.1 * size) - box), box, ticked, rng)
    return ink


def _in_cells(words: str, path: str, size: int, base: int, rng: np.random.Generator) -> np.ndarray:
    """A letter in each cell; of the cells all lines, the upright ones alone, or none are left."""
    face, step = face_of(path, size), size * rng.uniform(0.6, 1.05)
    image = Image.new("L", (int(step * (len(words) + 2)), HIGH))
    pen = ImageDraw.Draw(image)
    for n, letter in enumerate(words):
        at = (step * (n + 1) + rng.normal(0, 0.05 * size), base + rng.normal(0, 0.04 * size))
        pen.text(at, letter, font=face, fill=255, anchor="ms")
    ink, left = np.array(image), rng.random()
    top, low = (
        base - round(size * rng.uniform(0.75, 1.0)),
        base + round(size * rng.uniform(0.1, 0.3)),
    )
    ends = [round(step * (n + 0.5)) for n in range(len(words) + 1)]
    for x in ends if left < 0.8 else ():
        cv2.line(ink, (x, top), (x, low), 255, int(rng.integers(1, 3)))
    if left < 0.25:
        cv2.rectangle(ink, (ends[0], top), (ends[-1], low), 255, int(rng.integers(1, 3)))
    return ink


def _parted(word: str) -> list[str]:
    """Boxes apart from the letters beside them."""
    return word.replace(EMPTY, f" {EMPTY} ").replace(TICKED, f" {TICKED} ").split(" ")


def _boxed(
    ink: np.ndarray, at: tuple[int, int], side: int, ticked: bool, rng: np.random.Generator
) -> None:
    """A box of printed lines; ticked, crossed, scribbled over or filled."""
    (x, y), line = at, int(rng.integers(1, 5))
    end = (x + round(side * rng.uniform(0.9, 1.1)), y + side)
    cv2.rectangle(ink, (x, y), end, 255, line)
    if not ticked:
        return
    low, high, pen = np.array((x, y)), np.array(end), int(rng.integers(2, 6))

    def near(*shares: float) -> np.ndarray:
        """About there in the box; no pen stops twice at one place."""
        return (low + np.array(shares) * (high - low) + rng.normal(0, 0.07 * side, 2)).astype(int)

    roll = rng.random()
    if roll < 0.1:
        cv2.rectangle(ink, (x, y), end, 255, -1)
    elif roll < 0.4:
        corners = np.array([near(0.1, 0.5), near(0.4, 0.9), near(1.05, rng.uniform(-0.3, 0.2))])
        cv2.polylines(ink, [corners], False, 255, pen)
    else:
        for start, stop in (((0.1, 0.1), (0.9, 0.9)), ((0.9, 0.1), (0.1, 0.9))) * (
            1 + (roll > 0.9)
        ):
            cv2.line(ink, tuple(map(int, near(*start))), tuple(map(int, near(*stop))), 255, pen)


def _dots(rng: np.random.Generator) -> tuple[float, int, float, int, int] | None:
    """The leaders of this line: step, size, share that is left of them, how dark, how low; or none."""
    if rng.random() < 0.5:
        return None
    left = rng.choice((0.05, 0.2, 0.5, 1.0))
    return (
        rng.uniform(5, 14),
        int(rng.integers(1, 3)),
        left,
        int(rng.integers(100, 256)),
        BASE + int(rng.integers(-1, 9)),
    )


def _leaders(
    plane: np.ndarray,
    ends: tuple[int, int],
    dots: tuple[float, int, float, int, int],
    rng: np.random.Generator,
) -> None:
    """Dots, or a thin rule, or what cleaning left of them, under what was filled in."""
    step, size, left, grey, y = dots
    if left == 1.0 and size == 2:
        cv2.line(plane, (ends[0], y + 2), (ends[1], y + 2), grey, 1)
        return
    for x in np.arange(*ends, step):
        if rng.random() < left:
            cv2.circle(plane, (int(x), y), size, grey, -1)


def _beside(plane: np.ndarray, prints: tuple[str, ...], rng: np.random.Generator) -> None:
    """The lines above and below, as near as lines of forms stand."""
    for up in (-1, 1):
        if rng.random() < 0.45:
            pitch = round(SIZE * rng.uniform(1.0, 1.7))
            face = face_of(str(rng.choice(prints)), int(rng.integers(30, 46)))
            words = " ".join(rng.choice(NEIGHBOURS, plane.shape[1] // 60 + 1))
            image = Image.new("L", plane.shape[::-1])
            at = (int(rng.integers(-40, 200)), BASE + up * pitch)
            ImageDraw.Draw(image).text(
                at, words, font=face, fill=int(rng.integers(140, 256)), anchor="ls"
            )
            np.maximum(plane, np.asarray(image), out=plane)
