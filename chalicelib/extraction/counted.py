"""Grammars of figures that only some forms have: boxes for digits, grams, money, how often somebody marries.

In: raw text. Out: (value, trust), (None, 0) where the text can't be one. Nothing is guessed: a number read
with the rules of its boxes counts only where the rules stand exactly between the digits.
"""

import re
from itertools import combinations

from chalicelib.extraction.letters import fold
from chalicelib.extraction.numerals import LOOKS_LIKE, digit_share, nearest_word, number_of
from chalicelib.extraction.vocabulary import province_codes

_BARS = "|Il1Jj[](){}!/\\LTEHFtifr:;.,'"
_EDGE = " .,:;…_-–—|*~'\"•·"
_FIRST = {"nhat": 1, "dau": 1, "nhi": 2, "tu": 4}
_MOST_MARRIAGES = 20
_MOST_BARS = 2


def boxed_number(raw: str) -> tuple[str | None, float]:
    """Twelve digits (nine on old cards) out of boxes, whether or not their rules were read as characters."""
    solid = "".join(raw.split())
    plain = re.sub(r"[^\w]", "", solid).translate(LOOKS_LIKE)
    if re.fullmatch(r"\d{12}|\d{9}", plain):
        return plain, _trust(plain) * (1.0 if plain == solid else 0.95)
    found = {d for count in (12, 9) for d in _between_bars(solid, count)} or _without_bars(plain)
    if len(found) != 1:
        return None, 0.0
    value = found.pop()
    return value, 0.9 * _trust(value)


def _trust(number: str) -> float:
    """A personal number begins with the code of a province."""
    return 0.95 if len(number) == 9 or number[:3] in province_codes() else 0.4


def _between_bars(solid: str, count: int) -> set[str]:
    """The digits, where every other character is a rule; the outer rules may be lost."""
    found = set()
    for first in (0, 1):
        digits, bars = solid[first::2].translate(LOOKS_LIKE), solid[1 - first :: 2]
        fits = len(digits) == count and digits.isdigit() and count - 1 <= len(bars)
        if fits and all(b in _BARS for b in bars):
            found.add(digits)
    return found


def _without_bars(plain: str) -> set[str]:
    """The personal numbers that are left where a rule or two were read as ones among twelve digits."""
    over = len(plain) - 12
    if not plain.isdecimal() or not 0 < over <= _MOST_BARS:
        return set()
    ones = [n for n, digit in enumerate(plain) if digit == "1"]
    left = (
        "".join(d for n, d in enumerate(plain) if n not in bars)
        for bars in combinations(ones, over)
    )
    return {number for number in left if number[:3] in province_codes()}


def is_empty_boxes(raw: str) -> bool:
    """Were only rules read, or nothing?"""
    return not set("".join(raw.split())) - set(_BARS)


def money(raw: str) -> tuple[int | None, float]:
    """'50.000.000 đồng (Năm mươi triệu đồng)' as 50000000; 'triệu' and 'tỷ' count."""
    figures = re.match(r"\D{0,3}([\dOolI|]+(?:(?:\s?[.,]{1,3}\s?|\s)[\dOolI|]+)*)", raw.strip())
    if not figures:
        return None, 0.0
    spaced = re.sub(r"(?<=[\dOolI|])\s+(?=[\dOolI|])", ".", figures[1])
    text = re.sub(r"[.,]{2,}", ".", re.sub(r"\s", "", spaced)).translate(LOOKS_LIKE)
    after = fold(raw.strip()[figures.end() :]).split()
    unit = {"trieu": 10**6, "ty": 10**9, "ti": 10**9}.get(
        after[0].strip(".,;)") if after else "", 1
    )
    if unit > 1:
        whole = float(text.replace(",", ".")) if re.fullmatch(r"\d+(?:[.,]\d{1,2})?", text) else 0
        return (round(whole * unit), 0.9) if whole else (None, 0.0)
    if not re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+|\d+", text):
        return None, 0.0
    return int(re.sub(r"\D", "", text)), 0.95 if text == figures[1] else 0.75


def ordinal(raw: str) -> tuple[int | None, float]:
    """'01', 'Lần 2', 'Lần thứ nhất' as 1, 2, 1."""
    words = [w for w in re.split(r"[\s.,:;()]+", raw.strip()) if w]
    rest = [w for w in words if fold(w) not in ("lan", "thu", "lanthu")]
    if not rest:
        return None, 0.0
    first = rest[0]
    value = int(first) if first.isdecimal() else _FIRST.get(fold(first))
    if value is None and (word := nearest_word(first)):
        value = number_of([word])
    if value is None and re.fullmatch(r"[\dOolI|]{1,2}", first):
        value = int(first.translate(LOOKS_LIKE))
    return (value, 0.9) if value and value <= _MOST_MARRIAGES else (None, 0.0)


def grams(raw: str) -> tuple[int | None, float]:
    """A birth weight in grams, written in grams or kilograms; None if no child weighs that."""
    text = re.sub(r"\(?\bg(?:am|r|ram)?\b\)?\W*$", "", raw.strip(), flags=re.I).strip(_EDGE + "()")
    kilograms = bool(re.search(r"(?i)\bk(?:g|i?l[oô])", text))
    figures = re.split(r"(?i)\s*k(?:g|i?l[oô])", text)[0]
    clean = re.sub(r"(?<=\w)\s*[.,\-–]\s*(?=\w)", ".", figures).replace(" ", "")
    mended = clean.translate(LOOKS_LIKE)
    if not re.fullmatch(r"\d+(?:\.\d{1,3})?", mended) or not digit_share(clean):
        return None, 0.0
    whole = _in_grams(mended, kilograms)
    trust = 0.97 if mended == clean else 0.7
    return (whole, trust) if 300 <= whole <= 9000 else (None, 0.0)


def _in_grams(text: str, kilograms: bool) -> int:
    if kilograms or re.fullmatch(r"\d\.\d{1,2}", text):
        return round(float(text) * 1000)
    return int(text.replace(".", ""))
