"""Rows of letter probabilities become text: by the letter, by the beam, by what words are worth."""

from collections import defaultdict
from itertools import groupby, product
from math import prod

import numpy as np
import pytest

from chalicelib.ocr.decoding import (
    LETTERS,
    NOTHING,
    Odds,
    beam,
    likelihood,
    spelled,
    written,
)
from chalicelib.ocr.recogniser import chosen


def odds_saying(*frames: dict[str, float]) -> Odds:
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


def by_definition(odds: Odds) -> dict[str, float]:
    """The probability of every text that these few frames can write: all ways, each counted."""
    found: dict[str, float] = defaultdict(float)
    for way in product(range(odds.shape[1]), repeat=len(odds)):
        letters = [c for c, _ in groupby(way) if c]
        text = "".join(LETTERS[c - 1] for c in letters)
        found[text] += prod(float(row[c]) for row, c in zip(odds, way, strict=True))
    return found


def some_odds(seed: int, frames: int) -> Odds:
    """The blank, “0” and “1”, none of them unlikely."""
    odds = np.random.default_rng(seed).uniform(0.2, 1.0, (frames, 4)).astype(np.float32)
    odds[:, 1] = 0.0
    return odds / odds.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(6))
def test_the_likelihood_is_that_of_the_definition(seed: int) -> None:
    odds = some_odds(seed, frames=5)
    whole = by_definition(odds)
    assert sum(whole.values()) == pytest.approx(1.0, abs=1e-5)
    for text, chance in whole.items():
        if text:
            assert likelihood(odds, text) == pytest.approx(chance, abs=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_the_beam_says_what_the_definition_says(seed: int) -> None:
    """Of three frames' nine texts the eight likeliest are followed."""
    odds = some_odds(seed, frames=3)
    ranked = sorted(by_definition(odds).items(), key=lambda t: -t[1])
    told = beam(odds)
    assert [text for text, _ in told] == [text for text, _ in ranked[: len(told)]]
    assert len(told) >= 8
    for (_, share), (_, chance) in zip(told, ranked, strict=False):
        assert share == pytest.approx(chance / ranked[0][1], abs=1e-5)


def test_long_lines_do_not_fade_to_nothing() -> None:
    odds = odds_saying(*[{"a": 0.03}, {"": 0.02}] * 300)
    assert beam(odds)[0][1] == 1.0
    assert 0 <= likelihood(odds, "a" * 300) < 1e-300


def test_the_beam_prefers_words_that_are_worth_more() -> None:
    odds = odds_saying({"L": 0.97}, {"ê": 0.42, "ẽ": 0.55}, {" ": 0.97}, {"A": 0.97})
    assert beam(odds)[0][0] == "Lẽ A"
    worth = {"Lê": 1.0, "Lẽ": 0.5}
    assert beam(odds, lambda word: worth.get(word, 1.0))[0][0] == "Lê A"


def test_clear_ink_beats_every_list() -> None:
    odds = odds_saying({"L": 0.97}, {"ẽ": 0.97, "ê": 0.005})
    assert beam(odds, lambda word: 0.05 if word == "Lẽ" else 1.0)[0][0] == "Lẽ"


def test_a_chosen_text_has_its_own_letters_and_likelihood() -> None:
    odds = odds_saying({"L": 0.97}, {"": 0.97}, {"ê": 0.42, "ẽ": 0.55}, {"": 0.97})
    other = written(odds, "Lê")
    assert other.text == "Lê"
    assert other.letters == pytest.approx((0.97, 0.42), abs=0.01)
    assert other.likely == likelihood(odds, "Lê")
    assert written(odds, spelled(odds).text) == spelled(odds)
    assert written(odds, "") == NOTHING


def test_a_chosen_text_keeps_wide_gaps() -> None:
    odds = odds_saying({"3": 0.9}, *[{"": 0.99}] * 12, {"g": 0.4, "q": 0.5})
    assert written(odds, "3g").text == "3 g"


def test_of_likely_texts_a_sound_one_is_chosen_and_none_is_made_up() -> None:
    odds = odds_saying({"1": 0.6, "7": 0.35}, {"": 0.97}, {"0": 0.97})
    assert chosen(odds, fits=lambda t: t == "70").text == "70"
    assert chosen(odds, fits=lambda t: t == "90").text == "10"
    assert chosen(odds, fits=lambda t: t == "70", weigh=len).text == "70"
