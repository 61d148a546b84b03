"""Fixed phrases put right word by word: 'Bênh viên đa khoa' is 'Bệnh viện đa khoa'.

In: text. Out: text. A run of words is mended where all its words together are nearest to one phrase of
the vocabulary; the paper's case, punctuation and place of tones stay.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from chalicelib.extraction.letters import cased, fold, is_syllable, same_word, strokes
from chalicelib.extraction.vocabulary import lines_of

_MOST = 0.2
"""Share of strokes that may be wrong."""
_LONG = 6
"""Words from which a phrase vouches for its two-letter words too."""
_KEPT = 16384  # pairs of a read word and one of a phrase: a page's words meet the same phrases again and again
_WORD = re.compile(r"^(\W*)(.*?)(\W*)$", re.S)


_EVERYWHERE = ("facilities.txt", "phrases.txt")
SUBJECTS = (*_EVERYWHERE, "subjects.txt")
"""Lists for texts that name no place: causes of death, purposes, trades. A hamlet may be called 'Xe Mây'."""


@cache
def _by_length(lists: Sequence[str] = _EVERYWHERE) -> dict[int, tuple[tuple[str, ...], ...]]:
    """Phrases as tuples of words, by their number of words, longest first."""
    found: dict[int, list[tuple[str, ...]]] = {}
    for name in lists:
        for phrase in lines_of(name):
            found.setdefault(len(phrase.split()), []).append(tuple(phrase.split()))
    return {n: tuple(found[n]) for n in sorted(found, reverse=True)}


def mend(text: str, lists: Sequence[str] = _EVERYWHERE) -> str:
    """The text with its fixed phrases mended."""
    words = " ".join(map(_parted, text.split(" "))).split(" ")
    for at in range(len(words)):
        _mend_at(words, at, lists)
    return " ".join(words)


def closed_up(text: str) -> str:
    """Without specks read as stops between two words of a phrase: 'Bệnh. viện'."""
    return re.sub(
        r"(\w+)[.;]\s(?=(\w+))",
        lambda f: f"{f[1]} " if (f[1] + f[2]).lower() in _joined() else f[0],
        text,
    )


def _parted(word: str) -> str:
    """Two words of a phrase between which the blank was lost: 'Inấn', 'thànhphố'."""
    core = _core(word)
    cut = _joined().get(core.lower()) if not is_syllable(core) else None
    return word.replace(core, f"{core[:cut]} {core[cut:]}") if cut else word


@cache
def _joined() -> dict[str, int]:
    """Every two neighbouring words of phrases as one, and where to part them."""
    phrases = (p for group in _by_length().values() for p in group)
    pairs = (pair for phrase in phrases for pair in pairwise(phrase))
    return {(one + two).lower(): len(one) for one, two in pairs if not one.endswith(",")}


def _mend_at(words: list[str], at: int, lists: Sequence[str]) -> None:
    """Mends the longest phrase that starts at a place."""
    for length, phrases in _by_length(lists).items():
        window = words[at : at + length]
        if len(window) < length or any(w.endswith((",", ";")) for w in window[:-1]):
            continue
        found = _nearest([_core(w) for w in window], phrases)
        if found:
            words[at : at + length] = [_dressed(w, p) for w, p in zip(window, found, strict=True)]
            return


def _core(word: str) -> str:
    found = _WORD.match(word)
    return found[2] if found else word


def _nearest(cores: Sequence[str], phrases: Sequence[tuple[str, ...]]) -> tuple[str, ...] | None:
    first = fold(cores[0])[:1]
    ranked = sorted(
        (slips, p) for p in phrases if _may_be(first, p) and (slips := _slips(cores, p)) <= _MOST
    )
    if not ranked:
        return None
    tie = len(ranked) > 1 and ranked[1][0] == ranked[0][0]
    return None if tie and ranked[0][0] > 0 else ranked[0][1]


def _may_be(first: str, phrase: tuple[str, ...]) -> bool:
    return fold(phrase[0])[:1] == first or len(phrase) > 2


def _slips(cores: Sequence[str], phrase: Sequence[str]) -> float:
    """Share of strokes that differ; 1 where any one word has too little in common."""
    slips = letters = 0
    for core, word in zip(cores, phrase, strict=True):
        slip = _slip(core, word, len(phrase) >= _LONG)
        if slip is None:
            return 1.0
        slips += slip
        letters += len(word)
    return slips / letters


@lru_cache(_KEPT)
def _slip(core: str, word: str, vouched: bool) -> int | None:
    """Strokes that differ; None where the two have too little in common."""
    if same_word(core, word):
        return 0
    off = OSA.distance(fold(core), fold(word))
    short = 1 if vouched else 0
    if off > (short if len(word) < 3 else 1 if len(word) < 6 else 2):
        return None
    return OSA.distance(strokes(core), strokes(word))


def _dressed(word: str, phrase_word: str) -> str:
    """The phrase's word in the clothes of the paper's: case and punctuation."""
    found = _WORD.match(word)
    if not found or same_word(found[2], phrase_word):
        return word
    core = phrase_word if phrase_word.isupper() else cased(phrase_word.lower(), found[2])
    return found[1] + core + found[3]
