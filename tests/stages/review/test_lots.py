"""The lot is the same whenever it is drawn, takes about its share, and only what nobody would look at."""

from dataclasses import replace

import pytest

from chalicelib.dossier.case import Dossier, Paper
from chalicelib.dossier.paper import Field, PaperRead
from chalicelib.errors import BodyInvalid, PaperUnknown
from chalicelib.review import lots
from chalicelib.review.bounds import lower_bound, upper_bound

FIELDS = {
    "mother.full_name": Field("TRẦN THỊ MẪU", "TRẦN THỊ MẪU", 0.999),
    "number": Field("12", "12", 0.5),
    "book": Field("3", "3", 0.999, confirmed_by="officer:lan"),
    "issued_on": Field("2025-01-01", "2025-01-01", 0.999, source="declared"),
}
READ = PaperRead("giay_chung_sinh", 0.99, (1,), FIELDS)
PAPER = Paper("p_1", "a.jpg", 1, "image/jpeg", "", "", state="read", pages=1, papers=(READ,))
DOSSIER = Dossier("H-1", "khai_sinh", "00070", "mobile", {}, "", "", papers={"p_1": PAPER})


def is_sure(kind: str, key: str, field: Field) -> bool:
    return field.confidence > 0.9


def test_only_read_values_that_nobody_looks_at_are_drawn() -> None:
    draft = lots.drawn(DOSSIER, is_sure, 1.0)
    assert draft is not None
    kind, facts = draft
    assert (kind, facts["of"]) == ("spot_checks_drawn", 1)
    assert [c["field"] for c in facts["checks"]] == ["mother.full_name"]
    assert lots.drawn(DOSSIER, is_sure, 0.0) is None


def test_the_lot_can_be_drawn_again_and_takes_its_share() -> None:
    drawn = [lots.lot(f"H-{n}", "p", 0, "mother.full_name") < 0.02 for n in range(20_000)]
    assert drawn == [lots.lot(f"H-{n}", "p", 0, "mother.full_name") < 0.02 for n in range(20_000)]
    assert 320 < sum(drawn) < 480  # four standard deviations around 400
    assert len({lots.lot("H-1", "p", 0, key) for key in FIELDS}) == len(FIELDS)


def test_an_answer_counts_once_and_a_wrong_value_is_put_right() -> None:
    check = {"paper": "p_1", "index": 0, "kind": "giay_chung_sinh", "field": "mother.full_name"}
    dossier = replace(DOSSIER, spot_checks=(check,))
    where = {"paper": "p_1", "index": 0, "field": "mother.full_name"}
    assert lots.answer(dossier, {**where, "right": True}) == [
        ("spot_checked", {**where, "right": True})
    ]
    assert [k for k, _ in lots.answer(dossier, {**where, "right": False, "value": "TRẦN MẪU"})] == [
        "spot_checked",
        "field_corrected",
    ]
    again = replace(dossier, spot_checks=({**check, "right": True},))
    assert lots.answer(again, {**where, "right": True}) == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"paper": "p_1", "field": "number", "right": True}, PaperUnknown),
        ({"paper": "p_1", "field": "mother.full_name", "right": "yes"}, BodyInvalid),
        ({"paper": "p_1", "field": "mother.full_name", "right": False}, BodyInvalid),
    ],
)
def test_answers_that_say_nothing_are_refused(
    body: dict[str, object], error: type[Exception]
) -> None:
    check = {"paper": "p_1", "index": 0, "kind": "giay_chung_sinh", "field": "mother.full_name"}
    with pytest.raises(error):
        lots.answer(replace(DOSSIER, spot_checks=(check,)), body)


@pytest.mark.parametrize(("wrong", "total"), [(0, 2995), (1, 4742), (2, 6294)])
def test_so_many_values_prove_one_in_a_thousand(wrong: int, total: int) -> None:
    """Clopper–Pearson, one-sided, 95 %: the sizes that tables of acceptance sampling give."""
    assert upper_bound(wrong, total) <= 0.001 < upper_bound(wrong, total - 2)


def test_bounds_of_few_values_are_wide() -> None:
    assert upper_bound(0, 0) == upper_bound(3, 3) == 1.0
    assert lower_bound(0, 10) == 0.0
    assert lower_bound(1, 20) == pytest.approx(0.00256, abs=1e-5)
    assert lower_bound(3, 300) > 0.001 > lower_bound(1, 300)
