"""Papers in two columns, the wife left: TỜ KHAI ĐĂNG KÝ KẾT HÔN and GIẤY CHỨNG NHẬN KẾT HÔN."""

from collections.abc import Callable
from random import Random

from tests.draw.drawn import Truth
from tests.draw.filling import Filling
from tests.draw.occasions import Couple
from tests.draw.paperwork import Cell, draw_frame, draw_table
from tests.draw.sheet import Label, Sheet, Value
from tests.draw.wording import say_count

VOW = (
    "Chúng tôi cam đoan những lời khai trên đây là đúng sự thật, việc kết hôn của chúng tôi là tự nguyện, không vi "
    "phạm quy định của Luật Hôn nhân và gia đình Việt Nam.",
    "Chúng tôi hoàn toàn chịu trách nhiệm trước pháp luật về nội dung cam đoan của mình.",
)
Column = list[tuple[str, Value]]


def draw_marriage_declaration(sheet: Sheet, couple: Couple, rng: Random, layout: str = "") -> Truth:
    """`ruled`: three ruled columns, labels at the left; `boxed`: two ruled columns; `open`: two without rules."""
    f = Filling(sheet, rng)
    f.head("TỜ KHAI ĐĂNG KÝ KẾT HÔN")
    authority = f.value("authority", couple.seat.office(rng))
    sheet.row(Label("Kính gửi:", mark="1"), authority, indent=rng.choice((120, 280)))
    sheet.y += 16
    wife, husband = (_column(f, who, couple, True) for who in ("wife", "husband"))
    if layout == "ruled":
        _ruled(f, wife, husband)
    else:
        _side_by_side(f, wife, husband, ("Bên nữ", "Bên nam"), layout == "boxed")
    sheet.y += 16
    for text in VOW:
        sheet.paragraph(text, indent=90)
    f.made_at(couple.seat.place(rng), couple.declared_on)
    how = "(Ký, ghi rõ họ, chữ đệm, tên)"
    f.sign(
        (rng.choice(("Bên nữ", "BÊN NỮ")), how, couple.wife.full_name),
        (rng.choice(("Bên nam", "BÊN NAM")), how, couple.husband.full_name),
    )
    if rng.random() < 0.8:
        f.copies(couple.copies)
    return f.truth


def _column(f: Filling, who: str, couple: Couple, declares: bool) -> Column:
    """Labels and values of one spouse, from the top."""
    person = couple.wife if who == "wife" else couple.husband
    name = f.name(f"{who}.full_name", person.full_name)
    word = "" if declares else (" vợ" if who == "wife" else " chồng")
    rows = [
        (f"Họ, chữ đệm, tên{word}", name),
        ("Ngày, tháng, năm sinh", f.day(f"{who}.birth_date", person.birth_date)),
        ("Dân tộc", f.value(f"{who}.ethnicity", person.ethnicity)),
        ("Quốc tịch", f.value(f"{who}.nationality", person.nationality)),
        ("Nơi cư trú", f.value(f"{who}.residence", person.residence)),
        ("Giấy tờ tùy thân", f.identity(who, person.identity)),
    ]
    if declares:
        count = couple.counts[who == "husband"]
        value = f.value(f"{who}.marriage_count", say_count(count, f.rng))
        f.truth[f"{who}.marriage_count"] = count
        rows.append(("Kết hôn lần thứ mấy", value))
    return rows


def _ruled(f: Filling, wife: Column, husband: Column) -> None:
    first = f.rng.choice(("Thông tin", ""))
    rows: list[tuple[Cell, ...]] = [
        (("", label), (left.key, left.text), (right.key, right.text))
        for (label, left), (_, right) in zip(wife, husband, strict=True)
    ]
    size = int(f.sheet.style.size * 0.9)
    draw_table(f.sheet, (first, "Bên nữ", "Bên nam"), (1.1, 1.6, 1.6), rows, size)


def _side_by_side(
    f: Filling, wife: Column, husband: Column, heads: tuple[str, str] | None, ruled: bool
) -> None:
    sheet, top = f.sheet, f.sheet.y
    middle = (sheet.style.left + sheet.style.right) // 2
    inner = 24 if ruled else 0
    if heads:
        for head, x in zip(heads, (0.25, 0.75), strict=True):
            sheet.y = top + 8
            sheet.centre(head, x=x)
        sheet.y += 16
        _rule(sheet, ruled, sheet.y - 8)
    for (label, left), (other, right) in zip(wife, husband, strict=True):
        start = sheet.y
        weight = "Bold" if "tên" in label and sheet.style.heads_bold else "Regular"
        sheet.row(
            Label(f"{label}:", weight), left, left=sheet.style.left + inner, right=middle - 30
        )
        low, sheet.y = sheet.y, start
        sheet.row(
            Label(f"{other}:", weight), right, left=middle + 30, right=sheet.style.right - inner
        )
        sheet.y = max(low, sheet.y)
    _rule(sheet, ruled, top)
    _rule(sheet, ruled, sheet.y)
    for x in (sheet.style.left, middle, sheet.style.right) if ruled else ():
        sheet.pen.line((x, top, x, sheet.y), (20, 20, 20), 3)


def _rule(sheet: Sheet, ruled: bool, y: float) -> None:
    if ruled:
        sheet.pen.line((sheet.style.left, y, sheet.style.right, y), (20, 20, 20), 3)


def draw_marriage_certificate(sheet: Sheet, couple: Couple, rng: Random, layout: str = "") -> Truth:
    """`open`: labels in both columns without rules; `boxed`: a rule between and around them."""
    f = Filling(sheet, rng)
    draw_frame(sheet, rng)
    low = f.letterhead(couple.seat.letterhead())
    entry, year = rng.randint(1, 300), couple.registered_on.year
    number = rng.choice((f"{entry:02d}/{year}", f"{entry}", f"{entry}/{year}"))
    sheet.y += 10
    sheet.row(Label("Số:"), f.value("number", number), right=sheet.style.left + 560)
    sheet.y = max(low, sheet.y) + 30
    f.title("GIẤY CHỨNG NHẬN KẾT HÔN", scale=1.6)
    columns = (_column(f, who, couple, False) for who in ("wife", "husband"))
    _side_by_side(f, *columns, None, layout == "boxed")
    sheet.y += 20
    _registration(f, couple)
    for signers in (("Vợ", "Chồng"), ("NGƯỜI KÝ GIẤY CHỨNG NHẬN KẾT HÔN",)):
        _certify(f, couple, signers)
    return f.truth


def _registration(f: Filling, couple: Couple) -> None:
    office = f.value("registered_at", couple.seat.office(f.rng))
    f.line("Nơi đăng ký kết hôn:", office, bold=True)
    f.line("Ngày, tháng, năm đăng ký:", f.day("registered_on", couple.registered_on), bold=True)


def _certify(f: Filling, couple: Couple, signers: tuple[str, ...]) -> None:
    names: Callable[[str], str] = {
        "Vợ": couple.wife.full_name, "Chồng": couple.husband.full_name,
    }.get  # fmt: skip
    how = "(Ký, ghi rõ họ, chữ đệm, tên)"
    stamp = "" if len(signers) > 1 else f"UBND {couple.seat.ward}"
    f.sign(*((who, how, names(who) or "Trần Mẫu Ký") for who in signers), stamp=stamp)
