"""Words as they are searched: without marks, lower case. In: a text or a query. Out: words of a full-text index.

Names are stored with their neighbours joined (`nguyen_van`, `van_an`), because single syllables of Vietnamese names
are shared by a third of all people, pairs by few. Dates, numbers and books become single words with a letter before
them, so that one index answers everything.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[a-z0-9]+")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_OURS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def folded(text: str) -> str:
    """Lower case without tone marks, hooks and strokes; words of letters and digits, one space between."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join(_WORD.findall("".join(c for c in apart if not unicodedata.combining(c))))


def name_words(name: str) -> list[str]:
    """The words of a name, and each two neighbours as one."""
    words = folded(name).split()
    return [*words, *(f"{a}_{b}" for a, b in itertools.pairwise(words))]


def asked_name(name: str) -> list[str]:
    """What must stand in the index for this name: its pairs, or its only word."""
    words = folded(name).split()
    return words if len(words) < 2 else [f"{a}_{b}" for a, b in itertools.pairwise(words)]


def date_words(value: str) -> list[str]:
    """A day as `d20200305`, its year as `y2020`; a year alone as the latter."""
    day = _ISO.fullmatch(value.strip()) or _OURS.fullmatch(value.strip())
    if day:
        first, month, last = day.groups()
        year, date = (first, last) if len(first) == 4 else (last, first)
        return [f"d{year}{int(month):02d}{int(date):02d}", f"y{year}"]
    return [f"y{value.strip()}"] if re.fullmatch(r"\d{4}", value.strip()) else []


def iso_day(value: str) -> str | None:
    """A day as YYYY-MM-DD, however it was typed; None for what is no day."""
    word = next((w for w in date_words(value) if w.startswith("d")), None)
    return f"{word[1:5]}-{word[5:7]}-{word[7:]}" if word else None


def mark_word(letter: str, value: str) -> str:
    """A number (`n`), a book (`b`) or a kind (`k`) as one word: `TP/123-2020` with `n` is `ntp1232020`."""
    return letter + folded(value).replace(" ", "")


def joined(words: Iterable[str]) -> str:
    """Words without doubles, in order, as the index stores them."""
    return " ".join(dict.fromkeys(words))
