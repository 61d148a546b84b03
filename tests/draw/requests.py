"""Requests to the register: TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH and … GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN."""

from random import Random

from tests.draw.drawn import Truth
from tests.draw.filling import Filling
from tests.draw.occasions import Request, Status
from tests.draw.people import make_hometown
from tests.draw.sheet import Label, Sheet


def draw_extract_request(sheet: Sheet, request: Request, rng: Random, layout: str = "") -> Truth:
    """`tt04`: "Đã đăng ký tại"; `tt15`: "Theo … số … Quyển số …" (facts §2.3, older print)."""
    f, asks = Filling(sheet, rng), request.requester
    f.head("TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH")
    indent = rng.choice((120, 280))
    sheet.row(
        Label("Kính gửi:", mark="1"), f.value("authority", request.seat.office(rng)), indent=indent
    )
    f.line("Họ, chữ đệm, tên người yêu cầu:", f.name("requester.full_name", asks.full_name))
    f.line("Nơi cư trú:", f.value("requester.residence", asks.residence), "2")
    f.line("Giấy tờ tùy thân:", f.identity("requester", asks.identity), "3")
    kin = f.value("requester.relationship", request.relationship)
    f.line("Quan hệ với người được cấp bản sao Trích lục hộ tịch:", kin)
    weight = "Bold" if sheet.style.heads_bold else "Regular"
    sheet.row(
        Label("Đề nghị cơ quan cấp bản sao trích lục", weight, "4"),
        f.value("extract_kind", request.extract_kind, least=260),
        Label("cho người có tên dưới đây:", weight),
    )
    _subject(f, request)
    _entry(f, request, layout)
    f.pledge()
    f.made_at(request.seat.place(rng), request.declared_on, known_place=False)
    f.truth.pop("declared_on")
    f.sign(("Người yêu cầu", "(Ký, ghi rõ họ, chữ đệm, tên)", asks.full_name))
    f.notes()
    return f.truth


def _subject(f: Filling, request: Request) -> None:
    who = request.subject
    f.line("Họ, chữ đệm, tên:", f.name("subject.full_name", who.full_name), bold=True)
    f.line("Ngày, tháng, năm sinh:", f.day("subject.birth_date", who.birth_date))
    f.trio("subject", who)
    f.line("Nơi cư trú:", f.value("subject.residence", who.residence), "2")
    f.line("Giấy tờ tùy thân:", f.identity("subject", who.identity, False), "3")
    f.line("Số định danh cá nhân (nếu có):", f.value("subject.id_number", request.number))


def _entry(f: Filling, request: Request, layout: str) -> None:
    office = f.value("registered_at", request.register_seat.office(f.rng))
    number = f.value("register.number", f.maybe(request.entry, 0.15), 0.3, 160)
    book = f.value("register.book", request.book, 0.3, 160)
    day = f.slots("registered_on", request.registered_on)
    f.sheet.row(Label("Đã đăng ký tại:", mark="5"), office, *(day if layout == "tt04" else ()))
    if layout == "tt15":
        paper = {"khai sinh": "Giấy khai sinh", "khai tử": "Trích lục khai tử"}.get(
            request.extract_kind
        )
        said = f.other(paper or "Giấy chứng nhận kết hôn", least=400)
        f.sheet.row(
            Label("Theo:", mark="6"), said, Label("số:"), number, Label("Quyển số:", mark="7"), book
        )
        f.sheet.row(Label("đăng ký"), *day)
    else:
        f.sheet.row(Label("số:"), number, Label("Quyển số:"), book)
    text = f"{request.copies:02d}" if f.rng.random() < 0.6 else str(request.copies)
    count = f.value("copies", text, 0.3, 120)
    f.truth["copies"] = request.copies
    label = Label("Số lượng bản sao yêu cầu cấp:")
    right = f.sheet.style.left + int(f.sheet.face().getlength(label.text)) + 420
    f.sheet.row(label, count, Label("bản"), right=right)


def draw_status_request(sheet: Sheet, status: Status, rng: Random, layout: str = "") -> Truth:
    """`tt04`, or `tt15` with the line "Nghề nghiệp"."""
    f, asks = Filling(sheet, rng), status.requester
    f.head("TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN")
    indent = rng.choice((120, 280))
    sheet.row(Label("Kính gửi:"), f.value("authority", status.seat.office(rng)), indent=indent)
    f.line("Họ, chữ đệm, tên người yêu cầu:", f.name("requester.full_name", asks.full_name))
    sheet.row(
        Label("Dân tộc:"), f.value("requester.ethnicity", asks.ethnicity),
        Label("Quốc tịch:"), f.value("requester.nationality", asks.nationality),
    )  # fmt: skip
    f.line("Nơi cư trú:", f.value("requester.residence", asks.residence), "1")
    kin = f.value("requester.relationship", status.relationship)
    f.line("Quan hệ với người được cấp Giấy xác nhận tình trạng hôn nhân:", kin)
    _person(f, status, layout)
    _lived(f, status)
    f.line("Tình trạng hôn nhân:", f.value("marital_status", status.marital_status), "4")
    purpose = f.value("purpose", status.purpose)
    f.line("Mục đích sử dụng Giấy xác nhận tình trạng hôn nhân:", purpose, "5")
    f.pledge()
    f.made_at(status.seat.place(rng), status.declared_on, known_place=False)
    f.sign(("Người yêu cầu", "(Ký, ghi rõ họ, chữ đệm, tên)", asks.full_name))
    f.notes()
    return f.truth


def _person(f: Filling, status: Status, layout: str) -> None:
    who, sheet = status.subject, f.sheet
    f.ask("Đề nghị cấp Giấy xác nhận tình trạng hôn nhân cho người có tên dưới đây:")
    sheet.row(
        Label("Họ, chữ đệm, tên:"), f.name("subject.full_name", who.full_name),
        Label("Giới tính:"), f.value("subject.gender", who.gender, 0.2, 120),
    )  # fmt: skip
    f.line("Ngày, tháng, năm sinh:", f.day("subject.birth_date", who.birth_date))
    f.line("Nơi sinh:", f.other(make_hometown(f.rng)))
    sheet.row(
        Label("Dân tộc:"), f.value("subject.ethnicity", who.ethnicity),
        Label("Quốc tịch:"), f.value("subject.nationality", who.nationality),
    )  # fmt: skip
    f.line("Giấy tờ tùy thân:", f.identity("subject", who.identity), "2")
    f.line("Nơi cư trú:", f.value("subject.residence", who.residence), "1")
    if layout == "tt15":
        f.line("Nghề nghiệp:", f.other(f.rng.choice(("Giáo viên", "Công nhân", "Tự do", ""))))


def _lived(f: Filling, status: Status) -> None:
    at, start, end = status.lived or (None, None, None)
    place = f.value("lived.at", at)
    if f.rng.random() < 0.5:
        f.line("Trong thời gian cư trú tại:", place)
        days = (*f.slots("lived.from", start, "từ ngày"), *f.slots("lived.to", end, "đến ngày"))
    else:
        f.sheet.row(Label("Trong thời gian cư trú tại:"), place)
        days = (
            Label("từ ngày"), f.day("lived.from", start),
            Label("đến ngày"), f.day("lived.to", end),
        )  # fmt: skip
    f.sheet.row(*days, Label("", mark="3"))
