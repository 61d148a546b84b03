"""What a written word is worth before its ink is looked at: known, possible in Vietnamese, or neither.

In: a word as it is written, its punctuation with it. Out: a weight from 0 to 1, never 0: clear ink beats every
list, so names that no list of ours holds are still read. Refuses nothing. How the weights were found, and what they
win and lose: docs/adr/2026-11-27-words-are-weighed-in-the-beam.md.
"""

import json
import re
import string
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from math import prod

from chalicelib.extraction.letters import VOCABULARY, is_syllable, without_tone
from chalicelib.extraction.vocabulary import name_syllables

_POSSIBLE = 0.15  # the language can have it, no list of ours holds it
_STRANGE = 0.03  # neither
_SHORT = 0.3  # strange, but it may be an abbreviation: UBND, THCS
_UNEVEN = 0.1  # capitals inside: 'QuỐC'
_MIXED = 0.2  # figures and letters in no order that papers have: '20ạ0', 'LỤ7'
_LONGEST_SHORT = 5
_KEPT = 8192  # words whose weight is remembered
_FIGURES = re.compile(r"[A-ZĐ]{0,5}[.-]?\d[\d.,/:-]*[A-Za-zĐđ]{0,3}|[\W\d_]+|\d\d?[hg]\d\d")
_LETTERS = re.compile(r"[^\W\d_]+")

Bare = tuple[str, str]
"""A word without its tone, and the tone: 'hòa' and 'hoà' are one."""


@cache
def known() -> frozenset[Bare]:
    """Every word of the lists of `schemas/vocabulary`."""
    return frozenset(map(without_tone, _LETTERS.findall(" ".join(_lines()))))


def _lines() -> Iterator[str]:
    for path in sorted(VOCABULARY.glob("*.txt")):
        yield path.read_text("utf-8")
    for path in sorted(VOCABULARY.glob("*.csv")):
        yield path.read_text("utf-8").partition("\n")[2]
    for members in json.loads((VOCABULARY / "lists.json").read_text("utf-8")).values():
        yield " ".join(members)


@cache
def usual() -> Callable[[str], float]:
    """The weights that papers are read with: by every list."""
    return weigher(known())


@cache
def of_names() -> Callable[[str], float]:
    """The weights that names are read with: a street's or an office's words are no names."""
    return weigher(frozenset(map(without_tone, name_syllables())))


def weigher(listed: frozenset[Bare]) -> Callable[[str], float]:
    """The weights if these are the words that are known."""

    @lru_cache(_KEPT)
    def weight(word: str) -> float:
        core = word.strip(string.punctuation)
        if "@" in core:
            return 1.0
        if any(map(str.isdigit, core)):
            return 1.0 if _FIGURES.fullmatch(core) else _MIXED
        return prod(_weight(part, listed) for part in _LETTERS.findall(core))

    return weight


def _weight(part: str, listed: frozenset[Bare]) -> float:
    even = 1.0 if part[1:].islower() or part.isupper() or len(part) == 1 else _UNEVEN
    if without_tone(part) in listed:
        return even
    if is_syllable(part):
        return even * _POSSIBLE
    short = part.isupper() and part.isascii() and len(part) <= _LONGEST_SHORT
    return even * (_SHORT if short else _STRANGE)
