"""Amounts are data: by date, place, channel and number; what is not known is not guessed."""

from datetime import date

import pytest

from chalicelib.procedures.catalogue import procedure
from chalicelib.procedures.fees import amounts_due, total

NOW = date(2026, 11, 23)


def due(key, on=NOW, place="H26", channel="online", quantities=None, failed=()):
    return total(amounts_due(procedure(key, on), place, channel, quantities, failed))


@pytest.mark.parametrize(
    ("pages", "amount"),
    [(1, 2000), (2, 4000), (3, 5000), (10, 12000), (198, 200000), (900, 200000)],
)
def test_a_certified_copy_costs_less_from_the_third_page_and_never_more_than_the_limit(
    pages, amount
):
    assert due("chung_thuc_ban_sao", quantities={"page": pages}) == amount


def test_copies_of_extracts_cost_by_the_copy():
    assert due("ban_sao_trich_luc", quantities={"copies": 3}) == 24000


def test_residence_costs_half_online_since_2023_and_is_not_known_before():
    assert due("thuong_tru", channel="desk") == 20000
    assert due("thuong_tru", channel="online") == 10000
    assert due("thuong_tru", date(2023, 2, 4), channel="desk") is None


def test_in_time_is_free_and_late_is_for_the_council_to_say():
    assert due("khai_sinh") == 0
    assert due("khai_sinh", failed=["registered_within_60_days"]) is None
    assert due("khai_tu", failed=["declared_within_15_days"]) is None


def test_another_place_has_its_own_amounts():
    assert due("ho_kinh_doanh") == 100000
    assert amounts_due(procedure("ho_kinh_doanh", NOW), "H29", "online") == []
