"""Both sides of a card on one page are read enlarged, once; a page kept between two machines says the same."""

import pytest

from chalicelib import small_cards
from chalicelib.bulk import hand
from chalicelib.imaging.cleanup import clean_page
from chalicelib.imaging.pages import pictures
from chalicelib.reading import read_pages, see_page
from tests.draw.cards import draw_copy
from tests.draw.degrade import degrade
from tests.draw.drawing import draw

pytestmark = pytest.mark.eyes
SEED = 5131


@pytest.fixture(scope="module")
def copy() -> bytes:
    return degrade(draw_copy(SEED, card="chip"), "scan", SEED)


def test_words_of_small_cards_stand_on_the_page_at_half_the_size(copy: bytes) -> None:
    seen = see_page(copy, 1)
    assert len(seen.closer) == len(seen.words) > 40
    for large, small in zip(seen.closer, seen.words, strict=True):
        assert large.text == small.text
        assert large.box[2] / 2 == pytest.approx(small.box[2], abs=6)
        x, y, wide, _ = small.box
        assert x >= 0 and x + wide <= 1.05 * min(seen.size) and y >= 0


def test_a_form_is_no_small_card() -> None:
    (picture,) = pictures(degrade(draw("giay_chung_sinh", SEED), "scan", SEED))
    page = clean_page(picture, lambda _: 0)
    assert small_cards.words_of(page, 1) == ([], [])


def test_a_page_kept_between_two_machines_reads_the_same(copy: bytes, tmp_path) -> None:
    seen = see_page(copy, 1)
    hand._keep(tmp_path, seen, None)
    kept = hand._kept(tmp_path, 1)
    assert kept == seen
    papers = [read_pages([s]).papers for s in (seen, kept)]
    assert papers[0] == papers[1] and papers[0][0].kind == "cccd"
