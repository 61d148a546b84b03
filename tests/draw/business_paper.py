"""GIẤY ĐỀ NGHỊ ĐĂNG KÝ HỘ KINH DOANH, as of 2020 (NĐ 78/2015), 2021 (NĐ 01/2021) and mid-2025 (NĐ 168/2025)."""

from random import Random

from tests.draw.drawn import Truth
from tests.draw.filling import Filling
from tests.draw.moves import Business
from tests.draw.paperwork import Cell, draw_table
from tests.draw.seats import Seat
from tests.draw.sheet import Label, Sheet, Value
from tests.draw.wording import say_date, say_money


def draw_business_request(sheet: Sheet, it: Business, rng: Random, layout: str = "") -> Truth:
    """`nd78`: place and trades on lines; `nd01`, `nd168`: the place tier by tier, the trades in a table."""
    f, day = Filling(sheet, rng), it.declared_on
    f.head("GIẤY ĐỀ NGHỊ ĐĂNG KÝ HỘ KINH DOANH")
    sheet.row(Label("Kính gửi:"), f.other(_desk(it.seat, layout)), indent=rng.choice((120, 400)))
    phone_of_owner = rng.random() < 0.4
    _owner(f, it, phone_of_owner)
    f.ask("Đăng ký hộ kinh doanh do tôi là chủ hộ với các nội dung sau:")
    f.line("1. Tên hộ kinh doanh:", f.value("business_name", it.name), bold=True)
    _place(f, it, layout)
    if not phone_of_owner:
        _pair(
            f,
            ("Điện thoại (nếu có):", f.phone("phone", it.phone)),
            ("Email (nếu có):", f.other("")),
        )
    _trades(f, it, layout)
    money = f.value("capital_vnd", say_money(it.capital_vnd, rng))
    f.truth["capital_vnd"] = it.capital_vnd
    f.line(
        rng.choice(
            ("4. Vốn kinh doanh (VNĐ):", "4. Vốn kinh doanh:", "4. Tổng số vốn kinh doanh (VNĐ):")
        ),
        money,
    )
    if layout != "nd78":
        f.line("5. Số lượng lao động (dự kiến):", f.other(str(rng.randint(1, 9))))
    f.pledge()
    sheet.centre(f"Hà Nội, ngày {day:%d} tháng {day:%m} năm {day:%Y}", "Italic", x=0.74)
    f.sign(("CHỦ HỘ KINH DOANH", "(Ký và ghi họ tên)", it.owner.full_name))
    return f.truth


def _desk(seat: Seat, layout: str) -> str:
    if layout == "nd168":
        return f"UBND {seat.ward}"
    return f"Phòng Tài chính - Kế hoạch {seat.rest.split(',')[0]}"


def _pair(f: Filling, *pairs: tuple[str, Value]) -> None:
    f.sheet.row(*(part for label, value in pairs for part in (Label(label), value)))


def _owner(f: Filling, it: Business, with_phone: bool) -> None:
    """The owner's name is a field; what stands about the owner beside it is not."""
    who, paper = it.owner, it.owner.identity
    name = f.value("owner", who.full_name.upper())
    _pair(
        f,
        ("Tôi là (ghi họ tên bằng chữ in hoa):", name),
        ("Giới tính:", f.other(who.gender, 0.2, 140)),
    )
    _pair(
        f,
        ("Sinh ngày:", f.other(say_date(who.birth_date, "slash"), 0.6)),
        ("Dân tộc:", f.other(who.ethnicity)),
        ("Quốc tịch:", f.other(who.nationality)),
    )
    if paper:
        _pair(f, ("Số giấy tờ pháp lý của cá nhân:", f.other(paper.number)))
        _pair(
            f,
            ("Ngày cấp:", f.other(say_date(paper.issued_on, "slash"), 0.5)),
            ("Nơi cấp:", f.other(paper.issued_by)),
        )
    f.line("Nơi đăng ký hộ khẩu thường trú:", f.other(who.residence))
    f.line("Chỗ ở hiện tại:", f.other(who.residence))
    if with_phone:
        _pair(f, ("Điện thoại:", f.phone("phone", it.phone)), ("Email:", f.other("")))


def _place(f: Filling, it: Business, layout: str) -> None:
    district, _, city = it.seat.rest.rpartition(", ")
    parts = [p for p in (it.street, it.seat.ward, district, city) if p]
    label = "2. Địa điểm kinh doanh:" if layout == "nd78" else "2. Địa chỉ trụ sở hộ kinh doanh:"
    if layout == "nd78":
        f.line(label, f.value("address", ", ".join(parts)))
        return
    f.sheet.row(Label(label))
    tiers = [
        "Số nhà, đường phố/xóm/ấp/thôn:",
        "Xã/Phường/Thị trấn:",
        "Quận/Huyện/Thị xã:",
        "Tỉnh/Thành phố:",
    ]
    if not district:
        tiers = [tiers[0], "Xã/Phường/Đặc khu:", tiers[3]]
    for tier, part in zip(tiers, parts, strict=True):
        f.line(tier, Value("address", part))
    f.truth["address"] = ", ".join(parts)


def _trades(f: Filling, it: Business, layout: str) -> None:
    """The names of the trades, without their codes, in one text."""
    key = "lines_of_business"
    names = [name for name, _ in it.lines]
    if layout == "nd78":
        f.line("3. Ngành, nghề kinh doanh:", f.value(key, "; ".join(names)))
        return
    f.sheet.row(Label("3. Ngành, nghề kinh doanh:"))
    rows: list[tuple[Cell, ...]] = [
        (("", str(i)), (key, name), ("", code)) for i, (name, code) in enumerate(it.lines, 1)
    ]
    size = int(f.sheet.style.size * 0.86)
    draw_table(f.sheet, ("STT", "Tên ngành", "Mã ngành"), (0.5, 4, 1.2), rows, size)
    f.truth[key] = "; ".join(names)
