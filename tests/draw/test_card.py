"""The accuracy card must count honestly: exact values, blanks told as blanks, floors that bite."""

import pytest

from chalicelib.dossier.paper import Field
from tests.card import Job, compare, draw_job, fallen
from tests.tally import Outcome, Page, wilson, write_card


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


def test_floors_bite_style_by_style() -> None:
    assert fallen([_page("clean", 95, 5), _page("phone", 90, 10)]) == []
    assert [b.split(":")[0] for b in fallen([_page("clean", 94, 6), _page("phone", 89, 11)])] == [
        "clean",
        "phone",
    ]


def test_the_card_counts_wrong_fields_that_looked_sure() -> None:
    text = write_card([_page("scan", 18, 2)], 9000)
    assert "wrong among these: 2, 10.00 % (" in text
    assert "| giay_chung_sinh | scan | 1 | 1/1 | 20 | 90.0 % (" in text


def test_cards_are_photographed_alone_and_scanned_on_a4() -> None:
    assert draw_job(Job("cccd", "clean", 5000))[0].image.width > 2400
    assert draw_job(Job("cccd", "phone", 5000))[0].image.width < 2000
