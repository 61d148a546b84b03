"""Rules of the machine-readable rows on the back of Vietnamese identity cards (TD1, 3 × 30).

ICAO 9303-5 with the national use of row 1: last nine digits of the personal number, check, all
twelve digits, two fillers, a check over those (which ICAO leaves free). Pure: text in, facts out;
the eye (`ocr.mrz`) and the clerk (`extraction.mrz`) both hold to it. Places count through the
three rows joined, from 0 to 89.
"""

from collections.abc import Sequence
from typing import NamedTuple

LENGTH, ROWS = 30, 3
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"

PATTERN = (
    "IDVNM" + "9" * 9 + "9" + "9" * 12 + "<<" + "9",
    "9" * 6 + "9" + "s" + "9" * 6 + "9" + "VNM" + "<" * 11 + "9",
    "a" * 30,
)
"""What may stand in each place: 9 a digit, s a sex (M, F, <), a a letter or filler, else itself."""


class Checked(NamedTuple):
    """A text with its check digit; `parts` are (start, end), `check` is the digit's place."""

    parts: tuple[tuple[int, int], ...]
    check: int

    def text(self, joined: str) -> str:
        """The checked text."""
        return "".join(joined[start:end] for start, end in self.parts)

    def holds(self, joined: str) -> bool:
        """Does the digit fit the text?"""
        return check_digit(self.text(joined)) == joined[self.check]


SHORT_NUMBER = Checked(((5, 14),), 14)
NUMBER = Checked(((15, 29),), 29)
BIRTH = Checked(((30, 36),), 36)
EXPIRY = Checked(((38, 44),), 44)
WHOLE = Checked(((5, 30), (30, 37), (38, 45), (48, 59)), 59)
EVERY_CHECK = (SHORT_NUMBER, NUMBER, BIRTH, EXPIRY, WHOLE)


def worth(letter: str) -> int:
    """Value of a character in the sum: digits as they are, A=10 … Z=35, filler 0."""
    return 0 if letter == "<" else ALPHABET.index(letter)


def check_digit(text: str) -> str:
    """Weights 7, 3, 1 over and over; the sum's last digit."""
    return str(sum(worth(c) * (7, 3, 1)[n % 3] for n, c in enumerate(text)) % 10)


def choices_at(place: int) -> str:
    """The characters that may stand in this place of the joined rows."""
    mark = "".join(PATTERN)[place]
    classes = {"9": ALPHABET[:10], "s": "MF<", "a": ALPHABET[10:]}
    return classes.get(mark, mark)


def is_shaped(rows: Sequence[str]) -> bool:
    """Three rows of thirty, every character one that may stand there?"""
    joined = "".join(rows)
    if len(rows) != ROWS or any(len(row) != LENGTH for row in rows):
        return False
    return all(letter in choices_at(place) for place, letter in enumerate(joined))
