"""Draws identity cards: a made-up holder in, a picture of a side (or an A4 copy of both) out.

Kinds of card (facts §3.2): the chip "CĂN CƯỚC CÔNG DÂN" of 2021–6/2024 (QR on the front, MRZ on
the back) and the "CĂN CƯỚC" of 7/2024 (QR and MRZ on the back). They are drawings, not copies: the
wording and the places follow the cards; emblem, portrait and fingerprints are plain shapes.

Truth is what THAT side carries, in print or in its codes. The MRZ's name has no diacritics, so it
is never the truth of `full_name`: "NGUYEN" may be Nguyễn or Nguyên, and marks are not guessed.
"""

import math
import random
from typing import Literal

import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFilter

from tests.draw.card_sheet import Ink, Sheet
from tests.draw.drawn import Drawn, Truth
from tests.draw.holders import WARDS, make_holder, printed_date, qr_text
from tests.draw.td1 import td1_rows

WIDTH_MM, HEIGHT_MM = 85.6, 54.0
RED: Ink = (176, 32, 40)
GOLD: Ink = (214, 170, 60)
MARKS = ["Nốt ruồi C:2cm dưới mắt phải", "Sẹo chấm C:1cm trên lông mày"]
FINGERS = ["Ngón trỏ trái / Left index finger", "Ngón trỏ phải / Right index finger"]
Card = Literal["chip", "2024"]


def _background(width: int, seed: int, tint: Ink) -> Image.Image:
    """Pale paper with crossing wave lines, as printed against forgery."""
    r = random.Random(f"ground-{seed}")
    size = (width, round(width * HEIGHT_MM / WIDTH_MM))
    fall = np.linspace(0, 1, size[0])[None, :, None] * np.array([6, 10, 4])
    ground = np.array(tint)[None, None] + fall + np.zeros((size[1], 1, 1))
    image = Image.fromarray(np.clip(ground, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    line = tuple(int(c * r.uniform(0.88, 0.93)) for c in tint)
    step = max(6, width // 110)
    for k in range(-4, size[1] // step + 4):
        turn = r.uniform(0.3, 0.5)
        for sign in (1, -1):
            points = [
                (x, k * step + sign * step * 1.6 * math.sin(x / width * 14 + k * turn))
                for x in range(0, size[0] + 8, 8)
            ]
            draw.line(points, fill=line, width=1)
    return image


def _portrait(size: tuple[int, int], seed: int) -> Image.Image:
    r = random.Random(f"face-{seed}")
    image = Image.new("RGB", size, (196, 206, 220))
    draw = ImageDraw.Draw(image)
    w, h = size
    skin = (210 + r.randint(-20, 10), 178 + r.randint(-20, 10), 152)
    draw.ellipse((w * 0.08, h * 0.72, w * 0.92, h * 1.4), fill=(70, 80, 110))
    draw.ellipse((w * 0.24, h * 0.14, w * 0.76, h * 0.6), fill=(40, 34, 32))
    draw.ellipse((w * 0.28, h * 0.22, w * 0.72, h * 0.74), fill=skin)
    return image.filter(ImageFilter.GaussianBlur(w / 90))


def _emblem(sheet: Sheet) -> None:
    draw = ImageDraw.Draw(sheet.image)
    px = sheet.px
    draw.ellipse(
        (px(4), px(3.5), px(16), px(15.5)), fill=(206, 52, 44), outline=GOLD, width=px(0.7)
    )
    middle, big = (10.0, 9.5), 3.6
    star = []
    for k in range(10):
        reach = big if k % 2 == 0 else big * 0.4
        angle = -math.pi / 2 + k * math.pi / 5
        x, y = middle[0] + reach * math.cos(angle), middle[1] + reach * math.sin(angle)
        star.append((px(x), px(y)))
    draw.polygon(star, fill=(232, 196, 70))


def _heading(sheet: Sheet, middle: float, title: str, english: str) -> None:
    sheet.put(middle, 3.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 2.15, bold=True, middle=True)
    sheet.put(middle, 5.6, "Độc lập - Tự do - Hạnh phúc", 2.1, bold=True, middle=True)
    sheet.put(middle, 8.3, "SOCIALIST REPUBLIC OF VIET NAM", 1.75, middle=True)
    sheet.put(middle, 10.4, "Independence - Freedom - Happiness", 1.7, middle=True)
    sheet.put(middle, 12.7, title, 4.0, bold=True, middle=True, ink=RED)
    sheet.put(middle, 17.4, english, 2.3, middle=True, ink=RED)


def _paste_qr(sheet: Sheet, text: str, x: float, y: float, side: float) -> None:
    code = segno.make(text, micro=False, error="m", encoding="utf-8", eci=False)
    dark = np.array([list(row) for row in code.matrix_iter(border=2)], bool)
    matrix = np.where(dark, 24, 250).astype(np.uint8)
    mark = Image.fromarray(matrix).convert("RGB")
    sheet.paste(mark.resize((sheet.px(side),) * 2, Image.Resampling.BOX), x, y)


def _front_of_chip(sheet: Sheet, h: Truth, seed: int) -> None:
    _emblem(sheet)
    _heading(sheet, 43, "CĂN CƯỚC CÔNG DÂN", "Citizen Identity Card")
    _paste_qr(sheet, qr_text(h), 68.5, 2.5, 14.5)
    sheet.paste(_portrait((sheet.px(20), sheet.px(26.5)), seed), 4, 18)
    end = sheet.put(26.5, 20.6, "Số / No.:", 2.3)
    sheet.put(end + 1.5, 19.9, str(h["id_number"]), 3.7, bold=True, key="id_number")
    sheet.put(26.5, 24.9, "Họ và tên / Full name:", 2.15)
    sheet.put(26.5, 27.5, str(h["full_name"]), 3.0, key="full_name")
    end = sheet.put(26.5, 31.4, "Ngày sinh / Date of birth:", 2.15)
    sheet.put(end + 1.2, 31.1, printed_date(str(h["birth_date"])), 2.6, key="birth_date")
    end = sheet.put(26.5, 34.7, "Giới tính / Sex:", 2.15)
    sheet.put(end + 1.2, 34.4, str(h["gender"]), 2.6, key="gender")
    end = sheet.put(51, 34.7, "Quốc tịch / Nationality:", 2.15)
    sheet.put(end + 1.0, 34.4, str(h["nationality"]), 2.6, key="nationality")
    sheet.put(26.5, 38.0, "Quê quán / Place of origin:", 2.15)
    sheet.put_wrapped(26.5, 40.6, str(h["hometown"]), 2.5, key="hometown", again=26.5, until=83)
    end = sheet.put(26.5, 44.3, "Nơi thường trú / Place of residence:", 2.15)
    home = str(h["residence"])
    sheet.put_wrapped(end + 1.0, 44.0, home, 2.5, key="residence", again=26.5, until=83)
    end = sheet.put(4, 45.6, "Có giá trị đến:", 1.65)
    sheet.put(4, 47.7, "Date of expiry:", 1.65)
    sheet.put(end + 0.6, 46.3, printed_date(h["expires_on"]), 1.9, key="expires_on")


def _mrz(sheet: Sheet, h: Truth) -> None:
    """Three OCR-B rows, ten characters to the inch, six rows to the inch (ICAO 9303-5)."""
    pitch, rows = 2.54, td1_rows(h)
    for k, row in enumerate(rows):
        for at, letter in enumerate(row):
            sheet.put(4.7 + at * pitch, 38.6 + k * 4.23, letter, 3.55, font="OCRB.otf", key="mrz")


def _chip(sheet: Sheet, x: float, y: float) -> None:
    draw, px = ImageDraw.Draw(sheet.image), sheet.px
    draw.rounded_rectangle((px(x), px(y), px(x + 12), px(y + 9.5)), px(1.5), fill=(208, 182, 110))
    for k in (3, 6):
        draw.line((px(x), px(y + k), px(x + 12), px(y + k)), fill=(120, 98, 50), width=2)
    draw.line((px(x + 6), px(y), px(x + 6), px(y + 9.5)), fill=(120, 98, 50), width=2)


def _finger(sheet: Sheet, x: float, y: float, seed: int) -> None:
    draw, px, r = ImageDraw.Draw(sheet.image), sheet.px, random.Random(seed)
    for k in range(1, 9):
        a, b = k * 0.65, k * 0.85
        box = (px(x - a), px(y - b), px(x + a), px(y + b))
        draw.arc(box, r.randint(0, 60), r.randint(280, 360), fill=(70, 70, 80), width=px(0.22))


def _back_of_chip(sheet: Sheet, h: Truth, seed: int) -> None:
    sheet.put(4, 3.0, "Đặc điểm nhận dạng / Personal identification:", 2.1)
    sheet.put(4, 5.8, random.Random(seed).choice(MARKS), 2.4)
    end = sheet.put(4, 10.0, "Ngày, tháng, năm / Date, month, year:", 2.1)
    sheet.put(end + 1, 9.7, printed_date(str(h["issued_on"])), 2.5, key="issued_on")
    sheet.put(36, 14.2, "CỤC TRƯỞNG CỤC CẢNH SÁT", 2.1, bold=True, middle=True)
    sheet.put(36, 16.8, "QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI", 1.9, bold=True, middle=True)
    sheet.put(36, 30.5, "Tô Mẫu Thử", 2.4, bold=True, middle=True)
    _chip(sheet, 5, 20)
    for k, words in enumerate(FINGERS):
        _finger(sheet, 74, 8 + k * 18, seed + k)
        sheet.put(74, 16.2 + k * 18, words, 1.3, middle=True)
    _mrz(sheet, h)


def _front_of_2024(sheet: Sheet, h: Truth, seed: int) -> None:
    _emblem(sheet)
    _heading(sheet, 52, "CĂN CƯỚC", "IDENTITY CARD")
    sheet.paste(_portrait((sheet.px(20), sheet.px(26.5)), seed), 4, 18)
    sheet.put(26.5, 21.0, "Số định danh cá nhân / Personal identification number:", 2.1)
    sheet.put(26.5, 23.7, str(h["id_number"]), 3.6, bold=True, key="id_number")
    sheet.put(26.5, 29.0, "Họ, chữ đệm và tên khai sinh / Full name:", 2.1)
    sheet.put(26.5, 31.7, str(h["full_name"]), 3.0, key="full_name")
    sheet.put(26.5, 36.6, "Ngày, tháng, năm sinh / Date of birth:", 2.1)
    sheet.put(26.5, 39.2, printed_date(str(h["birth_date"])), 2.6, key="birth_date")
    sheet.put(66, 36.6, "Giới tính / Sex:", 2.1)
    sheet.put(66, 39.2, str(h["gender"]), 2.6, key="gender")
    sheet.put(26.5, 43.6, "Quốc tịch / Nationality:", 2.1)
    sheet.put(26.5, 46.2, str(h["nationality"]), 2.6, key="nationality")


def _back_of_2024(sheet: Sheet, h: Truth, seed: int) -> None:
    sheet.put(4, 2.6, "Nơi cư trú / Place of residence:", 1.95)
    sheet.put_wrapped(4, 5.0, str(h["residence"]), 2.35, key="residence", again=4, until=65)
    sheet.put(4, 11.0, "Nơi đăng ký khai sinh / Place of birth registration:", 1.95)
    sheet.put(4, 13.4, random.Random(seed).choice(WARDS) + ", Hà Nội", 2.35)
    sheet.put(20, 17.6, "Ngày, tháng, năm cấp / Date of issue:", 1.95)
    sheet.put(20, 20.0, printed_date(str(h["issued_on"])), 2.4, key="issued_on")
    sheet.put(20, 23.8, "Ngày, tháng, năm hết hạn / Date of expiry:", 1.95)
    sheet.put(20, 26.2, printed_date(h["expires_on"]), 2.4, key="expires_on")
    sheet.put(60, 31.5, "BỘ CÔNG AN / MINISTRY OF PUBLIC SECURITY", 1.7, bold=True, middle=True)
    _chip(sheet, 4.5, 19.5)
    _paste_qr(sheet, qr_text(h, ("Nguyễn Văn Mẫu", "Trần Thị Thử")), 66.5, 3, 16)
    _mrz(sheet, h)


_PRINTED = ("id_number", "full_name", "birth_date", "gender", "nationality")
_ON_MRZ = ("id_number", "birth_date", "gender", "nationality", "expires_on")
_SIDES = {
    ("chip", "front"): (
        _front_of_chip,
        (*_PRINTED, "old_id_number", "hometown", "residence", "issued_on", "expires_on"),
        (226, 238, 232),
    ),
    ("chip", "back"): (_back_of_chip, (*_ON_MRZ, "issued_on"), (232, 234, 226)),
    ("2024", "front"): (_front_of_2024, _PRINTED, (222, 236, 240)),
    ("2024", "back"): (
        _back_of_2024,
        (*_ON_MRZ, "full_name", "old_id_number", "residence", "issued_on"),
        (226, 236, 236),
    ),
}


def draw_card(
    side: Literal["front", "back"],
    seed: int,
    person: Truth | None = None,
    *,
    card: Card = "chip",
    width: int = 1400,
) -> Drawn:
    """One side of one card, upright, without margin.

    `person` replaces fields of the holder made from `seed`; `width` is the card's in pixels.
    """
    holder = {**make_holder(seed), **(person or {})}
    draw_side, keys, tint = _SIDES[card, side]
    sheet = Sheet(width / WIDTH_MM, _background(width, seed, tint))
    draw_side(sheet, holder, seed)
    return Drawn(sheet.image, "cccd", {k: holder[k] for k in keys}, sheet.boxes)


def draw_copy(
    seed: int, person: Truth | None = None, *, card: Card = "chip", dpi: int = 300
) -> Drawn:
    """Both sides on one A4 page at true size, a little askew: as copiers and flatbeds give them."""
    r = random.Random(f"copy-{seed}")
    page = Image.new("RGB", (round(8.27 * dpi), round(11.69 * dpi)), (252, 252, 252))
    width = round(WIDTH_MM / 25.4 * dpi)
    truth: Truth = {}
    for k, side in enumerate(("front", "back")):
        drawn = draw_card(side, seed, person, card=card, width=width)
        turned = drawn.image.convert("RGBA").rotate(
            r.uniform(-2, 2), Image.Resampling.BICUBIC, expand=True
        )
        at = (round(dpi * r.uniform(1.5, 3)), round(dpi * (1.2 + 3.4 * k + r.uniform(0, 0.5))))
        page.paste(turned, at, turned)
        truth |= drawn.truth
    return Drawn(page, "cccd", truth, {})
