"""The three papers of a death: TỜ KHAI ĐĂNG KÝ KHAI TỬ, GIẤY BÁO TỬ, TRÍCH LỤC KHAI TỬ with its BẢN SAO."""

from random import Random

from tests.draw.drawn import Truth
from tests.draw.filling import Filling
from tests.draw.occasions import Death
from tests.draw.paperwork import draw_frame
from tests.draw.seats import seat_of
from tests.draw.sheet import Label, Sheet
from tests.draw.wording import say_in_words

SUBSTITUTES = (
    "Số Giấy báo tử/Giấy tờ thay thế Giấy báo tử:",
    "Giấy báo tử/Giấy tờ thay thế Giấy báo tử số:",
)


def draw_death_declaration(sheet: Sheet, death: Death, rng: Random, layout: str = "") -> Truth:
    """`tt15`, `tt04`, or `tt04_2024`, where people leave out what their number already says."""
    f, asks = Filling(sheet, rng), death.requester
    f.head("TỜ KHAI ĐĂNG KÝ KHAI TỬ")
    width = sheet.style.right - sheet.style.left
    sheet.row(
        Label("Kính gửi:", mark="1"), f.value("authority", death.seat.office(rng)),
        indent=int(width * rng.choice((0.06, 0.14))),
    )  # fmt: skip
    f.line("Họ, chữ đệm, tên người yêu cầu:", f.name("requester.full_name", asks.full_name))
    home = f.maybe(asks.residence, 0.4 if layout == "tt04_2024" else 0.0)
    f.line("Nơi cư trú:", f.value("requester.residence", home), "2")
    f.line("Giấy tờ tùy thân:", f.identity("requester", asks.identity), "3")
    f.line("Quan hệ với người đã chết:", f.value("requester.relationship", death.relationship))
    _deceased(f, death)
    _event(f, death)
    _notice(f, death, rng.choice(SUBSTITUTES), rng.random() < 0.1)
    f.pledge()
    f.made_at(f.maybe(death.seat.place(rng), 0.06), death.declared_on)
    f.sign(("Người yêu cầu", "(Ký, ghi rõ họ, chữ đệm, tên)", asks.full_name))
    if layout != "tt15" or rng.random() < 0.5:
        f.copies(death.copies)
    f.notes()
    return f.truth


def _deceased(f: Filling, death: Death) -> None:
    gone = death.deceased
    f.ask("Đề nghị cơ quan đăng ký khai tử cho người có tên dưới đây:")
    f.line("Họ, chữ đệm, tên:", f.name("deceased.full_name", gone.full_name), bold=True)
    f.line("Ngày, tháng, năm sinh:", f.day("deceased.birth_date", gone.birth_date, death.keeps))
    f.trio("deceased", gone)
    f.line("Nơi cư trú cuối cùng:", f.value("deceased.last_residence", gone.residence), "2")
    f.line("Giấy tờ tùy thân:", f.identity("deceased", gone.identity), "3")


def _event(f: Filling, death: Death, lead: str = "Đã chết vào lúc:") -> None:
    f.sheet.row(
        Label(lead), *f.clock("death.time", death.died_at), *f.slots("death.date", death.died_on)
    )
    f.line("Nơi chết:", f.value("death.place", death.place))
    f.line("Nguyên nhân chết:", f.value("death.cause", death.cause))


def _notice(f: Filling, death: Death, label: str, blank: bool) -> None:
    f.sheet.row(
        Label(label, mark="4" if "thay thế" in label and "hợp lệ" not in label else ""),
        f.value("death_notice.number", None if blank else death.notice_number, 0.3, 160),
        Label("do"),
        f.value("death_notice.issuer", None if blank else death.notice_issuer, least=400),
        *f.slots("death_notice.issued_on", None if blank else death.notice_issued_on, "cấp ngày"),
    )


def draw_death_notice(sheet: Sheet, death: Death, rng: Random, layout: str = "") -> Truth:
    """`tt24`: the print of TT 24/2020/TT-BYT; `old`: shorter, as hospitals had it before 2021."""
    f = Filling(sheet, rng)
    _notice_head(f, death)
    _notice_person(f, death, layout)
    sheet.row(
        Label("Đã tử vong vào lúc:"), *f.clock("death.time", death.died_at), *f.slots("death.date", death.died_on)
    )  # fmt: skip
    f.line("Nguyên nhân tử vong:", f.value("death.cause", death.cause))
    if rng.random() < 0.5:
        f.line("Họ và tên người thân thích:", f.other(death.requester.full_name))
    day = f.slots("issued_on", death.notice_issued_on, "Hà Nội, ngày")
    sheet.row(*day, left=sheet.style.left + int((sheet.style.right - sheet.style.left) * 0.48))
    head = rng.choice(("Thủ trưởng cơ sở", "THỦ TRƯỞNG ĐƠN VỊ"))
    f.sign(
        ("Người thân thích", "(Ký, ghi rõ họ tên)", death.requester.full_name),
        (head, "(Ký, ghi rõ họ tên, đóng dấu)", "Trần Mẫu Thử"),
        stamp=death.notice_issuer,
    )
    return f.truth


def _notice_head(f: Filling, death: Death) -> None:
    sheet, rng, issuer = f.sheet, f.rng, death.notice_issuer
    above = (
        [rng.choice(("SỞ Y TẾ HÀ NỘI", "BỘ Y TẾ"))]
        if "nhân dân" not in issuer.replace("UBND", "nhân dân")
        else []
    )
    issuer = issuer.upper() if rng.random() < 0.7 else issuer
    low = f.letterhead([*above, issuer], "issuer")
    f.truth["issuer"] = issuer
    column = {"left": sheet.style.left, "right": sheet.style.left + 700}
    if rng.random() < 0.4:
        column = {"left": sheet.style.right - 640, "right": sheet.style.right}
        sheet.y = low
    sheet.y = max(sheet.y, low if rng.random() < 0.5 else 0) + 10
    sheet.row(Label("Số:"), f.value("number", death.notice_number), **column)
    book = Label(rng.choice(("Quyển số:", "Quyển:")))
    sheet.row(book, f.value("book", f.maybe(death.notice_book, 0.1)), **column)
    sheet.y = max(low, sheet.y) + sheet.style.size * 0.4
    f.title("GIẤY BÁO TỬ", scale=1.5)


def _notice_person(f: Filling, death: Death, layout: str) -> None:
    gone = death.deceased
    name = f.value("deceased.full_name", gone.full_name.upper())
    f.line("Họ và tên người tử vong:", name, bold=True)
    f.line("Ngày, tháng, năm sinh:", f.day("deceased.birth_date", gone.birth_date, death.keeps))
    f.trio("deceased", gone)
    f.line("Nơi thường trú/tạm trú:", f.value("deceased.residence", gone.residence))
    if layout == "tt24":
        f.line("Mã số định danh cá nhân:", f.value("deceased.id_number", death.number))
    f.line("Giấy tờ tùy thân:", f.identity("deceased", gone.identity, layout != "tt24"))


def draw_death_extract(sheet: Sheet, death: Death, rng: Random, layout: str = "") -> Truth:
    """`original` names cause, notice and declarant; `copy` the place, number and day of the entry instead."""
    f = Filling(sheet, rng)
    draw_frame(sheet, rng)
    entry, year = rng.randint(1, 300), death.declared_on.year
    mark = "TLKT-BS" if layout == "copy" else "TLKT"
    low = f.letterhead(death.seat.letterhead())
    top, sheet.y = sheet.y, max(sheet.y, low) if rng.random() < 0.5 else sheet.y
    number = rng.choice((f"{entry}/{mark}", f"{entry:02d}/{year}/{mark}"))
    sheet.row(Label("Số:"), f.value("number", number), right=sheet.style.left + 700)
    sheet.y = max(low, top, sheet.y)
    day = death.declared_on
    sheet.centre(f"Hà Nội, ngày {day:%d} tháng {day:%m} năm {day:%Y}", "Italic", x=0.72)
    sheet.y += 20
    f.title("TRÍCH LỤC KHAI TỬ", "(BẢN SAO)" if layout == "copy" else "", scale=1.4)
    _extract_person(f, death)
    if layout == "copy":
        _entry(f, death, f"{entry:02d}")
    else:
        _declarant(f, death)
    sheet.y += 20
    signer = (
        "NGƯỜI KÝ TRÍCH LỤC",
        "(Ký, ghi rõ họ, chữ đệm, tên, chức vụ và đóng dấu)",
        "Trần Mẫu Ký",
    )
    f.sign(signer, stamp=f"UBND {death.seat.ward}")
    return f.truth


def _extract_person(f: Filling, death: Death) -> None:
    gone, style = death.deceased, f.sheet.style
    f.line("Họ, chữ đệm, tên:", f.name("deceased.full_name", gone.full_name), bold=True)
    f.line("Ngày, tháng, năm sinh:", f.day("deceased.birth_date", gone.birth_date, death.keeps))
    f.trio("deceased", gone)
    if f.rng.random() < 0.6:
        f.line("Nơi cư trú cuối cùng:", f.value("deceased.last_residence", gone.residence))
    f.line("Số định danh cá nhân:", f.value("deceased.id_number", death.number))
    f.line("Giấy tờ tùy thân:", f.identity("deceased", gone.identity, False))
    f.sheet.row(
        Label("Đã chết vào lúc:"),
        *f.clock("death.time", death.died_at),
        *f.slots("death.date", death.died_on),
    )
    if style.year_full or f.rng.random() < 0.5:
        f.line("ghi bằng chữ:", f.other(say_in_words(death.died_on, f.rng)))
    f.line("Nơi chết:", f.value("death.place", death.place))


def _declarant(f: Filling, death: Death) -> None:
    who = death.requester
    f.line("Nguyên nhân chết:", f.value("death.cause", death.cause))
    _notice(f, death, "Giấy báo tử/Giấy tờ hợp lệ thay thế Giấy báo tử số:", False)
    f.line(
        "Họ, chữ đệm, tên người đi khai tử:",
        f.name("declarant.full_name", who.full_name),
        bold=True,
    )
    f.line("Giấy tờ tùy thân:", f.identity("declarant", who.identity))


def _entry(f: Filling, death: Death, entry: str) -> None:
    office = seat_of(death.seat.office(f.rng)).whole
    f.line("Đã được đăng ký khai tử tại:", f.value("registered_at", f"UBND {office}"), bold=True)
    f.sheet.row(
        Label("Số:"), f.other(f"{entry}/{death.declared_on.year}"),
        Label("Ngày:"), f.day("registered_on", death.declared_on),
    )  # fmt: skip
    f.line("Ghi chú:", f.other(""))
