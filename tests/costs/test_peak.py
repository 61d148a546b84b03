"""The play of a peak day: nothing is lost, the same seed is the same day, an ill agency slows nobody else."""

from dataclasses import replace

import pytest

from chalicelib.cli.costs import Held, again
from chalicelib.costs.peak import HOUR, Day, Peak, Plan, arrivals

PLAN = Plan(
    dossiers=300, papers=4, read_s=1.5, check_s=0.1, deliver_s=0.4, held_s=0.1, readers=10, hands=3, down="police"
)  # fmt: skip


def lived(**changed: object) -> Day:
    return Peak(replace(PLAN, **changed), again, Held).live()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def day() -> Day:
    return lived()


@pytest.mark.parametrize("down_until", [13 * HOUR, 1000 * HOUR])
def test_what_came_is_delivered_or_waits(down_until: float) -> None:
    day = lived(down_until=down_until)
    assert day.came == len(day.verified) == sum(h.came for h in day.hours) == 300
    for agency, taken in day.taken.items():
        assert len(taken) + day.waiting[agency] == 300
    assert (day.waiting["police"] > 0) == (down_until > 48 * HOUR)


def test_the_healthy_are_not_slowed(day: Day) -> None:
    calm = lived(down=None)
    for agency in ("ward", "social_insurance"):
        assert day.taken[agency] == calm.taken[agency]
    assert max(d for _, d in day.taken["police"]) > HOUR > max(d for _, d in calm.taken["police"])


def test_the_same_seed_is_the_same_day_and_another_is_another(day: Day) -> None:
    assert lived() == day
    assert list(arrivals(replace(PLAN, seed=1))) != list(arrivals(PLAN))


def test_the_breaker_spares_an_endpoint_that_hangs(day: Day) -> None:
    late = sum(9 * HOUR <= at < 13 * HOUR for at, _ in day.taken["police"])
    assert 300 < day.tries["police"] < 300 + 3 * late


def test_too_few_readers_make_a_queue_and_enough_make_none() -> None:
    assert max(h.reading for h in lived(readers=1, dossiers=9000).hours) > 100
    assert max(h.reading for h in lived(readers=100).hours) <= 24
