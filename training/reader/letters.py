"""The characters that the reader knows: Vietnamese letters, figures, the punctuation of forms."""

import unicodedata
from itertools import product

from chalicelib.ocr.recogniser import LETTERS

BOXES = "☐☑"
"""Drawn without a font."""
NEEDED = frozenset(LETTERS) - {" ", *BOXES}
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


def toned(vowel: str, tone: str) -> str:
    return unicodedata.normalize("NFC", vowel + tone)


ACCENTED = tuple(toned(v, t) for v, t in product(VOWELS, TONES))
