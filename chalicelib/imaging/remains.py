"""Ink that nobody read: a page, a place on it and what is known of it in; yes or no out.

A reader may drop a short line: where room for one is left below a value `is_ink_left` tells whether anything stands
there. Most rooms are bare, and a look at one reads the feet and hats of the lines above and below. The same is true of
lines that were left blank: with `no_letters` above its leader, or the dashes that strike it out, nobody need read it.
Cleaning may take a dot below a letter for a leader's: `was_cleaned` tells where it took anything; elsewhere an
uncleaned page shows no more than was read. Refuses nothing.
"""

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box
from chalicelib.imaging.levels import levels
from chalicelib.imaging.lines import INK
from chalicelib.imaging.strokes import boxes_of

Grey = npt.NDArray[np.uint8]

_LETTER = 0.35  # of the height of a line with room, or of words: what is lower is a mark or dust
_BARE, _DARK = 250, 0.72  # grey of cleaned paper; of a page's paper: what is darker is ink
_GRAIN = 2  # pixels of dust in a line's place: no dot is as small
_FAINT = 225  # grey on cleaned paper that pens may leave on a copy
_APART = 2  # pixels that ink may reach further than it shows
_REACHES_IN = 0.25  # share of a word's box up to which it stands elsewhere
_EDGE = 2  # pixels by which ink may reach out of the box of its word


def is_ink_left(clean: Grey, place: Box, read: Iterable[Box]) -> bool:
    """Does a stroke as high as a letter stand in this place of a page (grey on 255), outside of all boxes `read`?"""
    return _height(_unread(clean, INK, place, read)) >= _LETTER * place[3]


def no_letters(clean: Grey, dotted: Grey, place: Box, read: Iterable[Box], letter: float) -> bool:
    """Is nothing in this place of a page, cleaned or not, nearly as high as letters are? Dots and dashes are not.

    `letter`: the usual height of the page's words. What reaches in a little from boxes `read` doesn't count, as a
    label's colon or feet of the line above; words that stand there do, for they may be misread, or misplaced.
    """
    cut = _cut(dotted, place)
    if not cut.size:
        return True
    read = [b for b in read if _share_in(b, place) < _REACHES_IN]
    (paper,) = levels(cut, 85)
    left, whole = _unread(clean, _FAINT, place, read), _unread(dotted, _DARK * paper, place, read)
    if left.any():  # a pen's lines fall to pieces on a copy: those that lie close are one
        left = cv2.dilate(left, np.ones((2 * _APART + 1,) * 2, np.uint8))
    highest = max(_height(left) - 2 * _APART, _height(whole))
    return highest < _LETTER * letter


def _cut(page: Grey, place: Box) -> Grey:
    """As much of the place as lies on the page."""
    x, y, wide, high = place
    return page[max(0, y) : y + high, max(0, x) : x + wide]


def _share_in(box: Box, place: Box) -> float:
    """The share of a box that lies in a place."""
    sides = [
        max(0, min(box[n] + box[n + 2], place[n] + place[n + 2]) - max(box[n], place[n])) / max(box[n + 2], 1)
        for n in (0, 1)
    ]  # fmt: skip
    return sides[0] * sides[1]


def _unread(page: Grey, dark: float, place: Box, read: Iterable[Box]) -> Grey:
    """Map of what is darker than that in a place, outside of all boxes."""
    start, first = max(0, place[0]), max(0, place[1])
    ink = (_cut(page, place) < dark).astype(np.uint8)
    for left, top, broad, tall in read:
        across = slice(max(0, left - _EDGE - start), max(0, left + broad + _EDGE - start))
        down = slice(max(0, top - _EDGE - first), max(0, top + tall + _EDGE - first))
        ink[down, across] = 0
    return ink


def _height(ink: Grey) -> int:
    """Of the highest stroke."""
    return int(boxes_of(ink)[:, 3].max(initial=0)) if ink.any() else 0


def was_cleaned(clean: Grey, dotted: Grey) -> bool:
    """Was ink taken away? A place cut out of the cleaned page, and out of the page as people see it."""
    if not dotted.size:
        return False
    (paper,) = levels(dotted, 85)
    taken = (clean >= _BARE) & (dotted < _DARK * paper)
    return int(np.count_nonzero(taken)) > _GRAIN
