"""What citizens type, brought to words that can be compared: a phrase in, a tuple of plain words out.

Marks are dropped, Telex and VNI residue undone (`ddawng kys`, `nhaapj khaaur`), typing errors mended where a known
pair of words comes out, southern spellings and everyday words replaced by their meaning (`schemas/finder/words.csv`),
fillers left out. Nothing is refused; words that are not known are kept, so that others can see how much was not
understood.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein

from chalicelib.procedures.letters import recomposed, unmarked

LONGEST = 5  # words that an entry of words.csv may have
_ONSET = re.compile(r"(?:ngh|ng|nh|gh|gi(?=[aeou])|kh|ph|th|tr|ch|qu|dd|[bcdghklmnpqrstvx])?")
_TELEX_END = re.compile(r"[sfrxjwz]$|aa|ee|oo|dd|w|[aeiouy][sfrxj]")
_TELEX_VOWELS = (("aa", "a"), ("ee", "e"), ("oo", "o"), ("w", ""))


@dataclass(frozen=True, slots=True)
class Said:
    """A word as typed, folded, and its key: the same without marks and slips."""

    key: str
    typed: str

    def fits(self, word: str) -> bool:
        """May this be the word? Marks that were typed must not contradict those of the list."""
        return word in (self.key, self.typed) or (
            unmarked(word) == self.key and self.typed == self.key
        )


@dataclass(frozen=True)
class Speech:
    """How phrases are understood.

    `meanings`: by the keys of said words, what was said exactly and what it means; `known` words, and which of them
    follow each other (`after`, `before`).
    """

    meanings: Mapping[tuple[str, ...], Sequence[tuple[tuple[str, ...], tuple[str, ...]]]]
    known: frozenset[str]
    after: Mapping[str, frozenset[str]]
    before: Mapping[str, frozenset[str]]

    def heard(self, phrase: str) -> tuple[str, ...]:
        """The phrase in plain words, each once, in order."""
        once = self._replaced(self._spelt(phrase))
        twice = self._replaced(once)  # words that fillers stood between
        return tuple(dict.fromkeys(word.key for word in twice))

    def _spelt(self, phrase: str) -> list[Said]:
        said = [Said(unmarked(w), w) for w in re.findall(r"\w+", folded_words(phrase))]
        split = [part for w in said for part in self._parted(w)]
        plain = [w if w.key in self.known else self._untyped(w) for w in split]
        return [self._mended(plain, n) for n in range(len(plain))]

    def _untyped(self, word: Said) -> Said:
        """Without what an input method left behind."""
        if not _TELEX_END.search(word.key) and not any(c.isdigit() for c in word.key):
            return word
        told = untyped(word.key)
        return Said(told, told) if told in self.known or not word.key.isdigit() else word

    def _parted(self, word: Said) -> list[Said]:
        """Two known words that were typed as one (`khaisinh`)."""
        for n in range(2, len(word.key) - 1) if word.key not in self.known else ():
            head, tail = word.key[:n], word.key[n:]
            if tail in self.after.get(head, ()):
                return [Said(head, head), Said(tail, tail)]
        return [word]

    def _mended(self, said: Sequence[Said], n: int) -> Said:
        """The known word that this one mistypes, if it then makes a known pair with its neighbour."""
        word = said[n]
        if len(word.key) < 2 or word.key in self.known:
            return word
        near = set(self.after.get(said[n - 1].key, ())) if n else set()
        near |= self.before.get(said[n + 1].key, frozenset()) if n + 1 < len(said) else set()
        meant = next((w for w in sorted(near) if _is_slip(word.key, w)), None)
        return Said(meant, meant) if meant else word

    def _replaced(self, said: Sequence[Said]) -> list[Said]:
        found: list[Said] = []
        at = 0
        while at < len(said):
            width, means = self._widest(said, at)
            found += [Said(m, m) for m in means] if width else [said[at]]
            at += max(width, 1)
        return found

    def _widest(self, said: Sequence[Said], at: int) -> tuple[int, tuple[str, ...]]:
        for width in range(min(LONGEST, len(said) - at), 0, -1):
            here = said[at : at + width]
            for words, means in self.meanings.get(tuple(w.key for w in here), ()):
                if all(w.fits(word) for w, word in zip(here, words, strict=True)):
                    return width, means
        return 0, ()


def speech_from(words: Iterable[Mapping[str, str]], phrases: Iterable[str]) -> Speech:
    """The speech that rows `said`, `means` and phrases of known procedures give."""
    meanings: dict[tuple[str, ...], list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for r in words:
        said = tuple(re.findall(r"\w+", folded_words(r["said"])))
        meanings.setdefault(plain_words(r["said"]), []).append((said, plain_words(r["means"])))
    sentences = [*meanings, *(plain_words(p) for p in phrases)]
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for keys in sentences:
        for one, two in pairwise(keys):
            after.setdefault(one, set()).add(two)
            before.setdefault(two, set()).add(one)
    return Speech(
        meanings,
        frozenset(key for keys in sentences for key in keys),
        {k: frozenset(v) for k, v in after.items()},
        {k: frozenset(v) for k, v in before.items()},
    )


@lru_cache(maxsize=4096)
def untyped(key: str) -> str:
    """A word of Telex or VNI keys as a plain word: `khaaur` gives `khau`, `d9ang8` gives `dang`."""
    key = re.sub(r"(?<=[a-z])[0-9]|[0-9](?=[a-z])", "", key)
    onset = _ONSET.match(key)
    head = onset[0] if onset else ""
    rest = key[len(head) :]
    # A tone's key may stand anywhere behind the vowel, or at the end.
    rest = rest[:1] + re.sub(r"[sfrxjz]", "", rest[1:])
    rest = re.sub(r"^w", "u", rest)
    for typed, meant in _TELEX_VOWELS:
        rest = rest.replace(typed, meant)
    return head.replace("dd", "d") + rest.replace("dd", "d")


def _is_slip(key: str, word: str) -> bool:
    """One slip of the finger: letters swapped, one wrong, one missing, one too many."""
    if len(word) < 3 or (key[0] != word[0] and sorted(key) != sorted(word)):
        return False
    return DamerauLevenshtein.distance(key, word, score_cutoff=1) <= 1


def folded_words(text: str) -> str:
    """The text with its marks, in one spelling of them (`hòa`, `hoà`), composed."""
    return unicodedata.normalize("NFC", " ".join(recomposed(w) for w in text.split()))


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text without marks, signs and case."""
    return tuple(re.findall(r"[a-z0-9_]+", unmarked(text)))
