"""Small cards on a copied page are found, straightened and enlarged; pages full of print have none."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from chalicelib.imaging import insets
from chalicelib.imaging.cleanup import clean_page
from chalicelib.imaging.tilt import find_turn
from tests.draw.cards import draw_copy
from tests.draw.degrade import degrade
from tests.draw.drawing import draw


def grey(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)


@pytest.mark.parametrize("style", ["scan", "photocopy"])
def test_both_sides_of_a_card_lie_level_and_twice_as_large(style: str) -> None:
    page = grey(degrade(draw_copy(5117, card="chip"), style, 5117))
    found = insets.spread(page)
    assert found is not None and len(found.parts) == 2
    ends = [0, *(end for end, _ in found.parts)]
    for top, end in pairwise(ends):
        assert abs(find_turn(found.picture[top:end]).degrees) < 0.5
    assert found.picture.shape[1] > 1.7 * page.shape[1] * 85.6 / 210


def test_a_box_of_the_spread_lies_on_the_page_where_its_ink_is() -> None:
    """The darkest row of the front's print, found again on the page through the way back."""
    page = grey(degrade(draw_copy(5118), "clean", 5118))
    page = cv2.resize(page, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    found = insets.spread(page)
    assert found is not None
    dark = found.picture < 90
    y = int(np.argmax(dark[: found.parts[0][0]].sum(axis=1)))
    x = int(np.flatnonzero(dark[y])[0])
    left, top, wide, high = found.box_on_page((x, y - 6, 60, 12))
    assert page[top : top + high, left : left + wide].min() < 110
    assert (wide, high) == (pytest.approx(31, abs=4), pytest.approx(8, abs=4))


@pytest.mark.parametrize("kind", ["giay_chung_sinh", "to_khai_ct01"])
def test_a_page_full_of_print_has_none(kind: str) -> None:
    assert insets.spread(grey(degrade(draw(kind, 5119), "scan", 5119))) is None


def test_an_empty_page_has_none() -> None:
    assert insets.spread(np.full((1754, 1240), 250, np.uint8)) is None


@pytest.mark.parametrize("style", ["scan", "photocopy", "phone"])
def test_a_rough_look_tells_a_copy_of_cards_from_a_page_full_of_print(style: str) -> None:
    card, form = (
        clean_page(grey(degrade(drawn, style, 5120)), lambda _: 0)
        for drawn in (draw_copy(5120), draw("to_khai_ct01", 5120))
    )
    assert insets.may_be_small(card.clean)
    assert not insets.may_be_small(form.clean)
