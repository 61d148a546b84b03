"""Bytes of ours made small: deflated after words that dossiers and envelopes are full of. See docs/costs.md.

In: bytes. Out: fewer, and back. Refuses what it did not write (`zlib.error`). The words are those of
`schemas/stored/words-3.txt`: names of fields, messages of rules, nothing of a person. They are part of what is stored:
a changed letter makes everything unreadable, so that file is never edited; other words get another number.
"""

import zlib
from functools import cache
from pathlib import Path

WORDS = Path(__file__).resolve().parents[2] / "schemas" / "stored" / "words-3.txt"
LEVEL = 9


def packed(data: bytes) -> bytes:
    """The bytes, deflated."""
    press = zlib.compressobj(LEVEL, zdict=_words())
    return press.compress(data) + press.flush()


def unpacked(data: bytes) -> bytes:
    """The bytes that were packed. Raises zlib.error if they are not whole."""
    press = zlib.decompressobj(zdict=_words())
    found = press.decompress(data) + press.flush()
    if not press.eof:
        raise zlib.error("cut off")
    return found


@cache
def _words() -> bytes:
    return WORDS.read_bytes()
