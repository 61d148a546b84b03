"""GIẤY KHAI SINH, the original and its BẢN SAO (layouts `original` and `copy`)."""

from random import Random

from tests.draw.drawn import Truth
from tests.draw.filling import Filling
from tests.draw.occasions import number_of
from tests.draw.paperwork import draw_frame
from tests.draw.people import Family, Person
from tests.draw.seats import seat_of
from tests.draw.sheet import Label, Sheet
from tests.draw.wording import say_in_words


def draw_birth_certificate(sheet: Sheet, family: Family, rng: Random, layout: str = "") -> Truth:
    """Set the whole certificate on the sheet; it carries the family's child, parents and requester."""
    f = Filling(sheet, rng)
    draw_frame(sheet, rng)
    _head(f, family, layout)
    _child(f, family)
    for role, word, person in (("mother", "mẹ", family.mother), ("father", "cha", family.father)):
        _parent(f, role, word, person)
    _end(f, family, layout)
    return f.truth


def _head(f: Filling, family: Family, layout: str) -> None:
    low = f.letterhead(seat_of(family.authority).letterhead())
    entry, year = f.rng.randint(1, 400), family.declared_on.year
    number = f.rng.choice((f"{entry}", f"{entry:02d}/{year}", f"{entry}/{year}"))
    if layout == "copy":
        number = f.rng.choice((f"{entry}/GKS-BS", f"{entry:02d}/{year}/GKS-BS"))
    column = f.sheet.style.left + 560
    f.sheet.y = max(f.sheet.y, low if f.rng.random() < 0.4 else 0) + 10
    f.sheet.row(Label("Số:"), f.value("number", number), right=column)
    f.sheet.y = max(low, f.sheet.y) + 30
    f.title("GIẤY KHAI SINH", "(BẢN SAO)" if layout == "copy" else "", scale=1.7)


def _child(f: Filling, family: Family) -> None:
    child = family.child
    f.line("Họ, chữ đệm, tên:", f.name("child.full_name", child.full_name), bold=True)
    f.sheet.row(
        Label("Ngày, tháng, năm sinh:"), f.day("child.birth_date", child.birth_date, share=0.3),
        Label("ghi bằng chữ:"),
        f.value("child.birth_date_in_words", say_in_words(child.birth_date, f.rng), 0.7),
    )  # fmt: skip
    f.trio("child", child)
    f.line("Nơi sinh:", f.value("child.birth_place", family.birth_place))
    f.line("Quê quán:", f.value("child.hometown", child.hometown))
    f.line("Số định danh cá nhân:", f.value("child.id_number", f.maybe(number_of(child), 0.15)))


def _parent(f: Filling, role: str, word: str, person: Person | None) -> None:
    name = f.name(f"{role}.full_name", person and person.full_name)
    f.line(f"Họ, chữ đệm, tên người {word}:", name, bold=True)
    f.trio(role, person, "birth_year")
    f.line("Nơi cư trú:", f.value(f"{role}.residence", person and person.residence))


def _end(f: Filling, family: Family, layout: str) -> None:
    who, seat = family.requester, family.authority
    f.line(
        "Họ, chữ đệm, tên người đi khai sinh:",
        f.name("declarant.full_name", who.full_name),
        bold=True,
    )
    f.line("Giấy tờ tùy thân:", f.identity("declarant", who.identity))
    f.line("Nơi đăng ký khai sinh:", f.value("registered_at", seat), bold=True)
    f.line("Ngày, tháng, năm đăng ký:", f.day("registered_on", family.declared_on), bold=True)
    f.sheet.y += 20
    if layout != "copy":
        f.sign(
            (
                "NGƯỜI KÝ GIẤY KHAI SINH",
                "(Ký, ghi rõ họ, chữ đệm, tên, chức vụ và đóng dấu)",
                "Trần Mẫu Ký",
            ),
            stamp=seat,
        )
        return
    f.sheet.paragraph("Sao từ Sổ đăng ký khai sinh", "Italic")
    f.sign(
        ("NGƯỜI KÝ GIẤY KHAI SINH", "(Đã ký)", ""),
        ("NGƯỜI KÝ BẢN SAO", "(Ký, ghi rõ họ tên, chức vụ và đóng dấu)", "Lê Thị Mẫu Sao"),
        stamp=seat,
    )
