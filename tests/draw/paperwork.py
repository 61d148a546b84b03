"""Paper that is more than white: frames and tinted ground of certificates, tables, boxes for digits."""

from collections.abc import Sequence
from math import sin
from random import Random

from PIL import ImageFont

from tests.draw import fonts
from tests.draw.sheet import Sheet

Cell = tuple[str, str]  # key of the value, or "" for what is printed; text


def draw_frame(sheet: Sheet, rng: Random) -> None:
    """A certificate's ground, by lot: plain, framed, or framed on pale waves. Call before anything is set."""
    kind = rng.choice(("plain", "frame", "frame", "waves"))
    wide, high = sheet.size
    if kind == "waves":
        tint = rng.choice(((255, 236, 214), (232, 244, 226), (255, 230, 232)))
        for y in range(120, high - 120, 26):
            points = [(x, y + 9 * sin(x / 60 + y / 90)) for x in range(100, wide - 100, 20)]
            sheet.pen.line(points, tint, 3)
    if kind != "plain":
        ink = rng.choice(((190, 60, 50), (40, 90, 60), (30, 30, 30), (150, 110, 40)))
        for inset, line in ((78, 9), (100, 3)):
            sheet.pen.rectangle((inset, inset, wide - inset, high - inset), outline=ink, width=line)


def draw_digit_boxes(
    sheet: Sheet, label: str, key: str, number: str | None, count: int = 12
) -> None:
    """A label and `count` boxes with one digit each, on the label's line or the next."""
    face, side = sheet.face(), int(sheet.style.size * 1.08)
    x, least = float(sheet.style.left), count * side
    for word in label.split():
        sheet.pen.text((x, sheet.y), word, font=face, fill=(10, 10, 10))
        x += face.getlength(word + " ")
    x += 12
    if x + least > sheet.style.right:
        x, sheet.y = sheet.style.left + 40.0, sheet.y + sheet.step
    top, hand = sheet.y + sheet.style.size * 0.08, sheet.value_face()
    for i in range(count):
        box = (x + i * side, top, x + (i + 1) * side, top + side)
        sheet.pen.rectangle(box, outline=(20, 20, 20), width=3)
        if number:
            at = (x + (i + 0.5) * side, top + side * 0.52)
            sheet.pen.text(at, number[i], font=hand, fill=sheet.style.ink, anchor="mm")
    sheet.boxes[key] = (int(x), int(top), least, side)
    sheet.y += max(sheet.step, side * 1.2)


def draw_table(
    sheet: Sheet,
    heads: Sequence[str],
    shares: Sequence[float],
    rows: Sequence[Sequence[Cell]],
    size: int,
) -> None:
    """A ruled table over the whole width: bold heads, cells wrapped word by word, rows as high as they need."""
    style = sheet.style
    wide = (style.right - style.left) / sum(shares)
    edges = [style.left + wide * sum(shares[:i]) for i in range(len(shares) + 1)]
    head = fonts.load(style.label_family, "Bold", size)
    body = fonts.load(style.value_family, style.value_weight, size)
    print_face = fonts.load(style.label_family, "Regular", size)
    top = sheet.y
    if heads:
        _table_row(sheet, edges, [("", h) for h in heads], [head] * len(heads), True)
    for row in rows:
        _table_row(sheet, edges, row, [body if k else print_face for k, _ in row], False)
    for x in edges:
        sheet.pen.line((x, top, x, sheet.y), (20, 20, 20), 3)
    sheet.y += size * 0.5


def _table_row(
    sheet: Sheet, edges: list[float], cells: Sequence[Cell], faces: list[ImageFont.FreeTypeFont], centred: bool
) -> None:  # fmt: skip
    high, top = 0.0, sheet.y
    for i, ((key, text), face) in enumerate(zip(cells, faces, strict=True)):
        left, right, step = edges[i] + 12, edges[i + 1] - 10, face.size * 1.3
        lines = _wrapped(text, face, right - left)
        for j, line in enumerate(lines):
            x = (left + right - face.getlength(line)) / 2 if centred else left
            at = (x, top + 8 + j * step)
            sheet.pen.text(at, line, font=face, fill=sheet.style.ink if key else (10, 10, 10))
            if key:
                sheet.mark_box(key, at, line, face)
        if key and not lines and key not in sheet.boxes:
            sheet.boxes[key] = (int(left), int(top) + 8, int(right - left), int(step))
        high = max(high, max(1, len(lines)) * step + 22)
    sheet.y = top + high
    for y in (top, sheet.y):
        sheet.pen.line((edges[0], y, edges[-1], y), (20, 20, 20), 3)


def _wrapped(text: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and face.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
