"""Numbers of persons and of health cards, names and dates known in part, as facts §3 has them."""

import unicodedata
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.procedures.catalogue import every, procedure
from chalicelib.procedures.checks import check, validator
from chalicelib.procedures.data import SCHEMAS, rows
from chalicelib.procedures.letters import folded
from chalicelib.procedures.rules import VOCABULARY
from tests.stages.procedures.family import whole

FITS = VOCABULARY["id_number_fits"]
NOW = date(2026, 11, 24)
PROVINCES = [r["code"] for r in rows(SCHEMAS / "units" / "province_codes.csv")]


def number(province, sex, year, rest="000001"):
    """By facts §3.1: 20th century 0 and 1, the 21st 2 and 3, and so on; women odd."""
    return f"{province}{(year // 100 - 19) * 2 + (sex == 'Nữ')}{year % 100:02d}{rest}"


@given(
    st.sampled_from(PROVINCES),
    st.sampled_from(["Nam", "Nữ"]),
    st.integers(1900, 2299),
    st.from_regex("[0-9]{6}", fullmatch=True),
)
def test_every_number_made_by_the_rule_fits_and_no_other_sex_or_year_does(
    province, sex, year, rest
):
    other = "Nam" if sex == "Nữ" else "Nữ"
    made = number(province, sex, year, rest)
    assert FITS([made, f"{year}-05-06", sex], {})
    assert FITS([made, str(year), sex], {})
    assert not FITS([made, f"{year}-05-06", other], {})
    assert not FITS([made, f"{year + 1}-05-06", sex], {})
    assert not FITS([made, f"{year + 100}-05-06", sex], {}) or year >= 2200
    assert not FITS(["999" + made[3:], f"{year}-05-06", sex], {})


def test_without_a_sex_the_sex_is_not_compared():
    assert FITS(["001195000001", "1995-01-01"], {}) and FITS(["001095000001", "1995-01-01"], {})
    assert FITS(["001195000001", "1995", "Không rõ"], {})


@pytest.mark.parametrize("old", ["012345678", "B1234567", "C12345678"])
def test_old_cards_and_passports_tell_nothing(old):
    assert FITS([old, "1995-01-01", "Nam"], {})


def test_every_procedure_that_knows_number_birth_and_sex_of_somebody_looks_whether_they_fit():
    lacking = []
    for p in every(NOW):
        people = {k.removesuffix(".id_number") for k in p.fields if k.endswith(".id_number")}
        born = {w for w in people if f"{w}.birth_date" in p.fields}
        asked = {r["of"][0] for r in p.rules if r["rule"] == "id_number_fits"}
        lacking += [(p.key, w) for w in born if f"dossier:{w}.id_number" not in asked]
        assert all(r["warning"] for r in p.rules if r["rule"] == "id_number_fits")
    assert lacking == []


def test_a_number_that_does_not_fit_warns_and_does_not_refuse():
    dossier = whole(note={"mother.id_number": "001095000001"}, card={"id_number": "001095000001"},
                    declaration={"requester.id_number": "001095000001"})  # fmt: skip
    findings = check(procedure("khai_sinh", date(2020, 3, 21), "1"), dossier)
    (told,) = [f for f in findings if f.rule == "mother_id_number_fits"]
    assert (told.outcome, told.warning) == ("failed", True)
    assert "001095000001" in told.read[0] and "001095000001" not in told.message[0]
    assert [f.rule for f in findings if f.outcome != "passed" and not f.warning] == []


def is_valid(key, field, value):
    return not [
        e for e in validator(key).iter_errors({field: value}) if list(e.absolute_path) == [field]
    ]


@pytest.mark.parametrize(
    ("code", "is_right"),
    [
        ("TE1012345678901", True),
        ("DN4012345678901", True),
        ("0123456789", True),
        ("TE6012345678901", False),
        ("TE0012345678901", False),
        ("T11012345678901", False),
        ("TE101234567890", False),
        ("TE10123456789012", False),
        ("te1012345678901", False),
        ("TE10123456789０1", False),
        ("012345678", False),
        ("TE1012345678901\n", False),
    ],
)
def test_a_health_cards_code_has_its_structure(code, is_right):
    assert is_valid("the_bhyt_tre_em", "insurance.card_number", code) is is_right


@pytest.mark.parametrize(
    ("code", "fits"),
    [
        ("TE1012345678901", True),
        ("TE1 79 2345678901", True),
        ("0123456789", True),
        ("DN4012345678901", False),
        ("TE2012345678901", False),
        ("TE1032345678901", False),
    ],
)
def test_a_childs_card_begins_with_its_group_and_a_province(code, fits):
    assert VOCABULARY["child_card_fits"]([code], {}) is fits


NAMED = [(p.key, k) for p in every(NOW) for k in p.fields if k.endswith(".full_name")]


@pytest.mark.parametrize(("key", "field"), NAMED)
def test_a_name_with_a_digit_is_refused_in_every_procedure(key, field):
    assert is_valid(key, field, "Nguyễn Văn Ân")
    assert not is_valid(key, field, "Nguyễn Văn 4n")
    assert not is_valid(key, field, "N9uyễn")


TWINS = [("hòa", "hoà"), ("khỏe", "khoẻ"), ("thúy", "thuý"), ("hủy", "huỷ"), ("loạn", "loạn")]


@pytest.mark.parametrize(("old", "new"), TWINS)
def test_both_places_of_the_mark_are_one_name_however_composed(old, new):
    ways = [f(s) for f, s in product((str.upper, str.title, str), (old, new))]
    ways += [unicodedata.normalize("NFD", w) for w in ways]
    assert len({folded(f"Lê {w} An") for w in ways}) == 1
    assert VOCABULARY["same_name"]([f"LÊ {w} AN" for w in ways], {}) is True


def test_another_mark_is_another_name():
    assert VOCABULARY["same_name"](["Trần Thị Hòa", "Trần Thị Hóa"], {}) is False
    assert VOCABULARY["same_name"](["Trần Thị Hòa", "Trần Thị Hoa"], {}) is not True


@pytest.mark.parametrize("value", ["1960", "1960-05"])
def test_a_date_known_in_part_is_kept_as_it_is_where_it_may_be(value):
    assert is_valid("khai_sinh", "mother.birth_date", value)
    assert not is_valid("khai_sinh", "child.birth_date", value)
    same = VOCABULARY["same_date"]
    assert same([value, "1960-05-17"], {}) is None
    assert same([value, "1961-05-17"], {}) is False
