"""HK02 (PHIẾU BÁO THAY ĐỔI HỘ KHẨU, NHÂN KHẨU) and CT01 (TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ)."""

from random import Random

from tests.draw.drawn import Truth
from tests.draw.filling import Filling
from tests.draw.moves import Member, Move, move_of
from tests.draw.occasions import number_of
from tests.draw.paperwork import Cell, draw_digit_boxes, draw_table
from tests.draw.people import Family, Person, make_hometown
from tests.draw.sheet import Label, Sheet
from tests.draw.wording import say_date

JOBS = (
    "Công nhân",
    "Giáo viên, Trường Tiểu học Mẫu",
    "Tự do",
    "Kinh doanh",
    "Nhân viên văn phòng",
    "",
)
HK02_HEADS = (
    "TT", "Họ và tên", "Ngày, tháng, năm sinh", "Giới tính", "Nơi sinh", "Nghề nghiệp", "Dân tộc", "Quốc tịch",
    "CMND số (hoặc Hộ chiếu số)", "Quan hệ với người có thay đổi",
)  # fmt: skip
CT01_HEADS = (
    "TT", "Họ, chữ đệm và tên", "Ngày, tháng, năm sinh", "Giới tính", "Số định danh cá nhân", "Mối quan hệ với chủ hộ",
)  # fmt: skip


def draw_hk02(sheet: Sheet, about: Move | Family, rng: Random, layout: str = "") -> Truth:
    """The whole slip of TT 36/2014/TT-BCA: who writes, who moves, who moves along."""
    f, move = Filling(sheet, rng), move_of(about) if isinstance(about, Family) else about
    f.head("PHIẾU BÁO THAY ĐỔI HỘ KHẨU, NHÂN KHẨU")
    to = f.other(move.seat.police(move.declared_on, rng))
    sheet.row(Label("Kính gửi:"), to, indent=rng.choice((120, 400)))
    _writer(f, move)
    _mover(f, move)
    household = move.head.full_name.upper()
    f.line("14. Họ và tên chủ hộ:", f.value("head_of_household.full_name", household))
    f.line("15. Quan hệ với chủ hộ:", f.value("subject.relationship", move.relationship))
    f.line("16. Nội dung thay đổi hộ khẩu, nhân khẩu:", f.value("content", move.content), "2")
    f.line("17. Những người cùng thay đổi:", f.other("")) if not move.members else f.sheet.row(
        Label("17. Những người cùng thay đổi:")
    )
    _members(f, move, HK02_HEADS, (0.5, 2, 1.5, 0.9, 1.8, 1.3, 0.9, 1.1, 1.9, 1.2), 0.6)
    day = move.declared_on
    place = f"Hà Nội, ngày {day:%d} tháng {day:%m} năm {day:%Y}"
    sheet.centre(place, "Italic", x=0.74)
    f.sign(
        ("Ý KIẾN CỦA CHỦ HỘ", "(Ghi rõ nội dung, ký, ghi rõ họ tên)", move.head.full_name),
        ("XÁC NHẬN CỦA CÔNG AN", "(Ký, ghi rõ họ tên, đóng dấu)", ""),
        ("NGƯỜI VIẾT PHIẾU BÁO", "(Ký, ghi rõ họ tên)", move.requester.full_name),
    )
    return f.truth


def _card_of(person: Person) -> str | None:
    """What stands after "CMND số": the number of the card, old or new; a child has none."""
    paper = person.identity
    if paper is None:
        return None
    return paper.number if paper.kind != "ho_chieu" else number_of(person)


def _writer(f: Filling, move: Move) -> None:
    who = move.requester
    f.ask("I. Thông tin về người viết phiếu báo")
    f.sheet.row(
        Label("1. Họ và tên:", mark="1"), f.value("requester.full_name", who.full_name.upper()),
        Label("2. Giới tính:"), f.value("requester.gender", who.gender, 0.2, 140),
    )  # fmt: skip
    f.sheet.row(
        Label("3. CMND số:"), f.value("requester.id_number", _card_of(who), least=300),
        Label("4. Hộ chiếu số:"), f.other("", least=300),
    )  # fmt: skip
    f.line("5. Nơi thường trú:", f.value("requester.residence", who.residence))
    f.line("6. Địa chỉ chỗ ở hiện nay:", f.other(f.rng.choice((who.residence, "Như trên"))))
    f.line("7. Số điện thoại liên hệ:", f.phone("requester.phone", f.maybe(move.phone, 0.1)))


def _mover(f: Filling, move: Move) -> None:
    who, sheet = move.subject, f.sheet
    phone = None if move.is_newborn else f.maybe(move.phone, 0.2)
    f.ask("II. Thông tin về người có thay đổi hộ khẩu, nhân khẩu")
    sheet.row(
        Label("1. Họ và tên:", mark="1"), f.value("subject.full_name", who.full_name.upper()),
        Label("2. Giới tính:"), f.value("subject.gender", who.gender, 0.2, 140),
    )  # fmt: skip
    sheet.row(
        Label("3. Ngày, tháng, năm sinh:"), f.day("subject.birth_date", who.birth_date),
        Label("4. Dân tộc:"), f.value("subject.ethnicity", who.ethnicity, 0.4, 200),
        Label("5. Quốc tịch:"), f.value("subject.nationality", who.nationality, 0.4, 220),
    )  # fmt: skip
    sheet.row(
        Label("6. CMND số:"), f.value("subject.id_number", _card_of(who), least=300),
        Label("7. Hộ chiếu số:"), f.other("", least=300),
    )  # fmt: skip
    f.line("8. Nơi sinh:", f.other(make_hometown(f.rng)))
    f.line("9. Nguyên quán:", f.value("subject.hometown", who.hometown))
    job = "" if move.is_newborn else f.rng.choice(JOBS)
    f.line("10. Nghề nghiệp, nơi làm việc:", f.other(job))
    home = None if move.is_newborn else who.residence
    f.line("11. Nơi thường trú:", f.value("subject.residence", home))
    f.line("12. Địa chỉ chỗ ở hiện nay:", f.other(who.residence))
    f.line("13. Số điện thoại liên hệ:", f.phone("subject.phone", phone))


def draw_ct01(sheet: Sheet, about: Move | Family, rng: Random, layout: str = "") -> Truth:
    """`tt56` asks for the places of residence too; `tt66` and `tt53` have eleven items."""
    f, move = Filling(sheet, rng), move_of(about) if isinstance(about, Family) else about
    _ct01_head(f, layout)
    to = f.other(move.seat.police(move.declared_on, rng))
    sheet.row(Label("Kính gửi:", mark="1"), to, indent=rng.choice((120, 400)))
    item = _ct01_subject(f, move, layout)
    head = move.head
    name = f.value("head_of_household.full_name", head.full_name.upper())
    relation = f.value("subject.relationship", move.relationship)
    f.line(f"{item}. Họ, chữ đệm và tên chủ hộ:", name)
    f.line(f"{item + 1}. Mối quan hệ với chủ hộ:", relation)
    _boxes(
        f,
        f"{item + 2}. Số định danh cá nhân của chủ hộ:",
        "head_of_household.id_number",
        f.maybe(number_of(head), 0.12),
    )
    f.line(f"{item + 3}. Nội dung đề nghị:", f.value("content", move.content), "2")
    sheet.row(Label(f"{item + 4}. Những thành viên trong hộ gia đình cùng thay đổi:"))
    _members(f, move, CT01_HEADS, (0.5, 2.2, 1.3, 0.8, 1.9, 1.4), 0.78)
    _ct01_signers(f, move)
    return f.truth


def _ct01_head(f: Filling, layout: str) -> None:
    decree = {"tt56": "56/2021", "tt66": "66/2023", "tt53": "53/2025"}[layout]
    small = int(f.sheet.style.size * 0.7)
    f.sheet.centre("Mẫu CT01 ban hành kèm theo", "Italic", small, 0.82)
    f.sheet.centre(f"Thông tư số {decree}/TT-BCA", "Italic", small, 0.82)
    f.head("TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ")


def _boxes(f: Filling, label: str, key: str, number: str | None) -> None:
    f.truth[key] = number
    draw_digit_boxes(f.sheet, label, key, number)


def _ct01_subject(f: Filling, move: Move, layout: str) -> int:
    """Items 1 to 6, in the first print to 10; gives the number of the next item."""
    who, sheet = move.subject, f.sheet
    tail = " khai sinh" if layout == "tt53" else ""
    f.line(f"1. Họ, chữ đệm và tên{tail}:", f.value("subject.full_name", who.full_name.upper()))
    day = f.day("subject.birth_date", who.birth_date)
    gender = f.value("subject.gender", who.gender, 0.3, 140)
    sheet.row(Label("2. Ngày, tháng, năm sinh:"), day, Label("3. Giới tính:"), gender)
    _boxes(f, "4. Số định danh cá nhân:", "subject.id_number", number_of(who))
    phone, mail = (
        f.phone("subject.phone", f.maybe(move.phone, 0.15)),
        f.value("subject.email", move.email),
    )
    sheet.row(Label("5. Số điện thoại liên hệ:"), phone, Label("6. Email:"), mail)
    if layout != "tt56":
        return 7
    home = None if move.is_newborn else who.residence
    f.line("7. Nơi thường trú:", f.value("subject.residence", home))
    f.line("8. Nơi tạm trú:", f.other(""))
    f.line("9. Nơi ở hiện tại:", f.other(who.residence))
    f.line("10. Nghề nghiệp, nơi làm việc:", f.other("" if move.is_newborn else f.rng.choice(JOBS)))
    return 11


def _ct01_signers(f: Filling, move: Move) -> None:
    day, consent = move.declared_on, "(Ký, ghi rõ họ tên)"
    f.sheet.centre(f".....ngày {day:%d} tháng {day:%m} năm {day:%Y}", "Italic", x=0.8)
    guardian = move.requester.full_name if move.is_newborn else ""
    f.sign(
        ("Ý KIẾN CỦA CHỦ HỘ", consent, move.head.full_name),
        ("Ý KIẾN CỦA CHỦ SỞ HỮU CHỖ Ở HỢP PHÁP", consent, ""),
        ("Ý KIẾN CỦA CHA HOẶC MẸ HOẶC NGƯỜI GIÁM HỘ", consent, guardian),
        ("NGƯỜI KÊ KHAI", consent, move.requester.full_name),
    )


def _members(
    f: Filling, move: Move, heads: tuple[str, ...], shares: tuple[float, ...], scale: float
) -> None:
    """The table of those who move along: a list of persons in the truth, `None` where nobody does."""
    spare = f.rng.choice((1, 2, 3))
    rows = [_member_cells(f, i, member, len(heads)) for i, member in enumerate(move.members, 1)]
    rows += [[("members", "")] * len(heads)] * (spare if move.members else spare + 1)
    draw_table(f.sheet, heads, shares, rows, int(f.sheet.style.size * scale))
    wide = len(heads) > len(CT01_HEADS)
    f.truth["members"] = [_member_truth(f, m, wide) for m in move.members] or None


def _member_cells(f: Filling, at: int, member: Member, columns: int) -> list[Cell]:
    who, number = member.person, member.number
    born = say_date(who.birth_date, "slash")
    first = [("", str(at)), who.full_name.upper(), born, who.gender]
    if columns == len(CT01_HEADS):
        texts = [*first[1:], number, member.relationship]
    else:
        card = _card_of(who) or ""
        texts = [
            *first[1:],
            "Hà Nội",
            "",
            who.ethnicity,
            who.nationality,
            card,
            member.relationship,
        ]
    return [("", str(at)), *(("members", str(t)) for t in texts)]


def _member_truth(f: Filling, member: Member, wide: bool) -> dict[str, str | None]:
    who = member.person
    known: dict[str, str | None] = {
        "full_name": who.full_name.upper(),
        "birth_date": who.birth_date.isoformat(),
        "gender": who.gender,
        "id_number": _card_of(who) if wide else member.number,
        "relationship": member.relationship,
    }
    return known | ({"ethnicity": who.ethnicity, "nationality": who.nationality} if wide else {})
