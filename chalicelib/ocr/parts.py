"""Parts of a page read alone: a picture, its words and boxes in; the words, those of the parts read anew, out.

Where one cell of a table's row holds two lines and its neighbour one between them, or two columns stand close together,
a page read line by line is read wrongly. Refuses what the first look refuses.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box, Word
from chalicelib.imaging.ink import is_bare
from chalicelib.ocr.first_look import words
from chalicelib.ocr.words import in_order, moved

Grey = npt.NDArray[np.uint8]

_SMALL = 26
_LINES_OF_LETTERS = 2.6


def words_apart(
    picture: Grey, found: Sequence[Word], parts: Sequence[Box], letter: int
) -> list[Word]:
    """The page's words `found`, those inside `parts` replaced by a reading of each part alone.

    The parts' words stand where the first part begins.
    `letter` is the height of the parts' print in pixels: small print is enlarged. Errors as `first_look.words`.
    """
    page = found[0].page
    outside = [w for w in found if not any(_is_inside(w.box, p) for p in parts)]
    top = parts[0][1]
    above = [w for w in outside if w.box[1] < top]
    below = [w for w in outside if w.box[1] >= top]
    return in_order([above, *(_part(picture, p, page, letter) for p in parts), below])


def words_in_cells(
    picture: Grey, found: Sequence[Word], rows: Sequence[Sequence[Box]]
) -> list[Word]:
    """The page's words, those of each row of table cells read cell by cell, first lines level.

    Of a label the last line is level with them: its value, in the next cell, comes after all of it.
    """
    if not found or not rows:
        return list(found)
    letter = round(median(w.box[3] for w in found))
    kept: list[tuple[float, list[Word]]] = []
    rest = list(found)
    for row in rows:
        if max(cell[3] for cell in row) < _LINES_OF_LETTERS * letter:
            continue  # one line: the page's own reading knows its neighbours
        rest = [w for w in rest if not any(_is_inside(w.box, c) for c in row)]
        lines: dict[int, list[Word]] = {}
        for cell in row:
            inside = in_order([_part(picture, _inside(cell), found[0].page, _SMALL)])
            above = inside[-1].line if _is_label(inside) else 0
            for w in inside:
                lines.setdefault(w.line - above, []).append(replace(w, line=0))
        kept += [(row[0][1] + n, words) for n, words in sorted(lines.items())]
    for _, line in groupby(rest, key=lambda w: w.line):
        words = list(line)
        kept.append((median(w.box[1] + w.box[3] / 2 for w in words), words))
    return in_order([words for _, words in sorted(kept, key=lambda k: k[0])])


def _is_label(cell: Sequence[Word]) -> bool:
    return bool(cell) and cell[-1].text.endswith(":")


def _inside(cell: Box) -> Box:
    x, y, wide, high = cell
    return x + 1, y + 1, wide - 2, high - 2


def _part(picture: Grey, part: Box, page: int, letter: int) -> list[Word]:
    x, y, wide, high = (max(0, n) for n in part)
    crop = picture[y : y + high, x : x + wide]
    if is_bare(crop):
        return []
    scale = 2.0 if letter < _SMALL else 1.0
    larger: Grey = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    framed: Grey = cv2.copyMakeBorder(larger, 8, 8, 8, 8, cv2.BORDER_CONSTANT, value=255)
    return moved(words(framed, page), x - round(8 / scale), y - round(8 / scale), scale)


def _is_inside(box: Box, part: Box) -> bool:
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return part[0] <= x <= part[0] + part[2] and part[1] <= y <= part[1] + part[3]
