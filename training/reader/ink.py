"""One line of text becomes a picture of it, as the product cuts values out of papers.

In: a text, a font file, a numpy generator. Out: the cut (grey, dark on light), or its strip (HIGH, width),
ink bright, as `recogniser.strip_of` gives it.
Order, as in life: pen and paper (slant, wobble, elastic strokes, joined or broken strokes), what is printed there
(leaders, boxes, rules, neighbours, stamp), camera or copier (shade, blur, noise, low resolution, JPEG, threshold),
the product's own cleaning, the cut.
"""

from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from chalicelib.imaging.ink import even_light, without_leaders
from chalicelib.ocr.recogniser import strip_of

SIZE = 44  # pixels per em that letters are drawn at
EDGE = 40
Box = tuple[int, int, int, int]
NEIGHBOURS = (
    "Họ",
    "tên:",
    "Ngày",
    "sinh:",
    "Nơi",
    "trú:",
    "số",
    "cấp",
    "Dân tộc:",
    "(1)",
    "năm",
    "tháng",
    "do",
)


@cache
def face_of(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def scale_of(path: str) -> float:
    """So that all fonts' small letters come out about equally high."""
    face = face_of(path, SIZE)
    top, low = face.getbbox("xno", anchor="ls")[1], 0
    return 20.0 / max(low - top, 6)


def drawn(
    text: str, path: str, hand: bool, rng: np.random.Generator
) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    """Ink of the text, uint8 (255 is ink), and the box (x0, y0, x1, y1) around it."""
    size = round(np.clip(SIZE * scale_of(path) * rng.uniform(0.9, 1.15), 24, 110) / 6) * 6
    face = face_of(path, size)
    wide = int(face.getlength(text) * 1.15) + size * 2 + 2 * EDGE
    up, down = face.getmetrics()
    high = up + down + 2 * EDGE + 16
    image = Image.new("L", (wide, high))
    pen = ImageDraw.Draw(image)
    x, base = float(EDGE + size // 2), EDGE + up + 8
    space = face.getlength(" ") * rng.uniform(0.75, 1.5) + size * 0.05
    wander, spread = rng.uniform(0, 0.07 if hand else 0.01) * size, rng.uniform(-0.015, 0.03) * size
    apart = rng.random() < 0.15
    for word in text.split(" "):
        y = base + rng.normal(0, 1) * wander
        for piece in word if apart else (word,):
            pen.text((x, y), piece, font=face, fill=255, anchor="ls")
            x += face.getlength(piece) + (spread if apart else 0)
        x += space
    ink = np.asarray(image)
    columns = np.flatnonzero(ink.any(axis=0))
    ink = ink[:, : (columns[-1] if len(columns) else 0) + EDGE + size // 2]
    ink = bent(ink, hand, rng)
    rows, columns = np.flatnonzero(ink.max(axis=1) > 60), np.flatnonzero(ink.max(axis=0) > 60)
    if not len(rows):
        return ink, (0, 0, ink.shape[1], ink.shape[0])
    return ink, (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def bent(ink: np.ndarray, hand: bool, rng: np.random.Generator) -> np.ndarray:
    """Slant, wandering baseline, elastic strokes; thicker, thinner, broken."""
    high, wide = ink.shape
    if hand or rng.random() < 0.3:
        step = 22
        coarse = (high // step + 2, wide // step + 2)
        push = rng.uniform(0, 2.2 if hand else 0.7)
        maps = rng.normal(0, push, (2, *coarse)).astype(np.float32)
        wave = np.cumsum(rng.normal(0, 1.0, coarse[1])).astype(np.float32)
        maps[1] += (
            (wave - np.linspace(wave[0], wave[-1], len(wave)))
            * (0.5 if hand else 0.12)
            * rng.uniform(0, 1)
        )
        dx, dy = (cv2.resize(m, (wide, high), interpolation=cv2.INTER_LINEAR) for m in maps)
        y, x = np.mgrid[:high, :wide].astype(np.float32)
        slant = rng.normal(0, 0.16 if hand else 0.03)
        tilt = rng.normal(0, 0.008)
        x += dx + slant * (y - high / 2)
        y += dy + tilt * (x - wide / 2)
        ink = cv2.remap(ink, x, y, cv2.INTER_LINEAR)
    roll = rng.random()
    if roll < 0.12:
        ink = cv2.dilate(ink, np.ones((2, 2) if roll < 0.06 else (3, 3), np.uint8))
    elif roll < 0.2:
        ink = cv2.erode(ink, np.ones((2, 2), np.uint8))
    if rng.random() < 0.25:  # a pen running dry, poor toner
        spots = rng.normal(1.05, 0.35, (high // 6 + 1, wide // 6 + 1)).astype(np.float32)
        ink = np.clip(ink * cv2.resize(spots, (wide, high)), 0, 255).astype(np.uint8)
    return ink


def _around(paper: np.ndarray, box: Box, prints: tuple[str, ...], rng: np.random.Generator) -> None:
    """What else is printed there, drawn on the ink plane `paper` in place."""
    grey = int(rng.integers(120, 255))
    _ruled(paper, box, grey, rng)
    if rng.random() < 0.12 and prints:
        _neighbours(paper, box, prints, rng)
    stained(paper, grey, rng)


def stained(paper: np.ndarray, grey: int, rng: np.random.Generator) -> None:
    """A stamp's ring, specks; mostly nothing."""
    high, wide = paper.shape
    if rng.random() < 0.07:  # a stamp's ring
        centre = (int(rng.integers(0, wide)), int(rng.integers(-60, high + 60)))
        for radius in (int(rng.integers(60, 160)),) * 2:
            cv2.circle(paper, centre, radius, int(grey * 0.6), int(rng.integers(2, 7)))
    if rng.random() < 0.1:  # specks
        for _ in range(int(rng.integers(1, 12))):
            at = (int(rng.integers(0, wide)), int(rng.integers(0, high)))
            cv2.circle(paper, at, int(rng.integers(1, 3)), grey, -1)


def _ruled(paper: np.ndarray, box: Box, grey: int, rng: np.random.Generator) -> None:
    """Dotted leaders (whole, or what cleaning left of them), a rule, or boxes; mostly nothing."""
    x0, y0, x1, y1 = box
    wide = paper.shape[1]
    base = y1 - int((y1 - y0) * rng.uniform(0.0, 0.35))
    roll = rng.random()
    if roll < 0.22:
        gap, size = rng.uniform(5, 14), rng.integers(1, 3)
        keep = 1.0 if rng.random() < 0.5 else rng.uniform(0.05, 0.5)
        for x in np.arange(0, wide, gap):
            if rng.random() < keep:
                cv2.circle(paper, (int(x), base), int(size), grey, -1)
    elif roll < 0.34:
        ends = ((0, base + int(rng.integers(-3, 8))), (wide, base + int(rng.integers(-3, 8))))
        cv2.line(paper, *ends, grey, int(rng.integers(1, 4)))
    elif roll < 0.38:
        top, low = y0 - int(rng.integers(2, 12)), y1 + int(rng.integers(2, 12))
        step = rng.uniform(24, 44)
        cv2.rectangle(paper, (x0 - 10, top), (x1 + 10, low), grey, 2)
        if rng.random() < 0.5:
            for x in np.arange(x0 - 10, x1 + 10, step):
                cv2.line(paper, (int(x), top), (int(x), low), grey, 1)


def _neighbours(
    paper: np.ndarray, box: Box, prints: tuple[str, ...], rng: np.random.Generator
) -> None:
    """The line above or below reaches in."""
    face = face_of(str(rng.choice(prints)), int(rng.integers(30, 46)))
    image = Image.new("L", paper.shape[::-1])
    pen = ImageDraw.Draw(image)
    text = " ".join(rng.choice(NEIGHBOURS, 6))
    if rng.random() < 0.5:
        at = (int(rng.integers(-40, 40)), box[1] + int(rng.integers(-6, 5)))
        pen.text(at, text, font=face, fill=255, anchor="ld")
    else:
        at = (int(rng.integers(-40, 40)), box[3] + int(rng.integers(-5, 6)))
        pen.text(at, text, font=face, fill=255, anchor="la")
    np.maximum(paper, np.asarray(image), out=paper)


def _pictured(ink: np.ndarray, scale: float, rng: np.random.Generator) -> np.ndarray:
    """Pen on paper before a camera or a copier: grey, at the size that papers are read at."""
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    high, wide = small.shape
    paper, dark = rng.uniform(170, 255), rng.uniform(0, 110)
    ground = np.full((high, wide), paper, np.float32)
    if rng.random() < 0.4:
        ground += np.linspace(0, rng.uniform(-60, 60), wide, dtype=np.float32)
        ground += np.linspace(0, rng.uniform(-25, 25), high, dtype=np.float32)[:, None]
    share = small.astype(np.float32) / 255
    picture = _unsharp(ground * (1 - share) + np.minimum(dark, ground - 70) * share, rng)
    if rng.random() < 0.15:  # a copier's black and white
        cut = paper * rng.uniform(0.6, 0.85)
        steep = np.clip((picture - cut) / rng.uniform(1, 14), -30, 30)
        picture = 255 / (1 + np.exp(-steep))
    return _cleaned(np.clip(picture, 0, 255).astype(np.uint8), rng)


def _unsharp(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Out of focus, shaken, noisy."""
    if rng.random() < 0.75:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.35))
    if rng.random() < 0.08:
        kernel = np.zeros((5, 5), np.float32)
        cv2.line(kernel, (0, int(rng.integers(0, 5))), (4, int(rng.integers(0, 5))), 1.0)
        picture = cv2.filter2D(picture, -1, kernel / kernel.sum())
    if rng.random() < 0.7:
        picture += rng.uniform(1, 14) * rng.standard_normal(picture.shape, np.float32)
    return picture


def _cleaned(byte: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Compressed, and cleaned as the product cleans pages."""
    if rng.random() < 0.5:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 92))]
        byte = cv2.imdecode(cv2.imencode(".jpg", byte, quality)[1], cv2.IMREAD_GRAYSCALE)
    if rng.random() < 0.6:
        byte = even_light(byte)
        if rng.random() < 0.4:
            byte = without_leaders(byte)
    return byte


def strip(
    text: str,
    path: str,
    hand: bool,
    prints: tuple[str, ...],
    rng: np.random.Generator,
    *,
    worn: bool = True,
) -> np.ndarray:
    """The line as the net gets it; `worn=False` is clean print straight from the printer."""
    return strip_of(crop(text, path, hand, prints, rng, worn=worn))


def crop(
    text: str,
    path: str,
    hand: bool,
    prints: tuple[str, ...],
    rng: np.random.Generator,
    *,
    worn: bool = True,
) -> np.ndarray:
    """The line as it is cut out of a page: grey, dark on light."""
    ink, box = drawn(text, path, hand, rng) if worn else _printed(text, path)
    plane = ink.copy()
    if worn:
        _around(plane, box, prints, rng)
    native = rng.uniform(16, 44) if worn else rng.uniform(26, 40)
    return cut(plane, box, native, rng, worn=worn, shaken=0.08 if worn else 0.02)


def cut(
    plane: np.ndarray,
    box: Box,
    native: float,
    rng: np.random.Generator,
    *,
    worn: bool,
    shaken: float,
) -> np.ndarray:
    """The ink before a camera, its box `native` pixels high, and what the product cuts out of that."""
    x0, y0, x1, y1 = box
    height = max(y1 - y0, 8)
    scale = min(native / height, 1.0)
    if worn:
        picture = _pictured(plane, scale, rng)
    else:
        picture = cv2.resize(255 - plane, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    room = height * 0.2 + 2 / scale
    edges = np.array((x0 - room, y0 - room, x1 + room, y1 + room)) + rng.normal(
        0, height * shaken, 4
    )
    left, top, right, low = (round(e * scale) for e in edges)
    if worn and rng.random() < 0.15:  # cut with too much paper at the ends
        left -= int(rng.integers(0, 60))
        right += int(rng.integers(0, 60))
    left, top = max(left, 0), max(top, 0)
    return np.ascontiguousarray(picture[top : max(low, top + 8), left : max(right, left + 8)])


def _printed(text: str, path: str) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    face = face_of(path, SIZE)
    up, down = face.getmetrics()
    image = Image.new("L", (int(face.getlength(text)) + 2 * EDGE + 8, up + down + 2 * EDGE))
    ImageDraw.Draw(image).text((EDGE, EDGE + up), text, font=face, fill=255, anchor="ls")
    box = image.getbbox() or (0, 0, *image.size)
    return np.asarray(image), box
