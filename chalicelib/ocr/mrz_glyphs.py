"""Single characters of machine-readable rows: patches of a strip in, log-probabilities out.

The net is our own: three convolutions, trained by `training/mrz/train.py` on random characters
drawn in OCR-B (and, for one strip in five, other fixed-width type).
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chalicelib.ocr import small_nets

Grey = npt.NDArray[np.uint8]
Scores = npt.NDArray[np.float32]

HIGH, WIDE = 32, 24
"""Size of a patch in pixels of a strip."""
_NET = Path(__file__).parent / "mrz.onnx"


def standardised(patches: npt.NDArray[Any]) -> Scores:
    """(n, HIGH, WIDE) grey levels to (n, 1, HIGH, WIDE) of mean 0 and spread 1, empty ones flat."""
    values = patches.astype(np.float32)
    values -= values.mean(axis=(1, 2), keepdims=True)
    values /= values.std(axis=(1, 2), keepdims=True) + 6.0
    return values[:, None]


def score_patches(patches: Grey) -> Scores:
    """(n, 38) log-probabilities: the characters of `td1.ALPHABET`, last "no character here"."""
    raw = small_nets.answer(_NET, standardised(patches))
    raw -= raw.max(axis=1, keepdims=True)
    logs: Scores = raw - np.log(np.exp(raw).sum(axis=1, keepdims=True))
    return logs
