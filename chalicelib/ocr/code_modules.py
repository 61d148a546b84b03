"""QR codes too small or too worn for a library: a grey page on which one is known to be in, its text out.

`imaging.code_grid` finds the code and lays a grid through it; a small net of our own (`training/codes`) says of each
module whether it is dark, from what the page shows in and around it; zxing-cpp, given the code drawn anew, corrects
what errors are left and decodes. Its Reed-Solomon code refuses what was read too badly: of a wrong text there is no
more danger than with a code in plain sight. Left out: a code that stays unread.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Word
from chalicelib.imaging import code_grid, codes
from chalicelib.imaging.cleanup import Page
from chalicelib.imaging.code_grid import PER_MODULE, QUIET
from chalicelib.ocr import small_nets

Grey = npt.NDArray[np.uint8]
Levels = npt.NDArray[np.float32]

_NET = Path(__file__).parent / "code_modules.onnx"
_EDGE = 0.25  # of the words' breadth and height: so far from them a card may end
_DRAWN = 4  # pixels of a module that is drawn anew


def read_small_card(page: Page, words: Sequence[Word]) -> list[str]:
    """The text of the code among the words of small cards on a page, in its picture as it came; [] as below."""
    boxes = np.array([w.box for w in words], np.float32)
    low, high = boxes[:, :2].min(axis=0), (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    (left, top), (right, foot) = low - _EDGE * (high - low), high + _EDGE * (high - low)
    corners = np.array([[(left, top), (right, top), (right, foot), (left, foot)]], np.float32)
    there = cv2.perspectiveTransform(corners, np.array(page.back).reshape(3, 3))[0]
    x, y, wide, deep = cv2.boundingRect(there)
    return read_faint_code(page.photo[max(0, y) : y + deep, max(0, x) : x + wide])


def read_faint_code(grey: Grey) -> list[str]:
    """The text of the likeliest QR code of a picture (h, w) that cards about fill; [] if it can't be read."""
    grid = code_grid.find_grid(grey)
    if grid is None:
        return []
    known = code_grid.fixed(grid.size)
    odds = odds_of_dark(code_grid.samples(grey, grid))
    return codes.find_codes(_drawn_anew(np.where(known, known, odds) > 0))


def odds_of_dark(samples: Levels) -> Levels:
    """(size, size) logarithms of the odds that a module is dark, from what `code_grid.samples` gives.

    Those of the modules that the standard fixes mean nothing: they are given, not learned.
    """
    seen = channels(samples).transpose(2, 0, 1)[None]
    told: Levels = small_nets.answer(_NET, seen)[0, 0]
    return told


def channels(samples: Levels) -> Levels:
    """(side, side, PER_MODULE² + 2) what the net sees.

    Samples of mean 0 and spread 1; a first guess by the linear filter that this very code's fixed modules call for;
    those modules themselves.
    """
    known = np.pad(code_grid.fixed(len(samples) - 2 * QUIET), QUIET, constant_values=-1)
    even = (samples - samples.mean()) / (samples.std() + 1)
    guess = _filtered(even, known)
    return np.concatenate((even, guess[..., None], known[..., None]), axis=2).astype(np.float32)


def _filtered(even: Levels, known: Levels) -> Levels:
    """Ridge regression of the fixed modules on their own and their eight neighbours' samples, asked of all others."""
    middle = even[:, :, PER_MODULE**2 // 2]
    around = np.pad(middle, 1, mode="edge")
    side = len(middle)
    near = [around[r : r + side, c : c + side].ravel() for r in range(3) for c in range(3)]
    terms = np.stack([*near, np.ones(side * side)], 1)
    told = terms[known.ravel() != 0]
    pull = np.diag([1.0] * 9 + [1e-6])
    weights = np.linalg.solve(told.T @ told + pull, told.T @ known[known != 0])
    return (terms @ weights).reshape(side, side).astype(np.float32)


def _drawn_anew(dark: npt.NDArray[np.bool_]) -> Grey:
    framed = np.pad(np.where(dark, 0, 255).astype(np.uint8), 4, constant_values=255)
    return np.kron(framed, np.ones((_DRAWN, _DRAWN), np.uint8))
