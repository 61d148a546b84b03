"""Is a page fit to be read? A verdict and the reasons a citizen can act on.

What the engine made of the page decides (fail closed: no sure words, no "good"); the picture's
light, sharpness and size say why. Reasons are codes of `dossier.paper.REASONS`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np

from chalicelib.dossier.paper import PageQuality, Verdict, Word
from chalicelib.imaging.cleanup import Grey, Page
from chalicelib.imaging.levels import levels
from chalicelib.imaging.strokes import boxes_of

SURE = 0.75
"""A word is read for sure from this confidence on."""
_GOOD_SHARE, _LEAST_SHARE = 0.72, 0.45
_LEAST_LETTERS = 20
_LEAST_INK = 0.0008
_PAPER = 225
_NO_LETTERS = 30.0
_DARK, _BRIGHT = 70, 245
_LEAST_CONTRAST = 60
_GLARE_SHARE = 0.012
_BLURRED, _SMALL_PRINT = 0.1, 10


@dataclass(frozen=True, slots=True)
class Look:
    """Measured on the upright page: grey levels of paper and ink, how far strokes are smeared.

    `smear` is the blur's sigma as a share of the letters' height; `letter` that height in pixels.
    """

    paper: float
    ink: float
    ink_share: float
    glare_share: float
    smear: float
    letter: float


def judge(page: Page, words: Sequence[Word], number: int) -> PageQuality:
    """The verdict over page `number`, given the words that the engine saw on it."""
    letters, sure = _letters(words)
    if sure >= max(_LEAST_LETTERS, _GOOD_SHARE * letters):
        # Print that was read for sure is neither too dark nor blurred, whatever the picture looks like.
        return _verdict(page, words, number, [])
    look = look_at(page)
    faults = (["cut_off"] if page.runs_out else []) + _faults(look)
    if letters < _LEAST_LETTERS and look.ink_share < _LEAST_INK and not faults:
        return PageQuality(number, "retake", ("blank",))
    if sure < _LEAST_LETTERS or sure < _LEAST_SHARE * letters:
        return PageQuality(number, "retake", tuple(faults) or ("hard_to_read",))
    return _verdict(page, words, number, [*faults, "hard_to_read"])


def _verdict(page: Page, words: Sequence[Word], number: int, unsure: Sequence[str]) -> PageQuality:
    """Good, if it is not cut off either."""
    cut = [page.runs_out, _has_cut_words(page, words)]
    reasons = tuple(dict.fromkeys([*(["cut_off"] if any(cut) else []), *unsure]))
    verdict: Verdict = "retake" if all(cut) else "doubtful" if reasons else "good"
    return PageQuality(number, verdict, reasons)


def look_at(page: Page) -> Look:
    """Light, contrast, glare, sharpness and print size of a page."""
    grey, clean = page.upright, page.clean
    (darkest,) = levels(clean[::2, ::2], 0.5)
    half = (255 + darkest) / 2 if darkest < _PAPER else 0.0
    ink: Grey = cv2.threshold(clean, ceil(half) - 1, 255, cv2.THRESH_BINARY_INV)[1]
    share = cv2.countNonZero(ink) / ink.size
    (paper,) = levels(grey[::4, ::4], 80)
    (level,) = levels(grey, 50, where=ink) if share else (paper,)
    letter = _letter_height(ink)
    return Look(
        paper, level, share, _glare(page, paper), _smear(grey, paper - level, letter), letter
    )


def _letters(words: Sequence[Word]) -> tuple[int, int]:
    """Letters and digits in all words, and in those read for sure."""
    sizes = [(sum(c.isalnum() for c in w.text), w.confidence) for w in words]
    return sum(n for n, _ in sizes), sum(n for n, sure in sizes if n > 1 and sure >= SURE)


def _faults(look: Look) -> list[str]:
    """What is wrong with the picture itself, worst first."""
    blurred = look.smear > _BLURRED
    faint = look.paper - look.ink < _LEAST_CONTRAST and not blurred  # blur alone makes ink pale
    tests = {
        "too_dark": look.paper < _DARK,
        "too_bright": faint and look.paper > _BRIGHT and look.ink_share >= _LEAST_INK,
        "glare": look.glare_share > _GLARE_SHARE,
        "blurred": blurred,
        "low_contrast": faint and _DARK <= look.paper <= _BRIGHT,
        "too_small": look.letter < _SMALL_PRINT,
    }
    return [code for code, holds in tests.items() if holds]


def _letter_height(ink: Grey) -> float:
    stats = boxes_of(ink)
    w, h = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    letters = h[(h >= 3) & (w >= 2) & (h <= 120) & (w <= 400)]
    return float(np.median(letters)) if len(letters) >= 10 else _NO_LETTERS


def _smear(grey: Grey, contrast: float, letter: float) -> float:
    """Sigma of the strokes' edges, from their steepness, as a share of the letter height."""
    if contrast < 20:
        return 0.0
    dx, dy = (d[::3, ::3].astype(np.float32) for d in cv2.spatialGradient(grey))
    steepest = float(np.percentile(cv2.magnitude(dx, dy), 99)) / 8
    return contrast / max(steepest, 1.0) / 2.5 / letter


def _glare(page: Page, paper: float) -> float:
    """Share of the page under the largest burnt-out patch; scans with white paper have none."""
    if paper > 238:
        return 0.0
    small = cv2.resize(page.upright, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    burnt = (small > 251).astype(np.uint8)
    areas = boxes_of(burnt)[:, cv2.CC_STAT_AREA]
    return float(areas.max()) / small.size if len(areas) else 0.0


def _has_cut_words(page: Page, words: Sequence[Word]) -> bool:
    """Do three or more sure words run into one edge of the picture?"""
    width, height = page.size
    edges = [0, 0, 0, 0]
    for w in words:
        x, y, wide, high = w.box
        if w.confidence >= 0.5 and len(w.text) > 1:
            edges[0] += x <= 2
            edges[1] += y <= 2
            edges[2] += x + wide >= width - 2
            edges[3] += y + high >= height - 2
    return max(edges) >= 3
