"""Our own reader of one line of a value: a picture in; its text, letter by letter with probabilities, out.

The net (`reader.onnx`, made by `training/reader`, see docs/reader.md) runs in OpenCV. What it must be is written
in `reader.json`: SHA-256 of the weights and the letters they know. Without the weights nothing is read here and
`is_here()` says so: the system goes on with Tesseract alone. Refuses weights that are not those named
(`WeightsAreNotOurs`): letters read by a stranger's net must not enter a dossier.
"""

import hashlib
import json
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.errors import WeightsAreNotOurs
from chalicelib.ocr.decoding import LETTERS, NOTHING, LineRead, Odds, Weigh, beam, spelled, written

Grey = npt.NDArray[np.uint8]
Fits = Callable[[str], bool]

HERE = Path(__file__).parent
HIGH = 40
"""Pixels a line is scaled to."""
FRAME = 4
"""Pixels of a strip's width for each row of probabilities."""
_LEAST_WIDE, _MOST_WIDE = 16, 1600
_LEAST_CONTRAST = 30
_WORTH = 0.1  # a text that fits is taken if it is at least this likely beside the likeliest
_kept = threading.local()


def is_here(folder: Path = HERE) -> bool:
    """Are the weights installed?"""
    return (folder / "reader.onnx").exists()


def read(
    crop: Grey, fits: Fits | None = None, weigh: Weigh | None = None, folder: Path = HERE
) -> LineRead:
    """The text of a cut-out of one line, (height, width) grey, dark on light.

    `weigh` says what a word is worth, `fits` whether a text is sound for its field: see `chosen`.

    Raises:
        WeightsAreNotOurs: the file is not the one that `reader.json` names.
        FileNotFoundError: no weights (`is_here`).
    """
    if crop.size == 0 or np.ptp(crop) < _LEAST_CONTRAST:
        return NOTHING
    return chosen(odds_of(strip_of(crop), folder), fits, weigh)


def chosen(odds: Odds, fits: Fits | None = None, weigh: Weigh | None = None) -> LineRead:
    """The likeliest text, its words weighed if told how; of texts about equally likely a sound one."""
    best = spelled(odds)
    if weigh is None and (fits is None or fits(best.text)):
        return best
    texts = beam(odds, weigh) if weigh else beam(odds)
    if weigh:
        best = written(odds, texts[0][0])
    if fits is None or fits(best.text):
        return best
    sound = (text for text, share in texts if share >= _WORTH and fits(text))
    return written(odds, text) if (text := next(sound, "")) else best


def strip_of(crop: Grey) -> Grey:
    """The crop `HIGH` pixels high, ink bright on black, contrast stretched; (HIGH, width) uint8."""
    height, width = crop.shape
    wide = min(max(round(width * HIGH / max(height, 1)), _LEAST_WIDE), _MOST_WIDE)
    kind = cv2.INTER_AREA if height > HIGH else cv2.INTER_CUBIC
    scaled = cv2.resize(crop, (wide, HIGH), interpolation=kind)
    dark, paper = np.percentile(scaled, (1, 85))
    scale = 255.0 / max(float(paper - dark), 40.0)
    ink: Grey = np.clip((paper - scaled.astype(np.float32)) * scale, 0, 255).astype(np.uint8)
    return ink


def odds_of(strip: Grey, folder: Path = HERE) -> Odds:
    """(frames, 1 + letters) probabilities of a strip; padded with paper to a width that 16 divides."""
    wide = -(-strip.shape[1] // 16) * 16
    pixels = np.zeros((1, 1, HIGH, wide), np.float32)
    pixels[0, 0, :, : strip.shape[1]] = strip.astype(np.float32) / 255
    net = _net(folder)
    net.setInput(pixels)
    odds: Odds = np.asarray(net.forward(), np.float32)[0]
    return odds


def _net(folder: Path) -> Any:
    """This thread's net: OpenCV's nets are not to be shared between threads."""
    nets: dict[Path, Any] = _kept.__dict__.setdefault("nets", {})
    if folder not in nets:
        nets[folder] = cv2.dnn.readNetFromONNX(np.frombuffer(_weights(folder), np.uint8))
    return nets[folder]


@cache
def _weights(folder: Path) -> bytes:
    """The bytes of the weights, after their hash and letters were compared."""
    weights = (folder / "reader.onnx").read_bytes()
    about = json.loads((folder / "reader.json").read_text("utf-8"))
    if hashlib.sha256(weights).hexdigest() != about["sha256"]:
        raise WeightsAreNotOurs("reader.onnx is not the file that reader.json names")
    if about["letters"] != LETTERS:
        raise WeightsAreNotOurs("reader.onnx was trained on other letters")
    return weights
