"""The landed weights on lines drawn in fonts they were not trained on."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from chalicelib.imaging.cleanup import Grey
from chalicelib.ocr import recogniser

pytestmark = pytest.mark.eyes
FONTS = Path(__file__).parents[1] / "draw" / "fonts"
LINES = (
    "NGUYỄN THỊ QUYÊN",
    "xã Minh Phú, huyện Sóc Sơn, Hà Nội",
    "15/08/2019",
    "001196000685",
    "Ủy ban nhân dân phường Đồng Mai",
)


def line_of(text: str, font: str) -> Grey:
    face = ImageFont.truetype(
        FONTS / f"{font}-Regular.ttf", 30, layout_engine=ImageFont.Layout.BASIC
    )
    image = Image.new("L", (int(face.getlength(text)) + 24, 46), 245)
    ImageDraw.Draw(image).text((12, 34), text, font=face, fill=30, anchor="ls")
    return np.asarray(image)


@pytest.mark.parametrize("text", LINES)
@pytest.mark.parametrize("font", ["Roboto", "BeVietnamPro"])
def test_print_is_read_letter_for_letter(text: str, font: str) -> None:
    line = recogniser.read(line_of(text, font))
    assert line.text == text
    assert line.sure > 0.5
    assert len(line.letters) == len(text)


def test_handwriting_like_type_is_mostly_read() -> None:
    """Seven lines in ten at least, where Tesseract reads two."""
    read = [
        recogniser.read(line_of(t, f)).text == t for t in LINES for f in ("Mali", "PatrickHand")
    ]
    assert sum(read) >= 7


def test_a_text_that_fits_is_preferred_among_likely_ones() -> None:
    """Soundness never makes up a text: what no reading says is not given."""
    crop = line_of("NGUYỄN THỊ QUYÊN", "Roboto")
    assert recogniser.read(crop, fits=lambda t: t == "TRẦN VĂN BA").text == "NGUYỄN THỊ QUYÊN"
