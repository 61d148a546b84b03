"""Names of persons as the paper has them; letters put right only where that is provable.

In: the text of a name. Out: (name, trust 0..1). Case and the place of tones stay the paper's.
Repaired are a surname outside the list whose letters fit exactly one surname, and a syllable that
the language can't have when exactly one syllable of names is one letter away. Rare names are kept.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, pairwise

from rapidfuzz.distance import OSA, Indel

from chalicelib.extraction import spelling
from chalicelib.extraction.letters import (
    cased,
    compose,
    even_case,
    fold,
    is_syllable,
    same_word,
    strokes,
)
from chalicelib.extraction.vocabulary import name_syllables, surnames, usual_surnames

_AS_LETTER = str.maketrans({"0": "O", "1": "I", "|": "I", "5": "S", "8": "B", "6": "G"})
_LOST_APOSTROPHE = re.compile(r"(?i)^H[bcdđgklmnpqrstvx]")
_MARKS_LOST = frozenset(("ty", "ngo", "thi"))
"""Names without marks are rare beside Tỵ, Ngọ, Thị, and engines lose the dot under them."""
_BETWEEN = {"thị": 0.6, "thi": 1.0}  # what each is worth as a name's last word
_LOST = 0.3  # what such a name is worth beside one with a mark
_JUNK = re.compile(r"[^\w\s'’\-]|_")


def tidy(raw: str) -> tuple[str, float]:
    """The name and how far vocabulary and grammar vouch for it."""
    words = [w for w in (_bare(t) for t in compose(_JUNK.sub(" ", _told(raw))).split()) if w]
    words = [part for n, w in enumerate(words) for part in _parted(w, first=n == 0)]
    while len(words) > 2 and len(words[-1]) == 1 and words[-1].islower():
        words.pop()
    while len(words) > 2 and len(words[0]) == 1 and words[0].islower():
        words.pop(0)
    words = even_case(words)
    mended = [_mend(w, first=n == 0, last=n == len(words) - 1) for n, w in enumerate(words)]
    return " ".join(w for w, _ in mended), _trust([t for _, t in mended])


def _told(raw: str) -> str:
    """Without the end of a label before it: 'vong: ĐẶNG THU DIỄM'; no name has a colon or begins small."""
    head, _, name = raw.rpartition(":")
    return name if head.islower() and len(name.split()) > 1 else raw


def worth(word: str) -> float:
    """What a word of a name is worth beside another reading of it: one that readers bring about themselves is less."""
    if fold(word) in _MARKS_LOST and fold(word) != "thi":  # 'Thi' is a name as well as 'Thị'
        return _LOST if word.lower() in _MARKS_LOST else 1.0
    return spelling.of_names()(word)


def _parted(word: str, *, first: bool) -> list[str]:
    """'LƯƠNGHUYKHÁNH' as its three words, where only one way to part it gives syllables of names."""
    if len(word) < 6 or is_syllable(word) or not word.isalpha():
        return [word]
    ways = list(_ways(word.lower(), surnames() if first else name_syllables()))
    if len(ways) != 1:
        return [word]
    cuts = [0, *accumulate(map(len, ways[0]))]
    parts = [word[a:b] for a, b in pairwise(cuts)]
    return parts if word.isupper() else [p.capitalize() for p in parts]


def _ways(word: str, known: frozenset[str]) -> Iterator[list[str]]:
    """Every way to write the word as syllables of names, the first of them `known`."""
    for end in range(2, len(word) + 1):
        head, tail = word[:end], word[end:]
        if any(same_word(head, k) for k in _like(head, known)):
            if not tail:
                yield [head]
            else:
                yield from ([head, *rest] for rest in _ways(tail, name_syllables()))


def _bare(token: str) -> str:
    inner = token.strip("'-")
    if any(c.isalpha() for c in inner):
        inner = inner.translate(_AS_LETTER)
    return inner if any(c.isalpha() for c in inner) else ""


def _trust(each: list[float]) -> float:
    if not 2 <= len(each) <= 7:
        return 0.4
    product = 1.0
    for trust in each:
        product *= trust
    return product


def _mend(word: str, *, first: bool, last: bool) -> tuple[str, float]:
    known = surnames() if first else name_syllables()
    if last and word.lower() in _BETWEEN:  # 'Thị' stands between the two, 'Thi' is a given name
        return word, _BETWEEN[word.lower()]
    if _LOST_APOSTROPHE.match(word) and not is_syllable(word):
        return (
            f"H'{word[1:2].upper()}{word[2:]}",
            0.8,
        )  # 'H'Ngă': no syllable begins with two such letters
    if word.lower() in _MARKS_LOST:
        return word, 0.6
    if any(same_word(word, k) for k in _like(word, known)):
        return word, 1.0
    if not first and is_syllable(word):
        return word, 0.9
    found = (_beheaded(word) if first else None) or _only_one(word, known)
    if found:
        # 'Báo' may be a name that no list has: the change is believed, but not for sure
        rare = first and is_syllable(word) and found not in usual_surnames()
        if rare and _is_name(word):
            return word, 0.75  # 'Quảng' as a surname: as likely as a lost mark of 'Quang'
        return cased(found, word), 0.55 if rare else 0.9 if first else 0.8
    return word, 0.75 if is_syllable(word) else 0.5


def _is_name(word: str) -> bool:
    """Is it a syllable of names, if of no surname we know?"""
    return any(same_word(word, k) for k in _like(word, name_syllables()))


def _beheaded(word: str) -> str | None:
    """The one surname whose first letter alone is not there: no name begins with a small letter ('oàn' is 'Đoàn')."""
    if not word.islower():
        return None
    same = [s for s in usual_surnames() if len(word) > 1 and s[1:] == word]
    return same[0] if len(same) == 1 else None


def _like(word: str, known: frozenset[str]) -> list[str]:
    return _by_letters(known).get(fold(word), [])


@cache
def _by_letters(known: frozenset[str]) -> dict[str, list[str]]:
    """The syllables of one of the two lists, by their letters without marks."""
    found: dict[str, list[str]] = {}
    for syllable in sorted(known):
        found.setdefault(fold(syllable), []).append(syllable)
    return found


def _only_one(word: str, known: frozenset[str]) -> str | None:
    """The single known syllable with the same letters, else (if impossible) one letter off."""
    same = _like(word, known)
    if len(same) > 1:
        same = _closest(word, same)
    if same or is_syllable(word) or len(word) < 3:
        return same[0] if len(same) == 1 else None
    # a letter lost or won is believed of surnames only: 'Mlô' is a name, not 'Lô'
    near = [k for k in known if OSA.distance(fold(k), fold(word)) == 1]
    near = [k for k in near if known is surnames() or len(k) == len(word)]
    near = _closest(word, near)
    return near[0] if len(near) == 1 else None


def _closest(word: str, among: list[str]) -> list[str]:
    """Those at the least distance with marks counted."""
    # a lost mark is one slip, a changed one two
    far = {k: Indel.distance(strokes(k), strokes(word)) for k in among}
    least = min(far.values(), default=9)
    return [k for k in among if far[k] == least and least <= 2]
