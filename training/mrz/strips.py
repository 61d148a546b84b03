"""Makes the training set of the MRZ reader: strips of random rows, worn as scans and photographs wear them.

No person is drawn: the characters are random. Everything follows from the seed.
"""

import string
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from chalicelib.dossier.td1 import ALPHABET
from chalicelib.ocr.mrz_glyphs import HIGH, WIDE, standardised
from chalicelib.ocr.mrz_rows import MARGIN, PITCH, STEP

FONTS = Path(__file__).resolve().parents[2] / "tests" / "draw" / "fonts"
OCRB = str(FONTS / "OCRB.otf")
NONE = len(ALPHABET)
BIG = 40  # pitch at which rows are drawn
SIZE = (round((30 + 2 * MARGIN) * PITCH), round(3 * STEP))


@cache
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def random_rows(rng: np.random.Generator) -> list[str]:
    """Ninety characters: half of the strips shaped like a card's, half any characters at all."""
    every = "".join(rng.choice(list(ALPHABET), 90))
    if rng.random() < 0.5:
        return [every[n : n + 30] for n in (0, 30, 60)]
    digits = "".join(rng.choice(list(string.digits), 60))
    name = "".join(rng.choice(list(string.ascii_uppercase + "<"), 30))
    first = f"IDVNM{digits[:22]}<<{digits[22]}"
    second = f"{digits[23:30]}{rng.choice(['M', 'F'])}{digits[30:37]}VNM{'<' * 11}{digits[37]}"
    return [first, second, name[: int(rng.integers(8, 31))].ljust(30, "<")]


def drawn(rows: list[str], fonts: list[str], rng: np.random.Generator) -> np.ndarray:
    """The rows in black on white, float 0 (paper) to 1 (ink), BIG pixels per character."""
    scale = BIG / PITCH
    image = Image.new("L", (round(SIZE[0] * scale), round(SIZE[1] * scale)))
    pen = ImageDraw.Draw(image)
    plain = rng.random() < 0.2 and len(fonts) > 1
    path = str(rng.choice(fonts[1:])) if plain else OCRB
    font = _font(path, int(BIG * rng.uniform(1.3, 1.5)))
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            at = ((MARGIN + x + 0.5) * BIG, (y + 0.5) * STEP * scale + (0 if plain else BIG * 0.5))
            pen.text(at, letter, fill=255, font=font, anchor="mm" if plain else "ms")
    ink = np.asarray(image, np.float32) / 255
    weight = rng.uniform(-1.6, 1.8)
    if abs(weight) > 0.7:  # thin or fat print
        kernel = np.ones((3, 3), np.uint8)
        ink = cv2.dilate(ink, kernel) if weight > 0 else cv2.erode(ink, kernel)
    return ink


def _ground(size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Paper with waves, blots and uneven light."""
    wide, high = size
    x, y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    ground = np.full((high, wide), rng.uniform(150, 250), np.float32)
    ground += (x / wide - 0.5) * rng.uniform(-50, 50) + (y / high - 0.5) * rng.uniform(-30, 30)
    for _ in range(int(rng.integers(0, 4))):
        bend = rng.uniform(4, 30) * np.sin(x / rng.uniform(20, 90) + rng.uniform(0, 6))
        lines = np.sin((y + bend) / rng.uniform(1.2, 5))
        ground -= rng.uniform(4, 28) * (lines > rng.uniform(0.5, 0.95))
    return ground


def worn(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The strip after card, camera, compression and the reader's flattening; (100, 720) uint8."""
    pitch = float(np.exp(rng.uniform(np.log(8.5), np.log(32))))
    small = cv2.resize(ink, None, fx=pitch / BIG, fy=pitch / BIG, interpolation=cv2.INTER_AREA)
    size = (small.shape[1], small.shape[0])
    ground = _ground(size, rng)
    dark = rng.uniform(5, 80)
    picture = ground * (1 - small) + np.minimum(dark, ground - 40) * small
    picture = cv2.GaussianBlur(picture, (0, 0), pitch * rng.uniform(0.01, 0.115))
    if rng.random() < 0.2:
        kernel = np.zeros((5, 5), np.float32)
        cv2.line(kernel, (0, int(rng.integers(0, 5))), (4, int(rng.integers(0, 5))), 1.0)
        picture = cv2.filter2D(picture, -1, kernel / kernel.sum())
    picture += rng.normal(0, rng.uniform(0, 14), picture.shape)
    if rng.random() < 0.15:  # a photocopier's black and white
        cut = float(np.median(picture)) * rng.uniform(0.6, 0.85)
        picture = np.where(picture > cut, 250.0, 10.0) + rng.normal(0, 3, picture.shape)
    byte = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        quality = int(rng.integers(35, 92))
        packed = cv2.imencode(".jpg", byte, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        byte = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    return _flattened(byte, rng)


def _flattened(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Corners a little off, as the row finder leaves them."""
    high, wide = picture.shape
    there = np.array([(0, 0), (SIZE[0], 0), SIZE, (0, SIZE[1])], np.float32)
    here = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    there += rng.normal(0, (2.2, 1.6), (4, 2)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(here, there)
    return cv2.warpPerspective(picture, matrix, SIZE, borderMode=cv2.BORDER_REPLICATE)


def patches(
    strip: np.ndarray, rows: list[str], rng: np.random.Generator
) -> tuple[np.ndarray, list[int]]:
    """Every character with a small shift, and a third as many places between characters."""
    pieces, labels = [], []
    for y, row in enumerate(rows):
        for x in range(-1, 31):
            inside = 0 <= x < 30
            if inside:
                pieces.append(_cut(strip, x + rng.uniform(-0.14, 0.14), y, rng))
                labels.append(ALPHABET.index(row[x]))
            if not inside or rng.random() < 0.3:
                pieces.append(_cut(strip, x + rng.choice([-1, 1]) * rng.uniform(0.36, 0.5), y, rng))
                labels.append(NONE)
    return standardised(np.stack(pieces)), labels


def _cut(strip: np.ndarray, x: float, y: int, rng: np.random.Generator) -> np.ndarray:
    left = round((MARGIN + x + 0.5) * PITCH) - WIDE // 2
    top = round((y + 0.5) * STEP + rng.uniform(-2, 2)) - HIGH // 2
    padded = np.pad(strip, 16, mode="edge")
    return padded[top + 16 : top + 16 + HIGH, left + 16 : left + 16 + WIDE]


def make_set(seed: int, strips: int, fonts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """(n, 1, HIGH, WIDE) float16 patches and their classes, `NONE` where there is no character."""
    rng = np.random.default_rng(seed)
    all_patches, all_labels = [], []
    for _ in range(strips):
        rows = random_rows(rng)
        pieces, labels = patches(worn(drawn(rows, fonts, rng), rng), rows, rng)
        all_patches.append(pieces.astype(np.float16))
        all_labels += labels
    return np.concatenate(all_patches), np.array(all_labels)
