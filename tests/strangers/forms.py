"""The declaration of birth and the hospital's birth note, as strangers word and group them.

In: a family and a `Words` (which of the wordings in use). Out: rows of cells; the cells carry their truth.
"""

from dataclasses import dataclass
from datetime import date

from tests.strangers.families import Family, Someone
from tests.strangers.look import Cell, Row

UNITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
STATE = (
    "<div class='mid b'>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</div>"
    "<div class='mid b'><u>Độc lập - Tự do - Hạnh phúc</u></div>"
)
PLEDGE = (
    "<div>Tôi cam đoan nội dung đề nghị đăng ký khai sinh trên đây là đúng sự thật, được sự thỏa thuận nhất trí "
    "của các bên liên quan theo quy định pháp luật.</div><div>Tôi chịu hoàn toàn trách nhiệm trước pháp luật về "
    "nội dung cam đoan của mình.</div>"
)
NOTES = (
    "<div class='small' style='margin-top:1.2em;border-top:1px solid #000;width:40%'></div><div class='small i'>"
    "<div>Chú thích:</div><div>(1) Ghi rõ tên cơ quan đăng ký khai sinh.</div>"
    "<div>(2) Ghi theo nơi đăng ký thường trú, nếu không có thì ghi nơi đăng ký tạm trú; nếu không có nơi đăng ký "
    "thường trú và nơi đăng ký tạm trú thì ghi theo nơi đang sinh sống.</div>"
    "<div>(3) Ghi thông tin về giấy tờ tùy thân, ghi rõ số, cơ quan cấp, ngày cấp (ví dụ: Chứng minh nhân dân số "
    "001089123 do Công an thành phố Hà Nội cấp ngày 20/10/2004).</div>"
    "<div>(4) Trường hợp sinh tại cơ sở y tế thì ghi rõ tên cơ sở y tế và địa chỉ trụ sở cơ sở y tế đó.</div>"
    "<div>(5) Ghi đầy đủ ngày, tháng, năm sinh của cha, mẹ (nếu có).</div>"
    "<div>(6) Đề nghị đánh dấu X vào ô nếu có yêu cầu cấp bản sao và ghi rõ số lượng.</div></div>"
)


@dataclass(frozen=True, slots=True)
class Words:
    """The wording. `day` is a form of `say`; `named` how labels of names begin."""

    named: str = "Họ, chữ đệm, tên"
    day: str = "slash"
    caps: bool = True
    father_first: bool = False
    whole_birth_date: bool = False
    identity: int = 0
    copies: int | None = 2
    copies_shown: bool = True
    grouping: int = 0
    notes: bool = False
    signed_word: str = "Làm tại"
    residence: str = "Nơi cư trú"
    addressee: str = "Kính gửi:"
    blank_father: bool = False
    break_pages: bool = False


def say(day: date, form: str) -> str:
    """A date in figures."""
    d, m, y = day.day, day.month, day.year
    return {
        "slash": f"{d:02d}/{m:02d}/{y}",
        "dash": f"{d}-{m}-{y}",
        "dot": f"{d:02d}.{m:02d}.{y}",
        "long": f"ngày {d} tháng {m} năm {y}",
        "Long": f"Ngày {d:02d} tháng {m:02d} năm {y}",
    }[form]


def in_words(day: date) -> str:
    """A date in words, the commonest way."""

    def below(n: int) -> str:
        tens, ones = divmod(n, 10)
        if n < 10:
            return UNITS[n]
        head = "mười" if tens == 1 else f"{UNITS[tens]} mươi"
        last = {0: "", 1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(ones, UNITS[ones])
        return f"{head} {last}".strip()

    month = {4: "tư"}.get(day.month, below(day.month))
    rest = day.year - 2000
    tail = f"linh {UNITS[rest]}" if rest < 10 else below(rest)
    return f"Ngày {below(day.day)} tháng {month} năm hai nghìn không trăm {tail}"


def identity_cells(who: Someone, form: int) -> tuple[str, dict[str, str]]:
    """How a form's writer names the paper, and what of it is told apart."""
    day, number = say(who.issued, "slash"), who.number
    parts = {
        "id_number": number,
        "id_issued_on": who.issued.isoformat(),
        "id_issued_by": who.issuer,
    }
    texts = (
        f"Căn cước công dân số {number} do {who.issuer} cấp ngày {day}",
        f"CCCD số {number}, {who.issuer} cấp ngày {day}",
        f"Thẻ căn cước công dân số: {number}, cấp ngày {day}, nơi cấp: {who.issuer}",
        f"CCCD số {number}",
    )
    return texts[form], parts if form < 3 else {"id_number": number}


def declaration(f: Family, w: Words) -> tuple[list[Row], dict[str, object]]:
    """Rows of the declaration, and truths of parts that no cell of their own shows."""
    who = f.father if f.father and not w.blank_father else f.mother
    paper, parts = identity_cells(who, w.identity)
    more = {f"requester.{k}": v for k, v in parts.items()}
    name = _caps(who.name, w)
    rows: list[Row] = [
        STATE,
        "<div class='mid b' style='margin:.7em 0 .5em'>TỜ KHAI ĐĂNG KÝ KHAI SINH</div>",
        [Cell(w.addressee, f.office, "authority", f.office, mark="1")],
        [Cell(f"{w.named} người yêu cầu:", name, "requester.full_name", name)],
        [Cell(f"{w.residence}:", who.home, "requester.residence", who.home, mark="2")],
        [Cell("Giấy tờ tùy thân:", paper, "requester.id_document", paper, mark="3")],
        [_bond(who, f)],
        "<div class=b>Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:</div>",
        *_child(f, w),
    ]
    parents = [("mother", "mẹ", f.mother), ("father", "cha", None if w.blank_father else f.father)]
    for role, word, person in parents[::-1] if w.father_first else parents:
        rows += _parent(role, word, person, w)
    rows.append("<!--page-->" if w.break_pages else "")
    rows.append(PLEDGE)
    rows += _end(f, w, who.name)
    more["declared_at"], more["declared_on"] = f.signed_at, f.signed.isoformat()
    return rows, more


def _bond(who: Someone, f: Family) -> Cell:
    bond = "Cha" if who is f.father else "Mẹ"
    return Cell("Quan hệ với người được khai sinh:", bond, "requester.relationship", bond)


def _caps(name: str, w: Words) -> str:
    return name.upper() if w.caps else name


def _child(f: Family, w: Words) -> list[Row]:
    name, day = _caps(f.child.name, w), f.child.born
    date_cell = Cell("Ngày, tháng, năm sinh:", say(day, w.day), "child.birth_date", day.isoformat())
    words = Cell("ghi bằng chữ:", in_words(day), "child.birth_date_in_words", in_words(day))
    gender = Cell("Giới tính:", f.gender, "child.gender", f.gender)
    group = Cell("Dân tộc:", f.child.group, "child.ethnicity", f.child.group)
    nation = Cell("Quốc tịch:", "Việt Nam", "child.nationality", "Việt Nam")
    place = [Cell("Nơi sinh:", f.birthplace, "child.birth_place", f.birthplace, mark="4")]
    home = [Cell("Quê quán:", f.origin, "child.hometown", f.origin)]
    named = Cell(f"{w.named}:", name, "child.full_name", name)
    if w.grouping == 1:
        words = Cell("Ghi bằng chữ:", words.shown, words.key, words.truth)
        return [[named, gender], [date_cell], [words], place, [group, nation], home]
    if w.grouping == 2:
        return [[named], [date_cell, gender], [words], [group, nation], place, home]
    rows: list[Row] = [[named], [date_cell, words], [gender, group, nation]]
    return [*rows[:2], place, rows[2], home] if w.father_first else [*rows, place, home]


def _parent(role: str, word: str, person: Someone | None, w: Words) -> list[Row]:
    name = _caps(person.name, w) if person else None
    born, key, label = (str(person.born.year) if person else None), "birth_year", "Năm sinh:"
    shown = born or ""
    if person and w.whole_birth_date:
        label, key = "Ngày, tháng, năm sinh:", "birth_date"
        born, shown = (
            person.born.isoformat(),
            say(person.born, "slash" if w.day == "long" else w.day),
        )
    facts: list[Cell] = [
        Cell(label, shown, f"{role}.{key}", born, mark="" if w.whole_birth_date else "5"),
        Cell("Dân tộc:", person.group if person else "", f"{role}.ethnicity", person and person.group),
        Cell("Quốc tịch:", "Việt Nam" if person else "", f"{role}.nationality", "Việt Nam" if person else None),
    ]  # fmt: skip
    home = person.home if person else None
    lives = Cell(f"{w.residence}:", home or "", f"{role}.residence", home, mark="2")
    return [
        [Cell(f"{w.named} người {word}:", name or "", f"{role}.full_name", name)],
        *([facts] if w.grouping != 2 else [facts[:1], facts[1:]]),
        [lives],
    ]


def _end(f: Family, w: Words, signer: str) -> list[Row]:
    day = f.signed
    made = (
        f"{w.signed_word}: {f.signed_at}, ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"
    )
    if w.grouping == 1:
        made = f"{w.signed_word} {f.signed_at}, ngày {day.day} tháng {day.month} năm {day.year}"
    rows: list[Row] = [
        f"<div style='text-align:right' class=i>{made}</div>",
        "<div style='margin-left:55%' class=mid><div class=b>Người yêu cầu</div><div class='i small'>"
        f"(Ký, ghi rõ họ, chữ đệm, tên)</div><br><br>{signer}</div>",
    ]
    if w.copies_shown:
        yes, no = ("☒", "☐") if w.copies else ("☐", "☒")
        shown = f"{w.copies:02d}" if w.copies else ""
        rows.append(f"<div>Đề nghị cấp bản sao: Có {yes}, Không {no}</div>")
        rows.append([Cell("Số lượng:", shown, "copies", w.copies, after="bản")])
    return [*rows, NOTES if w.notes else ""]
