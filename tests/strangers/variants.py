"""Who the strangers are: two sets of variants. Nobody tunes on `UNSEEN`; it is read at the end only.

A `Variant` names its paper, its look and its wording; `made` draws it: pictures of its pages and the truth.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image

from tests.strangers import cards, forms, notes
from tests.strangers.browser import draw
from tests.strangers.families import make_family
from tests.strangers.look import Cell, Look, page

STAMP = (
    "<div style='position:absolute;right:{x}mm;bottom:{y}mm;width:36mm;height:36mm;border:3px solid #c22;"
    "border-radius:50%;color:#c22;opacity:.75;text-align:center;font-size:9pt;padding-top:12mm;"
    "transform:rotate(-12deg)'>ỦY BAN NHÂN DÂN<br>★<br>MẪU THỬ</div>"
)
SANS, SERIF, DEJAVU = "Liberation Sans", "Liberation Serif", "DejaVu Serif"
A5, A5_WIDE, A4_WIDE = (148, 210), (210, 148), (297, 210)


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    words: forms.Words | notes.Words | str
    look: Look = field(default_factory=Look)
    styles: tuple[str, ...] = ("300", "scan")
    stamp: tuple[int, int] | None = None
    card: cards.CardLook = field(default_factory=cards.CardLook)
    kind: str = "to_khai_khai_sinh"


def _d(name: str, words: forms.Words, look: Look, *styles: str, stamp: tuple[int, int] | None = None) -> Variant:  # fmt: skip
    return Variant(name, words, look, styles, stamp)


def _n(name: str, words: notes.Words, look: Look, *styles: str, stamp: tuple[int, int] | None = None) -> Variant:  # fmt: skip
    return Variant(name, words, look, styles, stamp, kind="giay_chung_sinh")


def _c(name: str, side: str, card: cards.CardLook, *styles: str) -> Variant:
    return Variant(name, side, styles=styles, card=card, kind="cccd")


W, N = forms.Words, notes.Words
TUNING = (
    _d("word-dots", W(notes=True), Look(filler="dots", marks="sup", pt=13), "300", "scan", "phone"),
    _d("plain-marks", W(caps=False, day="long", notes=True, identity=1), Look(marks="plain", value_css="font-weight:bold"), "200", "photocopy"),
    _d("table", W(day="dash", identity=2, grouping=1), Look(SANS, 11, table=True), "200", "scan"),
    _d("blue-italic", W(named="Họ và tên", day="dot", grouping=2, caps=False), Look(DEJAVU, 10, value_css="font-style:italic;color:#1a2f9c"), "300", "phone"),
    _d("tight-upper", W(father_first=True, day="Long"), Look(SANS, 10, upper_labels=True, space=""), "150", "scan"),
    _d("ellipsis-tracking", W(identity=1, whole_birth_date=True, copies=None), Look(filler="ellipsis", tracking=".06em", pt=12), "200", "scan"),
    _d("nfd-two-pages", W(break_pages=True, notes=True, blank_father=True), Look(pt=15, nfd=True, filler="border", marks="sup", line=1.9), "200", "photocopy"),
    _d("stamped-no-margin", W(named="Họ, chữ đệm và tên", copies_shown=False, father_first=True), Look(SANS, 12, margin_mm=4), "300", "phone", stamp=(60, 80)),
    _n("note-blocks", N(), Look(pt=12, filler="dots"), "300", "scan", "phone"),
    _n("note-a5", N(head="labelled", grouping=1, day="dash", born_at=1, caps=False), Look(SANS, 9, size_mm=A5, margin_mm=9), "300", "scan"),
    _n("note-wide", N(head="right", grouping=2, kilos=True, born_at=2, unnamed="Chưa đặt tên"), Look(DEJAVU, 10, size_mm=A5_WIDE, margin_mm=8, line=1.3, value_css="font-weight:bold"), "300", "photocopy"),
    _n("note-table", N(head="labelled", number="Mã số GCS:", card="Số CCCD/CMND/Hộ chiếu:"), Look(SERIF, 12, table=True), "200", "scan", stamp=(20, 20)),
    _c("chip-front", "chip_front", cards.CardLook(), "600", "scan", "phone"),
    _c("new-front", "new_front", cards.CardLook(ground="#dfeaf2"), "600", "scan", "phone"),
    _c("new-back", "new_back", cards.CardLook(), "600", "scan"),
)  # fmt: skip
UNSEEN = (
    _d("u-around", W(notes=True, day="long", identity=2), Look(filler="around", marks="sup", pt=12), "300", "scan", "phone"),
    _d("u-plain-marks", W(day="dash", notes=True, caps=True, father_first=True), Look(DEJAVU, 10.5, marks="plain", value_css="color:#10308c"), "200", "photocopy"),
    _d("u-table", W(identity=1, grouping=2, caps=False), Look(SERIF, 12, table=True, narrow="30%"), "200", "phone"),
    _d("u-sans-bold", W(named="Họ tên", grouping=1, day="dot"), Look(SANS, 13, label_css="font-weight:bold", filler="border"), "300", "scan"),
    _d("u-tight", W(caps=False, day="slash", whole_birth_date=True, residence="Nơi thường trú"), Look(SERIF, 11, space=""), "150", "scan"),
    _d("u-tracked-upper", W(identity=3, copies=None, father_first=True), Look(SANS, 11, upper_labels=True, tracking=".04em"), "200", "photocopy"),
    _d("u-two-pages", W(break_pages=True, notes=True), Look(SERIF, 15, filler="dots", line=2.0), "200", "scan"),
    _d("u-stamped", W(blank_father=True, grouping=2, day="Long"), Look(DEJAVU, 11, margin_mm=6, value_css="font-style:italic"), "300", "phone", stamp=(30, 60)),
    _n("u-note-dots", N(head="right", day="dot", born_at=0), Look(SERIF, 13, filler="ellipsis"), "300", "scan", "phone"),
    _n("u-note-a5", N(head="blocks", grouping=2, caps=False, born_at=2, person="Họ và tên mẹ:"), Look(SERIF, 10, size_mm=A5, margin_mm=9, value_css="font-style:italic"), "300", "photocopy"),
    _n("u-note-wide", N(head="labelled", grouping=1, unnamed="/", born_at=1, home="Nơi thường trú:"), Look(SANS, 11, size_mm=A4_WIDE, margin_mm=14, filler="border"), "200", "scan"),
    _n("u-note-table", N(head="blocks", grouping=2, kilos=True), Look(SANS, 10, table=True, value_css="font-weight:bold"), "200", "phone", stamp=(25, 30)),
    _c("u-chip-front", "chip_front", cards.CardLook("DejaVu Sans", "#eef3ea", 1.8, 2.4, bold=True), "600", "scan", "phone"),
    _c("u-new-front", "new_front", cards.CardLook("DejaVu Sans", "#e9eef5", 1.8, 2.6), "600", "scan", "phone"),
    _c("u-new-back", "new_back", cards.CardLook("Liberation Serif", "#e8ece2", 2.0, 2.8), "600", "scan"),
)  # fmt: skip


def made(v: Variant, dpi: int) -> tuple[list[Image.Image], dict[str, object]]:
    """Pictures of the pages and everything that stands on them."""
    family = make_family(v.name)
    if isinstance(v.words, str):
        who = family.father if family.grams % 100 and family.father else family.mother
        html, truth = getattr(cards, v.words)(family, who, v.card)
        return [draw(html, cards.SIZE, dpi)], truth
    build = forms.declaration if isinstance(v.words, forms.Words) else notes.birth_note
    rows, truth = build(family, v.words)  # type: ignore[arg-type]
    truth |= {c.key: c.truth for r in rows if not isinstance(r, str) for c in r if c.key}
    stamp = STAMP.format(x=v.stamp[0], y=v.stamp[1]) if v.stamp else ""
    return [draw(page(v.look, p, stamp), v.look.size_mm, dpi) for p in _pages(rows)], truth


def _pages(rows: list[list[Cell] | str]) -> Iterator[list[list[Cell] | str]]:
    start = 0
    for n, row in enumerate(rows):
        if row == "<!--page-->":
            yield rows[start:n]
            start = n + 1
    yield rows[start:]
