"""Capital or small: the ink tells, whatever the engine said."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from chalicelib.dossier.paper import Word
from chalicelib.ocr.initials import with_true_initials
from tests.draw.fonts import VALUE_FAMILIES, load


def drawn(text, font, size):
    page = Image.new("L", (600, 120), 255)
    pen = ImageDraw.Draw(page)
    face = load(font, "regular", size)
    pen.text((30, 30), text, font=face, fill=0)
    x, y, right, low = pen.textbbox((30, 30), text, font=face)
    return np.asarray(page), (int(x), int(y), int(right - x), int(low - y))


@pytest.mark.parametrize(
    "text", ["xóm", "Xóm", "phường", "Phường", "xã", "Xuân", "Chu", "cam", "Sơn"]
)
@pytest.mark.parametrize("font", sorted(set(VALUE_FAMILIES)))
def test_a_first_letter_is_as_high_as_it_is_drawn(text, font):
    picture, box = drawn(text, font, 28)
    for said in (text.lower(), text.capitalize()):
        [word] = with_true_initials(picture, [Word(said, box, 0.9, 1, 0)])
        assert word.text in (text, said)
        if text in ("xóm", "Xóm", "Phường", "phường", "cam"):
            assert word.text == text


def test_capitals_and_blots_stay_as_they_were_read():
    picture, box = drawn("XÓM", "Tinos", 28)
    blot = cv2.rectangle(np.full((60, 90), 255, np.uint8), (5, 5), (80, 50), 0, -1)
    assert with_true_initials(picture, [Word("XÓM", box, 0.9, 1, 0)])[0].text == "XÓM"
    assert with_true_initials(blot, [Word("Xóm", (0, 0, 90, 60), 0.9, 1, 0)])[0].text == "Xóm"
