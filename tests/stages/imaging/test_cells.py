"""Rules between boxes go, the digits in them stay."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from chalicelib.imaging.cells import without_rules
from chalicelib.imaging.ink import is_bare
from tests.draw.fonts import FOLDER


def boxed(digits: str, rules: bool) -> np.ndarray:
    face = ImageFont.truetype(
        FOLDER / "Tinos-Regular.ttf", 26, layout_engine=ImageFont.Layout.BASIC
    )
    image = Image.new("L", (38 * len(digits) + 20, 56), 245)
    pen = ImageDraw.Draw(image)
    for n, digit in enumerate(digits):
        x = 10 + 38 * n
        if rules:
            pen.rectangle((x, 8, x + 38, 48), outline=30, width=2)
        pen.text((x + 19, 28), digit, fill=30, font=face, anchor="mm")
    return np.asarray(image)


def ink_of(picture: np.ndarray) -> np.ndarray:
    """The part of a picture that holds ink, from edge to edge."""
    rows, columns = np.nonzero(picture < 128)
    return picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] < 128


@pytest.mark.parametrize(("paper", "contrast"), [(245, 1.0), (150, 0.5), (120, 0.35)])
def test_what_is_left_of_boxes_is_what_stood_in_them(paper: int, contrast: float) -> None:
    with_rules, bare = boxed("001195000780", True), boxed("001195000780", False)
    dim = (paper - (245 - with_rules.astype(float)) * contrast).astype(np.uint8)
    left, wanted = ink_of(without_rules(dim)), ink_of(bare)
    assert (with_rules < 128).sum() > 1.5 * wanted.sum()
    assert left.shape == wanted.shape
    assert (left != wanted).sum() < 0.03 * wanted.sum()


@pytest.mark.parametrize("paper", [245, 140])
def test_empty_boxes_are_bare(paper: int) -> None:
    empty = np.minimum(boxed(" " * 12, True), paper).astype(np.uint8)
    assert is_bare(without_rules(empty))


def test_a_line_without_boxes_keeps_its_figures() -> None:
    bare = boxed("117", False)
    left = without_rules(bare)  # its light is made even
    assert 0.95 < (left < 128).sum() / (bare < 128).sum() < 1.6


def test_rules_go_too_where_the_crop_reaches_into_the_line_below() -> None:
    with_rules, bare = boxed("001195000780", True), boxed("001195000780", False)
    low = np.pad(with_rules, ((0, 30), (0, 0)), constant_values=245)
    low[70:84, 20:200:6] = 30  # letters of that line
    left, wanted = ink_of(without_rules(low)), ink_of(bare)
    assert left.shape == wanted.shape
    assert (left != wanted).sum() < 0.03 * wanted.sum()
