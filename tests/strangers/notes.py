"""GIẤY CHỨNG SINH as different hospitals' programs print it."""

from dataclasses import dataclass

from tests.strangers.families import Family
from tests.strangers.forms import say
from tests.strangers.look import Cell, Row

STATE = (
    "<div class='mid b small'>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</div>"
    "<div class='mid b small'><u>Độc lập - Tự do - Hạnh phúc</u></div>"
)
SIGNERS = ("Cha, mẹ/Người nuôi dưỡng", "Người đỡ đẻ", "Người ghi phiếu", "Thủ trưởng cơ sở y tế")


@dataclass(frozen=True, slots=True)
class Words:
    head: str = "blocks"  # blocks, labelled, right
    number: str = "Số:"
    caps: bool = True
    day: str = "slash"
    grouping: int = 0
    person: str = "Họ và tên mẹ/Người nuôi dưỡng:"
    home: str = "Nơi đăng ký thường trú:"
    card: str = "Giấy CMND/Thẻ căn cước/Hộ chiếu số:"
    kilos: bool = False
    unnamed: str | None = None
    born_at: int = 0
    signers: bool = True


def birth_note(f: Family, w: Words) -> tuple[list[Row], dict[str, object]]:
    """Rows of the note, and truths that no cell of its own shows."""
    more: dict[str, object] = {}
    rows: list[Row] = [*_head(f, w, more), *_mother(f, w), *_birth(f, w, more)]
    day = f.signed
    more["issued_on"] = day.isoformat()
    made = f"Hà Nội, ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"
    rows.append(f"<div style='text-align:right' class=i>{made}</div>")
    if w.signers:
        names = (f.mother.name, "HS. Thử Một", "ĐD. Thử Hai", "BS. Thử Ba")
        blocks = "".join(
            f"<div class=mid><b>{s}</b><br><i>(Ký, ghi rõ họ tên)</i><br><br><br>{n}</div>"
            for s, n in zip(SIGNERS, names, strict=True)
        )
        rows.append(f"<div class='two small'>{blocks}</div>")
    return rows, more


def _head(f: Family, w: Words, more: dict[str, object]) -> list[Row]:
    place = f.birthplace.split(",")[0]
    number = f"{f.rng.randint(11, 998)}/{f.signed.year}"
    book = f"{f.rng.randint(1, 9):02d}"
    title = "<div class='mid b' style='font-size:1.35em;margin:.4em 0'>GIẤY CHỨNG SINH</div>"
    more |= {"facility": place, "number": number, "book": book}
    if w.head == "labelled":
        left = f"<div>Cơ sở khám bệnh, chữa bệnh: {place}</div>"
        right = f"<div>{w.number} {number}</div><div>Quyển số: {book}</div>"
        return [STATE, f"<div class=two><div>{left}</div><div>{right}</div></div>", title]
    more["facility"] = place.upper()
    left = f"<div class=mid>SỞ Y TẾ HÀ NỘI<br><b>{place.upper()}</b>"
    numbers = f"{w.number} {number}<br>Quyển số: {book}"
    if w.head == "right":
        return [
            f"<div class='two small'>{left}</div><div>{STATE}</div></div>",
            title,
            f"<div style='margin-left:65%'>{numbers}</div>",
        ]
    return [f"<div class='two small'>{left}<br>{numbers}</div><div>{STATE}</div></div>", title]


def _mother(f: Family, w: Words) -> list[Row]:
    m = f.mother
    name = m.name.upper() if w.caps else m.name
    insured = f"01{f.rng.randint(10000000, 99999999)}"
    born = Cell("Năm sinh:", str(m.born.year), "mother.birth_year", str(m.born.year))
    if w.grouping == 1:
        born = Cell("Ngày sinh:", say(m.born, w.day), "mother.birth_date", m.born.isoformat())
    named = Cell(w.person, name, "mother.full_name", name, weight=3)
    home = Cell(w.home, m.home, "mother.residence", m.home)
    card = Cell("Mã số BHXH/Thẻ BHYT số:", insured, "mother.insurance_number", insured)
    number = Cell(w.card, m.number, "mother.id_number", m.number)
    issued = Cell("Ngày cấp:", say(m.issued, "slash"), "mother.id_issued_on", m.issued.isoformat())
    issuer = Cell("Nơi cấp:", m.issuer, "mother.id_issued_by", m.issuer, weight=2)
    group = Cell("Dân tộc:", m.group, "mother.ethnicity", m.group)
    if w.grouping == 1:
        return [[named], [born, group], [number], [issued, issuer], [home], [card]]
    if w.grouping == 2:
        return [[named, born], [home], [card, group], [number, issued], [issuer]]
    return [[named], [born], [home], [card], [number], [issued, issuer], [group]]


def _birth(f: Family, w: Words, more: dict[str, object]) -> list[Row]:
    day, dad = f.child.born, f.father
    father = (dad.name.upper() if w.caps else dad.name) if dad else None
    hour, minute = f.time.split(":")
    more |= {"child.birth_time": f.time, "child.birth_date": day.isoformat()}
    born = {
        0: f"Đã sinh con vào lúc: {hour} giờ {minute} phút, ngày {day.day:02d} tháng {day.month:02d} năm {day.year}",
        1: f"Đã sinh con vào lúc: {hour}h{minute} ngày {say(day, 'slash')}",
        2: f"Đã sinh con vào lúc {int(hour)} giờ {minute} phút ngày {day.day} tháng {day.month} năm {day.year}",
    }[w.born_at]
    weight = f"{f.grams / 1000:.2f} kg".replace(".", ",") if w.kilos else str(f.grams)
    given = f.child.name.upper() if w.caps else f.child.name
    shown = given if w.unnamed is None else w.unnamed
    count = Cell("Số con trong lần sinh này:", "01", "children_count", 1)
    gender = Cell("Giới tính của con:", f.gender, "child.gender", f.gender)
    grams = Cell("Cân nặng:", weight, "child.weight_g", f.grams, after="" if w.kilos else "(gam)")
    facts = [[count, gender, grams]] if w.grouping == 1 else [[count], [gender, grams]]
    wanted = Cell(
        "Dự định đặt tên con là:",
        shown,
        "child.intended_name",
        given if w.unnamed is None else None,
    )
    return [
        [Cell("Họ và tên cha:", father or "", "father.full_name", father)],
        f"<div>{born}</div>",
        [Cell("Tại:", f.birthplace, "child.birth_place", f.birthplace)],
        *facts,
        [wanted],
        [Cell("Ghi chú:", "Sinh thường, con lần 1")],
    ]
