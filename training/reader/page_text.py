"""What whole lines of papers say: labels, notes, sentences, and labels with the values that were filled in.

In: a random generator and whether held-out words are wanted. Out: the pieces of one line, left to right; the line's
text is their texts, a space between. A third of the printed phrases is held out, by the hash of the phrase; values
hold out what `text.py` holds out. Made-up sentences and syllables at random stand beside the phrases of our own
schemas, so that strangers' papers are no surprise.
"""

import json
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from chalicelib.ocr.recogniser import LETTERS
from training.reader import text
from training.reader.phrases import ENGLISH, HEADS, NOTES, SENTENCES

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
SPOKEN = frozenset({"says", "title", "titles", "anchors", "vi", "x-title-en", "legal_basis"})
EMPTY, TICKED = "☐☑"
LONGEST = 110
_KNOWN = frozenset(LETTERS)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words in one hand: printed with the form, or filled in; `gap` before it in letter heights.

    `raised`: a footnote's mark; `combed`: a letter in each of the form's cells.
    """

    text: str
    printed: bool = True
    gap: float = 0.5
    raised: bool = False
    combed: bool = False


Pieces = tuple[Piece, ...]
Make = Callable[[random.Random, bool], Pieces]


def said(pieces: Pieces) -> str:
    """The line's text."""
    return " ".join(p.text for p in pieces)


def _strings(node: object, key: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _strings(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value, key)
    elif isinstance(node, str) and key in SPOKEN:
        yield node


@cache
def phrases(held_out: bool) -> tuple[str, ...]:
    """Printed words of forms, the training part of them or the held-out one."""
    files = sorted(
        f for d in ("papers", "procedures", "registers") for f in (SCHEMAS / d).rglob("*.json")
    )
    found = {s for f in files for s in _strings(json.loads(f.read_text("utf-8")))}
    found |= {*HEADS, *NOTES, *SENTENCES, *ENGLISH}
    kept = (" ".join(s.split()) for s in sorted(found))
    return tuple(s for s in kept if s and text.is_held_out(s) is held_out and set(s) <= _KNOWN)


@cache
def labels(held_out: bool) -> tuple[str, ...]:
    """Phrases that may stand before a value."""
    return tuple(p.rstrip(":. ") for p in phrases(held_out) if 1 < len(p) <= 44 and "{" not in p)


def _phrase(rng: random.Random, held_out: bool) -> str:
    """A phrase of a form as it stands, in capitals, in brackets; or words put together by lot."""
    words = rng.choice(phrases(held_out)) if rng.random() < 0.6 else _words(rng, rng.randint(4, 18))
    roll = rng.random()
    if roll < 0.12:
        return words.upper()
    if roll < 0.24:
        return f"({words})"
    if roll < 0.28:
        return f"“{words}”" if rng.random() < 0.5 else f'"{words}"'
    return words


def _words(rng: random.Random, count: int) -> str:
    """A sentence of syllables and of words of forms, with the stops of one."""
    said = [
        _word(rng)
        + rng.choices(("", ",", ";", ":", ".", " –", " -", "…", ")"), (84, 7, 2, 2, 2, 1, 1, 1, 0))[
            0
        ]
        for _ in range(count)
    ]
    roll = rng.random()
    if roll < 0.15:
        said = [w.capitalize() for w in said]
    elif roll < 0.3:
        said = [w.upper() for w in said]
    if count > 4 and rng.random() < 0.3:
        at = rng.randrange(1, count - 1)
        said[at], said[at + 1] = "(" + said[at], said[at + 1].rstrip(",;:.") + ")"
    line = " ".join(said)
    return line[0].upper() + line[1:] if rng.random() < 0.7 else line


def _word(rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.45:
        return text.syllable(rng)
    if roll < 0.85:
        return rng.choice(text.OPEN_WORDS)
    if roll < 0.93:
        return rng.choice(ENGLISH).split()[0].lower()
    return (
        str(rng.randint(0, 2030))
        if rng.random() < 0.6
        else "".join(rng.choices(string.ascii_uppercase, k=rng.randint(1, 4)))
    )


def _numbered(rng: random.Random, words: str) -> str:
    """With the sign that an item of a form begins with, or none."""
    n = rng.randint(1, 12)
    sign = rng.choice((
        f"{n}.", f"{n}.", f"{n}.{rng.randint(1, 9)}.", f"{n}.{rng.randint(1, 9)}", f"{n})", f"({n})", f"{rng.choice('abcdeđgh')})",
        f"{rng.choice('IVX')}.", "III.", "II.", f"[{n:02d}]", f"[{n:02d}.{rng.randint(1, 5)}]", f"[{n:02d}]", "-", "+", "*", "–", f"{rng.choice('ABC')}.",
        f"Mục {n}.", f"Điều {n}.", f"{n}/", EMPTY, TICKED,
    ))  # fmt: skip
    return f"{sign} {words}" if rng.random() < 0.4 else words


def _label(rng: random.Random, held_out: bool) -> str:
    roll = rng.random()
    words = (
        rng.choice(labels(held_out))
        if roll < 0.65
        else _words(rng, rng.randint(1, 6)).rstrip(".,;:…–- ")
    )
    if roll > 0.95:
        words = f"{words} / {rng.choice(ENGLISH)}"
    return _numbered(rng, words) + (":" if rng.random() < 0.85 else "")


def _gap(rng: random.Random) -> float:
    return rng.choice((rng.uniform(0.15, 0.6), rng.uniform(0.3, 1.2), rng.uniform(0.8, 2.5)))


def _pair(rng: random.Random, held_out: bool, longest: int = 46) -> Pieces:
    """A label, perhaps a raised mark of a footnote, the value."""
    label = Piece(_label(rng, held_out), gap=_gap(rng) + 0.3)
    value = Piece(_value(rng, held_out, longest), printed=False, gap=_gap(rng))
    mark = (
        (Piece(f"({rng.randint(1, 12)})", raised=True, gap=rng.uniform(0.05, 0.5)),)
        if rng.random() < 0.15
        else ()
    )
    return (label, *mark, value)


def _combed(rng: random.Random, held_out: bool) -> Pieces:
    """A label and figures in cells."""
    count = rng.choice((12, 12, 10, 9, rng.randint(2, 16)))
    figures = "".join(rng.choices(string.digits, k=count))
    if rng.random() < 0.15:
        figures = rng.choice(("HS", "DN", "TE")) + figures[2:]
    cells = Piece(figures, printed=False, gap=_gap(rng), combed=True)
    return (Piece(_label(rng, held_out)), cells) if rng.random() < 0.8 else (cells,)


def _value(rng: random.Random, held_out: bool, longest: int) -> str:
    if rng.random() < 0.06:
        return _e_mail(rng)
    if rng.random() < 0.03:
        return rng.choice(("/", "-", "Không", "Có", "không có", "//"))
    return text.line(rng, held_out, longest)


def _e_mail(rng: random.Random) -> str:
    user = ".".join(
        "".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 7)))
        for _ in range(rng.randint(1, 2))
    )
    host = rng.choice(("example.org", "example.com", "mau.vn", "thu.mau.vn", "vi-du.com.vn"))
    return f"{user}{rng.choice(('', str(rng.randint(1, 99))))}@{host}"


def _printed(rng: random.Random, held_out: bool) -> Pieces:
    return (Piece(_numbered(rng, _phrase(rng, held_out))),)


def _one(rng: random.Random, held_out: bool) -> Pieces:
    return _pair(rng, held_out)


def _several(rng: random.Random, held_out: bool) -> Pieces:
    return sum((_pair(rng, held_out, 18) for _ in range(rng.randint(2, 3))), ())


def _label_alone(rng: random.Random, held_out: bool) -> Pieces:
    return (Piece(_label(rng, held_out)),)


def _value_alone(rng: random.Random, held_out: bool) -> Pieces:
    words = text.line(rng, held_out, 60)
    for _ in range(rng.randint(0, 1)):
        words += f"{rng.choice((',', ',', ' -', ';'))} {text.line(rng, held_out, 40)}"
    return (Piece(words, printed=False),)


def _dated(rng: random.Random, held_out: bool) -> Pieces:
    """Printed words with figures filled in between: ngày … tháng … năm …"""
    place = text.stock("ward", held_out)
    parts = (
        [(rng.choice(place).partition("|")[2] + ",", rng.random() < 0.3)]
        if rng.random() < 0.5
        else []
    )
    for word, figures in (("ngày", 31), ("tháng", 12), ("năm", 0)):
        parts += [
            (word, True),
            (str(rng.randint(1, figures)) if figures else str(rng.randint(1950, 2030)), False),
        ]
    if rng.random() < 0.3:
        parts = [
            (rng.choice(("Lúc", "Vào hồi")), True),
            (str(rng.randint(0, 23)), False),
            ("giờ", True),
            (str(rng.randint(0, 59)), False),
            ("phút,", True),
            *parts,
        ]
    return tuple(Piece(said, printed, _gap(rng) * 0.7) for said, printed in parts)


def _ticks(rng: random.Random, held_out: bool) -> Pieces:
    """Boxes with what they stand for, behind or before: Có ☑ Không ☐."""
    behind, stop = rng.random() < 0.5, rng.choice(("", "", ",", ";", " ,"))
    made: list[Piece] = [Piece(_label(rng, held_out))] if rng.random() < 0.4 else []
    for _ in range(rng.randint(1, 4)):
        word = rng.choice(
            ("Có", "Không", "Nam", "Nữ", "Khác", _words(rng, rng.randint(1, 3)).rstrip(".,;:…–- "))
        )
        box = rng.choice((EMPTY, TICKED))
        made.append(
            Piece(f"{word} {box}{stop}" if behind else f"{box} {word}", gap=_gap(rng) + 0.2)
        )
    return tuple(made)


def _cells(rng: random.Random, held_out: bool) -> Pieces:
    """A row of a table, or the words that stand side by side over signatures."""
    filled = rng.random() < 0.5
    cell = (
        (lambda: text.line(rng, held_out, 14))
        if filled
        else (lambda: _label(rng, held_out).rstrip(":")[:24].strip() or "TT")
    )
    return tuple(Piece(cell(), not filled, rng.uniform(0.8, 2.5)) for _ in range(rng.randint(2, 5)))


KINDS: tuple[tuple[Make, int], ...] = (
    (_printed, 30), (_one, 27), (_several, 9), (_label_alone, 9), (_value_alone, 8), (_dated, 6), (_ticks, 6), (_cells, 5), (_combed, 4),
)  # fmt: skip


def page_line(rng: random.Random, held_out: bool = False, longest: int = LONGEST) -> Pieces:
    """One line, at most `longest` letters: cut where words end, as lines wrap."""
    while True:
        make = rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
        pieces = _cut(make(rng, held_out), longest)
        if pieces and set(said(pieces)) <= _KNOWN:
            return pieces


def _cut(pieces: Pieces, longest: int) -> Pieces:
    kept: list[Piece] = []
    for piece in pieces:
        room, words = longest - len(said(tuple(kept))) - 1, " ".join(piece.text.split())
        if len(words) > room:
            words = words[: max(room, 0)].rpartition(" ")[0]
        if words:
            kept.append(replace(piece, text=words))
    return tuple(kept)
