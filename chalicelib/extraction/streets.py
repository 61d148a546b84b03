"""Streets of Hanoi in an address: a part of one in, the part with its street put right out.

A name is put right where its letters fit exactly one street of the list, marks, case and one capital that hands write
alike aside. What else is read stays as it is.
"""

import re
from collections.abc import Sequence
from functools import cache

from chalicelib.extraction.letters import fold, same_word, strokes
from chalicelib.extraction.vocabulary import lines_of

_BY_HAND = {"H": "M", "M": "H", "K": "X", "X": "K"}
_STREET = re.compile(
    r"(?i)^(.*?\b(?:phố|đường)\s+|(?:(?:số(?: nhà)?|nhà số|ngõ|ngách|hẻm)\s+)?\d+[A-Z]?(?:[/-]\d+[A-Z]?)*\s+)(\D+)$"
)


@cache
def _streets() -> dict[str, str]:
    return {strokes(s): s for s in lines_of("streets.txt")}


def is_one(text: str) -> bool:
    """Is the text a street of the list, with its number or without?"""
    found = _STREET.match(text)
    return strokes(found[2] if found else text) in _streets()


def lacks_number(parts: Sequence[str]) -> bool:
    """Does the address begin with the bare name of a street: was the number of its house lost?"""
    return len(parts) > 1 and strokes(parts[0]) in _streets()


def mended(part: str) -> str:
    """A street whose letters fit exactly one street of the list, marks aside."""
    found = _STREET.match(part)
    head, name = (found[1], found[2]) if found else ("", part)
    if known := _streets().get(strokes(name)):
        return part if name.istitle() or name.isupper() else head + known
    same = [s for s in _streets().values() if fold(s) == fold(name)] or _alike_by_hand(name)
    if len(same) != 1 or same_word(same[0], name):
        return part
    return head + (same[0].upper() if name.isupper() else same[0])


def _alike_by_hand(name: str) -> list[str]:
    """The streets that a name is but for one capital that hands write alike: 'Bạch Hai' is 'Bạch Mai'."""
    found = []
    for n, letter in enumerate(name):
        if letter in _BY_HAND and (n == 0 or name[n - 1] == " "):
            other = strokes(name[:n] + _BY_HAND[letter] + name[n + 1 :])
            found += [_streets()[other]] if other in _streets() else []
    return found
