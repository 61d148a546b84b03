"""The vocabulary of cross-paper rules: values in, yes, no or None (can't be told) out.

A rule never sees where a value stands or how sure it is; `agreement.py` has asked that before. Values are never
None here, but for `some_given`. What each word means for an official: `schemas/procedures/README.md`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.procedures.data import SCHEMAS, rows
from chalicelib.procedures.letters import folded, unmarked
from chalicelib.procedures.said_dates import date_said

Verdict = bool | None
Options = Mapping[str, Any]
CENTURY_OF_DIGIT = {0: 1900, 1: 1900, 2: 2000, 3: 2000, 4: 2100, 5: 2100, 6: 2200, 7: 2200}
BIRTH_YEARS = range(1850, 2300)


def same_text(values: Sequence[Any], options: Options) -> Verdict:
    """Equal up to case, spaces and the place of the tone mark."""
    return len({folded(str(v)) for v in values}) == 1


def same_name(values: Sequence[Any], options: Options) -> Verdict:
    """As same_text. A name without marks neither proves nor contradicts the same name with marks.

    With the option `markless` (one comes from a card's machine-readable lines) marks don't count.
    """
    is_same_unmarked = len({unmarked(str(v)) for v in values}) == 1
    if options.get("markless") or not is_same_unmarked:
        return is_same_unmarked
    if same_text(values, options):
        return True
    return None if any(folded(str(v)) == unmarked(str(v)) for v in values) else False


def same_number(values: Sequence[Any], options: Options) -> Verdict:
    """The first has the same digits and letters as one of the others.

    Numbers of different length (an old card of 9 digits, a new one of 12) belong to different papers: no telling.
    """
    first, *others = ("".join(c for c in str(v) if c.isalnum()).upper() for v in values)
    if first in others:
        return True
    return False if any(len(o) == len(first) for o in others) else None


def same_year(values: Sequence[Any], options: Options) -> Verdict:
    """The same year, of dates or years."""
    years = {str(v)[:4] for v in values}
    return len(years) == 1 if all(y.isdigit() and len(y) == 4 for y in years) else None


def same_date(values: Sequence[Any], options: Options) -> Verdict:
    """The same day; a date known only in part can contradict another, but not prove it."""
    texts = [str(v) for v in values]
    known = min(len(t) for t in texts)
    if len({t[:known] for t in texts}) > 1:
        return False
    return True if known == 10 else None


def date_in_words_agrees(values: Sequence[Any], options: Options) -> Verdict:
    """A date, then the same in words."""
    said = date_said(str(values[1]))
    return None if said is None else said.isoformat() == str(values[0])


def not_after(values: Sequence[Any], options: Options) -> Verdict:
    """The first date is not after the second."""
    (a, b), known = _cut(values)
    return a < b or (None if known < 10 and a == b else a <= b)


def within_days(values: Sequence[Any], options: Options) -> Verdict:
    """The second date comes at most `days` after the first."""
    try:
        first, second = (date.fromisoformat(str(v)) for v in values)
    except ValueError:
        return None
    return (second - first).days <= int(options["days"])


def at_least_years(values: Sequence[Any], options: Options) -> Verdict:
    """The second date comes at least `years` after the first; partial dates decide only where they can."""
    (a, b), known = _cut(values)
    years = int(options["years"])
    later = f"{int(a[:4]) + years:04d}{a[4:]}" if a[:4].isdigit() else None
    if later is None or (known < 10 and later == b):
        return None
    return b >= later


def id_number_fits(values: Sequence[Any], options: Options) -> Verdict:
    """A personal number of 12 digits fits province, birth year and sex (facts §3.1): number, birth date, and the sex.

    The sex is the third value, else the option `gender`; without either it is not compared. Older numbers tell nothing.
    """
    number, birth = str(values[0]), str(values[1])
    if len(number) != 12 or not number.isdigit():
        return True
    if not birth[:4].isdigit() or int(birth[:4]) not in BIRTH_YEARS:
        return None
    digit = int(number[3])
    year = CENTURY_OF_DIGIT.get(digit, 1800) + int(number[4:6])
    is_known = number[:3] in {r["code"] for r in rows(SCHEMAS / "units" / "province_codes.csv")}
    gender = values[2] if len(values) > 2 else options.get("gender")
    fits_gender = {"Nữ": digit % 2 == 1, "Nam": digit % 2 == 0}.get(str(gender), True)
    return is_known and fits_gender and year == int(birth[:4])


def child_card_fits(values: Sequence[Any], options: Options) -> Verdict:
    """A health card's code of 15 is one of a child under 6: `TE1`, then a province we know (facts §3.5).

    The ten digits of a newer card tell nothing by themselves.
    """
    code = "".join(c for c in str(values[0]) if c.isalnum()).upper()
    if len(code) != 15:
        return True
    known = {r["code"][-2:] for r in rows(SCHEMAS / "units" / "province_codes.csv")}
    return code.startswith("TE1") and code[3:5] in known


def children_count_expects(values: Sequence[Any], options: Options) -> Verdict:
    """The number of children is at most `count`, or the `dossiers` of the case; more: others are expected."""
    there = max(int(options["count"]), int(options.get("dossiers", 1)))
    return values[0] <= there if isinstance(values[0], int) else None


def some_given(values: Sequence[Any], options: Options) -> Verdict:
    """Not all of them are blank."""
    return any(v is not None for v in values)


def _cut(values: Sequence[Any]) -> tuple[list[str], int]:
    known = min(len(str(v)) for v in values)
    return [str(v)[:known] for v in values], known


VOCABULARY: dict[str, Callable[[Sequence[Any], Options], Verdict]] = {
    f.__name__: f
    for f in (
        same_text,
        same_name,
        same_number,
        same_year,
        same_date,
        date_in_words_agrees,
        not_after,
        within_days,
        id_number_fits,
        child_card_fits,
        children_count_expects,
        some_given,
        at_least_years,
    )
}
TAKES_BLANKS = frozenset({"some_given"})
