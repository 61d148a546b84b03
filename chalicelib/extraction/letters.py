"""Vietnamese letters: folding, tones, and which syllables the language can have.

In: text. Out: text without marks, or yes/no. Refuses nothing; other languages pass through.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

VOCABULARY = Path(__file__).resolve().parents[2] / "schemas" / "vocabulary"
TONES = {"\u0300": "huyen", "\u0301": "sac", "\u0303": "nga", "\u0309": "hoi", "\u0323": "nang"}
# Letters of other alphabets and other quotes that engines put for ours.
_TWINS = str.maketrans("ÐðƉ’‘`“”⁄∕／–—ÑñŸÿ", "ĐđĐ'''\"\"///--NnỸỹ")
_DAGGER = re.compile(r"†(?=[a-zà-ỹ])|(?<=[a-zà-ỹ])†(?!\w)")
"""A written t, its bar low."""
_FRONT = "eêiy"
_KEPT = (
    1 << 15
)  # words whose forms are remembered; a page has a few hundred, the vocabulary some thousands


def compose(text: str) -> str:
    """NFC, look-alike letters made ours (Ð is Đ), runs of white space one blank, trimmed."""
    solid = unicodedata.normalize("NFC", text).translate(_TWINS)
    return " ".join(_DAGGER.sub("t", solid).split())


@lru_cache(_KEPT)
def fold(text: str) -> str:
    """Lower case without any mark: 'Đặng' is 'dang'."""
    bare = unicodedata.normalize("NFD", text.lower().translate(_TWINS).replace("đ", "d"))
    return "".join(c for c in bare if not unicodedata.combining(c))


@lru_cache(_KEPT)
def letters_of(text: str) -> str:
    """The folded letters alone; digits, blanks and punctuation dropped."""
    return "".join(c for c in fold(text) if "a" <= c <= "z")


@lru_cache(_KEPT)
def without_tone(syllable: str) -> tuple[str, str]:
    """(syllable with its vowel marks but no tone, name of the tone; '' = level), lower case."""
    bare, tone = [], ""
    for char in unicodedata.normalize("NFD", syllable.lower().translate(_TWINS)):
        if char in TONES:
            tone = TONES[char]
        else:
            bare.append(char)
    return unicodedata.normalize("NFC", "".join(bare)), tone


def same_word(one: str, other: str) -> bool:
    """Equal but for where the tone mark sits ('hòa', 'hoà') and for case."""
    return [without_tone(s) for s in one.split()] == [without_tone(s) for s in other.split()]


@lru_cache(_KEPT)
def strokes(text: str) -> str:
    """Lower case with every mark a character of its own: a lost mark is then one slip, not two."""
    return unicodedata.normalize("NFD", text.lower().translate(_TWINS))


def cased(word: str, like: str) -> str:
    """The word in the case of its model: lower, Capital or CAPITALS."""
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word


def even_case(words: Sequence[str]) -> list[str]:
    """The words of a name without slips of case: 'Đỗ MẠNH HOẠT' in capitals, 'VƯợng' as 'Vượng'."""
    plain = [w for w in words if len(w) > 1 and w.isalpha()]
    if sum(w.isupper() for w in plain) > max(1, len(plain) / 2):
        return [w.upper() if w in plain and w[:1].isupper() else w for w in words]
    return [w.capitalize() if w in plain and w[1:].lower() != w[1:] != w[1:].upper() else w for w in words]  # fmt: skip


def quieted(words: Sequence[str]) -> list[str]:
    """An address without single words in capitals: 'xã Kim NỖ'. Abbreviations and runs of capitals stay."""
    return [_quiet(words, n) for n in range(len(words))]


def _quiet(words: Sequence[str], at: int) -> str:
    word = words[at]
    core = word.strip(".,;:()")
    beside = [w.strip(".,;:()") for w in (*words[max(0, at - 1) : at], *words[at + 1 : at + 2])]
    if sum(c.isupper() for c in core) < 2 or any(w.isupper() and len(w) > 1 for w in beside):
        return word
    if core.isascii() or not core.isalpha() or not is_syllable(core):
        return word
    return word.replace(core, core.capitalize())


@cache
def grammar() -> dict[str, Any]:
    """Onsets, rhymes and tone rules of `schemas/vocabulary/syllables.json`."""
    rules: dict[str, Any] = json.loads((VOCABULARY / "syllables.json").read_text("utf-8"))
    return rules


@lru_cache(_KEPT)
def is_syllable(text: str) -> bool:
    """Can Vietnamese have this syllable? Spelling and tone rules only, no dictionary."""
    bare, tone = without_tone(text)
    if not re.fullmatch(r"[^\W\d_]+", bare):
        return False
    return any(_fits(onset, bare[len(onset) :], tone) for onset in _onsets(bare))


def _onsets(bare: str) -> list[str]:
    return [o for o in grammar()["onsets"] if bare.startswith(o)]


def _fits(onset: str, rhyme: str, tone: str) -> bool:
    rules = grammar()
    if rhyme not in rules.get(f"after_{onset}", rules["rhymes"]):
        return False
    if onset and rhyme in rules["only_without_onset"] and onset not in ("qu", "gi"):
        return False
    return _is_spelt(onset, rhyme) and _is_toned(rhyme, tone)


def _is_spelt(onset: str, rhyme: str) -> bool:
    rules, front = grammar(), rhyme[:1] in _FRONT
    if onset in rules["before_front_vowel_only"]:
        return front
    return not (front and onset in rules["never_before_front_vowel"])


def _is_toned(rhyme: str, tone: str) -> bool:
    rules = grammar()
    stopped = rhyme.endswith(tuple(rules["stop_codas"]))
    return not stopped or tone in rules["tones_before_stop"]
