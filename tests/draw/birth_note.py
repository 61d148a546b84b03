"""GIẤY CHỨNG SINH: the plain older print (TT 17/2012 … TT 27/2019/TT-BYT) and the newer one with "Mã số GCS"."""

from random import Random

from tests.draw.drawn import Truth
from tests.draw.ink import draw_signature, draw_stamp, draw_tick_box
from tests.draw.people import Family
from tests.draw.sheet import Label, Sheet, Value
from tests.draw.wording import say_date

UNNAMED = ("", "", "/", "-", "chưa đặt tên", "Chưa đặt tên")
REMARKS = ("", "", "Đẻ thường", "Mổ lấy thai", "Sinh đủ tháng", "Không")
SIGNERS = {
    "old": (
        ("Cha, mẹ/Người nuôi dưỡng", "(Ký, ghi rõ họ tên)"),
        ("Người đỡ đẻ", "(Ký, ghi rõ chức danh)"),
        ("Người ghi phiếu", "(Ký, ghi rõ chức danh)"),
        ("Thủ trưởng cơ sở y tế", "(Ký tên, đóng dấu)"),
    ),
    "new": (
        ("Thân nhân của trẻ", "(Ký, ghi rõ họ tên)"),
        ("Người đỡ đẻ", "(Ký, ghi rõ họ tên)"),
        ("Người ghi phiếu", "(Ký, ghi rõ họ tên)"),
        ("Đại diện cơ sở KBCB", "(Ký tên, đóng dấu)"),
    ),
}


def draw_birth_note(sheet: Sheet, family: Family, rng: Random, layout: str = "") -> Truth:
    """Set the whole note on the sheet. `layout`: old or new, drawn by lot if empty."""
    layout = layout or rng.choice(("old", "old", "new"))
    truth: Truth = {}
    _head(sheet, family, rng, truth, layout)
    _mother(sheet, family, rng, truth)
    _birth(sheet, family, rng, truth)
    _end(sheet, family, rng, truth, layout)
    return truth


def _fill(truth: Truth, key: str, text: str | None, share: float = 1.0, least: int = 0) -> Value:
    truth[key] = text
    return Value(key, text or "", share, least)


def _head(sheet: Sheet, family: Family, rng: Random, truth: Truth, layout: str) -> None:
    style, top = sheet.style, sheet.y
    small = int(style.size * 0.84)
    sheet.centre("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=small, x=0.73)
    sheet.centre("Độc lập - Tự do - Hạnh phúc", size=small, x=0.73, rule=0.9)
    low, sheet.y = sheet.y, top
    _letterhead(sheet, family, rng, truth, small)
    column = style.left + int((style.right - style.left) * 0.46)
    place = {"left": style.left, "right": column}
    sheet.y += style.size * 0.2
    if layout == "new":
        code = (
            f"GCS.01{rng.randint(1, 99):03d}.{family.note_issued_on:%y}.{rng.randint(1, 9999):06d}"
        )
        sheet.row(Label("Mã số GCS:"), _fill(truth, "number", code), right=column)
        _first_issue(sheet, rng)
    else:
        sheet.y = max(sheet.y, low) if rng.random() < 0.3 else sheet.y
        if rng.random() < 0.3:
            place = {"left": style.right - 640, "right": style.right}
            sheet.y = max(sheet.y, low) + 10
        sheet.row(Label("Số:"), _fill(truth, "number", family.note_number), **place)
        sheet.row(Label("Quyển số:"), _fill(truth, "book", family.note_book), **place)
    sheet.y = max(sheet.y, low) + style.size * rng.uniform(0.4, 1.2)
    sheet.centre("GIẤY CHỨNG SINH", size=int(style.size * rng.choice((1.2, 1.4))))
    sheet.y += style.size * rng.uniform(0.3, 0.9)


def _letterhead(sheet: Sheet, family: Family, rng: Random, truth: Truth, small: int) -> None:
    style = sheet.style
    if rng.random() < 0.5:
        column = style.left + int((style.right - style.left) * 0.44)
        label = Label("Cơ sở khám bệnh, chữa bệnh:")
        sheet.row(label, _fill(truth, "facility", family.facility), right=column)
        return
    name = family.facility.upper()
    truth["facility"] = name
    face = sheet.face("Bold", small)
    if rng.random() < 0.6:
        sheet.centre(rng.choice(("SỞ Y TẾ HÀ NỘI", "BỘ Y TẾ")), "Regular", small, 0.2)
    lines, width = [""], (style.right - style.left) * 0.42
    for word in name.split():
        joined = f"{lines[-1]} {word}".strip()
        lines = [*lines[:-1], joined] if face.getlength(joined) <= width else [*lines, word]
    for line in lines:
        wide = face.getlength(line)
        x = style.left + (style.right - style.left) * 0.2 - wide / 2
        x = max(x, 40)
        sheet._grow("facility", sheet.pen.textbbox((x, sheet.y), line, face))
        sheet.pen.text((x, sheet.y), line, font=face, fill=(10, 10, 10))
        sheet.y += small * 1.36


def _first_issue(sheet: Sheet, rng: Random) -> None:
    x, face = float(sheet.style.left), sheet.face()
    for text, ticked in (("Cấp lần đầu:", True), ("Cấp lại:", False)):
        sheet.pen.text((x, sheet.y), text, font=face, fill=(10, 10, 10))
        x = draw_tick_box(sheet, x + face.getlength(text + " "), ticked) + 40
    sheet.y += sheet.step


def _mother(sheet: Sheet, family: Family, rng: Random, truth: Truth) -> None:
    mother, paper, style = family.mother, family.mother.identity, sheet.style
    name = mother.full_name.upper() if style.names_upper else mother.full_name
    born = str(mother.birth_date.year)
    if style.year_full:
        born = say_date(mother.birth_date, "slash")
    year = _fill(truth, "mother.birth_year", born, 0.3, 200)
    named = (Label("Họ và tên mẹ/Người nuôi dưỡng:"), _fill(truth, "mother.full_name", name))
    people = Label("Dân tộc:"), _fill(truth, "mother.ethnicity", mother.ethnicity)
    if style.year_full:
        truth["mother.birth_year"] = mother.birth_date.isoformat()
    sheet.row(*named)
    sheet.row(Label("Năm sinh:"), year)
    home = _fill(truth, "mother.residence", mother.residence)
    sheet.row(Label("Nơi đăng ký thường trú:"), home)
    card = _fill(truth, "mother.insurance_number", family.insurance_number)
    sheet.row(Label("Mã số BHXH/Thẻ BHYT số:"), card)
    sheet.row(
        Label("Giấy CMND/Thẻ căn cước/Hộ chiếu số:"),
        _fill(truth, "mother.id_number", paper.number),
        Label("Ngày cấp:"),
        Value("mother.id_issued_on", say_date(paper.issued_on, "slash"), 0.6),
        Label("Nơi cấp:"),
        _fill(truth, "mother.id_issued_by", paper.issued_by, 1.2),
    )
    truth["mother.id_issued_on"] = paper.issued_on.isoformat()
    sheet.row(*people)


def _birth(sheet: Sheet, family: Family, rng: Random, truth: Truth) -> None:
    child, day, time = family.child, family.child.birth_date, family.birth_time
    upper = sheet.style.names_upper
    dad = family.father and family.father.full_name
    sheet.row(
        Label("Họ và tên cha:"),
        _fill(truth, "father.full_name", dad.upper() if dad and upper else dad),
    )
    sheet.row(
        Label("Đã sinh con vào lúc:"), Value("child.birth_time", time[:2], 0.2),
        Label("giờ"), Value("child.birth_time", time[3:], 0.2),
        Label("phút, ngày"), Value("child.birth_date", f"{day:%d}", 0.2),
        Label("tháng"), Value("child.birth_date", f"{day:%m}", 0.2),
        Label("năm"), Value("child.birth_date", f"{day:%Y}", 0.2),
    )  # fmt: skip
    truth["child.birth_time"], truth["child.birth_date"] = time, day.isoformat()
    sheet.row(Label("Tại:"), _fill(truth, "child.birth_place", family.birth_place))
    n, grams = family.children_count, family.weight_g
    count = rng.choice((f"{n:02d}", str(n), f"{n:02d} ({'một' if n == 1 else 'hai'})"))
    weight = rng.choice((str(grams), str(grams), f"{grams / 1000:.3f}"))
    sheet.row(Label("Số con trong lần sinh này:"), Value("children_count", count))
    sheet.row(
        Label("Giới tính của con:"), _fill(truth, "child.gender", child.gender),
        Label("Cân nặng:"), Value("child.weight_g", weight), Label(rng.choice(("(gam)", "gam"))),
    )  # fmt: skip
    truth["children_count"], truth["child.weight_g"] = n, grams
    name = family.intended_name
    shown = (name.upper() if upper else name) if name else rng.choice(UNNAMED)
    sheet.row(Label("Dự định đặt tên con là:"), Value("child.intended_name", shown))
    truth["child.intended_name"] = shown if name else None
    sheet.row(Label("Ghi chú:"), Value("remark", rng.choice(REMARKS)))
    sheet.boxes.pop("remark", None)


def _end(sheet: Sheet, family: Family, rng: Random, truth: Truth, layout: str) -> None:
    style, day = sheet.style, family.note_issued_on
    truth["issued_on"] = day.isoformat()
    width = style.right - style.left
    sheet.row(
        Label("Hà Nội, ngày", "Italic"), Value("issued_on", f"{day:%d}", 0.3),
        Label("tháng", "Italic"), Value("issued_on", f"{day:%m}", 0.3),
        Label("năm", "Italic"), Value("issued_on", f"{day:%Y}", 0.2),
        left=style.left + int(width * 0.5),
    )  # fmt: skip
    small, top = int(style.size * 0.78), sheet.y
    for i, (who, how) in enumerate(SIGNERS[layout]):
        sheet.y, x = top, (i + 0.5) / 4
        words = who.split()
        cut = len(words) if len(who) < 16 else (len(words) + 1) // 2
        for text in (" ".join(words[:cut]), " ".join(words[cut:])):
            sheet.centre(text, size=small, x=x)
        sheet.centre(how, "Italic", int(small * 0.82), x=x)
        draw_signature(sheet, style.left + width * x, sheet.y + 40, rng)
    _sign(sheet, family, rng, sheet.y + style.size * 4)
    if rng.random() < 0.7:
        stamp = (style.left + width * 0.85, sheet.y - style.size * 2.4)
        draw_stamp(sheet, *stamp, family.facility, rng)


def _sign(sheet: Sheet, family: Family, rng: Random, y: float) -> None:
    names = (family.mother.full_name, "Hộ sinh", "Điều dưỡng", "BS. Trần Mẫu Thử")
    for i, name in enumerate(names):
        sheet.y = y
        sheet.centre(name, "Regular", int(sheet.style.size * 0.8), x=(i + 0.5) / 4)
