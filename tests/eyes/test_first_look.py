"""The first look at a page: our own reader's words stand where they are printed; cells and columns are read apart."""

from statistics import median

import numpy as np
import pytest
from PIL import Image, ImageDraw
from rapidfuzz import fuzz

from chalicelib.ocr import first_look, parts
from tests.stages.imaging.test_cleanup import TEXT, drawn, font

pytestmark = pytest.mark.eyes


def test_words_stand_where_they_are_printed() -> None:
    words = [w for w in first_look.words(drawn(), 3) if w.line == 0]
    assert fuzz.ratio(" ".join(w.text for w in words), TEXT[0]) > 96
    assert {w.page for w in words} == {3}
    last = words[-1]
    starts = 120 + font(30).getlength(TEXT[0].rpartition(" ")[0] + " ")
    assert last.box[0] == pytest.approx(starts, abs=8)
    assert last.box[0] + last.box[2] == pytest.approx(120 + font(30).getlength(TEXT[0]), abs=8)


def test_print_is_read_surely_and_upside_down_is_not() -> None:
    page = drawn()
    assert first_look.reads_well(first_look.words(page, 1))
    assert not first_look.reads_well(first_look.words(page[::-1, ::-1].copy(), 1))


def test_cells_of_two_lines_are_read_cell_by_cell() -> None:
    """One cell's two lines beside another's one between them: read line by line they would be mixed."""
    image = Image.new("L", (900, 300), 255)
    pen = ImageDraw.Draw(image)
    for x, y, text in ((40, 110, "Nguyễn Thị"), (40, 150, "Mai Hoa"), (460, 130, "12/05/2020")):
        pen.text((x, y), text, fill=20, font=font(30))
    picture = np.asarray(image)
    row = ((20, 90, 400, 110), (440, 90, 400, 110))
    words = parts.words_in_cells(picture, first_look.words(picture, 1), [row])
    assert [w.text for w in words if w.box[0] < 430] == ["Nguyễn", "Thị", "Mai", "Hoa"]
    assert median(w.line for w in words if w.text == "12/05/2020") == 0


def test_the_last_line_of_a_label_is_level_with_its_value() -> None:
    image = Image.new("L", (900, 300), 255)
    pen = ImageDraw.Draw(image)
    label = ((40, 110, "Họ, chữ đệm, tên người"), (40, 150, "mẹ:"))
    for x, y, text in (*label, (480, 130, "Bùi Thị Bích Hằng")):
        pen.text((x, y), text, fill=20, font=font(30))
    picture = np.asarray(image)
    row = ((20, 90, 420, 110), (460, 90, 400, 110))
    words = parts.words_in_cells(picture, first_look.words(picture, 1), [row])
    assert " ".join(w.text for w in words) == "Họ, chữ đệm, tên người mẹ: Bùi Thị Bích Hằng"
    assert {w.line for w in words if w.text in ("mẹ:", "Bùi", "Hằng")} == {1}
