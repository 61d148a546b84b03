"""Where lines stand: one box a line, columns apart, level lines in one row, dust in none."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from chalicelib.imaging.knots import alone
from chalicelib.imaging.lines import Line, find_lines
from chalicelib.imaging.strokes import strokes_of
from tests.stages.imaging.test_cleanup import TEXT, drawn, font


def page(*texts: tuple[int, int, str], size: int = 30) -> np.ndarray:
    """Texts at (x, y) of their tops on a white page."""
    image = Image.new("L", (1240, 900), 255)
    pen = ImageDraw.Draw(image)
    for x, y, text in texts:
        pen.text((x, y), text, fill=20, font=font(size))
    return np.asarray(image)


def inside(line: Line, x: int, y: int) -> bool:
    left, top, wide, high = line.box
    return left <= x <= left + wide and top <= y <= top + high


def test_every_line_of_a_page_is_one_box_and_rows_count_from_the_top() -> None:
    found = find_lines(drawn())
    assert [line.row for line in found] == list(range(20))
    ends = [font(30).getbbox(TEXT[n % 4])[2] + 120 for n in range(20)]
    assert [line.box[0] + line.box[2] for line in found] == pytest.approx(ends, abs=4)


def test_columns_level_with_each_other_are_two_lines_of_one_row() -> None:
    left, right = find_lines(
        page((60, 100, "Bên nữ: Nguyễn Thị Hoà"), (700, 104, "Bên nam: Đỗ An"))
    )
    assert left.row == right.row == 0
    assert left.box[0] + left.box[2] < 650 < right.box[0]


def test_a_far_column_half_a_line_lower_shares_the_nearer_row() -> None:
    found = find_lines(
        page((60, 100, "Cơ sở khám bệnh"), (700, 116, "CỘNG HÒA"), (60, 148, "viện đa khoa"))
    )
    rows = {line.box[0] > 600: line.row for line in found if line.box[1] < 140}
    assert rows[True] == rows[False] == 0
    assert max(line.row for line in found) == 1


def test_writing_that_stands_higher_than_its_label_is_one_line_with_it() -> None:
    (line,) = find_lines(page((60, 100, "Nơi cư trú:"), (212, 92, "phường Hàng Bột, quận Đống Đa")))
    assert inside(line, 80, 115)
    assert inside(line, 560, 105)


def test_hats_and_dots_belong_to_their_letters() -> None:
    (line,) = find_lines(page((60, 100, "ẾCH Ộ Ậ ị Ễ ặ")))
    bare = find_lines(page((60, 100, "ECH")))[0]
    assert line.box[1] < bare.box[1] - 5
    assert line.box[1] + line.box[3] > bare.box[1] + bare.box[3]


def test_dust_between_lines_widens_none() -> None:
    clean = page((60, 100, "Họ và tên"), (60, 300, "Năm sinh"))
    dusty = clean.copy()
    dusty[150:154, 400:404] = 0
    dusty[88:92, 900:904] = 0
    assert find_lines(dusty) == find_lines(clean)


def test_a_bare_page_has_no_lines() -> None:
    assert find_lines(np.full((600, 400), 255, np.uint8)) == []


def test_noise_of_more_strokes_than_short_labels_count_is_still_labelled() -> None:
    noise = np.zeros((1200, 1200), np.uint8)
    noise[::2, ::2] = 255
    _, stats, middles = strokes_of(noise)
    assert len(stats) == len(middles) == 360_001


def test_a_figure_alone_in_a_cell_is_a_line() -> None:
    found = find_lines(
        page((60, 100, "1"), (300, 100, "SỬA CHỮA XE MÁY"), (60, 160, "2"), (300, 160, "x"))
    )
    assert [(line.row, line.box[0] < 100) for line in found] == [
        (0, True), (0, False), (1, True), (1, False),
    ]  # fmt: skip


def test_a_letter_that_touches_one_of_the_next_line_does_not_draw_that_line_in() -> None:
    """A tall capital of writing meets a hanging g of the heading above it: one stroke, two lines."""
    first, second = "ngày gặp người giao giấy", "BAN NHAN DAN"
    apart = page((60, 60, first), (60, 110, second))
    touching = apart.copy()
    touching[82:120, 100:103] = 0  # from the heading into the writing
    (before, _), lines = find_lines(apart), find_lines(touching)
    assert abs(before.box[3] - lines[0].box[3]) < 0.6 * 22


def tied(above: str, below: str, *, lower_by: int) -> np.ndarray:
    """Two lines, the last letter above tied to the first capital below by the stroke of a pen."""
    image = Image.new("L", (1240, 900), 255)
    pen = ImageDraw.Draw(image)
    right = 300 - font(30).getbbox(above)[2]
    pen.text((right, 100), above, fill=20, font=font(30))
    pen.text((290, 100 + lower_by), below, fill=20, font=font(30))
    pen.line((295, 118, 297, 112 + lower_by), fill=20, width=4)
    return np.asarray(image)


@pytest.mark.parametrize("below", ["Nữ", "VŨ KHÁNH DIỄM"])
def test_a_capital_tied_to_the_tail_above_is_a_letter_of_its_own_line(below: str) -> None:
    upper, lower = find_lines(tied("Ngày, tháng, năm đăng", below, lower_by=38))
    assert lower.box[0] <= 296
    assert upper.box[1] + upper.box[3] < lower.box[1] + 0.5 * lower.box[3]
    assert lower.row == upper.row + 1


def test_writing_that_begins_well_above_the_end_of_its_label_is_in_its_row() -> None:
    found = find_lines(
        page((60, 100, "Họ và tên mẹ:"), (268, 83, "NGUYEN KIEU NHI"), (60, 150, "Dân tộc:"))
    )
    rows = {line.row for line in found if line.box[1] < 130}
    assert rows == {0}
    assert max(line.row for line in found) == 1


def test_rows_of_tall_figures_that_touch_all_along_are_two_lines() -> None:
    """The hand of a school copybook: twice as high as print, each figure meets the one below it."""
    image = Image.new("L", (1240, 500), 255)
    pen = ImageDraw.Draw(image)
    for y, label, figures in ((100, "Giấy tờ số:", "0011560006"), (142, "cấp ngày", "23092020")):
        pen.text((60, y), label, fill=20, font=font(30))
        pen.text((205, y - 12), figures, fill=20, font=font(46))
    for at in range(215, 430, 30):
        pen.line((at, 115, at, 140), fill=20, width=4)
    upper, lower = find_lines(np.asarray(image))
    assert (upper.row, lower.row) == (0, 1)
    assert upper.box[0] + upper.box[2] > 440
    assert lower.box[0] + lower.box[2] > 380
    assert upper.box[1] + upper.box[3] < 155 < lower.box[1] + lower.box[3]


def test_letters_of_the_next_line_are_taken_out_of_a_cut_out_and_marks_are_left() -> None:
    picture = page((60, 100, "Noi cu tru"), (60, 140, "HAI BA"))
    picture = picture.copy()
    picture[91:97, 70:80] = 0  # a mark that stands out over the upper edge
    place = (50, 94, 400, 56)
    bare = alone(picture, place, 190)
    assert (bare[:3, 20:30] == 0).all()
    assert (bare[-3:] == 255).all()
    assert (picture[141:150, 50:450] < 190).any()
    assert (bare[:36] == picture[94:130, 50:450]).all()
