"""Cleaning on simply drawn pages: upright, level, cut out of the desk, freed of leaders and rules."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from chalicelib.imaging.cleanup import clean_page, cut_line, cut_out, grey_of, pack, unpack
from chalicelib.imaging.ink import even_light, without_leaders
from chalicelib.imaging.leaders import leaders
from chalicelib.imaging.sheet import find_sheet
from chalicelib.imaging.tilt import find_turn

FONTS = Path(__file__).parents[2] / "draw" / "fonts"
TEXT = (
    "Họ, chữ đệm, tên người yêu cầu: Trần Thị Mỹ Quyên",
    "Nơi cư trú: phường Ngọc Khánh, quận Ba Đình, thành phố Hà Nội",
    "Quan hệ với người được khai sinh: Mẹ đẻ của cháu bé",
    "Bệnh viện Phụ sản Hà Nội, số 929 đường La Thành",
)


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(sorted(FONTS.rglob("*Regular*.ttf"))[0]), size)


def drawn(leader: str = "") -> np.ndarray:
    """A white A4 page at 150 dpi with printed lines."""
    image = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(image)
    for n in range(20):
        pen.text((120, 120 + n * 62), TEXT[n % 4] + leader, fill=20, font=font(30))
    return np.asarray(image)


def rotated(page: np.ndarray, degrees: float) -> np.ndarray:
    high, wide = page.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1)
    return cv2.warpAffine(page, turn, (wide, high), borderValue=255)


@pytest.mark.parametrize("quarters", range(4))
def test_pages_are_turned_upright(quarters: int) -> None:
    turn = find_turn(np.ascontiguousarray(np.rot90(drawn(), quarters)))
    assert turn.quarters == quarters
    assert turn.margin > 0.25


@pytest.mark.parametrize("degrees", [-8, -3, -1, -0.5, 0, 0.5, 2, 5, 8])
def test_tilt_is_found_to_a_fifth_of_a_degree(degrees: float) -> None:
    assert find_turn(rotated(drawn(), degrees)).degrees == pytest.approx(-degrees, abs=0.2)


def test_a_blank_page_is_left_as_it_is() -> None:
    page = clean_page(np.full((800, 600), 255, np.uint8))
    assert page.size == (600, 800)
    assert page.clean.min() == 255


def test_a_sheet_is_cut_out_of_the_desk() -> None:
    corners = np.float32([[210, 160], [1480, 240], [1400, 1900], [150, 1800]])
    desk = np.full((2100, 1700), 90, np.uint8)
    ends = np.float32([[0, 0], [1240, 0], [1240, 1754], [0, 1754]])
    warp = cv2.getPerspectiveTransform(ends, corners)
    cv2.warpPerspective(drawn(), warp, (1700, 2100), desk, borderMode=cv2.BORDER_TRANSPARENT)
    found = find_sheet(desk)
    assert found is not None
    assert np.abs(found - corners).max() < 8
    assert clean_page(desk).on_desk


def test_a_scan_is_never_taken_for_a_sheet_on_a_desk() -> None:
    page = drawn().copy()
    cv2.rectangle(page, (80, 80), (1160, 1600), 0, 5)  # a frame printed around the text
    assert find_sheet(page) is None


def test_paper_that_leaves_the_picture_is_noticed() -> None:
    desk = np.full((1400, 1100), 80, np.uint8)
    desk[200:, 150:] = drawn()[:1200, :950]
    assert clean_page(desk).runs_out
    assert not clean_page(drawn()).runs_out


def test_shadows_are_evened_out() -> None:
    shade = np.linspace(0.4, 1.0, 1240)[None, :]
    even = even_light((drawn() * shade).astype(np.uint8))
    assert np.percentile(even, 20) > 240
    assert even[:, 120:900].min() < 60


def test_dotted_leaders_go_and_every_letter_stays() -> None:
    bare, dotted = drawn(), drawn("." * 60)
    plain = without_leaders(even_light(dotted))
    lost = (bare < 120) & (plain > 200)
    left = (bare > 250) & (plain < 120)
    assert lost.sum() / (bare < 120).sum() < 0.004
    assert left.sum() < 0.05 * ((bare > 250) & (dotted < 120)).sum()


def test_dots_of_dates_numbers_and_letters_are_no_leaders() -> None:
    image = Image.new("L", (1240, 300), 255)
    pen = ImageDraw.Draw(image)
    pen.text((40, 40), "ngày 01.02.2020 v.v... 1.234.567 Ba Vì: iii ị ạ ộ", fill=0, font=font(30))
    ink = cv2.threshold(np.asarray(image), 190, 255, cv2.THRESH_BINARY_INV)[1]
    assert not leaders(ink).any()


def test_rules_go() -> None:
    ruled = drawn().copy()
    for y in range(175, 1400, 62):
        cv2.line(ruled, (120, y), (1100, y), 0, 2)
    plain = without_leaders(even_light(ruled))
    assert (plain[175:1400, 1000:1100] < 120).sum() < 50


def test_a_page_survives_packing() -> None:
    page = clean_page(drawn())
    for tight in (True, False):
        assert np.array_equal(unpack(pack(page.clean, tight=tight)), page.clean)
    assert grey_of(page.jpeg).shape == page.upright.shape == page.clean.shape


def test_a_cut_out_at_the_edge_stays_inside() -> None:
    assert cut_out(np.zeros((50, 50), np.uint8), (0, 0, 50, 20)).shape == (26, 50)


@pytest.mark.parametrize("line", [5, 6, 7])
def test_a_box_too_high_gives_one_line_alone(line: int) -> None:
    """The box reaches into the lines above and below; every row of the line itself, marks and tails, stays."""
    page, top = drawn(), 120 + line * 62
    rows = np.flatnonzero((page[top - 8 : top + 54] < 128).any(axis=1)) + top - 8
    lone = page[rows[0] : rows[-1] + 1, 110:1100]
    cut = cut_line(page, (110, top - 40, 990, 122), letter=30)
    assert cut.shape[0] < 66
    assert (cut < 128).sum() == (lone < 128).sum()


def test_a_box_of_one_line_is_left_as_it_is() -> None:
    page, box = drawn(), (110, 430, 500, 36)
    assert np.array_equal(cut_line(page, box, letter=34), cut_out(page, box))


def test_bare_paper_can_be_cut() -> None:
    assert cut_line(np.full((90, 90), 255, np.uint8), (10, 5, 60, 70), letter=20).size > 0
