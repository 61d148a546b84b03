"""Our own reader: what it does with crops, and with weights that are missing or not ours."""

import hashlib
import json
import multiprocessing
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
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


def test_without_what_runs_them_the_weights_are_not_here() -> None:
    """Asked of a program that has no onnxruntime."""
    ask = (
        "import sys; sys.modules['onnxruntime'] = None;"
        "from chalicelib.ocr import recogniser; print(recogniser.is_here())"
    )
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
    assert recogniser.is_here()


def test_missing_weights_are_told(tmp_path: Path) -> None:
    assert not recogniser.is_here(tmp_path)
    assert recogniser.is_here(installed(tmp_path, b"anything"))


def lines() -> list[np.ndarray]:
    """Strips of noise, of several widths: what they say is of no matter, only that it is the same."""
    rng = np.random.default_rng(5)
    return [rng.integers(0, 256, (recogniser.HIGH, wide), np.uint8) for wide in (16, 50, 300, 3200)]


def told() -> list[np.ndarray]:
    return [recogniser.odds_of(strip) for strip in lines()]


def test_every_frame_is_given_odds_that_sum_to_one() -> None:
    for strip, odds in zip(lines(), told(), strict=True):
        assert odds.shape == (-(-strip.shape[1] // 16) * 4, 1 + len(LETTERS))
        assert np.allclose(odds.sum(axis=1), 1, atol=1e-4)


def test_threads_and_forked_processes_read_the_same() -> None:
    here = told()
    with ThreadPoolExecutor(4) as pool:
        threads = list(pool.map(lambda _: told(), range(4)))
    with multiprocessing.get_context("fork").Pool(1) as pool:
        forked = pool.apply(told)
    for other in (*threads, forked):
        assert all(np.array_equal(a, b) for a, b in zip(here, other, strict=True))


def test_a_line_of_110_letters_keeps_its_shape() -> None:
    assert strip_of(np.full((20, 1200), 255, np.uint8)).shape == (recogniser.HIGH, 2400)
