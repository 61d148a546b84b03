"""Reading print: pictures in, words with confidences out. The only module that knows the engine.

Tesseract runs in process through tesserocr; where that is not installed, as a child process
through pytesseract (slower, and without crops' speed). Vietnamese data lie in `tessdata/` beside
this file. Refuses: a missing engine or language (`EngineGaveNothing`), a page that takes too long.
"""

import functools
import importlib.util
import threading
import unicodedata
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.dossier.paper import Word
from chalicelib.errors import EngineGaveNothing, ReadingTookTooLong
from chalicelib.imaging.ink import is_bare
from chalicelib.ocr.initials import with_true_initials
from chalicelib.ocr.words import words_of

Grey = npt.NDArray[np.uint8]
Engine = Literal["tesserocr", "pytesseract"]

TESSDATA = Path(__file__).parent / "tessdata"
LANGUAGE = "vie"
SECONDS_PER_PAGE = 30
_BLOCK, _ONE_LINE = 6, 7
_LEAST_ROW = 22
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


def reread(
    crop: Grey, lines: int = 1, engine: Engine | None = None, *, as_it_stands: bool = False
) -> tuple[str, float]:
    """The text of a cut-out of so many lines, read alone at the height the engine likes, or at its own.

    The confidence is that of the least sure word; ("", 0) if nothing was seen. Errors as `words`.
    """
    if is_bare(crop):
        return "", 0.0
    layout = _ONE_LINE if lines == 1 else _BLOCK
    height = crop.shape[0] if as_it_stands and crop.shape[0] >= _LEAST_ROW else 48 * lines
    scaled = _at_best_height(crop, height)
    table = _READERS[engine or installed_engine()](scaled, layout)
    found = with_true_initials(scaled, words_of(unicodedata.normalize("NFC", table), page=0))
    if not found:
        return "", 0.0
    return " ".join(w.text for w in found), min(w.confidence for w in found)


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
