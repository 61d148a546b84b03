"""TỜ KHAI ĐĂNG KÝ KHAI SINH in both layouts: TT 15/2015/TT-BTP (father first) and TT 04/2020 (mother first)."""

from random import Random

from tests.draw.drawn import Truth
from tests.draw.ink import draw_signature, draw_tick_box
from tests.draw.people import Family, Person
from tests.draw.sheet import Label, Sheet, Value
from tests.draw.wording import say_date, say_identity, say_in_words

PLEDGE = (
    "Tôi cam đoan nội dung đề nghị đăng ký khai sinh trên đây là đúng sự thật, được sự thỏa thuận nhất trí "
    "của các bên liên quan theo quy định pháp luật.",
    "Tôi chịu hoàn toàn trách nhiệm trước pháp luật về nội dung cam đoan của mình.",
)
FOOTNOTES = (
    "Chú thích:",
    "(1) Ghi rõ tên cơ quan đăng ký khai sinh.",
    "(2) Ghi theo nơi đăng ký thường trú, nếu không có thì ghi nơi tạm trú; nếu không có cả hai thì ghi nơi đang "
    "sinh sống.",
    "(3) Ghi thông tin về giấy tờ tùy thân của người đi đăng ký, ghi rõ số, cơ quan cấp, ngày cấp.",
    "(4) Trường hợp sinh tại cơ sở y tế thì ghi rõ tên cơ sở y tế và địa chỉ trụ sở cơ sở y tế đó.",
    "(5) Ghi đầy đủ ngày, tháng, năm sinh của cha, mẹ trẻ (nếu có).",
)


def draw_declaration(sheet: Sheet, family: Family, rng: Random, layout: str = "") -> Truth:
    """Set the whole declaration on the sheet. `layout`: tt15 or tt04, drawn by lot if empty."""
    layout = layout or rng.choice(("tt15", "tt04", "tt04"))
    truth: Truth = {}
    _head(sheet, rng)
    _requester(sheet, family, rng, truth)
    _child(sheet, family, rng, truth, layout)
    parents = [("mother", "mẹ", family.mother), ("father", "cha", family.father)]
    for role, word, person in parents if layout == "tt04" else parents[::-1]:
        _parent(sheet, role, word, person, truth)
    for text in PLEDGE if rng.random() < 0.7 else (" ".join(PLEDGE),):
        sheet.paragraph(text, indent=90)
    _end(sheet, family, rng, truth, layout)
    return truth


def _name(sheet: Sheet, name: str) -> str:
    return name.upper() if sheet.style.names_upper else name


def _fill(truth: Truth, key: str, text: str | None, share: float = 1.0, least: int = 0) -> Value:
    truth[key] = text
    return Value(key, text or "", share, least)


def _head(sheet: Sheet, rng: Random) -> None:
    size = sheet.style.size
    sheet.centre(rng.choice(("CỘNG HÒA", "CỘNG HÒA", "CỘNG HOÀ")) + " XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    sheet.centre("Độc lập - Tự do - Hạnh phúc", rule=rng.choice((1.0, 0.6)))
    sheet.y += size * rng.uniform(0.5, 1.1)
    sheet.centre("TỜ KHAI ĐĂNG KÝ KHAI SINH", size=int(size * rng.choice((1.0, 1.15))))
    sheet.y += size * rng.uniform(0.3, 0.9)


def _requester(sheet: Sheet, family: Family, rng: Random, truth: Truth) -> None:
    who, paper = family.requester, family.requester.identity
    text, full = say_identity(paper, rng)
    mid = int((sheet.style.right - sheet.style.left) * rng.choice((0.06, 0.14)))
    sheet.row(Label("Kính gửi:", mark="1"), _fill(truth, "authority", family.authority), indent=mid)
    sheet.row(
        Label("Họ, chữ đệm, tên người yêu cầu:"),
        _fill(truth, "requester.full_name", _name(sheet, who.full_name)),
    )
    sheet.row(Label("Nơi cư trú:", mark="2"), _fill(truth, "requester.residence", who.residence))
    label = rng.choice(("Giấy tờ tùy thân:", "Giấy tờ tùy thân:", "Giấy tờ tuỳ thân:"))
    sheet.row(Label(label, mark="3"), _fill(truth, "requester.id_document", text))
    truth["requester.id_number"] = paper.number
    if full:
        truth["requester.id_issued_on"] = paper.issued_on.isoformat()
        truth["requester.id_issued_by"] = paper.issued_by
    sheet.row(
        Label("Quan hệ với người được khai sinh:"),
        _fill(truth, "requester.relationship", family.relationship),
    )


def _child(sheet: Sheet, family: Family, rng: Random, truth: Truth, layout: str) -> None:
    child, style = family.child, sheet.style
    ask = "Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:"
    sheet.row(Label(ask, "Bold" if style.heads_bold else "Regular"), indent=rng.choice((0, 90)))
    sheet.row(
        Label("Họ, chữ đệm, tên:", "Bold" if style.heads_bold else "Regular"),
        _fill(truth, "child.full_name", _name(sheet, child.full_name)),
    )
    sheet.row(
        Label("Ngày, tháng, năm sinh:"),
        _fill(truth, "child.birth_date", say_date(child.birth_date, style.date_form), 0.3),
        Label("ghi bằng chữ:"),
        _fill(truth, "child.birth_date_in_words", say_in_words(child.birth_date, rng), 0.7),
    )
    truth["child.birth_date"] = child.birth_date.isoformat()
    if layout == "tt15":
        _place(sheet, family, truth, "4")
    _three(
        sheet, truth, ("child.gender", "child.ethnicity", "child.nationality"), "Giới tính:",
        (child.gender, child.ethnicity, child.nationality),
    )  # fmt: skip
    if layout == "tt04":
        _place(sheet, family, truth, "4")
    sheet.row(Label("Quê quán:"), _fill(truth, "child.hometown", child.hometown))


def _place(sheet: Sheet, family: Family, truth: Truth, mark: str) -> None:
    sheet.row(Label("Nơi sinh:", mark=mark), _fill(truth, "child.birth_place", family.birth_place))


def _three(
    sheet: Sheet, truth: Truth, keys: tuple[str, ...], first: str, texts: tuple[str | None, ...], mark: str = ""
) -> None:  # fmt: skip
    sheet.row(
        Label(first, mark=mark),
        _fill(truth, keys[0], texts[0], least=260),
        Label("Dân tộc:"),
        _fill(truth, keys[1], texts[1], least=260),
        Label("Quốc tịch:"),
        _fill(truth, keys[2], texts[2], least=260),
    )


def _parent(sheet: Sheet, role: str, word: str, person: Person | None, truth: Truth) -> None:
    style = sheet.style
    key = f"{role}.birth_year"
    born = person and (
        say_date(person.birth_date, "slash") if style.year_full else str(person.birth_date.year)
    )
    sheet.row(
        Label(f"Họ, chữ đệm, tên người {word}:", "Bold" if style.heads_bold else "Regular"),
        _fill(truth, f"{role}.full_name", person and _name(sheet, person.full_name)),
    )
    texts = (born, person and person.ethnicity, person and person.nationality)
    keys = (key, f"{role}.ethnicity", f"{role}.nationality")
    _three(sheet, truth, keys, "Năm sinh:", texts, "5")
    if person and style.year_full:
        truth[key] = person.birth_date.isoformat()
    sheet.row(
        Label("Nơi cư trú:", mark="2"),
        _fill(truth, f"{role}.residence", person and person.residence),
    )


def _end(sheet: Sheet, family: Family, rng: Random, truth: Truth, layout: str) -> None:
    style, day = sheet.style, family.declared_on
    truth["declared_on"] = day.isoformat()
    width = style.right - style.left
    indent = int(width * rng.choice((0.0, 0.12, 0.3)))
    parts = (
        Label("Làm tại:"), _fill(truth, "declared_at", family.declared_at, 1.0),
        Label(", ngày"), Value("declared_on", f"{day:%d}", 0.1),
        Label("tháng"), Value("declared_on", f"{day:%m}", 0.1),
        Label("năm"), Value("declared_on", f"{day:%Y}", 0.1),
    )  # fmt: skip
    sheet.row(*parts, indent=indent if sheet.fits(*parts, width=width - indent) else 0)
    top = sheet.y
    sheet.centre("Người yêu cầu", x=0.76)
    sheet.centre("(Ký, ghi rõ họ, chữ đệm, tên)", "Italic", int(style.size * 0.88), x=0.76)
    x = style.left + width * 0.76
    draw_signature(sheet, x, sheet.y + 20, rng)
    sheet.y += style.size * 3.4
    signer = fonts_face = sheet.value_face() if style.hand else sheet.face()
    name = family.requester.full_name
    sheet.pen.text((x - signer.getlength(name) / 2, sheet.y), name, font=fonts_face, fill=style.ink)
    bottom = sheet.y + style.size * 1.6
    if layout == "tt04" or rng.random() < 0.5:
        _copies(sheet, family, truth, top if rng.random() < 0.35 else bottom)
    sheet.y = max(bottom, sheet.y) + 20
    if style.footnotes and sheet.y + style.size * 9 < sheet.size[1] - 60:
        sheet.pen.line((style.left, sheet.y, style.left + 500, sheet.y), "black", 2)
        for text in FOOTNOTES:
            sheet.paragraph(text, "Italic", int(style.size * 0.74))


def _copies(sheet: Sheet, family: Family, truth: Truth, y: float) -> None:
    style, wanted = sheet.style, family.copies
    sheet.y, face = y, sheet.face()
    x: float = style.left
    words = (
        ("Đề nghị cấp bản sao:", None),
        ("Có", wanted is not None),
        (", Không", wanted is None),
    )
    for text, ticked in words:
        sheet.pen.text((x, sheet.y), text, font=face, fill=(10, 10, 10))
        x += face.getlength(text + " ")
        if ticked is not None:
            x = draw_tick_box(sheet, x, ticked)
    sheet.y += sheet.step
    text = f"{wanted:02d}" if wanted else None
    right = style.left + int(face.getlength("Số lượng: bản")) + 330
    sheet.row(Label("Số lượng:"), _fill(truth, "copies", text), Label("bản"), right=right)
    truth["copies"] = wanted
