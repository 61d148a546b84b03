"""The machine-readable rows of a drawn card, written apart from the reader that they judge."""

import unicodedata

from tests.draw.drawn import Truth

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _check(text: str) -> str:
    total = 0
    for at, letter in enumerate(text):
        worth = 0 if letter == "<" else _ALPHABET.index(letter)
        total += worth * (7, 3, 1)[at % 3]
    return str(total % 10)


def _bare(name: str) -> str:
    apart = unicodedata.normalize("NFD", name.upper().replace("Đ", "D"))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _six(iso: str | int | None) -> str:
    """A card without a term carries 991231."""
    return "".join(part[-2:] for part in str(iso).split("-")) if iso else "991231"


def td1_rows(holder: Truth) -> list[str]:
    """Three rows of 30 characters (facts §3.4)."""
    number = str(holder["id_number"])
    first = f"IDVNM{number[3:]}{_check(number[3:])}{number}<<{_check(number)}"
    born, until = _six(holder["birth_date"]), _six(holder["expires_on"])
    sex = "M" if holder["gender"] == "Nam" else "F"
    second = f"{born}{_check(born)}{sex}{until}{_check(until)}VNM{'<' * 11}"
    second += _check(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    surname, *rest = _bare(str(holder["full_name"])).split()
    third = f"{surname}<<{'<'.join(rest)}"
    return [first, second, third[:30].ljust(30, "<")]
