"""Numbers as papers print them: figures misread by engines, and Vietnamese number words.

In: text. Out: an integer, digits, or None where the text says no such thing.
"""

import csv
from collections.abc import Sequence
from functools import cache

from rapidfuzz.distance import OSA

from chalicelib.extraction.letters import VOCABULARY, compose, fold

# What engines print for a digit; used only where the grammar demands digits. A nought whose foot
# was rubbed out with the dotted line reads as n or a. Z may be 2 or 7: it is not mended.
LOOKS_LIKE = str.maketrans(
    {
        "O": "0",
        "o": "0",
        "Q": "0",
        "D": "0",
        "Đ": "0",
        "Ô": "0",
        "Ö": "0",
        "Ø": "0",
        "ø": "0",
        "Ó": "0",
        "Ò": "0",
    }
    | {"n": "0", "a": "0", "u": "0", "l": "1", "I": "1", "i": "1", "|": "1", "!": "1", "Í": "1"}
    | {
        "Ì": "1",
        "ì": "1",
        "í": "1",
        "ï": "1",
        "Ï": "1",
        "]": "1",
        "[": "1",
        "S": "5",
        "€": "6",
        "b": "6",
        "B": "8",
    }
    | {"Š": "5", "š": "5", "g": "9", "q": "9"}
    | dict.fromkeys(
        "UÚÙỦŨỤƯỨỪỬỮỰỎÕỌỐỒỔỖỘƠỚỜỞỠỢ", "0"
    )  # a nought under some stroke of the line above
)


def as_digits(text: str) -> str:
    """The digits of a text whose grammar is digits alone; '' where a character can't be one."""
    bare = "".join(text.split()).strip(".,;:-_'\"").translate(LOOKS_LIKE)
    bare = bare.replace(".", "").replace("-", "")
    return bare if bare.isascii() and bare.isdigit() else ""


def digit_share(text: str) -> float:
    """How much of the text is digits already: a text of letters is no misread number."""
    solid = [c for c in text if not c.isspace()]
    return sum(c.isdigit() for c in solid) / len(solid) if solid else 0.0


@cache
def words() -> dict[str, int | None]:
    """Number words and the words of dates; the latter have no value."""
    with (VOCABULARY / "number_words.csv").open(encoding="utf-8") as rows:
        return {r["word"]: int(r["value"]) if r["value"] else None for r in csv.DictReader(rows)}


def nearest_word(token: str) -> str | None:
    """The number word a token must be: itself, or the only one its letters come near to."""
    bare = compose(token).lower().strip(".,;:()")
    if bare in words():
        return bare
    same = [w for w in words() if fold(w) == fold(bare)]
    long = [w for w in words() if len(w) > 2 < len(bare)]
    near = same or [w for w in long if OSA.distance(fold(w), fold(bare)) == 1]
    return near[0] if len({fold(w) for w in near}) == 1 else None


def in_context(tokens: Sequence[str]) -> list[str]:
    """Words that only their neighbours tell apart: mười and mươi, một and mốt, bảy and bẩy."""
    found: list[str] = []
    for token in tokens:
        before = found[-1] if found else ""
        if token in ("mười", "mươi"):
            units = {w for w, v in words().items() if v is not None and 2 <= v <= 9}
            token = "mươi" if before in units - {"năm"} or _is_five(found) else "mười"
        elif token in ("một", "mốt"):
            token = "mốt" if before == "mươi" else "một"
        found.append(token)
    return found


def _is_five(found: Sequence[str]) -> bool:
    """Is the last 'năm' the number five, not the word year?"""
    return found[-1:] == ["năm"] and found[-2:-1] in (["trăm"], ["tháng"], ["nghìn"], ["ngàn"])


def number_of(tokens: Sequence[str]) -> int | None:
    """'hai', 'nghìn', 'hai', 'mươi' is 2020; digit by digit ('hai không hai không') too."""
    if not tokens:
        return None
    for thousand in ("nghìn", "ngàn"):
        if thousand in tokens:
            cut = list(tokens).index(thousand)
            return _sum(_hundreds(tokens[:cut]), 1000, _hundreds(tokens[cut + 1 :]))
    return _hundreds(tokens)


def _sum(left: int | None, unit: int, right: int | None) -> int | None:
    return None if left is None or right is None else left * unit + right


def _hundreds(tokens: Sequence[str]) -> int | None:
    if "trăm" in tokens:
        cut = list(tokens).index("trăm")
        return _sum(_tens(tokens[:cut]), 100, _tens(tokens[cut + 1 :]))
    return _spelt(tokens) if len(tokens) == 4 else _tens(tokens)


def _spelt(tokens: Sequence[str]) -> int | None:
    digits = [words().get(t) for t in tokens]
    if any(d is None or d > 9 for d in digits):
        return None
    return int("".join(str(d) for d in digits))


def _tens(tokens: Sequence[str]) -> int | None:
    rest = [t for t in tokens if t not in ("linh", "lẻ", "mồng", "mùng")]
    values = [words().get(t) for t in rest]
    if any(v is None or v > 12 for v in values) or len(rest) > 3:
        return None
    if not rest:
        return 0
    return _two_digits(rest, [v for v in values if v is not None])


def _two_digits(rest: Sequence[str], values: Sequence[int]) -> int | None:
    if len(rest) == 1:
        return None if rest[0] == "mươi" else values[0]
    if rest[0] == "mười" and len(rest) == 2:
        return 10 + values[1] if values[1] < 10 else None
    if rest[1] == "mươi" and values[0] < 10:
        return values[0] * 10 + (values[2] if len(rest) == 3 else 0)
    return values[0] * 10 + values[1] if len(rest) == 2 and max(values) < 10 else None
