"""Linked birth and linked death: a term and a date per result, steps that wait for another, refusals in part."""

from datetime import datetime

import pytest

from chalicelib import journey
from chalicelib.dispatch import envelope as envelopes
from chalicelib.dossier.states import State
from tests.journeys.house import bodies
from tests.journeys.test_promises import due, until
from tests.journeys.test_twelve import file

BIRTH, DEATH = "lien_thong_ks_tt_bhyt", "lien_thong_khai_tu"
FIRST = {BIRTH: "giay_khai_sinh", DEATH: "trich_luc_khai_tu"}
BOTH = pytest.mark.parametrize("key", [BIRTH, DEATH])
NO = {"reason": "Chưa đủ điều kiện"}


def done(number="1"):
    return {"number": number, "date": "2026-11-23"}


def filed(house, key):
    """Received on Monday 23/11/2026 at 10:00; 24/11 is a day off."""
    until(house, "2026-11-23T10:00")
    dossier = file(house, key)
    assert dossier.state is State.HANDED_OVER, dossier.findings
    return dossier.code


def news(house, kind):
    return {b["agency"]: b for b in bodies(house) if b["type"] == kind}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        # same day; 2 working days each from the certificate (NĐ 63/2024)
        (BIRTH, {"ward": "23/11 17:30", "police": "26/11 17:30", "social_insurance": "26/11 17:30"}),
        # same day; 5 working days; 15 days from the extract
        (DEATH, {"ward": "23/11 17:30", "police": "01/12 17:30", "social_insurance": "08/12 17:30"}),
    ],
)  # fmt: skip
def test_each_result_has_a_term_a_date_and_a_sum_of_its_own(house, key, expected):
    code = filed(house, key)
    assert due(house, code) == expected
    for result in house.dossier(code).results:
        assert result["term"] and result["steps"][-1].startswith("Hẹn trả")
    first, *others = house.dossier(code).results
    assert first["after"] is None and {r["after"] for r in others} == {FIRST[key]}


@BOTH
def test_what_begins_with_another_result_waits_for_it_and_counts_from_it(house, key):
    code = filed(house, key)
    assert news(house, "dossier.result") == {}
    for body in bodies(house):
        (own,) = body["results"]
        assert own["after"] == (None if body["agency"] == "ward" else FIRST[key])
    until(house, "2026-11-26T09:00")  # two working days late
    journey.answer(house.world, "ward", code, "result", "k", done("77/2026"))
    house.run()
    told = news(house, "dossier.result")
    assert set(told) == {"police", "social_insurance"}
    owed = {r["agency"]: r for r in house.dossier(code).owed()}
    for agency, body in told.items():
        assert envelopes.faults(body) == []
        assert (body["result"]["id"], body["result"]["number"]) == (FIRST[key], "77/2026")
        (own,) = body["due"].values()
        assert own == owed[agency]["agency_due"] > owed[agency]["due"]
    ten = {BIRTH: "2026-11-30", DEATH: "2026-12-03"}[key]  # 26/11 does not count
    assert datetime.fromisoformat(owed["police"]["agency_due"]).date().isoformat() == ten


@BOTH
@pytest.mark.parametrize("refusing", ["police", "social_insurance"])
def test_a_partial_refusal_does_not_stop_the_others(house, key, refusing):
    code = filed(house, key)
    journey.answer(house.world, refusing, code, "refused", "a", NO)
    other = ({"police", "social_insurance"} - {refusing}).pop()
    assert {r["agency"] for r in house.dossier(code).owed()} == {"ward", other}
    journey.answer(house.world, "ward", code, "result", "b", done())
    house.run()
    assert set(news(house, "dossier.result")) == {other}
    assert news(house, "dossier.stopped") == {}
    journey.answer(house.world, other, code, "result", "c", done())
    house.run()
    dossier = house.dossier(code)
    assert dossier.state is State.COMPLETED
    assert {r["agency"]: r["settled"] for r in dossier.results} == {
        "ward": "result",
        refusing: "refused",
        other: "result",
    }
    assert [m.split("-")[0] for m in dossier.mailed] == ["reception", "stopped", "ready"]


@BOTH
def test_without_the_first_result_the_others_can_not_be_and_everybody_is_told(house, key):
    code = filed(house, key)
    journey.answer(house.world, "ward", code, "refused", "a", NO)
    house.run()
    dossier = house.dossier(code)
    assert dossier.state is State.COMPLETED
    assert {r["settled"] for r in dossier.results} == {"refused"}
    told = news(house, "dossier.stopped")
    assert set(told) == {"police", "social_insurance"}
    for agency, body in told.items():
        assert envelopes.faults(body) == []
        assert body["refused"]["id"] == FIRST[key]
        assert body["stopped"] == [r["id"] for r in dossier.results if r["agency"] == agency]
        assert NO["reason"] not in str(body)  # the ward's words may name a person
    assert [m.split("-")[0] for m in dossier.mailed] == ["reception", "stopped"]


def test_what_was_given_before_the_refusal_stays(house):
    code = filed(house, DEATH)
    journey.answer(house.world, "police", code, "result", "a", done())
    journey.answer(house.world, "ward", code, "refused", "b", NO)
    settled = {r["agency"]: r["settled"] for r in house.dossier(code).results}
    assert settled == {"ward": "refused", "police": "result", "social_insurance": "refused"}


@BOTH
def test_the_citizen_sees_one_dossier(house, key):
    code = filed(house, key)
    letters = [p.name for p in house.letters()]
    assert len(letters) == 1 and letters[0].startswith(code)
    for agency in ("ward", "police", "social_insurance"):
        journey.answer(house.world, agency, code, "result", agency, done())
    house.run()
    ready = house.letters()
    assert len(ready) == 2 and any("ready" in p.name for p in ready)
