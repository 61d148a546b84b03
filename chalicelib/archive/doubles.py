"""Are two papers scans of one and the same sheet, by what was read of them?

In: records of papers, or the words of their pages. Out: traits (numbers under which papers that may be the same are
found without comparing each with each), and yes or no for two papers. Yes is a doubt for an officer, never a verdict.
Refuses nothing. A picture's own looks don't count: another tilt, brightness or resolution changes all of them.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from hashlib import blake2b
from itertools import combinations
from typing import Any

from chalicelib.archive.records import grammar
from chalicelib.archive.wording import folded
from chalicelib.dossier.batch import Row
from chalicelib.dossier.paper import Word

SHARED = 2
"""So many traits two papers must have in common to be compared. Papers of brothers and sisters have one."""
# grammars of values that say who it is about, and of all that differ from paper to paper
_OWN = ("name", "id_number", "boxed_number", "insurance_number")
_TELLING = (*_OWN, "number", "date", "time", "grams", "phone", "money")
_MOST_OWN, _MOST_OTHER, _MOST_WINDOWS, _MOST_WORDS = 3, 2, 12, 400
_LEAST_EQUAL, _EQUAL_SHARE = 3, 0.8
_SURE_WORD, _SAME_WORDS = 0.9, 0.6
_SYLLABLE = 0.5
_WORD = re.compile(r"\w+")
_TOKEN = 5  # of a sheet: how sure, and four digits of the word's checksum


def marked(row: Row, made: Mapping[str, Any], words: Iterable[Word]) -> Row:
    """The paper's row with its traits: pairs of telling values, or of its words where it has too few of those."""
    pairs = list(_pairs(made))
    if len(pairs) >= SHARED:
        return replace(row, traits=_traits(row.kind, pairs))
    sheet = sheet_of(words)
    return replace(row, traits=_traits(row.kind, _windows(sheet)), sheet=sheet)


def _traits(kind: str, told: Iterable[tuple[str, ...]]) -> tuple[int, ...]:
    return tuple(sorted({_number(kind, *words) for words in told}))


def _pairs(made: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Two values each, one at least of whom the paper is about; in the order of the kind's description."""
    values = {key: folded(str(f["value"])) for key, f in made["fields"].items() if f["value"]}
    by_kind = grammar(made["kind"])
    told = {key: f"{key}={values[key]}" for key in by_kind if values.get(key)}
    own = [word for key, word in told.items() if by_kind[key] in _OWN][:_MOST_OWN]
    other = [w for k, w in told.items() if by_kind[k] in ("number", "date")][:_MOST_OTHER]
    yield from combinations(own, 2)
    yield from ((one, two) for one in own for two in other)


def sheet_of(words: Iterable[Word]) -> str:
    """A page's words in a few letters each: sure or not, with a digit or not, and a checksum."""
    plain = ((unicodedata.normalize("NFC", w.text.casefold()), w.confidence) for w in words)
    found = [(part, sure) for text, sure in plain for part in _WORD.findall(text)]
    return "".join(_token(part, sure) for part, sure in found[:_MOST_WORDS])


def _token(part: str, confidence: float) -> str:
    letter = "s" if confidence >= _SURE_WORD else "u"
    number = any(c.isdigit() for c in part) or part == "o"  # no word; a nought by itself reads so
    return f"{letter.upper() if number else letter}{zlib.crc32(part.encode()) & 0xFFFF:04x}"


def _windows(sheet: str) -> Iterator[tuple[str, ...]]:
    """Three sure words in a row; those with digits first, for print is the same on every sheet of a form."""
    tokens = _tokens(sheet)
    threes = [tokens[n : n + 3] for n in range(len(tokens) - 2)]
    sure = {tuple(three) for three in threes if all(t[0] in "sS" for t in three)}
    yield from sorted(sure, key=lambda t: ("S" not in "".join(t), _number(*t)))[:_MOST_WINDOWS]


def _tokens(sheet: str) -> list[str]:
    return [sheet[n : n + _TOKEN] for n in range(0, len(sheet), _TOKEN)]


def _number(*words: str) -> int:
    return int.from_bytes(blake2b("|".join(words).encode(), digest_size=6).digest())


def same_paper(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Do two records tell of one sheet? Nothing telling may differ surely, and most of it must be equal.

    Twins' papers differ in a name (a number, an hour): a name that differs must be unsure in one, and alike.
    """
    by_kind = grammar(one["kind"])
    keys = [k for k, g in by_kind.items() if g in _TELLING and _both(k, one, other)]
    differ = [k for k in keys if _value(k, one) != _value(k, other)]
    if any(_contradict(k, by_kind[k], one, other) for k in differ):
        return False
    equal = sum(folded(_value(k, one)) == folded(_value(k, other)) for k in keys)
    return equal >= _LEAST_EQUAL and equal >= _EQUAL_SHARE * len(keys)


def _both(key: str, *papers: Mapping[str, Any]) -> bool:
    return all(_value(key, made) for made in papers)


def _value(key: str, made: Mapping[str, Any]) -> str:
    value = made["fields"].get(key, {}).get("value")
    return (
        ""
        if value is None
        else " ".join(unicodedata.normalize("NFC", str(value)).casefold().split())
    )


def _contradict(key: str, kind: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    sure = all(key not in made["doubts"] for made in (one, other))
    return sure or (kind == "name" and not _alike(_value(key, one), _value(key, other)))


def _alike(one: str, other: str) -> bool:
    """May one name be the other misread? As many syllables, each like its counterpart."""
    pairs = list(zip(one.split(), other.split(), strict=False))
    as_many = len(one.split()) == len(other.split())
    return as_many and all(SequenceMatcher(None, a, b).ratio() >= _SYLLABLE for a, b in pairs)


def same_sheet(one: str, other: str) -> bool:
    """Do the same words follow each other? Nothing else, both sure or both numbers, may stand in one's place."""
    a, b = _tokens(one), _tokens(other)
    match = SequenceMatcher(None, [t[1:] for t in a], [t[1:] for t in b], autojunk=False)
    equal = sum(block.size for block in match.get_matching_blocks())
    if equal < _SAME_WORDS * max(len(a), len(b), 1):
        return False
    changed = [(a[i:j], b[k:n]) for op, i, j, k, n in match.get_opcodes() if op == "replace"]
    return not any(_clash(left, right) for left, right in changed)


def _clash(left: Sequence[str], right: Sequence[str]) -> bool:
    """Do two words in one place exclude each other? Only words that can be told off against each other count."""
    pairs = zip(left, right, strict=True) if len(left) == len(right) else ()
    told = ({x[0], y[0]} for x, y in pairs)
    return any(flags <= {"s", "S"} or flags == {"S", "U"} for flags in told)
