"""Our own reader: what it does with probabilities, crops, and weights that are missing or not ours."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from chalicelib.errors import Broken, WeightsAreNotOurs
from chalicelib.ocr import recogniser
from chalicelib.ocr.recogniser import LETTERS, beam, likelihood, spelled, strip_of


def odds_saying(*frames: dict[str, float]) -> recogniser.Odds:
    """Probabilities that say these letters frame by frame; "" is the blank, the rest is spread evenly."""
    odds = np.zeros((len(frames), 1 + len(LETTERS)), np.float32)
    for row, said in zip(odds, frames, strict=True):
        row += (1 - sum(said.values())) / len(row)
        for letter, chance in said.items():
            row[LETTERS.index(letter) + 1 if letter else 0] += chance
    return odds


def test_it_knows_every_vietnamese_letter_once() -> None:
    assert len(set(LETTERS)) == len(LETTERS)
    assert set("ẰằỖỗƯứỵĐđNguyễn Thị Ỷ 0123456789/.,-'") <= set(LETTERS)


def test_repeats_are_one_letter_and_a_blank_parts_two() -> None:
    frames = ({"L": 0.9}, {"L": 0.8}, {"": 0.9}, {"o": 0.9}, {"": 0.9}, {"o": 0.7}, {"": 0.99})
    line = spelled(odds_saying(*frames))
    assert line.text == "Loo"
    assert line.letters == pytest.approx((0.9, 0.9, 0.7), abs=0.01)
    assert 0 < line.likely < 0.7


def test_a_wide_gap_parts_words() -> None:
    gap = [{"": 0.99}] * 12
    assert spelled(odds_saying({"3": 0.9}, *gap, {"g": 0.9})).text == "3 g"
    assert spelled(odds_saying({"3": 0.9}, *gap, {" ": 0.9}, {"g": 0.9})).text == "3 g"
    assert spelled(odds_saying(*gap, {"3": 0.9}, *gap[:4], {"g": 0.9}, *gap)).text == "3g"


def test_a_line_is_no_surer_than_its_least_sure_letter() -> None:
    sure = spelled(odds_saying({"A": 0.99}, {"": 0.99}, {"n": 0.99}))
    unsure = spelled(odds_saying({"A": 0.99}, {"": 0.99}, {"n": 0.5, "m": 0.45}))
    assert unsure.likely < 0.51 < sure.likely


def test_a_long_line_is_as_sure_as_its_words() -> None:
    one, two = odds_saying({"A": 0.8}), odds_saying({"A": 0.8}, {" ": 0.99}, {"B": 0.8})
    assert spelled(two).likely < spelled(one).likely
    assert spelled(two).sure == pytest.approx(spelled(one).sure, abs=0.02)


def test_the_likelihood_adds_up_the_ways_to_write_a_text() -> None:
    """“a” in two frames: a then blank, blank then a, a twice."""
    odds = odds_saying({"a": 0.6, "": 0.4}, {"a": 0.6, "": 0.4})
    assert likelihood(odds, "a") == pytest.approx(0.84, abs=0.01)
    assert likelihood(odds, "aa") == pytest.approx(0.0, abs=0.01)
    assert likelihood(odds, "") == 0.0


def test_spaces_at_the_ends_are_no_text() -> None:
    line = spelled(odds_saying({" ": 0.9}, {"7": 0.9}, {" ": 0.9}))
    assert (line.text, len(line.letters)) == ("7", 1)
    assert spelled(odds_saying({"": 0.99}, {" ": 0.9})).sure == 0.0


def test_the_beam_gives_the_likeliest_texts_first() -> None:
    texts = beam(odds_saying({"L": 0.97}, {"ê": 0.55, "ệ": 0.42}, {"": 0.97}))
    assert [t for t, _ in texts[:2]] == ["Lê", "Lệ"]
    assert texts[0][1] == 1.0
    assert texts[1][1] == pytest.approx(0.42 / 0.55, abs=0.02)


def test_the_beam_adds_up_the_ways_to_one_text() -> None:
    """“a” ends in two frames in three ways; that beats any single way to “b”."""
    both = {"a": 0.35, "": 0.4, "b": 0.2}
    assert beam(odds_saying(both, both))[0][0] == "a"


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
