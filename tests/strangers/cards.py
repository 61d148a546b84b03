"""Identity cards in print only, without codes: the fronts of 2021 and 2024 and the back of 2016.

In: a family's mother or father. Out: HTML of a card 85.6 x 54 mm and its truth.
"""

from dataclasses import dataclass

from tests.strangers.families import Family, Someone
from tests.strangers.forms import say

SIZE = (85.6, 54.0)


@dataclass(frozen=True, slots=True)
class CardLook:
    font: str = "Liberation Sans"
    ground: str = "#e6f0ea"
    small: float = 1.9  # height of labels in mm
    big: float = 2.7
    bold: bool = False


def _put(x: float, y: float, size: float, text: str, css: str = "") -> str:
    return (
        f"<div style='position:absolute;left:{x}mm;top:{y}mm;font-size:{size}mm;{css}'>{text}</div>"
    )


def _card(look: CardLook, parts: list[str]) -> str:
    css = f"body{{margin:0;width:85.6mm;height:54mm;background:{look.ground};color:#222;line-height:1.15;"
    css += f"font-family:'{look.font}';position:relative;overflow:hidden}}"
    return f"<!doctype html><meta charset=utf-8><style>{css}</style><body>{''.join(parts)}</body>"


def _head(middle: float, title: str, english: str) -> list[str]:
    at = f"width:60mm;text-align:center;margin-left:{middle - 30}mm"
    return [
        _put(0, 2.6, 2.2, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", at + ";font-weight:bold"),
        _put(0, 5.2, 2.1, "Độc lập - Tự do - Hạnh phúc", at + ";font-weight:bold"),
        _put(0, 7.8, 1.7, "SOCIALIST REPUBLIC OF VIET NAM", at),
        _put(0, 9.8, 1.7, "Independence - Freedom - Happiness", at),
        _put(0, 11.9, 4.0, title, at + ";font-weight:bold;color:#b01c24"),
        _put(0, 16.3, 2.1, english, at + ";color:#b01c24"),
        _put(4, 18, 3, "<div style='width:20mm;height:26mm;background:#b9c3d3'></div>"),
    ]


def _sex(f: Family, who: Someone) -> str:
    return "Nữ" if who is f.mother else "Nam"


def chip_front(f: Family, who: Someone, look: CardLook) -> tuple[str, dict[str, object]]:
    s, b, until = (
        look.small,
        look.big,
        who.born.replace(year=who.born.year + 40, day=min(who.born.day, 28)),
    )
    heavy = "font-weight:bold" if look.bold else ""
    x, sex, name = 26, _sex(f, who), who.name.upper()
    parts = [
        *_head(46, "CĂN CƯỚC CÔNG DÂN", "Citizen Identity Card"),
        _put(x, 20.4, 2.2, f"Số / No.: <b style='font-size:3.5mm'>{who.number}</b>"),
        _put(x, 24.6, s, "Họ và tên / Full name:"),
        _put(x, 27.0, b + 0.3, name, heavy),
        _put(x, 30.9, s, f"Ngày sinh / Date of birth: <span style='font-size:{b}mm;{heavy}'>{say(who.born, 'slash')}</span>"),
        _put(x, 34.0, s, f"Giới tính / Sex: <span style='font-size:{b}mm;{heavy}'>{sex}</span>"),
        _put(50, 34.0, s, f"Quốc tịch / Nationality: <span style='font-size:{b}mm;{heavy}'>Việt Nam</span>"),
        _put(x, 37.4, s, "Quê quán / Place of origin:"),
        _put(x, 39.7, b, f.origin, heavy + ";white-space:nowrap;letter-spacing:-.02em;width:58mm"),
        _put(x, 43.2, s, "Nơi thường trú / Place of residence:"),
        _put(x, 45.5, b, who.home, heavy + ";width:58mm"),
        _put(4, 45.4, 1.6, "Có giá trị đến:"),
        _put(4, 47.4, 1.6, "Date of expiry:"),
        _put(14.5, 46.2, 1.9, say(until, "slash")),
    ]  # fmt: skip
    return _card(look, parts), {
        "id_number": who.number, "full_name": name, "birth_date": who.born.isoformat(), "gender": sex,
        "nationality": "Việt Nam", "hometown": f.origin, "residence": who.home, "expires_on": until.isoformat(),
    }  # fmt: skip


def new_front(f: Family, who: Someone, look: CardLook) -> tuple[str, dict[str, object]]:
    s, b, x, sex, name = look.small, look.big, 27, _sex(f, who), who.name.upper()
    parts = [
        *_head(50, "CĂN CƯỚC", "IDENTITY CARD"),
        _put(x, 20.6, s, "Số định danh cá nhân / Personal identification number:"),
        _put(x, 23.0, 3.6, f"<b>{who.number}</b>"),
        _put(x, 28.2, s, "Họ, chữ đệm và tên khai sinh / Full name:"),
        _put(x, 30.7, b + 0.4, name),
        _put(x, 35.6, s, "Ngày, tháng, năm sinh / Date of birth:"),
        _put(x, 38.0, b, say(who.born, "slash")),
        _put(64, 35.6, s, "Giới tính / Sex:"),
        _put(64, 38.0, b, sex),
        _put(x, 42.4, s, "Quốc tịch / Nationality:"),
        _put(x, 44.8, b, "Việt Nam"),
    ]
    return _card(look, parts), {
        "id_number": who.number, "full_name": name, "birth_date": who.born.isoformat(),
        "gender": sex, "nationality": "Việt Nam",
    }  # fmt: skip


def new_back(f: Family, who: Someone, look: CardLook) -> tuple[str, dict[str, object]]:
    s, b, given = look.small, look.big, who.issued.replace(year=2024, month=8)
    until = who.born.replace(year=who.born.year + 60, day=min(who.born.day, 28))
    parts = [
        _put(4, 3, s, "Nơi cư trú / Place of residence:"),
        _put(4, 5.6, b, who.home, "width:60mm"),
        _put(4, 13, s, "Nơi đăng ký khai sinh / Place of birth registration:"),
        _put(4, 15.6, b, f.origin),
        _put(20, 21, s, "Ngày, tháng, năm cấp / Date of issue:"),
        _put(20, 23.6, b, say(given, "slash")),
        _put(20, 28, s, "Ngày, tháng, năm hết hạn / Date of expiry:"),
        _put(20, 30.6, b, say(until, "slash")),
        _put(30, 36, 1.9, "BỘ CÔNG AN / MINISTRY OF PUBLIC SECURITY"),
    ]
    return _card(look, parts), {
        "residence": who.home, "issued_on": given.isoformat(), "expires_on": until.isoformat(),
    }  # fmt: skip
