"""Our own reader: what it does with crops, and with weights that are missing or not ours."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from chalicelib.errors import Broken, WeightsAreNotOurs
from chalicelib.ocr import recogniser
from chalicelib.ocr.recogniser import LETTERS, strip_of


def test_a_strip_is_bright_ink_on_black_at_one_height() -> None:
    crop = np.full((61, 200), 200, np.uint8)
    crop[20:40, 50:60] = 40
    strip = strip_of(crop)
    assert strip.shape == (recogniser.HIGH, round(200 * recogniser.HIGH / 61))
    assert strip[:, :25].max() < 20
    assert strip[20, 36] > 230


def test_bare_paper_is_not_read(tmp_path: Path) -> None:
    bare = np.full((40, 200), 230, np.uint8)
    assert recogniser.read(bare, folder=tmp_path) == recogniser.NOTHING
    assert recogniser.read(bare[:0], folder=tmp_path) == recogniser.NOTHING


def installed(folder: Path, weights: bytes, **about: str) -> Path:
    (folder / "reader.onnx").write_bytes(weights)
    whole = {"sha256": hashlib.sha256(weights).hexdigest(), "letters": LETTERS} | about
    (folder / "reader.json").write_text(json.dumps(whole), encoding="utf-8")
    return folder


def test_weights_with_another_hash_are_refused(tmp_path: Path) -> None:
    folder = installed(tmp_path, b"somebody else's net", sha256="0" * 64)
    with pytest.raises(WeightsAreNotOurs) as refused:
        recogniser.odds_of(np.zeros((recogniser.HIGH, 64), np.uint8), folder)
    assert isinstance(refused.value, Broken)


def test_weights_for_other_letters_are_refused(tmp_path: Path) -> None:
    folder = installed(tmp_path, b"an older net", letters=LETTERS[::-1])
    with pytest.raises(WeightsAreNotOurs):
        recogniser.odds_of(np.zeros((recogniser.HIGH, 64), np.uint8), folder)


def test_missing_weights_are_told(tmp_path: Path) -> None:
    assert not recogniser.is_here(tmp_path)
    assert recogniser.is_here(installed(tmp_path, b"anything"))
