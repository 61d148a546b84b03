"""Words that were read as invisible text of a PDF page. In: a page with its words. Out: a content stream, a font.

The font is blank: every letter half an em wide, nothing drawn (`training/blank_font.py` makes it). Refuses nothing.
"""

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

from pikepdf import Array, Dictionary, Name

from chalicelib.dossier.paper import Word

_BLANK = Path(__file__).parent / "blank.ttf"
_LETTER_WIDTH = 0.5  # of an em, every letter of the blank font
_UPRIGHT_ENOUGH = 0.001


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page: the whole file it is in, its number there from 1, what was read, and where.

    `back` takes pixels of words to those of a picture of `size`; see `cleanup.Page.back`.
    `jpeg` is the upright page.
    """

    file: bytes
    number: int
    words: Sequence[Word]
    back: tuple[float, ...]
    size: tuple[int, int]
    jpeg: bytes


def shown_nowhere(leaf: Leaf, wide: float, high: float, font: str = "Blank") -> bytes:
    """The words as invisible text on a page of so many points."""
    if not leaf.words:
        return b""
    words = [_word(w, leaf, wide, high, font) for w in _on_lines(leaf.words)]
    return ("BT 3 Tr\n" + "".join(words) + "ET\n").encode()


def _on_lines(words: Sequence[Word]) -> Iterator[Word]:
    """The words, those of a line on one level and of one height: viewers then join them in order."""
    for _, line in groupby(words, key=lambda w: w.line):
        level = list(line)
        foot = round(median(w.box[1] + w.box[3] for w in level))
        high = round(median(w.box[3] for w in level))
        for w in level:
            yield replace(w, box=(w.box[0], foot - high, w.box[2], high))


def _word(word: Word, leaf: Leaf, wide: float, high: float, font: str) -> str:
    x, y, w, h = word.box
    place = functools.partial(_placed, leaf.back, wide / leaf.size[0], high / leaf.size[1], high)
    start, end, above = place(x, y + h), place(x + w, y + h), place(x, y)
    length, size = math.dist(start, end), max(math.dist(start, above), 1.0)
    if length == 0:
        return ""
    cos, sin = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    if abs(cos) < _UPRIGHT_ENOUGH:
        cos = _UPRIGHT_ENOUGH  # PDFium finds no words that run exactly upwards in a font without outlines
    letters = "".join(c for c in word.text if ord(c) < 0x10000)
    stretch = 100 * length / (max(len(letters), 1) * _LETTER_WIDTH * size)
    shown = (letters + " ").encode("utf-16-be").hex()
    where = f"{cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {start[0]:.2f} {start[1]:.2f} Tm"
    return f"/{font} {size:.2f} Tf {stretch:.2f} Tz {where} <{shown}> Tj\n"


def _placed(
    back: tuple[float, ...], across: float, down: float, high: float, x: float, y: float
) -> tuple[float, float]:
    a, b, c, d, e, f, g, h, i = back
    depth = g * x + h * y + i
    return (a * x + b * y + c) / depth * across, high - (d * x + e * y + f) / depth * down


def blank_font(pdf: Any) -> Any:
    """The blank font for every letter of the Basic Multilingual Plane; letters keep their Unicode numbers."""
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name.MotCuaBlank, Flags=4, FontBBox=Array([0, -200, 500, 800]),
        ItalicAngle=0, Ascent=800, Descent=-200, CapHeight=800, StemV=80,
        FontFile2=pdf.make_stream(_BLANK.read_bytes()),
    )  # fmt: skip
    to_blank = pdf.make_stream(b"\x00\x01" * 0x10000)  # never .notdef: PDF/A forbids it
    letters = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.MotCuaBlank,
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor), DW=round(_LETTER_WIDTH * 1000),
        CIDToGIDMap=to_blank,
    )  # fmt: skip
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.MotCuaBlank,
        Encoding=Name("/Identity-H"), DescendantFonts=Array([pdf.make_indirect(letters)]),
        ToUnicode=pdf.make_stream(_unicode_map()),
    )  # fmt: skip


@functools.cache
def _unicode_map() -> bytes:
    """Letters are their own Unicode numbers, told in ranges of 256, at most a hundred at a time."""
    ranges = [f"<{n:02X}00> <{n:02X}FF> <{n:02X}00>" for n in range(256) if not 0xD8 <= n <= 0xDF]
    blocks = [ranges[n : n + 100] for n in range(0, len(ranges), 100)]
    told = "".join(f"{len(b)} beginbfrange\n" + "\n".join(b) + "\nendbfrange\n" for b in blocks)
    head = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) "
        "/Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
    )
    tail = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    return (head + told + tail).encode()
