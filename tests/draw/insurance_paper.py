"""TK1-TS, TỜ KHAI THAM GIA, ĐIỀU CHỈNH THÔNG TIN BẢO HIỂM XÃ HỘI, BẢO HIỂM Y TẾ, in two numberings."""

from random import Random

from tests.draw.drawn import Truth
from tests.draw.filling import Filling
from tests.draw.moves import Insurance, insurance_of
from tests.draw.occasions import number_of
from tests.draw.people import Family
from tests.draw.sheet import Label, Sheet, Value

TITLE = "TỜ KHAI THAM GIA, ĐIỀU CHỈNH THÔNG TIN BẢO HIỂM XÃ HỘI, BẢO HIỂM Y TẾ"
PARTS = {
    "qd505": (
        "I. Áp dụng đối với người tham gia tra cứu không thấy mã số BHXH",
        "II. Áp dụng đối với người tham gia đã có mã số BHXH",
    ),
    "qd595": ("I. Phần thông tin bắt buộc", "II. Phần thông tin đóng, hưởng"),
}
GUARDIAN = "Họ tên cha/mẹ/giám hộ (đối với trẻ em dưới 6 tuổi):"
CLINIC = "Nơi đăng ký khám bệnh, chữa bệnh ban đầu:"


def draw_tk1(sheet: Sheet, about: Insurance | Family, rng: Random, layout: str = "") -> Truth:
    """`qd505`: part II repeats the person if there is a number; `qd595`: one person over both parts."""
    f, it = Filling(sheet, rng), insurance_of(about) if isinstance(about, Family) else about
    small = int(sheet.style.size * 0.7)
    sheet.centre("Mẫu TK1-TS", "Bold", small, 0.85)
    f.head(TITLE)
    f.line("Kính gửi:", f.other("Bảo hiểm xã hội thành phố Hà Nội"))
    f.ask(PARTS[layout][0])
    if layout == "qd505":
        _part_one(f, it)
        f.ask(PARTS[layout][1])
        _part_two(f, it)
    else:
        _one_person(f, it)
    day = it.declared_on
    f.pledge()
    sheet.centre(f"Hà Nội, ngày {day:%d} tháng {day:%m} năm {day:%Y}", "Italic", x=0.74)
    f.sign(("Người kê khai", "(Ký, ghi rõ họ tên)", it.guardian or it.subject.full_name))
    return f.truth


def _row(f: Filling, *pairs: tuple[str, Value]) -> None:
    f.sheet.row(*(part for label, value in pairs for part in (Label(label), value)))


def _birth_seat(f: Filling, it: Insurance, mark: str, filled: bool = True) -> None:
    """Three lines on the paper, one place in the truth."""
    district, _, city = it.birth_seat.rest.rpartition(", ")
    key = "registered_birth_at"
    texts = (it.birth_seat.ward, district, city) if filled else ("", "", "")
    _row(
        f,
        (
            f"[{mark}] Nơi đăng ký khai sinh: [{mark}.1] Xã (phường, thị trấn):",
            Value(key, texts[0]),
        ),
        (f"[{mark}.2] Huyện (quận, thị xã):", Value(key, texts[1])),
        (f"[{mark}.3] Tỉnh (TP):", Value(key, texts[2])),
    )
    f.truth[key] = ", ".join(t for t in texts if t) or None


def _part_one(f: Filling, it: Insurance) -> None:
    new, who = it.insurance_number is None, it.subject
    day = f.day("subject.birth_date", who.birth_date) if new else f.other("")
    phone = f.phone("subject.phone", it.phone) if new else f.other("")
    name = f.value("subject.full_name", who.full_name.upper()) if new else f.other("")

    def take(key: str, text: str | None, *more: float) -> Value:
        return f.value(key, text if new else None, *more)

    gender = take("subject.gender", who.gender, 0.2, 140)
    _row(f, ("[01] Họ và tên (viết chữ in hoa):", name), ("[02] Giới tính:", gender))
    nationality = take("subject.nationality", who.nationality, 0.7, 220)
    _row(f, ("[03] Ngày, tháng, năm sinh:", day), ("[04] Quốc tịch:", nationality))
    _row(
        f,
        ("[05] Dân tộc:", take("subject.ethnicity", who.ethnicity, 0.5, 200)),
        ("[06] Số CCCD/ĐDCN/Hộ chiếu:", take("subject.id_number", f.maybe(number_of(who), 0.2))),
    )
    mail = take("subject.email", it.email)
    _row(f, ("[07] Điện thoại:", phone), ("[08] Email (nếu có):", mail))
    _birth_seat(f, it, "09", new)
    _row(
        f,
        (
            f"[10] {GUARDIAN}",
            take("guardian", it.guardian and f.rng.choice((it.guardian, it.guardian.upper()))),
        ),
    )
    f.sheet.row(Label("[11] Đăng ký nhận kết quả giải quyết thủ tục hành chính:"))
    _address(f, it, ("12", "13", "14", "15"), new)
    f.line(
        "[16] Kê khai Phụ lục Thành viên hộ gia đình (người tham gia BHYT theo hộ gia đình):",
        f.other(""),
    )


def _address(f: Filling, it: Insurance, marks: tuple[str, ...], filled: bool) -> None:
    parts = it.subject.residence.rsplit(", ", 3) if filled else []
    street, ward, district, city = (["", *parts] if len(parts) == 3 else parts) or [""] * 4
    _row(f, (f"[{marks[0]}] Số nhà, đường/phố, thôn/xóm:", f.other(street)))
    _row(
        f,
        (f"[{marks[1]}] Xã:", f.other(ward)),
        (f"[{marks[2]}] Huyện:", f.other(district)),
        (f"[{marks[3]}] Tỉnh:", f.other(city)),
    )


def _part_two(f: Filling, it: Insurance) -> None:
    old, who = it.insurance_number, it.subject
    name, born, phone = f.other(""), f.other(""), f.other("")
    if old:
        name = f.value("subject.full_name", who.full_name.upper())
        born = f.day("subject.birth_date", who.birth_date)
        phone = f.phone("subject.phone", it.phone)
    _row(f, ("[17] Mã số BHXH:", f.other(old)), ("[18] Điện thoại:", phone))
    _row(f, ("[19] Họ và tên:", name), ("[20] Ngày sinh:", born))
    _closing(f, it, 21)


def _closing(f: Filling, it: Insurance, mark: int) -> None:
    _row(f, (f"[{mark}] Nội dung thay đổi, yêu cầu:", f.value("content", it.content)))
    _row(
        f,
        (f"[{mark + 1}] Mức tiền đóng:", f.other("")),
        (f"[{mark + 2}] Phương thức đóng:", f.other("")),
    )
    _row(f, (f"[{mark + 3}] {CLINIC}", f.value("clinic", it.clinic)))
    attached = f.rng.choice(("", "Giấy khai sinh (bản sao)", "Không"))
    _row(f, (f"[{mark + 4}] Hồ sơ kèm theo (nếu có):", f.other(attached)))


def _one_person(f: Filling, it: Insurance) -> None:
    who = it.subject
    name = f.value("subject.full_name", who.full_name.upper())
    gender = f.value("subject.gender", who.gender, 0.2, 140)
    _row(f, ("[01]. Họ và tên (viết chữ in hoa):", name), ("[02]. Giới tính:", gender))
    _row(
        f,
        ("[03]. Ngày, tháng, năm sinh:", f.day("subject.birth_date", who.birth_date)),
        ("[04]. Quốc tịch:", f.value("subject.nationality", who.nationality, 0.7, 220)),
        ("[05]. Dân tộc:", f.value("subject.ethnicity", who.ethnicity, 0.5, 200)),
    )
    _birth_seat(f, it, "06")
    f.sheet.row(Label("[07]. Địa chỉ nhận hồ sơ:"))
    _address(f, it, ("07.1", "07.2", "07.3", "07.4"), True)
    _row(f, (f"[08]. {GUARDIAN}", f.value("guardian", it.guardian)))
    f.ask(PARTS["qd595"][1])
    number = f.value("subject.id_number", f.maybe(number_of(who), 0.2))
    _row(
        f,
        ("[09]. Mã số BHXH (đã cấp):", f.other(it.insurance_number)),
        ("[10]. Số điện thoại liên hệ:", f.phone("subject.phone", it.phone)),
    )
    _row(f, ("[11]. Số CMND/ Hộ chiếu/ Thẻ căn cước:", number))
    _row(f, ("[12]. Mã số hộ gia đình (đã cấp):", f.other("")))
    _closing(f, it, 13)
