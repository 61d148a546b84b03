"""Real eyes on drawn cards: codes are found and rows read, worn as scans, copies and photographs."""

import cv2
import numpy as np
import pytest
from PIL import Image

from chalicelib.extraction.cccd import read_card
from chalicelib.extraction.mrz import parse_rows
from chalicelib.imaging.cleanup import clean_page
from chalicelib.imaging.codes import find_codes
from chalicelib.imaging.pages import pictures
from chalicelib.ocr.mrz import read_mrz
from tests.draw.cards import draw_card, draw_copy
from tests.draw.degrade import degrade
from tests.draw.drawn import Drawn
from tests.draw.holders import make_holder
from tests.draw.td1 import td1_rows

pytestmark = pytest.mark.eyes


def seen(drawn: Drawn, style: str, seed: int) -> np.ndarray:
    packed = np.frombuffer(degrade(drawn, style, seed), np.uint8)
    return cv2.cvtColor(cv2.imdecode(packed, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def grey_of(drawn: Drawn) -> np.ndarray:
    return np.asarray(drawn.image.convert("L"))


@pytest.mark.parametrize("card", ["chip", "2024"])
@pytest.mark.parametrize("style", ["clean", "scan", "photocopy", "phone"])
def test_the_rows_of_a_back_are_read(style: str, card: str) -> None:
    right = 0
    for seed in range(3):
        page = clean_page(seen(draw_card("back", seed, card=card), style, seed))
        right += read_mrz(page.upright) == td1_rows(make_holder(seed))
    assert right >= 2


@pytest.mark.parametrize("width", [1400, 700, 400])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_rows_are_found_in_any_turn_and_size(width: int, quarters: int) -> None:
    grey = np.rot90(grey_of(draw_card("back", 5, width=width)), quarters)
    assert read_mrz(grey) == td1_rows(make_holder(5))


@pytest.mark.parametrize("degrees", [-5, -2, 3, 5])
def test_rows_are_found_askew(degrees: int) -> None:
    image = draw_card("back", 6).image.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    assert read_mrz(np.asarray(image)) == td1_rows(make_holder(6))


def test_no_rows_where_there_are_none() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (900, 1400), np.uint8)
    for picture in (noise, np.full((900, 1400), 255, np.uint8), grey_of(draw_card("front", 1))):
        rows = read_mrz(picture)
        assert rows is None or parse_rows(rows) is None


def test_rows_are_never_invented() -> None:
    """What is too blurred to read is not proven by a check digit that fits by chance."""
    for seed in range(6):
        blurred = cv2.GaussianBlur(grey_of(draw_card("back", seed)), (0, 0), 8 + seed)
        read = parse_rows(read_mrz(blurred) or [])
        assert read is None or read.id_number == make_holder(seed)["id_number"]


@pytest.mark.parametrize(("side", "card"), [("front", "chip"), ("back", "2024")])
@pytest.mark.parametrize("style", ["clean", "scan", "phone"])
def test_the_qr_gives_its_fields(style: str, side: str, card: str) -> None:
    right = 0
    for seed in range(3):
        drawn = draw_card(side, seed, card=card)
        page = clean_page(seen(drawn, style, seed))
        codes = find_codes(page.photo) or find_codes(page.upright)
        fields = read_card({}, codes, None, page=1)
        right += bool(fields) and all(fields[k].value == drawn.truth[k] for k in fields)
    assert right >= 2


def test_a_blurred_code_gets_a_second_look() -> None:
    drawn = draw_card("front", 2, width=700)
    soft = cv2.GaussianBlur(grey_of(drawn), (0, 0), 1.15)
    fields = read_card({}, find_codes(soft), None, page=1)
    assert fields["full_name"].value == drawn.truth["full_name"]


def test_a_small_code_that_no_local_threshold_sees_is_read_by_one_for_the_whole_page() -> None:
    drawn = draw_copy(5005, card="chip")
    (page,) = pictures(degrade(drawn, "clean", 5005))
    fields = read_card({}, find_codes(clean_page(page).photo), None, page=1)
    assert fields["old_id_number"].value == drawn.truth["old_id_number"]


def test_no_code_no_text() -> None:
    assert find_codes(np.full((400, 600), 255, np.uint8)) == []
    assert find_codes(grey_of(draw_card("back", 1))) == []


def test_both_sides_on_one_copy() -> None:
    drawn = draw_copy(4)
    page = clean_page(seen(drawn, "scan", 4))
    fields = read_card({}, find_codes(page.photo), read_mrz(page.upright), page=1)
    assert {"expires_on", "id_number", "birth_date"} <= set(fields)
    assert all(fields[key].value == drawn.truth[key] for key in fields)
