"""Vietnamese text made comparable: spellings that mean the same come out equal."""

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"


def folded(text: str) -> str:
    """Equal up to case, spaces and the place of the tone mark (`hòa`, `HOÀ`); letters and tones still count."""
    return " ".join(_tone_last(w) for w in _plain(text).split())


def unmarked(text: str) -> str:
    """Also without any marks: `Đặng Thị Hoà` gives `dang thi hoa`."""
    spread = unicodedata.normalize("NFD", _plain(text)).replace("đ", "d")
    return "".join(c for c in spread if not unicodedata.combining(c))


def recomposed(word: str) -> str:
    """A word in lower case whose marks stand in one order and place, as letters again."""
    spread = unicodedata.normalize("NFD", _plain(word))
    tone = "".join(c for c in spread if c in _TONES)
    bare = unicodedata.normalize("NFC", "".join(c for c in spread if c not in _TONES))
    return bare if not tone else _toned(bare, tone[0])


def _toned(bare: str, tone: str) -> str:
    # One fixed place will do, since both sides of a comparison go through here: the last vowel.
    at = max((n for n, c in enumerate(bare) if unmarked(c) in "aeiouy"), default=0)
    return unicodedata.normalize("NFC", bare[: at + 1] + tone + bare[at + 1 :])


def _plain(text: str) -> str:
    # NFC after casefold: casefolding may leave a composed letter in pieces
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text.casefold())).strip()


def _tone_last(word: str) -> str:
    # The tone belongs to the syllable: taken off its vowel and put behind the word.
    spread = unicodedata.normalize("NFD", word)
    tones = "".join(c for c in spread if c in _TONES)
    return unicodedata.normalize("NFC", "".join(c for c in spread if c not in _TONES)) + tones
