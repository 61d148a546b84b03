"""Pages of ruled registers of births and deaths, with their truth: `draw_book(register, seed, pages)`.

Columns and heads come from `schemas/registers/`. A4 lying, 300 dpi, four to eight entries a page, numbered through
the book; `facing` spreads an entry over two pages, left and right. The same arguments give the same pixels.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageDraw

from tests.draw import fonts, names
from tests.draw.drawn import Drawn
from tests.draw.people import make_address, make_family, make_name

SIZE = (3508, 2480)
REGISTERS = ("so_dang_ky_khai_sinh", "so_dang_ky_khai_tu")
FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "registers"
# shares of the width by grammar; a column of text is wide
WIDTHS = {
    "number": 0.5,
    "date": 0.95,
    "gender": 0.5,
    "year": 0.6,
    "name": 1.25,
    "place": 1.5,
    "address": 1.7,
}
LEFT_PAGE = 6  # columns of a left page
CAUSES = (
    "Bệnh già",
    "Tai nạn giao thông",
    "Bệnh tim",
    "Suy hô hấp",
    "Bệnh nặng",
    "Tuổi già sức yếu",
)
NOTES = (None, None, None, None, "Đăng ký quá hạn", "Bản chính đã giao")
Entry = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Look:
    """How one book is printed and written; sizes in px at 300 dpi."""

    label: str
    value: str
    size: int
    value_size: int
    ink: tuple[int, int, int]
    date_form: str
    upper: bool
    counted: bool
    rule: int


@dataclass(frozen=True, slots=True)
class Book:
    """What stands at the head of every page."""

    register: str
    number: str
    year: int


def draw_book(
    register: str, seed: int, pages: int, *, facing: bool = False, hand: bool | None = None
) -> list[Drawn]:
    """The pages in order; with `facing` twice as many, a left and a right one each."""
    rng = Random(f"{register}-{seed}")
    about = json.loads((FOLDER / f"{register}.json").read_text("utf-8"))
    book = Book(register, f"{rng.randint(1, 9):02d}/{(year := rng.randint(1978, 2004))}", year)
    look = _look(rng, rng.random() < 0.4 if hand is None else hand)
    entry, first_page, drawn = rng.randint(1, 300), rng.randint(1, 80), []
    for n in range(pages):
        entries = [
            _entry(about["register"], f"{seed}-{n}-{k}", entry + k, year)
            for k in range(rng.randint(4, 8))
        ]
        entry += len(entries)
        columns = about["columns"] if not facing else about["columns"][:LEFT_PAGE]
        drawn.append(_page(about, book, look, columns, entries, first_page, f"{seed}-{n}"))
        first_page += 1
        if facing:
            right = about["columns"][LEFT_PAGE:]
            drawn.append(_page(about, book, look, right, entries, first_page, f"{seed}-{n}-right"))
            first_page += 1
    return drawn


def _look(rng: Random, hand: bool) -> Look:
    family = rng.choice(("Tinos", "Tinos", "Arimo", "NotoSerif"))
    value = (
        rng.choice(fonts.HAND_FAMILIES)
        if hand
        else rng.choice(("Tinos", "Tinos", "Arimo", "Roboto"))
    )
    size = 40 if family in ("NotoSerif", "Arimo") else 44
    pens = ((28, 44, 130), (16, 24, 90), (24, 24, 28)) if hand else ((12, 12, 14), (20, 20, 60))
    return Look(
        family, value, size, size + (6 if hand else 0), rng.choice(pens), rng.choice(("/", "-", ".")),
        rng.random() < 0.3, rng.random() < 0.5, rng.choice((3, 4, 5)),
    )  # fmt: skip


def _entry(register: str, seed: str, number: int, year: int) -> Entry:
    rng = Random(f"entry-{register}-{seed}")
    born = date(year, 1, 1) + timedelta(days=rng.randint(0, 330))
    note = rng.choice(NOTES)
    if register == "so_dang_ky_khai_sinh":
        f = make_family(seed, born)
        return {
            "number": str(number), "registered_on": f.declared_on.isoformat(),
            "child.full_name": f.child.full_name, "child.gender": f.child.gender,
            "child.birth_date": born.isoformat(), "child.birth_place": f.facility,
            "father.full_name": f.father and f.father.full_name, "mother.full_name": f.mother.full_name,
            "mother.residence": _short(rng), "declarant.full_name": f.requester.full_name, "note": note,
        }  # fmt: skip
    gender = rng.choice(("Nam", "Nữ"))
    return {
        "number": str(number), "registered_on": (born + timedelta(days=rng.randint(1, 14))).isoformat(),
        "deceased.full_name": make_name(rng, gender, "Kinh"), "deceased.gender": gender,
        "deceased.birth_date": str(year - rng.randint(20, 90)),
        "deceased.last_residence": _short(rng) if rng.random() < 0.7 else make_address(rng, date(2019, 1, 1)),
        "death.date": born.isoformat(), "death.cause": rng.choice(CAUSES),
        "declarant.full_name": make_name(rng, rng.choice(("Nam", "Nữ")), "Kinh"), "note": note,
    }  # fmt: skip


def _short(rng: Random) -> str:
    """An address as clerks wrote it into a narrow column: house and street."""
    street = rng.choice(
        [
            s
            for ward in names.HANOI.values()
            for s in ward.split(",")
            if not s.startswith(("xã", "thị"))
        ]
    )
    return f"{rng.randint(1, 199)} phố {street}"


def _page(
    about: dict[str, Any], book: Book, look: Look, columns: Sequence[dict[str, Any]], entries: Sequence[Entry],
    page: int, seed: str,
) -> Drawn:  # fmt: skip
    rng = Random(f"page-{book.register}-{seed}")
    image = Image.new("RGB", SIZE, (252, 251, 247))
    pen = ImageDraw.Draw(image)
    top = _head(pen, about, book, look, page, rng)
    left, right = rng.randint(110, 170), SIZE[0] - rng.randint(110, 170)
    shares = [WIDTHS.get(c["grammar"], 1.0) for c in columns]
    edges = [left]
    for share in shares:
        edges.append(edges[-1] + round((right - left) * share / sum(shares)))
    heads = [rng.choice(c["says"][:2]) for c in columns]
    rows: list[list[str]] = [heads]
    if look.counted:
        rows.append([f"({n})" for n in range(1, len(columns) + 1)])
    rows += [[_shown(c, e.get(c["field"]), look) for c in columns] for e in entries]
    printed = len(rows) - len(entries)
    room = SIZE[1] - 130 - top
    _table(pen, look, edges, rows, printed, top, room)
    kept = [{c["field"]: e[c["field"]] for c in columns} for e in entries]
    truth = {"book": book.number, "page": page, "year": str(book.year), "entries": kept}
    return Drawn(image, book.register, truth)


def _head(
    pen: ImageDraw.ImageDraw, about: dict[str, Any], book: Book, look: Look, page: int, rng: Random
) -> int:
    title = fonts.load(look.label, "Bold", look.size + 16)
    small = fonts.load(look.label, "Regular", look.size)
    said = about["titles"][0]
    pen.text((SIZE[0] / 2 - pen.textlength(said, title) / 2, 110), said, (16, 16, 18), title)
    y = 210
    told = (
        (180, f"Quyển số: {book.number}"),
        (1500, f"Năm: {book.year}"),
        (2800, f"Trang số: {page}"),
    )
    for x, text in told:
        pen.text((x + rng.randint(-30, 30), y), text, (16, 16, 18), small)
    return y + 90


def _shown(column: dict[str, Any], value: str | None, look: Look) -> str:
    if value is None:
        return ""
    if column["grammar"] == "date":
        year, month, day = value.split("-")
        return look.date_form.join((day, month, year))
    return (
        value.upper()
        if look.upper and column["field"] in ("child.full_name", "deceased.full_name")
        else value
    )


def _table(
    pen: ImageDraw.ImageDraw, look: Look, edges: Sequence[int], rows: Sequence[Sequence[str]], printed: int,
    top: int, room: int,
) -> None:  # fmt: skip
    """Rows as high as their fullest cell, the rest of the page shared out among them."""
    head = _fitting(pen, look.label, "Bold", look.size - 4, edges, rows[:printed])
    value = _fitting(pen, look.value, "Regular", look.value_size, edges, rows[printed:])
    faces = [head if n < printed else value for n in range(len(rows))]
    cells = [
        [
            _wrapped(pen, text, face, high - low - 28)
            for text, low, high in zip(row, edges[:-1], edges[1:], strict=True)
        ]
        for row, face in zip(rows, faces, strict=True)
    ]
    line = round(1.28 * look.value_size)
    heights = [max(len(c) for c in row) * line + 30 for row in cells]
    more = max(0, min(70, (room - sum(heights)) // len(rows)))
    y = top
    pen.line((edges[0], y, edges[-1], y), (40, 40, 44), look.rule)
    for n, row in enumerate(cells):
        height = heights[n] + more
        for lines, low, high in zip(row, edges[:-1], edges[1:], strict=True):
            middle = n < printed
            at = y + (height - len(lines) * line) / 2
            for k, text in enumerate(lines):
                x = (
                    low + 14
                    if not middle
                    else (low + high) / 2 - pen.textlength(text, faces[n]) / 2
                )
                pen.text(
                    (x, at + k * line), text, look.ink if not middle else (16, 16, 18), faces[n]
                )
        y += height
        pen.line((edges[0], y, edges[-1], y), (40, 40, 44), look.rule)
    for x in edges:
        pen.line((x, top, x, y), (40, 40, 44), look.rule)


def _fitting(
    pen: ImageDraw.ImageDraw, family: str, weight: str, size: int, edges: Sequence[int], rows: Sequence[Sequence[str]]
) -> Any:  # fmt: skip
    """The face in which no single word is wider than its column: clerks write smaller there."""
    while True:
        face = fonts.load(family, weight, size)
        wide = (
            pen.textlength(word, face) > high - low - 20
            for row in rows
            for text, low, high in zip(row, edges[:-1], edges[1:], strict=True)
            for word in text.split()
        )
        if size <= 28 or not any(wide):
            return face
        size -= 2


def _wrapped(pen: ImageDraw.ImageDraw, text: str, face: Any, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pen.textlength(longer, face) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
