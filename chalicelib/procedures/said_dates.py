"""Dates written in words, as the birth declaration asks (“ghi bằng chữ”): text in, a date out, None if unclear.

`Ngày mười lăm tháng năm năm hai nghìn không trăm hai mươi` says “năm” for five and for year; the grammar
day – tháng – month – năm – year settles which. Marks are ignored: no two numbers differ in them alone.
"""

import re
from datetime import date
from functools import cache
from itertools import product

from chalicelib.procedures.letters import unmarked

_UNITS = ("khong", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin")
_MONTHS = {"gieng": 1, "tu": 4, "chap": 12, "mot": 1}


def date_said(text: str) -> date | None:
    """The date that the words say; None if they are not a date in words we know."""
    words = " ".join(re.findall(r"[a-z]+", unmarked(text)))
    grammar = r"(?:ngay )?(?:m[uo]ng )?(.+?) thang (.+?) nam ((?:mot|hai) (?:nghin|ngan) .+|hai (?:nghin|ngan))"
    match = re.fullmatch(grammar, words)
    if match is None:
        return None
    day = _numbers().get(match[1])
    month = _MONTHS.get(match[2], _numbers().get(match[2]))
    year = _year(match[3])
    try:
        return date(year, month, day) if day and month and year else None
    except ValueError:
        return None


def _year(words: str) -> int | None:
    thousand, rest = re.fullmatch(r"(mot|hai) (?:nghin|ngan) ?(.*)", words).groups()  # type: ignore[union-attr]
    base = 1000 if thousand == "mot" else 2000
    hundreds = re.fullmatch(r"(\w+) tram ?(.*)", rest)
    if hundreds and hundreds[1] in _UNITS:
        base, rest = base + 100 * _UNITS.index(hundreds[1]), hundreds[2]
    rest = re.sub(r"^(?:le|linh) ", "", rest)
    if not rest:
        return base
    below = _numbers().get(rest)
    return None if below is None else base + below


@cache
def _numbers() -> dict[str, int]:
    # Every way to say 1 to 99, unmarked.
    said = {way: n for n, way in enumerate(_UNITS)}
    said |= {"bay": 7, "tu": 4}
    for tens, ones in product(range(1, 10), range(10)):
        for way in _ways(tens, ones):
            said[way] = 10 * tens + ones
    return said


def _ways(tens: int, ones: int) -> set[str]:
    tens_said = _UNITS[tens]
    heads = {"muoi"} if tens == 1 else {f"{tens_said} muoi", f"{tens_said} chuc", tens_said}
    if ones == 0:
        return {*heads - {tens_said}, f"{tens_said} khong"}
    tails = {_UNITS[ones], *{1: ("mot",), 4: ("tu",), 5: ("lam", "nham")}.get(ones, ())}
    return {f"{head} {tail}" for head in heads for tail in tails}
