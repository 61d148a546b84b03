"""Capital or small: letters whose two shapes are alike (X x, P p, C c …), told apart by their height.

In: the picture that was read and its words. Out: the words, first letters in the case that the ink shows. A word whose
ink does not come apart into its letters, or is between the two, stays as it was read.
"""

from collections.abc import Iterable
from dataclasses import replace
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box, Word
from chalicelib.imaging.strokes import strokes_of

Grey = npt.NDArray[np.uint8]

_ALIKE = frozenset("copsuvxz")
_FLAT = frozenset("acemnorsuvxz")
"""Letters as high as an x; only where they bear no mark is their height known."""
_TALL = frozenset("bdhkl")
_CAPITAL, _SMALL = 1.22, 1.12
_LEAST_HEIGHT = 12

Piece = tuple[int, int]
"""Top and bottom of one letter's largest stroke, in pixels."""


def with_true_initials(picture: Grey, words: Iterable[Word]) -> list[Word]:
    """The words of `picture` with their first letters as high as they are drawn."""
    return [_settled(picture, w) if _is_open(w.text) else w for w in words]


def _is_open(text: str) -> bool:
    core = text.strip(".,;:()'\"")
    return len(core) > 2 and core[1:].islower() and core.isalpha() and core[0].lower() in _ALIKE


def _settled(picture: Grey, word: Word) -> Word:
    core = word.text.strip(".,;:()'\"")
    pieces = _pieces(picture, word.box)
    small = _is_small(core, pieces) if pieces else None
    if small is None or small == core[0].islower():
        return word
    changed = (core[0].lower() if small else core[0].upper()) + core[1:]
    return replace(word, text=word.text.replace(core, changed, 1))


def _is_small(core: str, pieces: list[Piece]) -> bool | None:
    """None where the ink does not tell."""
    top, foot = pieces[0]
    if (
        core[:2].lower() == "ph"
    ):  # an h stands beside it, even if two letters after that stick together
        return _hangs(foot, pieces[1][1], foot - top) if len(pieces) >= len(core) - 1 else None
    if core[0].lower() == "p" or len(pieces) < len(core):
        return None
    rest = [(c, low - high) for c, (high, low) in zip(core[1:], pieces[1:], strict=False)]
    flat = [tall for c, tall in rest if c in _FLAT]
    if not flat or not _fits(rest, even := float(median(flat))):
        return None
    ratio = (foot - top) / even
    return False if ratio > _CAPITAL else True if ratio < _SMALL else None


def _fits(rest: list[tuple[str, int]], even: float) -> bool:
    """Are the pieces as high as their letters should be? Letters that stick together are not."""
    return all(
        0.8 * even <= tall <= 1.2 * even if c in _FLAT else tall > 1.15 * even
        for c, tall in rest
        if c in _FLAT or c in _TALL
    )


def _hangs(foot: int, line: int, height: int) -> bool | None:
    """Does the letter's foot hang below the line?"""
    gap = (foot - line) / height
    return True if gap > 0.15 else False if gap < 0.06 else None


def _pieces(picture: Grey, box: Box) -> list[Piece]:
    """The letters from the left; strokes above one another are one letter, its largest counts."""
    x, y, wide, high = box
    crop = picture[max(0, y - 2) : y + high + 2, max(0, x - 2) : x + wide + 2]
    if high < _LEAST_HEIGHT or crop.size == 0:
        return []
    ink = cv2.threshold(crop, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]
    stats = strokes_of(ink)[1][1:]
    strokes = sorted((s for s in stats.tolist() if s[4] > 6), key=lambda s: s[0])
    letters: list[list[int]] = []
    for stroke in strokes:
        left, _, width, _, area = stroke
        before = letters[-1] if letters else None
        if before and left + width / 2 < before[0] + before[2]:
            if area > before[4]:
                letters[-1] = stroke
        else:
            letters.append(stroke)
    pieces = [(top, top + tall) for _, top, _, tall, _ in letters]
    tallest = max((low - top for top, low in pieces), default=0)
    line = median([low for _, low in pieces]) if pieces else 0
    # Marks end above the line; dots of a leader and a comma are low.
    pieces = [(top, low) for top, low in pieces if low > line - 0.3 * tallest]
    return [(top, low) for top, low in pieces if low - top >= 0.4 * tallest]
