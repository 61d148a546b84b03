"""Our own reader of one line of a value: a picture in; its text, letter by letter with probabilities, out.

The net (`reader.onnx`, made by `training/reader`, see docs/reader.md) runs in OpenCV. What it must be is written
in `reader.json`: SHA-256 of the weights and the letters they know. Without the weights nothing is read here and
`is_here()` says so: the system goes on with Tesseract alone. Refuses weights that are not those named
(`WeightsAreNotOurs`): letters read by a stranger's net must not enter a dossier.
"""

import hashlib
import json
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from chalicelib.errors import WeightsAreNotOurs

Grey = npt.NDArray[np.uint8]
Odds = npt.NDArray[np.float32]
Fits = Callable[[str], bool]

HERE = Path(__file__).parent
HIGH = 40
"""Pixels a line is scaled to."""
FRAME = 4
"""Pixels of a strip's width for each row of probabilities."""
_LEAST_WIDE, _MOST_WIDE = 16, 1600
_LEAST_CONTRAST = 30
_MARKS = ".,:;/-()'\"+&@%?!*_#"
_LIKELY = 0.01  # letters less likely than this at a place are not followed
_BEAM = 8
_WIDE = 9  # frames without a letter that part two words: most of a line's height
_WORTH = 0.1  # a text that fits is taken if it is at least this likely beside the likeliest
_kept = threading.local()


def _letters() -> str:
    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    vowels = (unicodedata.normalize("NFC", v + t) for v in "aăâeêioôơuưy" for t in tones)
    small = sorted({*vowels, *"abcdefghijklmnopqrstuvwxyzđ"})
    return " 0123456789" + "".join(small) + "".join(c.upper() for c in small) + _MARKS


LETTERS = _letters()
"""What the net can write, in the order of its classes; class 0 is CTC's blank."""


@dataclass(frozen=True, slots=True)
class LineRead:
    """`letters`: the probability of each letter that was written; `likely`: that of the whole line."""

    text: str
    letters: tuple[float, ...]
    likely: float

    @property
    def sure(self) -> float:
        """The probability of one of its words, on the average: as other engines tell theirs."""
        return float(self.likely ** (1 / max(1, len(self.text.split()))))


NOTHING = LineRead("", (), 0.0)


def is_here(folder: Path = HERE) -> bool:
    """Are the weights installed?"""
    return (folder / "reader.onnx").exists()


def read(crop: Grey, fits: Fits | None = None, folder: Path = HERE) -> LineRead:
    """The text of a cut-out of one line, (height, width) grey, dark on light.

    `fits` says whether a text is sound for its field: of texts about equally likely the sound one is taken.

    Raises:
        WeightsAreNotOurs: the file is not the one that `reader.json` names.
        FileNotFoundError: no weights (`is_here`).
    """
    if crop.size == 0 or np.ptp(crop) < _LEAST_CONTRAST:
        return NOTHING
    odds = odds_of(strip_of(crop), folder)
    best = spelled(odds)
    if fits is None or not best.text or fits(best.text):
        return best
    for text, share in beam(odds):
        if share >= _WORTH and fits(text):
            return LineRead(text, best.letters, best.likely * share)
    return best


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


def spelled(odds: Odds) -> LineRead:
    """The likeliest letter of every frame; repeats and blanks are one letter and none, wide gaps a space."""
    best, sure = odds.argmax(axis=1).tolist(), odds.max(axis=1).tolist()
    found: list[tuple[str, float, int]] = []  # letter, probability, frames since the one before
    last, seen = 0, 0
    for frame, (letter, probability) in enumerate(zip(best, sure, strict=True)):
        if letter and letter != last:
            found.append((LETTERS[letter - 1], probability, frame - seen if found else 0))
        elif letter:
            found[-1] = (found[-1][0], max(found[-1][1], probability), found[-1][2])
        seen = frame if letter else seen
        last = letter
    while found and found[0][0] == " ":
        found = found[1:]
    while found and found[-1][0] == " ":
        found = found[:-1]
    written = "".join(letter for letter, _, _ in found)
    text = "".join(" " * (gap > _WIDE) + letter for letter, _, gap in found)
    text = " ".join(text.split())
    return LineRead(text, tuple(p for _, p, _ in found), likelihood(odds, written))


def likelihood(odds: Odds, text: str) -> float:
    """The probability of this text: that of all ways to write it over the frames, CTC's forward sum."""
    if not text:
        return 0.0
    states = np.zeros(2 * len(text) + 1, np.intp)
    states[1::2] = [LETTERS.index(letter) + 1 for letter in text]
    skips = np.zeros(len(states), bool)  # from a letter straight to the next, if it is another one
    skips[3::2] = states[3::2] != states[1:-2:2]
    here = np.maximum(odds[:, states], 1e-9).astype(np.float64)
    ways = np.zeros(len(states))
    ways[:2] = here[0, :2]
    total = 0.0
    for row in here[1:]:
        moved = ways.copy()
        moved[1:] += ways[:-1]
        moved[2:] += np.where(skips[2:], ways[:-2], 0.0)
        ways = moved * row
        scale = ways.max()
        total += log(scale)
        ways /= scale
    return min(exp(total + log(ways[-2:].sum() + 1e-300)), 1.0)


def beam(odds: Odds) -> list[tuple[str, float]]:
    """The likeliest texts, likeliest first, each with its probability beside the likeliest's."""
    # text -> (log probability ending in a blank, ending in its last letter)
    texts: dict[str, tuple[float, float]] = {"": (0.0, -1e9)}
    for row in odds:
        likely = [(int(c), log(float(row[c]))) for c in np.flatnonzero(row > _LIKELY)]
        found: dict[str, tuple[float, float]] = {}
        for text, ends in texts.items():
            for letter, chance in likely:
                _grow(found, text, ends, letter, chance)
        best = sorted(found.items(), key=lambda t: -np.logaddexp(*t[1]))[:_BEAM]
        texts = dict(best)
    whole = [(text.strip(), float(np.logaddexp(*ends))) for text, ends in texts.items()]
    top = max(chance for _, chance in whole)
    return [(text, exp(chance - top)) for text, chance in sorted(whole, key=lambda t: -t[1])]


def _grow(
    found: dict[str, tuple[float, float]],
    text: str,
    ends: tuple[float, float],
    letter: int,
    chance: float,
) -> None:
    """Put what `text` becomes when the next frame says `letter` into `found`."""
    either = float(np.logaddexp(*ends))
    if letter == 0:
        _add(found, text, either + chance, -1e9)
        return
    written = LETTERS[letter - 1]
    if text.endswith(written):  # the same letter goes on, or comes again after a blank
        _add(found, text, -1e9, ends[1] + chance)
        _add(found, text + written, -1e9, ends[0] + chance)
    else:
        _add(found, text + written, -1e9, either + chance)


def _add(found: dict[str, tuple[float, float]], text: str, blank: float, letter: float) -> None:
    old = found.get(text, (-1e9, -1e9))
    found[text] = (float(np.logaddexp(old[0], blank)), float(np.logaddexp(old[1], letter)))


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
