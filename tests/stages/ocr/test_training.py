"""What the reader is trained on: the same every time, every letter, nothing of what it is judged on."""

import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from chalicelib.ocr.recogniser import HIGH, LETTERS
from training.reader import fonts, page_text
from training.reader.ink import crop, strip
from training.reader.page_ink import page_crop
from training.reader.page_text import Piece, page_line, said
from training.reader.text import LONGEST, line, stock

ROOT = Path(__file__).resolve().parents[3]
TINOS = str(ROOT / "tests" / "draw" / "fonts" / "Tinos-Regular.ttf")


def test_lines_are_of_known_letters_and_every_letter_is_seen() -> None:
    lots, seen = random.Random(1), Counter()
    for _ in range(20000):
        text = line(lots)
        assert 0 < len(text) <= LONGEST
        seen.update(text)
    for _ in range(4000):
        text = said(page_line(lots))
        assert 0 < len(text) <= page_text.LONGEST
        seen.update(text)
    assert set(seen) <= set(LETTERS)
    rare = [letter for letter in LETTERS if seen[letter] < 15]
    assert not rare


def test_no_word_is_both_trained_on_and_judged_on() -> None:
    for name in ("given", "middle", "surname", "street", "facility", "ward", "ward_2025"):
        trained, judged = set(stock(name, held_out=False)), set(stock(name, held_out=True))
        assert trained
        assert judged
        assert not trained & judged


def test_a_printed_phrase_is_trained_on_or_judged_on() -> None:
    trained, judged = set(page_text.phrases(held_out=False)), set(page_text.phrases(held_out=True))
    assert len(trained) > len(judged) > 100
    assert not trained & judged


def test_the_pieces_of_a_line_are_all_drawn_in_their_order() -> None:
    """Each piece darkens its own part of the line, however many there are."""
    pieces = (Piece("Giới tính:"), Piece("Nữ", printed=False, gap=2.0), Piece("☑ Kinh", gap=2.0))
    ends = [
        page_crop(pieces[:n], (), (TINOS,), np.random.default_rng(3), worn=False).shape[1]
        for n in (1, 2, 3)
    ]
    assert ends == sorted(set(ends))


@pytest.mark.parametrize(
    "piece", [Piece("☐"), Piece("☑"), Piece("(1)", raised=True), Piece("0123", combed=True)]
)
def test_signs_that_no_font_has_are_drawn_dark_on_white(piece: Piece) -> None:
    cut = page_crop((piece,), (), (TINOS,), np.random.default_rng(7), worn=False)
    assert np.median(cut) == 255
    assert cut.min() < 80


def test_lines_follow_from_the_seed() -> None:
    assert line(random.Random(5), held_out=True) == line(random.Random(5), held_out=True)
    assert line(random.Random(5)) != line(random.Random(6))
    assert page_line(random.Random(5)) == page_line(random.Random(5))


def test_the_fonts_of_the_tests_are_never_trained_on() -> None:
    assert {"patrick-hand", "mali"} <= set(fonts.HELD_OUT_HANDS)
    assert len(fonts.HELD_OUT_HANDS) >= 8
    assert len(fonts.HELD_OUT_PRINTS) >= 2
    assert not set(fonts.PRINTS) & {*fonts.HELD_OUT_PRINTS, *fonts.HELD_OUT_HANDS, *fonts.SET_ASIDE}


def test_the_same_seed_draws_the_same_line() -> None:
    one, other = (
        strip("Nguyễn Thị Ổn", TINOS, True, (TINOS,), np.random.default_rng(7)) for _ in range(2)
    )
    assert one.shape[0] == HIGH
    assert one.max() > 150
    assert np.array_equal(one, other)


def test_unworn_print_is_dark_on_white() -> None:
    cut = crop("15/08/2019", TINOS, False, (), np.random.default_rng(7), worn=False)
    assert np.median(cut) == 255
    assert cut.min() < 80


def test_a_blend_is_the_mean_by_shares_and_counts_stay_counts() -> None:
    torch = pytest.importorskip("torch", reason="torch comes with `make reader`")
    from training.reader.blend import blend

    one, other = ({"w": torch.full((2,), x), "n": torch.tensor(n)} for x, n in ((1.0, 7), (4.0, 9)))
    mean = blend([(one, 2.0), (other, 1.0)])
    assert mean["w"].tolist() == pytest.approx([2.0, 2.0])
    assert mean["n"].item() == 7


def test_what_is_drawn_often_is_trained_on() -> None:
    assert not set(fonts.NEWCOMERS) & {*fonts.HELD_OUT_HANDS, *fonts.PRINTS, *fonts.SET_ASIDE}


def test_nothing_to_weights_in_little(tmp_path: Path) -> None:
    """Packs, training broken off and gone on with, export, and the product reads with what came out."""
    pytest.importorskip("torch", reason="torch is not installed (training/requirements.txt)")
    done = subprocess.run(
        [sys.executable, "-m", "training.reader.smoke"],
        cwd=ROOT, env={**os.environ, "READER_CACHE": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "product" / "reader.onnx").stat().st_size < 4e6
