"""Machine-readable rows: what the check digits prove, and that nothing else is believed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.dossier import td1
from chalicelib.extraction.mrz import parse_rows
from tests.draw.holders import make_holder
from tests.draw.td1 import td1_rows

# The example of the published layout: synthetic, check digits included.
ROWS = [
    "IDVNM1900000174001190000017<<5",
    "9001158F3001156VNM<<<<<<<<<<<8",
    "NGUYEN<<THI<MAU<<<<<<<<<<<<<<<",
]
COVERED = sorted({n for c in td1.EVERY_CHECK for part in c.parts for n in range(*part)})


def changed(rows: list[str], place: int, letter: str) -> list[str]:
    joined = "".join(rows)
    joined = joined[:place] + letter + joined[place + 1 :]
    return [joined[n : n + 30] for n in (0, 30, 60)]


def test_the_published_example_is_read() -> None:
    read = parse_rows(ROWS)
    assert read is not None
    assert (read.id_number, read.birth_date, read.gender) == ("001190000017", "1990-01-15", "Nữ")
    assert (read.nationality, read.expires_on) == ("Việt Nam", "2030-01-15")
    assert read.bare_name == "NGUYEN THI MAU"


@given(st.integers(0, 99_999))
def test_every_drawn_card_is_read_back(seed: int) -> None:
    holder = make_holder(seed)
    read = parse_rows(td1_rows(holder))
    assert read is not None
    for key in ("id_number", "birth_date", "gender", "nationality", "expires_on"):
        assert getattr(read, key) == holder[key]
    assert read.has_no_term is (holder["expires_on"] is None)


@given(st.integers(0, 999), st.sampled_from(COVERED), st.sampled_from(td1.ALPHABET))
def test_any_changed_character_of_a_checked_text_is_found(
    seed: int, place: int, letter: str
) -> None:
    rows = td1_rows(make_holder(seed))
    spoilt = changed(rows, place, letter)
    if spoilt == rows:
        return
    joined = "".join(spoilt)
    assert not td1.is_shaped(spoilt) or not all(c.holds(joined) for c in td1.EVERY_CHECK)


@given(st.integers(0, 999), st.sampled_from(COVERED), st.sampled_from(td1.ALPHABET))
def test_a_spoilt_field_is_left_out_and_never_wrong(seed: int, place: int, letter: str) -> None:
    holder = make_holder(seed)
    read = parse_rows(changed(td1_rows(holder), place, letter))
    if read is None:
        return
    for key in ("id_number", "birth_date", "expires_on", "gender"):
        assert getattr(read, key) in (None, holder[key])


@pytest.mark.parametrize("rows", [[], ROWS[:2], [*ROWS, ROWS[0]], [r[:29] for r in ROWS], [""] * 3])
def test_other_shapes_are_refused(rows: list[str]) -> None:
    assert parse_rows(rows) is None


def test_two_numbers_that_differ_prove_none() -> None:
    other = "190000025"
    first = f"IDVNM{other}{td1.check_digit(other)}{ROWS[0][15:]}"
    assert td1.SHORT_NUMBER.holds(first)
    assert parse_rows([first, *ROWS[1:]]) is None


def test_a_sex_that_the_number_contradicts_is_not_believed() -> None:
    read = parse_rows([ROWS[0], ROWS[1].replace("F", "M"), ROWS[2]])
    assert read is not None
    assert read.gender is None


def test_a_day_that_does_not_exist_is_absent() -> None:
    digits = "900230"
    read = parse_rows([ROWS[0], digits + td1.check_digit(digits) + ROWS[1][7:], ROWS[2]])
    assert read is not None
    assert read.birth_date is None


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_the_century_comes_from_the_number(born: date) -> None:
    digit = 1 if born.year < 2000 else 3
    number = f"001{digit}{born.year % 100:02d}000017"
    holder = make_holder(1) | {"id_number": number, "birth_date": born.isoformat(), "gender": "Nữ"}
    read = parse_rows(td1_rows(holder))
    assert read is not None
    assert read.birth_date == born.isoformat()
