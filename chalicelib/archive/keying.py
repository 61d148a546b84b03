"""Double keying: officers type the same fields without seeing each other's values; two that agree make one certain.

In: what officers were handed and what they typed (`Key`). Out: a `Verdict` for each field. Two equal values: certain.
Two that differ: a third officer is asked. Equal means: the same letters and marks, however spaced, cased or composed,
dates by their day. `-` says that nothing stands there, `?` that it can't be read; that agrees with nothing.
Refuses nothing.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from chalicelib.archive.wording import iso_day
from chalicelib.dossier.batch import Key

NOTHING, UNREADABLE = "-", "?"
_TONES = "\u0300\u0301\u0303\u0309\u0323"

State = Literal["open", "certain", "unresolved"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a field: certain by two officers, or how many more are wanted."""

    state: State
    value: str | None = None
    officers: tuple[str, ...] = ()
    wanted: int = 2


def verdict(keys: Sequence[Key]) -> Verdict:
    """Of one field; the officers are all different people."""
    typed = [k for k in keys if k.value is not None]
    for one, other in combinations(typed, 2):
        if same(str(one.value), str(other.value)):
            value = None if one.value == NOTHING else one.value
            return Verdict("certain", value, (one.officer, other.officer), 0)
    wanted = 3 if len(typed) >= 2 else 2
    return Verdict("unresolved" if len(typed) >= wanted else "open", wanted=wanted)


def is_for(keys: Sequence[Key], officer: str) -> bool:
    """Should this officer type the field? Not twice the same, and no more officers than are wanted."""
    if any(k.officer == officer for k in keys):
        return any(k.officer == officer and k.value is None for k in keys)
    found = verdict(keys)
    return found.state == "open" and len(keys) < found.wanted


def same(one: str, other: str) -> bool:
    """Do two officers say the same?"""
    return UNREADABLE not in (one, other) and plain(one) == plain(other)


def plain(value: str) -> tuple[tuple[str, str], ...]:
    """Letters and tone of each word, however composed: `hoà` is `hòa`, 5/3/1987 is 1987-03-05."""
    text = " ".join((iso_day(value) or value).casefold().split()).strip(" .,;")
    return tuple(_word(w) for w in text.split())


def _word(word: str) -> tuple[str, str]:
    apart = unicodedata.normalize("NFD", word)
    letters = "".join(c for c in apart if c not in _TONES)
    return unicodedata.normalize("NFC", letters), "".join(c for c in apart if c in _TONES)


def by_field(keys: Iterable[Key]) -> dict[tuple[str, str], list[Key]]:
    """All keys of each (paper, field)."""
    found: dict[tuple[str, str], list[Key]] = {}
    for key in keys:
        found.setdefault((key.paper, key.field), []).append(key)
    return found
