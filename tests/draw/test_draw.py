"""The generator must be repeatable, speak the project's field names, and own every Vietnamese letter."""

import io
import re
import unicodedata

import numpy as np
import pytest
from PIL import Image

from tests.draw import fonts
from tests.draw.degrade import STYLES, degrade
from tests.draw.drawing import KINDS, draw
from tests.draw.keys import keys_of
from tests.draw.names import ETHNIC_GROUPS
from tests.draw.people import make_family

BASE = "aăâeêioôơuưyđ"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = sorted(
    {unicodedata.normalize("NFC", v + t) for v in BASE if v != "đ" for t in TONES} | {"đ"}
)


def test_every_font_has_every_vietnamese_letter() -> None:
    assert len(LETTERS) == 73
    for path in sorted(fonts.FOLDER.glob("*.ttf")):
        family, _, weight = path.stem.partition("-")
        face = fonts.load(family, weight, 40)
        missing = face.getmask("\uffff").getbbox(), bytes(face.getmask("\uffff"))
        for letter in "".join(LETTERS) + "".join(LETTERS).upper():
            mask = face.getmask(letter)
            assert mask.getbbox(), f"{path.stem} draws nothing for {letter}"
            assert (mask.getbbox(), bytes(mask)) != missing, f"{path.stem} lacks {letter}"


def test_all_54_ethnic_groups_are_there_once() -> None:
    assert len(ETHNIC_GROUPS) == len(set(ETHNIC_GROUPS)) == 54


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_pixels_and_truth(kind: str) -> None:
    one, two, other = draw(kind, 5000), draw(kind, 5000), draw(kind, 5001)
    assert one.image.tobytes() == two.image.tobytes()
    assert one.truth == two.truth
    assert one.image.tobytes() != other.image.tobytes()


@pytest.mark.parametrize("style", STYLES)
def test_the_same_seed_gives_the_same_bytes(style: str) -> None:
    page = draw("giay_chung_sinh", 5002)
    assert (
        degrade(page, style, 7) == degrade(page, style, 7) != degrade(page, style, 8)
        or style == "clean"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_truth_speaks_the_keys_and_forms_of_the_project(kind: str) -> None:
    known = keys_of(kind)
    for seed in range(5000, 5003):
        truth = draw(kind, seed).truth
        assert truth.keys() <= known
        for key, value in truth.items():
            if value is not None and re.search(
                r"(_on|birth_date|death.date|lived.(from|to))$", key
            ):
                assert re.fullmatch(r"(19|20)\d\d(-\d\d(-\d\d)?)?", str(value)), key
            if isinstance(value, str):
                assert value == unicodedata.normalize("NFC", value).strip() != ""


@pytest.mark.parametrize("kind", KINDS)
def test_every_printed_value_has_a_box_with_ink_inside_the_page(kind: str) -> None:
    for seed in range(5000, 5002):
        page = draw(kind, seed)
        grey = np.asarray(page.image.convert("L"))
        for key, (x, y, w, h) in page.boxes.items():
            assert x >= 0 and y >= 0 and x + w <= 2480 and y + h <= 3508, (seed, key)
            if page.truth[key] is not None:
                assert grey[y : y + h, x : x + w].min() < 160, (seed, key)
        without = {k for k in page.truth if re.search(r"id_(number|issued_on|issued_by)$", k)}
        assert page.truth.keys() - without <= page.boxes.keys()


def test_both_layouts_differ_in_the_order_of_parents() -> None:
    top = {}
    for layout in ("tt04", "tt15"):
        boxes = draw("to_khai_khai_sinh", 5003, layout=layout).boxes
        top[layout] = boxes["mother.residence"][1] - boxes["father.residence"][1]
    assert top["tt04"] < 0 < top["tt15"]


def test_numbers_are_recognisably_synthetic() -> None:
    for seed in range(60):
        for person in (make_family(seed).mother, make_family(seed).requester):
            number = person.identity.number
            assert re.fullmatch(r"001\d{3}000\d{3}|000\d{6}|[BCN]000\d{4}", number)


def test_a_phone_picture_is_a_phones_size() -> None:
    shot = Image.open(io.BytesIO(degrade(draw("giay_chung_sinh", 5004), "phone", 1)))
    assert 4.5e6 < shot.width * shot.height < 12.5e6
