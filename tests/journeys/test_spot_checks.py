"""A share of the sure values is looked at after the fact: the dossier passes, the officer's word is counted."""

import json
from datetime import timedelta

import pytest

from chalicelib import handover, journey, spotchecks
from chalicelib.dossier.states import State
from chalicelib.handover import day_in_hanoi
from tests.journeys.house import House, bodies, bring_all

MOST = 60  # of dossiers until one holds a drawn value; at 2 % of some forty values each this is never reached


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    yield house
    house.store.close()


def passed_with_a_lot(house):
    for _ in range(MOST):
        code = house.open()
        bring_all(house, code)
        journey.submit(house.world, code)
        house.run()
        dossier = house.dossier(code)
        assert dossier.state is State.HANDED_OVER
        if dossier.spot_checks:
            return dossier
    raise AssertionError(f"no value of {MOST} dossiers was drawn")


def days(house):
    today = day_in_hanoi(house.world.clock.now())
    return today - timedelta(days=3), today


def test_a_dossier_passes_and_its_drawn_values_wait_on_a_list_of_their_own(house):
    dossier = passed_with_a_lot(house)
    assert dossier.verified_by == "system"
    listed = spotchecks.waiting(house.world, *days(house))
    assert {c["code"] for c in listed} == {dossier.code}
    assert [c["field"] for c in listed] == [c["field"] for c in dossier.spot_checks]
    assert all(set(c) == {"code", "paper", "index", "kind", "field"} for c in listed)


def test_the_officers_word_takes_it_off_the_list_and_is_counted(house):
    dossier = passed_with_a_lot(house)
    for check in dossier.spot_checks:
        where = {k: check[k] for k in ("paper", "index", "field")}
        journey.spot_check(house.world, dossier.code, "lan", {**where, "right": True})
    assert spotchecks.waiting(house.world, *days(house)) == []
    told = spotchecks.numbers(house.world)
    assert told["looked_at"] == told["drawn"] == len(dossier.spot_checks)
    assert told["wrong"] == 0 and told["bound"] < told["at_most"] < 1.0

    wrong = {k: dossier.spot_checks[0][k] for k in ("paper", "index", "field")}
    body = {**wrong, "right": False, "value": "khác"}
    after = journey.spot_check(house.world, dossier.code, "lan", body)
    field = after.papers[wrong["paper"]].papers[wrong["index"]].fields[wrong["field"]]
    assert (field.value, field.confirmed_by) == ("khác", "officer:lan")
    assert spotchecks.numbers(house.world)["wrong"] == 1
    again = journey.spot_check(house.world, dossier.code, "lan", body)
    assert again.version == after.version


def test_agencies_that_were_told_a_wrong_value_get_the_dossier_anew(house):
    dossier = passed_with_a_lot(house)
    check = dossier.spot_checks[0]
    where = {k: check[k] for k in ("paper", "index", "field")}
    journey.spot_check(house.world, dossier.code, "lan", {**where, "right": False, "value": "khác"})
    house.run()
    after = house.dossier(dossier.code)
    now, url = house.world.clock.now(), house.world.base_url
    held = {
        a: json.loads(handover.envelope(after, a, now, url))["fields"] for a in after.deliveries
    }
    concerned = [a for a, fields in held.items() if "khác" in values(fields)]
    news = [n for n in after.news.values() if n.kind == "dossier.corrected"]
    assert sorted(n.agency for n in news) == sorted(concerned)
    assert all(n.state == "delivered" for n in news)
    came = [b for b in bodies(house) if b["type"] == "dossier.corrected"]
    assert [b["fields"] for b in came] == [held[b["agency"]] for b in came]
    assert len(came) == len(concerned)


def values(fields):
    return [field["value"] for field in fields.values()]


def test_of_a_value_that_was_right_nobody_is_told(house):
    dossier = passed_with_a_lot(house)
    where = {k: dossier.spot_checks[0][k] for k in ("paper", "index", "field")}
    journey.spot_check(house.world, dossier.code, "lan", {**where, "right": True})
    house.run()
    assert house.dossier(dossier.code).news == {}
