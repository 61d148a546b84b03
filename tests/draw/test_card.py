"""The accuracy card must count honestly: exact values, blanks told as blanks, floors that bite."""

import pytest

from chalicelib.dossier.paper import Field
from chalicelib.review.bounds import upper_bound
from tests.card import ALL_KINDS, NOT_BY_HAND, WAYS, Job, compare, draw_job, main, plan
from tests.draw import fonts
from tests.draw.drawing import UNSEEN, draw
from tests.side_by_side import side_by_side
from tests.tally import Outcome, Page, wilson
from tests.tally_card import write_card
from tests.tally_weak import weak


def _page(style: str, right: int, wrong: int, confidence: float = 0.95) -> Page:
    outcomes = [Outcome("copies", 1, 1, confidence, True, True)] * right
    outcomes += [Outcome("copies", 1, 2, confidence, False, True)] * wrong
    return Page("giay_chung_sinh", style, 0, True, 1.0, 2.0, tuple(outcomes), ())


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [(95, 100, 0.8882, 0.9785), (0, 10, 0.0, 0.2775), (0, 0, 0, 1)],
)
def test_wilson_intervals_are_those_of_the_formula(
    right: int, total: int, low: float, high: float
) -> None:
    assert wilson(right, total) == pytest.approx((low, high), abs=1e-4)


def test_a_field_is_right_only_letter_for_letter_and_type_for_type() -> None:
    truth = {"copies": 2, "child.full_name": "AN", "father.full_name": None, "book": None}
    found = {
        "copies": Field("2", "2", 0.9),
        "child.full_name": Field("AN", "AN", 0.9),
        "father.full_name": Field(None, "/", 0.8),
    }
    right = {o.key: o.right for o in compare(Job("giay_chung_sinh", "clean", 1), truth, found)}
    assert right == {
        "copies": False,
        "child.full_name": True,
        "father.full_name": True,
        "book": False,
    }


@pytest.mark.parametrize(("wrong", "total"), [(0, 2995), (1, 4742), (2, 6294)])
def test_so_many_values_prove_one_in_a_thousand(wrong: int, total: int) -> None:
    """Clopper–Pearson, one-sided, 95 %: the sizes that tables of acceptance sampling give."""
    assert upper_bound(wrong, total) <= 0.001 < upper_bound(wrong, total - 2)


def test_nothing_seen_proves_nothing() -> None:
    assert upper_bound(0, 0) == upper_bound(3, 3) == 1.0


def test_the_card_counts_wrong_fields_that_looked_sure() -> None:
    text = write_card([_page("scan", 18, 2)], 9000, planned=1)
    assert "wrong among these: 2, 10.00 % (" in text
    assert "| giay_chung_sinh | scan | 1 | 1/1 | 20 | 90.0 % (" in text


def test_weak_places_are_named_and_strong_ones_are_not() -> None:
    said = weak([_page("scan", 18, 2), _page("phone", 400, 0)])
    assert "scan: 90.0% of the values exact, 98% are wanted." in said
    assert "giay_chung_sinh 90.0%" in said
    assert "phone" not in said
    assert "2 are wrong" in said and "is broken" in said


def test_the_plan_goes_over_every_kind_in_every_way_round_by_round() -> None:
    jobs = list(plan(ALL_KINDS, WAYS, 100, 2))
    per_round = len(ALL_KINDS) * len(WAYS) - len(NOT_BY_HAND)
    assert len(jobs) == 2 * per_round
    assert {(j.kind, j.style, j.hand) for j in jobs[:per_round]} == {
        (j.kind, j.style, j.hand) for j in jobs[per_round:]
    }
    assert max(j.seed for j in jobs[:per_round]) < min(j.seed for j in jobs[per_round:])


def test_single_errors_of_the_cards_own_seeds_are_not_shown() -> None:
    with pytest.raises(SystemExit):
        main(["--show-errors"])


def test_the_cards_hands_are_none_that_anyone_tunes_on() -> None:
    tuned, unseen = (draw("giay_bao_tu", s, hand=True) for s in (UNSEEN - 1, UNSEEN))
    assert tuned.truth and unseen.truth
    assert not set(fonts.HAND_FAMILIES) & set(fonts.UNSEEN_HANDS)
    assert len(fonts.UNSEEN_HANDS) >= 5


def double(n: int) -> int:
    return 2 * n


def test_work_side_by_side_keeps_its_order_and_stops_in_time() -> None:
    assert list(side_by_side(double, range(9))) == [2 * n for n in range(9)]
    assert list(side_by_side(double, range(9), seconds=-1)) == []


def test_cards_are_photographed_alone_and_scanned_on_a4() -> None:
    assert draw_job(Job("cccd", "clean", 5000))[0].image.width > 2400
    assert draw_job(Job("cccd", "phone", 5000))[0].image.width < 2000
