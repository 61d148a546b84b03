"""Redelivery, failing queues, lost races, late duplicates, agencies down: the effect is the same, once."""

import itertools
import json
import random
from contextlib import suppress

import pytest

import app as doors
from chalicelib import journey
from chalicelib.changes import packed
from chalicelib.doors.runner import handlers, work_once
from chalicelib.dossier.states import State
from chalicelib.errors import DossierMovedMeanwhile, StorageBusy, TryAgain
from chalicelib.ports import Answer, Endpoint
from tests.bad_days import dossiers as bad_dossiers
from tests.bad_days.queues import (
    QueuesThatDeliverTwice,
    QueuesThatFailOnce,
    QueuesThatLoseTheAnswer,
)
from tests.journeys.house import JPEG, PAPERS, House, ListedAgencies, bring_all

AGENCIES = ("ward", "police", "social_insurance")


def assert_handed_over_once(house: House, code: str) -> None:
    dossier = house.dossier(code)
    assert dossier.state is State.HANDED_OVER, (dossier.state, dossier.findings)
    for agency in AGENCIES:
        assert len(set(house.agencies.ids(agency))) == 1
    assert len(house.letters()) == 1


def filed_on_a_bad_day(house: House) -> str:
    code = house.open()
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    return code


@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_queue_that_fails_loses_nothing(house, times):
    house.with_ports(queues=QueuesThatFailOnce(house.world.queues, times))
    assert_handed_over_once(house, filed_on_a_bad_day(house))


@pytest.mark.parametrize("times", [1, 3, 9])
def test_a_queue_whose_answer_is_lost_doubles_nothing(house, times):
    house.with_ports(queues=QueuesThatLoseTheAnswer(house.world.queues, times))
    assert_handed_over_once(house, filed_on_a_bad_day(house))


@pytest.mark.parametrize("times", [3, 10])
def test_every_message_twice_changes_nothing(house, times):
    house.with_ports(queues=QueuesThatDeliverTwice(house.world.queues, times))
    assert_handed_over_once(house, filed_on_a_bad_day(house))


RACES = [
    bad_dossiers.DossiersThatLoseARace,
    bad_dossiers.DossiersThatLoseTheAnswer,
    bad_dossiers.DossiersThatAreBusy,
]


@pytest.mark.parametrize("bad", RACES, ids=lambda c: c.__name__)
def test_a_store_on_a_bad_day_loses_and_doubles_nothing(house, bad):
    code = house.open()
    bring_all(house, code)
    house.with_ports(dossiers=bad(house.world.dossiers))
    for _ in range(3):
        with suppress(TryAgain):
            journey.submit(house.world, code)
    for _ in range(6):
        house.run()
        house.clock.pass_by(90)
    assert_handed_over_once(house, code)


def test_late_and_reordered_duplicates_of_every_message_change_nothing(house):
    code = filed_on_a_bad_day(house)
    before = house.dossier(code)
    papers = [packed(code, p.id) for p in before.live_papers()]
    envelopes = [
        (f"deliveries-{a.replace('_', '-')}", b.decode()) for a, _, b in house.agencies.came
    ]
    late = [("papers-to-read", b) for b in papers] + [("papers-to-read-dead", b) for b in papers]
    late += [("dossiers-to-check", code), *envelopes]
    late += [("mails-to-send", packed(code, "reception", before.mailed[0]))]
    for order in itertools.islice(itertools.permutations(late), 0, 2000, 211):
        for queue, body in order:
            house.world.queues.put(queue, body)
        house.run(400)
        assert house.dossier(code).version == before.version
    assert len(house.agencies.came) == 3


class AgenciesNotReached(ListedAgencies):
    """The process ends before the first POST to the police leaves, so many times."""

    left = 2

    def post(self, endpoint: Endpoint, headers: dict[str, str], body: bytes) -> Answer:
        if "police" in endpoint.url and self.left:
            self.left -= 1
            raise StorageBusy("killed")
        return super().post(endpoint, headers, body)


def test_a_first_try_that_was_started_and_never_made_is_made_when_its_message_comes_again(house):
    house.agencies = AgenciesNotReached()
    house.with_ports(agencies=house.agencies)
    code = filed_on_a_bad_day(house)
    for _ in range(3):
        house.clock.pass_by(90)
        house.run()
    assert house.agencies.left == 0
    assert_handed_over_once(house, code)
    kinds = [e.kind for e in house.world.dossiers.history(code)]
    assert kinds.count("delivery_started") == kinds.count("delivery_tried") == 3


def test_a_delivery_that_fails_is_tried_by_the_printed_schedule_with_the_same_id(house):
    house.agencies.answers["police"] = [500, None, 302, 204]
    code = filed_on_a_bad_day(house)
    assert house.dossier(code).state is State.VERIFIED
    for seconds in (6, 331, 1981):
        house.clock.pass_by(seconds)
        house.run()
    assert house.dossier(code).state is State.HANDED_OVER
    assert len(house.agencies.ids("police")) == 4 and len(set(house.agencies.ids("police"))) == 1
    assert len(house.agencies.ids("ward")) == 1
    bodies = {b for a, _, b in house.agencies.came if a == "police"}
    assert len(bodies) == 1


def test_after_the_last_try_the_delivery_is_dead_and_an_officer_can_send_it_again(house):
    house.agencies.answers["ward"] = [503]
    code = filed_on_a_bad_day(house)
    for _ in range(20):
        house.clock.pass_by(6 * 3600)
        house.run()
    delivery = house.dossier(code).deliveries["ward"]
    assert (delivery.state, delivery.attempts) == ("dead", 10)
    assert len(house.agencies.ids("ward")) == 10
    house.agencies.answers["ward"] = [204]
    journey.resend(house.world, code, "ward", "lan")
    house.run()
    assert house.dossier(code).state is State.HANDED_OVER


def test_gone_ends_the_tries_at_once(house):
    house.agencies.answers["ward"] = [410]
    code = filed_on_a_bad_day(house)
    assert house.dossier(code).deliveries["ward"].state == "dead"


def test_an_agency_without_an_endpoint_gets_its_dossier_when_it_has_one(house):
    house.agencies.absent.add("police")
    code = filed_on_a_bad_day(house)
    for _ in range(5):
        house.clock.pass_by(60)
        house.run()
    assert house.dossier(code).deliveries["police"].attempts == 0
    house.agencies.absent.clear()
    house.clock.pass_by(60)
    house.run()
    assert_handed_over_once(house, code)


def test_a_poisoned_paper_is_told_unreadable_and_its_neighbours_are_read(house):
    code = house.open()
    bad = house.bring(code, b"\xff\xd8\xff" + b"not a picture" * 50)
    house.run()
    dossier = house.dossier(code)
    assert dossier.papers[bad].state == "unreadable"
    assert dossier.papers[bad].problem["code"] == "file_broken"
    journey.remove_paper(house.world, code, bad)
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    assert_handed_over_once(house, code)


def test_a_reader_that_dies_every_time_ends_in_an_honest_answer(house):
    code = house.open()
    paper = house.bring(code, JPEG)
    for _ in range(3):  # taken and never done: as if the process was killed while reading
        assert house.world.queues.take("papers-to-read", 1)
        house.clock.pass_by(1000)
    house.run()
    assert house.dossier(code).papers[paper].state == "unreadable"


def test_an_unknown_message_is_tried_and_buried_without_harm(house):
    house.world.queues.put("dossiers-to-check", "no-such-dossier")
    served = handlers(doors.app)
    for _ in range(12):
        work_once(house.world, "dossiers-to-check", served["dossiers-to-check"])
        house.clock.pass_by(100)
    assert house.world.queues.depth("dossiers-to-check") == 0
    assert house.world.queues.depth("dossiers-to-check-dead") == 1


def test_a_change_that_always_loses_the_race_says_so(house):
    code = house.open()

    class NeverFirst(bad_dossiers._SameDossiers):
        def append(self, *args, **kwargs):
            raise DossierMovedMeanwhile

    house.with_ports(dossiers=NeverFirst(house.world.dossiers))
    with pytest.raises(DossierMovedMeanwhile):
        journey.look(house.world, code, "lan")


def test_two_citizens_papers_never_mix_under_any_order_of_work(house):
    rng = random.Random(7)
    codes = [house.open() for _ in range(4)]
    for code in codes:
        for kind, values in PAPERS.items():
            paper = house.bring(code, JPEG + kind.encode() + code.encode())
            house.drop_reads()
            house.note(
                code,
                paper,
                kind,
                {**values, "number": code} if kind == "giay_chung_sinh" else values,
            )
    rng.shuffle(codes)
    for code in codes:
        journey.submit(house.world, code)
    house.run(400)
    for _, _, body in house.agencies.came:
        envelope = json.loads(body)
        field = envelope["fields"].get("birth_note.number") or envelope["fields"].get("number")
        if field:
            assert field["value"] == envelope["dossier"]["code"]
    assert len(house.agencies.came) == 12
