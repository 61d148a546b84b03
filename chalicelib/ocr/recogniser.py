"""Our own reader of one line of a value: a picture in; its text, letter by letter with probabilities, out.

The net (`reader.onnx`, whole numbers, made by `training/reader`, see docs/reader.md) runs in onnxruntime. What it must
be is written in `reader.json`: SHA-256 of the weights and the letters they know. Without the weights, or without
onnxruntime, nothing is read here and `is_here()` says so: the system goes on with Tesseract alone. Refuses weights
that are not those named (`WeightsAreNotOurs`): letters read by a stranger's net must not enter a dossier.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.errors import WeightsAreNotOurs
from chalicelib.imaging.ink import is_bare
from chalicelib.imaging.levels import levels
from chalicelib.ocr.decoding import LETTERS, NOTHING, LineRead, Odds, Weigh, beam, spelled, written

Grey = npt.NDArray[np.uint8]
Fits = Callable[[str], bool]

HERE = Path(__file__).parent
HIGH = 40
"""Pixels a line is scaled to."""
FRAME = 4
"""Pixels of a strip's width for each row of probabilities."""
_LEAST_WIDE, _MOST_WIDE = 16, 3200  # a line of 110 letters is about 2,400 wide
_WORTH = 0.1  # a text that fits is taken if it is at least this likely beside the likeliest
_UNFOLLOWED = 0.15  # what texts that no beam followed are worth, beside one that was
_LEVELS = np.arange(256.0)
_KEPT = 128  # lines
_ONE_THREAD = 1  # pages are read side by side: a second thread would take another's core


def is_here(folder: Path = HERE) -> bool:
    """Are the weights installed, and what runs them?"""
    return (folder / "reader.onnx").exists() and runs()


def read(
    crop: Grey, fits: Fits | None = None, weigh: Weigh | None = None, folder: Path = HERE
) -> LineRead:
    """The text of a cut-out of one line, (height, width) grey, dark on light.

    `weigh` says what a word is worth, `fits` whether a text is sound for its field: see `chosen`.

    Raises:
        WeightsAreNotOurs: the file is not the one that `reader.json` names.
        FileNotFoundError: no weights (`is_here`).
    """
    if is_bare(crop):
        return NOTHING
    return chosen(odds_of(strip_of(crop), folder), fits, weigh)


def chosen(odds: Odds, fits: Fits | None = None, weigh: Weigh | None = None) -> LineRead:
    """The likeliest text, its words weighed if told how; of texts about equally likely a sound one."""
    texts = beam(odds, weigh) if weigh else []
    best = _weighed(odds, texts[0][0], texts) if weigh else spelled(odds)
    if fits is None or fits(best.text):
        return best
    sound = (t for t, share in texts or beam(odds) if share >= _WORTH and fits(t))
    text = next(sound, "")
    if not text:
        return best
    return _weighed(odds, text, texts) if weigh else written(odds, text)


def _weighed(odds: Odds, text: str, texts: list[tuple[str, float]]) -> LineRead:
    """As likely as it is among the texts that were followed, their words weighed, and all that were not."""
    line = written(odds, text)
    if not line.likely:
        return line
    mine = next(share for t, share in texts if t == text)
    rest = _UNFOLLOWED * (1 - line.likely) / line.likely
    return replace(line, likely=1 / (sum(share for _, share in texts) / mine + rest))


def strip_of(crop: Grey) -> Grey:
    """The crop `HIGH` pixels high, ink bright on black, contrast stretched; (HIGH, width) uint8."""
    height, width = crop.shape
    wide = min(max(round(width * HIGH / max(height, 1)), _LEAST_WIDE), _MOST_WIDE)
    kind = cv2.INTER_AREA if height > HIGH else cv2.INTER_CUBIC
    scaled = cv2.resize(crop, (wide, HIGH), interpolation=kind)
    dark, paper = levels(scaled, 1, 85)
    stretched = np.clip((paper - _LEVELS) * (255.0 / max(paper - dark, 40.0)), 0, 255)
    ink: Grey = cv2.LUT(scaled, stretched.astype(np.uint8))
    return ink


def odds_of(strip: Grey, folder: Path = HERE) -> Odds:
    """(frames, 1 + letters) probabilities of a strip, to look at only."""
    return _odds_of(strip.tobytes(), strip.shape[1], folder, os.getpid())


@lru_cache(_KEPT)
def _odds_of(pixels: bytes, wide: int, folder: Path, process: int) -> Odds:
    """The same, remembered for a page or two: lines of cells, and of bands that told the way up, come again."""
    strip = np.frombuffer(pixels, np.uint8).reshape(HIGH, wide)
    odds: Odds = _session(folder, process).run(None, {"strip": pixels_of(strip)})[0][0]
    odds.flags.writeable = False
    return odds


def pixels_of(strip: Grey) -> npt.NDArray[np.float32]:
    """What the net gets: ink 0 to 1, padded with paper to a width that 16 divides."""
    wide = -(-strip.shape[1] // 16) * 16
    pixels = np.zeros((1, 1, HIGH, wide), np.float32)
    pixels[0, 0, :, : strip.shape[1]] = strip.astype(np.float32) / 255
    return pixels


@cache
def runs() -> bool:
    """Is onnxruntime installed?"""
    return find_spec("onnxruntime") is not None


@cache
def _session(folder: Path, process: int) -> Any:
    """The net, loaded when first asked for; threads share it, a forked process loads its own."""
    return session(_weights(folder))


def session(net: bytes) -> Any:
    """What runs a net (ONNX) on one thread; only where `runs()`."""
    import onnxruntime  # here, not above: whoever never reads need not have it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = _ONE_THREAD
    options.enable_mem_pattern = False  # lines are of all widths: no plan of one serves the next
    return onnxruntime.InferenceSession(net, options, providers=["CPUExecutionProvider"])


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
