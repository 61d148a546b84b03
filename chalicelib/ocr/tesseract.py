"""Reading print: pictures in, words with confidences out. The only module that knows the engine.

Tesseract runs in process through tesserocr; where that is not installed, as a child process
through pytesseract (slower, and without crops' speed). Vietnamese data lie in `tessdata/` beside
this file. Refuses: a missing engine or language (`EngineGaveNothing`), a page that takes too long.
"""

import functools
import importlib.util
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Box, Word
from chalicelib.errors import EngineGaveNothing, ReadingTookTooLong
from chalicelib.ocr.initials import with_true_initials
from chalicelib.ocr.words import in_order, moved, words_of

Grey = npt.NDArray[np.uint8]
Engine = Literal["tesserocr", "pytesseract"]

TESSDATA = Path(__file__).parent / "tessdata"
LANGUAGE = "vie"
SECONDS_PER_PAGE = 30
_BLOCK, _ONE_LINE = 6, 7
_LEAST_CONTRAST = 30
_SMALL = 26
_LINES_OF_LETTERS = 2.6
_LEAST_ROW = 22
_SURE, _ENOUGH = 0.85, 30
# Sauvola inside the engine: read best on photographs of all three methods it has.
# No second try at faint lines as white on black: forms have none.
_SETTINGS = {"thresholding_method": "2", "tessedit_do_invert": "0"}
_kept = threading.local()


def words(picture: Grey, page: int, engine: Engine | None = None) -> list[Word]:
    """All words of a cleaned page, lines numbered from the top; `page` is written into each.

    Raises:
        EngineGaveNothing: engine or language data missing.
        ReadingTookTooLong: more than `SECONDS_PER_PAGE`.
    """
    table = _READERS[engine or installed_engine()](picture, _BLOCK)
    return with_true_initials(picture, words_of(unicodedata.normalize("NFC", table), page))


def words_apart(
    picture: Grey, found: Sequence[Word], parts: Sequence[Box], letter: int
) -> list[Word]:
    """The page's words `found`, those inside `parts` replaced by a reading of each part alone.

    The parts' words stand where the first part begins.
    `letter` is the height of the parts' print in pixels: small print is enlarged. Errors as `words`.
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
    """The page's words, those of each row of table cells read cell by cell, first lines level."""
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
            for w in in_order([_part(picture, _inside(cell), found[0].page, _SMALL)]):
                lines.setdefault(w.line, []).append(replace(w, line=0))
        kept += [(row[0][1] + n, words) for n, words in sorted(lines.items())]
    for _, line in groupby(rest, key=lambda w: w.line):
        words = list(line)
        kept.append((median(w.box[1] + w.box[3] / 2 for w in words), words))
    return in_order([words for _, words in sorted(kept, key=lambda k: k[0])])


def _inside(cell: Box) -> Box:
    x, y, wide, high = cell
    return x + 1, y + 1, wide - 2, high - 2


def _part(picture: Grey, part: Box, page: int, letter: int) -> list[Word]:
    x, y, wide, high = (max(0, n) for n in part)
    crop = picture[y : y + high, x : x + wide]
    if crop.size == 0 or np.ptp(crop) < _LEAST_CONTRAST:
        return []
    scale = 2.0 if letter < _SMALL else 1.0
    larger: Grey = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    framed: Grey = cv2.copyMakeBorder(larger, 8, 8, 8, 8, cv2.BORDER_CONSTANT, value=255)
    return moved(words(framed, page), x - round(8 / scale), y - round(8 / scale), scale)


def _is_inside(box: Box, part: Box) -> bool:
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return part[0] <= x <= part[0] + part[2] and part[1] <= y <= part[1] + part[3]


def reread(
    crop: Grey, lines: int = 1, engine: Engine | None = None, *, as_it_stands: bool = False
) -> tuple[str, float]:
    """The text of a cut-out of so many lines, read alone at the height the engine likes, or at its own.

    The confidence is that of the least sure word; ("", 0) if nothing was seen. Errors as `words`.
    """
    if crop.size == 0 or np.ptp(crop) < _LEAST_CONTRAST:
        return "", 0.0  # on bare paper the engine dreams
    layout = _ONE_LINE if lines == 1 else _BLOCK
    height = crop.shape[0] if as_it_stands and crop.shape[0] >= _LEAST_ROW else 48 * lines
    scaled = _at_best_height(crop, height)
    table = _READERS[engine or installed_engine()](scaled, layout)
    found = with_true_initials(scaled, words_of(unicodedata.normalize("NFC", table), page=0))
    if not found:
        return "", 0.0
    return " ".join(w.text for w in found), min(w.confidence for w in found)


def which_way_up(page: Grey, engine: Engine | None = None) -> int:
    """0 if the page is upright, 2 if it stands on its head: the way that reads more surely.

    Errors as `words`.
    """
    part = _densest_band(page)
    upright = words(part, 0, engine)
    if _reads_well(upright):
        return 0  # print on its head never does
    turned = words(part[::-1, ::-1], 0, engine)
    return 0 if _sureness(upright) >= _sureness(turned) else 2


def _densest_band(page: Grey, rows: int = 320) -> Grey:
    """The stretch of the page with the most print."""
    ink = (page < np.median(page) - 40).sum(axis=1, dtype=np.float64)
    start = int(np.argmax(np.convolve(ink, np.ones(rows), "valid"))) if len(ink) > rows else 0
    return page[start : start + rows]


def _reads_well(found: list[Word]) -> bool:
    """Three letters in four in words read for sure, and enough of them?"""
    sizes = [(len(w.text), w.confidence) for w in found if w.text.isalnum()]
    sure = sum(n for n, confidence in sizes if n > 1 and confidence >= _SURE)
    return sure >= max(_ENOUGH, 0.75 * sum(n for n, _ in sizes))


def _sureness(found: list[Word]) -> float:
    return sum(len(w.text) * (w.confidence - 0.5) for w in found if w.text.isalnum())


@functools.cache
def installed_engine() -> Engine:
    """The faster of the bindings that are installed."""
    return "tesserocr" if importlib.util.find_spec("tesserocr") else "pytesseract"


def _at_best_height(crop: Grey, height: int, margin: int = 8) -> Grey:
    scale = height / max(crop.shape[0], 1)
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=kind)
    framed: Grey = cv2.copyMakeBorder(
        scaled, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=255
    )
    return framed


def _read_in_process(picture: Grey, layout: int) -> str:
    api = _api()
    height, width = picture.shape
    api.SetPageSegMode(layout)
    api.SetImageBytes(np.ascontiguousarray(picture).tobytes(), width, height, 1, width)
    api.SetSourceResolution(200)
    try:
        if not api.Recognize(SECONDS_PER_PAGE * 1000):
            raise ReadingTookTooLong
        return str(api.GetTSVText(0))
    finally:
        api.Clear()


def _api() -> Any:
    """This thread's engine, loaded once (0.1 s)."""
    if not hasattr(_kept, "api"):
        import tesserocr

        try:
            api = tesserocr.PyTessBaseAPI(
                path=str(TESSDATA), lang=LANGUAGE, oem=tesserocr.OEM.LSTM_ONLY
            )
        except RuntimeError as e:
            raise EngineGaveNothing(f"language data “{LANGUAGE}” not found") from e
        for name, value in _SETTINGS.items():
            api.SetVariable(name, value)
        _kept.api = api
    return _kept.api


def _read_in_child(picture: Grey, layout: int) -> str:
    import pytesseract
    from PIL import Image

    settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    try:
        return str(
            pytesseract.image_to_data(
                Image.fromarray(picture),
                lang=LANGUAGE,
                config=f"--tessdata-dir {TESSDATA} --oem 1 --psm {layout} {settings}",
                timeout=SECONDS_PER_PAGE,
            )
        )
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError) as e:
        raise EngineGaveNothing("Tesseract or its language data is missing") from e
    except RuntimeError as e:
        raise ReadingTookTooLong from e


_READERS = {"tesserocr": _read_in_process, "pytesseract": _read_in_child}
