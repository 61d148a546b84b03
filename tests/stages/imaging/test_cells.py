"""Rules between boxes go, the digits in them stay."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from chalicelib.imaging.cells import without_rules
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


def test_what_is_left_of_boxes_is_what_stood_in_them() -> None:
    with_rules, bare = boxed("001195000780", True), boxed("001195000780", False)
    left = without_rules(with_rules)
    assert (with_rules < 128).sum() > 1.5 * (bare < 128).sum()
    assert ((left < 128) != (bare < 128)).sum() < 0.02 * (bare < 128).sum()


def test_a_line_without_boxes_stays_as_it_is() -> None:
    bare = boxed("117", False)
    assert np.array_equal(without_rules(bare), bare)


def test_rules_go_too_where_the_crop_reaches_into_the_line_below() -> None:
    with_rules, bare = boxed("001195000780", True), boxed("001195000780", False)
    low = np.pad(with_rules, ((0, 30), (0, 0)), constant_values=245)
    low[70:84, 20:200:6] = 30  # letters of that line
    left = without_rules(low)
    assert ((left[:56] < 128) != (bare < 128)).sum() < 0.02 * (bare < 128).sum()
    assert not (left[56:] < 128).any()
