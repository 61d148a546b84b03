"""Three ill endpoints beside a healthy one, for a day and more of a jumping clock: `.ci/run`'s own soak."""

import pytest

from tests.soak.one_day import DEAD, HANGING, HEALTHY, ILL, LATE, alone_and_beside, p95

COUNT = 12


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    return alone_and_beside(tmp_path_factory.mktemp("days"), COUNT)


@pytest.mark.parametrize("url", [HEALTHY, *ILL])
def test_nothing_is_lost_and_nothing_doubled_after_dropping_repeats_by_id(days, url):
    for day in days:
        assert set(day.taken[url]) == day.expected[url]
        assert len(day.expected[url]) == COUNT


def test_only_the_one_whose_200_comes_late_has_anything_twice(days):
    _, beside = days
    for url in (HEALTHY, HANGING, DEAD):
        assert len(beside.taken[url]) == COUNT
    assert len(beside.taken[LATE]) > COUNT


def test_every_dossier_is_handed_over_though_the_day_was_bad(days):
    alone, beside = days
    assert alone.states == beside.states == {"handed_over": COUNT}
    assert alone.lasted.total_seconds() < 60
    assert beside.lasted.total_seconds() > 24 * 3600


def test_the_healthy_one_waits_no_longer_than_twice_as_long_as_alone(days):
    alone, beside = days
    assert len(alone.waits) == len(beside.waits) == COUNT
    assert 0 < p95(beside.waits) <= 2 * p95(alone.waits)
