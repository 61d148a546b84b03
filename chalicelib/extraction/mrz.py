"""Machine-readable rows in, what they say out: only what its check digits prove.

Takes the rows of `ocr.mrz` (or anyone's); refuses, by leaving a value None, whatever a check digit
contradicts. Layout: facts of ICAO 9303-5 and the national use of it, in `dossier.td1`. The name is
given bare, as it stands there: diacritics that the rows do not carry are not guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.dossier import td1

_SEXES = {"M": "Nam", "F": "Nữ"}
_NO_TERM = "991231"


@dataclass(frozen=True, slots=True)
class MachineRead:
    """What the rows prove. Dates are `YYYY-MM-DD`; `bare_name` has no diacritics and no check.

    `has_no_term`: the card is valid for life (its expiry reads 991231), so `expires_on` is None.
    """

    id_number: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    nationality: str | None = None
    expires_on: str | None = None
    has_no_term: bool = False
    bare_name: str | None = None


def parse_rows(rows: Sequence[str]) -> MachineRead | None:
    """Reads three TD1 rows of a Vietnamese card; None if no personal number is proven in them."""
    tidy = [row.strip().upper() for row in rows]
    if not td1.is_shaped(tidy):
        return None
    joined = "".join(tidy)
    number = _number(joined)
    if number is None:
        return None
    expiry = td1.EXPIRY.text(joined) if td1.EXPIRY.holds(joined) else None
    return MachineRead(
        id_number=number,
        birth_date=_birth_date(joined, number),
        gender=_gender(joined, number),
        nationality="Việt Nam",
        expires_on=_expiry_date(expiry),
        has_no_term=expiry == _NO_TERM,
        bare_name=_bare_name(tidy[2]),
    )


def _number(joined: str) -> str | None:
    """The twelve digits, if both checks hold and the two copies agree."""
    long, short = td1.NUMBER.text(joined)[:12], td1.SHORT_NUMBER.text(joined)
    sure = td1.NUMBER.holds(joined) and td1.SHORT_NUMBER.holds(joined)
    return long if sure and long.endswith(short) else None


def century_of(number: str) -> int:
    """First year of the century in a personal number's fourth digit (Nghị định 137/2015)."""
    return 1900 + int(number[3]) // 2 * 100


def _birth_date(joined: str, number: str) -> str | None:
    if not td1.BIRTH.holds(joined):
        return None
    return _date(century_of(number), td1.BIRTH.text(joined))


def _expiry_date(digits: str | None) -> str | None:
    """These cards were first issued in 2021, so they end in this century."""
    return None if digits in (None, _NO_TERM) else _date(2000, str(digits))


def _gender(joined: str, number: str) -> str | None:
    """No check digit covers the sex, so the number must say the same."""
    said = _SEXES.get(joined[37])
    in_number = ("Nam", "Nữ")[int(number[3]) % 2]
    return said if said == in_number else None


def _date(century: int, digits: str) -> str | None:
    year, month, day = century + int(digits[:2]), int(digits[2:4]), int(digits[4:])
    try:
        return date(year, month, day).isoformat()
    except ValueError:  # no such day: the check digit held by chance
        return None


def _bare_name(row: str) -> str | None:
    """`NGUYEN<<THI<MAU<<<` as `NGUYEN THI MAU`."""
    return " ".join(row.replace("<", " ").split()) or None
