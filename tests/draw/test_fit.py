"""Thresholds come out of what was judged: proven, pooled where a group is small, stricter where it errs."""

from dataclasses import replace

import pytest

from chalicelib.extraction import confidence
from chalicelib.review.bounds import upper_bound
from tests.fit_confidence import (
    BOUND,
    FLOOR,
    MARGIN,
    NEVER,
    Sample,
    _least,
    curve,
    fit,
    judged_by_others,
    observed,
    proven,
    stricter,
    thresholds,
    without_error,
)


def pairs_of(*runs: tuple[float, int, int]) -> list[tuple[float, bool]]:
    """(confidence, right, wrong) as pairs, the surest first, of equally sure ones the wrong first."""
    found = []
    for said, right, wrong in runs:
        found += [(said, False)] * wrong + [(said, True)] * right
    return found


def test_a_threshold_is_the_least_confidence_that_the_counts_prove() -> None:
    pairs = pairs_of((0.999, 7000, 0), (0.99, 3000, 1), (0.9, 1000, 90))
    assert proven(pairs) == 0.99
    assert upper_bound(1, 10_001) <= BOUND


def test_few_values_prove_nothing_however_right_they_are() -> None:
    assert proven(pairs_of((0.999, 1500, 0))) is None
    assert without_error(pairs_of((0.999, 900, 0), (0.99, 100, 1), (0.9, 100, 0))) == 0.999
    assert without_error(pairs_of((0.999, 10, 1))) == NEVER


def test_where_nothing_is_proven_the_share_that_was_seen_keeps_the_bound() -> None:
    pairs = pairs_of((0.999, 2500, 1), (0.99, 2500, 2), (0.9, 1000, 90))
    assert proven(pairs) is None
    assert observed(pairs) == 0.99
    assert observed(pairs_of((0.999, 900, 0))) is None
    least = _least("all", pairs, None)
    assert (least.threshold, least.set_by, least.wrong) == (0.99, "SEEN, NOT PROVEN", 3)
    assert least.at_most > BOUND


def test_a_quarter_is_tried_where_the_half_errs() -> None:
    pairs = pairs_of((0.999, 7500, 0), (0.99, 7500, 60), (0.9, 13_500, 1350))
    assert proven(pairs) == 0.999


def test_a_small_group_takes_the_pooled_threshold_unless_its_errors_speak_against_it() -> None:
    above = _least("all", pairs_of((0.99, 9000, 0), (0.9, 100, 50)), None)
    assert (above.threshold, above.set_by) == (0.99, "all")
    quiet = _least("name, mobile", pairs_of((0.995, 100, 0), (0.99, 100, 0)), above)
    assert (quiet.threshold, quiet.set_by, quiet.at_most > BOUND) == (0.99, "all", True)
    erring = _least("place, mobile", pairs_of((0.995, 100, 0), (0.99, 100, 9)), above)
    assert erring.threshold == 0.995
    assert "stricter by its own errors" in erring.set_by
    assert stricter(pairs_of((0.99, 10, 9)), 0.99) == NEVER


def test_a_fit_tells_of_every_group_and_channel_what_was_seen() -> None:
    samples = [
        Sample("name", "cccd", "full_name", channel, seed, 0.9 + 0.05 * (seed % 3), seed % 50 > 0)
        for channel in ("desk", "mobile")
        for seed in range(400)
    ]
    table = fit(samples)
    cells = {"name, desk", "name, mobile"}
    assert set(table["measured"]) == {"all", "desk", "mobile", "name"} | cells
    assert table["measured"]["all"]["judged"] == 800
    assert "NOT PROVEN" in table["measured"]["all"]["set_by"]
    assert table["thresholds"]["sure"] == table["measured"]["all"]["threshold"] >= 1 - BOUND


def test_a_group_that_is_read_more_surely_than_the_rest_has_its_own_threshold() -> None:
    rest = [Sample("place", "cccd", "residence", "desk", n, 0.97, n % 20 > 0) for n in range(1500)]
    genders = [Sample("closed", "cccd", "gender", "desk", n, 0.97, n != 7) for n in range(1500)]
    found = thresholds([(s, 0.995) for s in (*rest, *genders)])
    assert found["closed, desk"].threshold == found["closed"].threshold == 0.995
    assert "SEEN" in found["closed"].set_by
    assert found["place, desk"].threshold > 0.995


def test_no_proof_in_print_makes_sure_what_is_itself_given_less_than_the_floor() -> None:
    """Doubts of another hand count several times: a threshold below the floor would undo that."""
    told = [
        (Sample("place", "cccd", "residence", "desk", n, 0.97, True), 0.97) for n in range(9000)
    ]
    assert proven([(said, s.right) for s, said in told]) == 0.97
    assert {one.threshold for one in thresholds(told).values()} == {FLOOR}


def test_curves_never_fall() -> None:
    points = curve(sorted((n / 500, n % 7 > 2) for n in range(500)))
    assert [y for _, y in points] == sorted(y for _, y in points)
    assert thresholds([]) == {}


def test_scores_that_were_never_wrong_are_told_alike_down_to_where_they_were_seen() -> None:
    points = curve(sorted((0.6 + 0.4 * n / 2400, True) for n in range(2400)))
    (lowest, least), (highest, most) = points
    assert lowest < 0.62 and highest > 0.98
    assert 0.99 < least < most < 1
    assert confidence.on_curve(points, 0.8) > 0.99
    assert confidence.on_curve(points, 0.3) < 0.5, "nothing was seen down there"


@pytest.mark.parametrize("wrong", [0, 1, 3])
def test_what_is_called_sure_keeps_the_bound_of_its_own_counts(wrong: int) -> None:
    pairs = pairs_of((0.999, 15_000, wrong), (0.9, 2000, 200))
    least = proven(pairs)
    assert least is not None and upper_bound(wrong, 15_000 + wrong) <= BOUND


def test_doubts_of_poor_papers_count_more_than_once_and_each_font_is_judged_by_the_others() -> None:
    fonts = ("Mali", "Charm")
    hand = [
        Sample("name", "cccd", "full_name", "desk", n, 0.5 + n / 1000, n % 20 > 0, fonts[n % 3 > 0], 0.4)
        for n in range(400)
    ]  # fmt: skip
    table = fit([*hand, *(replace(s, font="", legible=0.99) for s in hand)])
    poor, good = (confidence.on_curve(table["curves"][c], 0.7) for c in (hand[0].curve, "name"))
    assert 1 - poor == pytest.approx(MARGIN * (1 - good), rel=0.01)
    told = {font: seen["judged"] for font, seen in table["hands_left_out"].items()}
    assert told == {"Charm": 266, "Mali": 134}


def test_doubts_of_another_hand_than_the_labels_are_fitted_as_they_are_used() -> None:
    """What the fit judges is what `confidence.probability` will say of such a paper."""
    plain = [
        Sample("name", "cccd", "full_name", "desk", n, 0.5 + n / 1000, n % 20 > 0)
        for n in range(400)
    ]
    apart = [replace(s, apart=2.0) for s in plain]
    said = [
        dict(zip(range(400), (p for _, p in judged_by_others(s)), strict=True))
        for s in (plain, apart)
    ]
    for one, other in zip(said[0].values(), said[1].values(), strict=True):
        assert 1 - other == pytest.approx(min(1.0, confidence._UNKNOWN_HAND * (1 - one)))
    codes = [replace(s, group="code") for s in apart]
    assert [p for _, p in judged_by_others(codes)] == list(said[0].values())


def test_a_font_is_judged_by_curves_that_never_saw_it() -> None:
    easy = [Sample("name", "cccd", "full_name", "desk", n, 0.8, True, "Mali") for n in range(300)]
    hard = [replace(s, right=False, font="Charm") for s in easy]
    said = {s.font: p for s, p in judged_by_others([*easy, *hard])}
    assert said["Charm"] > 0.9, "by Mali's curve"
    assert said["Mali"] < 0.1, "by Charm's"
