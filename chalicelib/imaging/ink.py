"""Print made plain for the engine: even background, no dotted leaders, no rules.

Dotted leaders are the engine's main enemy: on filled-in forms they cost half of all letters.
"""

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.imaging.leaders import leaders, specks
from chalicelib.imaging.strokes import part_with_ink

Grey = npt.NDArray[np.uint8]


_LEAST_CONTRAST = 30
_PAPER = 240
"""Grey above which a pixel is paper with a little noise."""


def is_bare(crop: Grey) -> bool:
    """Is there nothing but paper, or nothing at all? On bare paper readers dream."""
    return crop.size == 0 or bool(np.ptp(crop) < _LEAST_CONTRAST)


def even_light(grey: Grey) -> Grey:
    """The page divided by its background: paper is 255, shadows and stains of light are gone."""
    small = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    ground = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 21)
    ground = cv2.resize(ground, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    even: Grey = cv2.divide(grey, np.maximum(ground, 1), scale=255)
    return even


def without_leaders(even: Grey) -> Grey:
    """The page with dotted leaders, ruled lines and dust painted over as paper."""
    whole: Grey = cv2.threshold(even, 190, 255, cv2.THRESH_BINARY_INV)[1]
    part = part_with_ink(whole)
    ink, long = whole[part], max(40, even.shape[1] // 25)
    gone = cv2.dilate(_rules(ink, long), np.ones((3, 3), np.uint8)) | leaders(ink)
    gone |= specks(cv2.subtract(ink, gone))
    plain: Grey = cv2.threshold(even, _PAPER, 255, cv2.THRESH_BINARY)[1] | even
    plain[part] |= cv2.threshold(gone, 0, 255, cv2.THRESH_BINARY)[1]
    return plain


def _rules(ink: Grey, long: int) -> Grey:
    """Thin lines so long, level or upright, without the letters that cross them."""
    across, down = (
        cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(size, np.uint8))
        for size in ((1, long), (long, 1))
    )
    rules: Grey = across | down
    if not rules.any():
        return rules
    thick = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    return np.asarray(cv2.subtract(rules, thick), np.uint8)
