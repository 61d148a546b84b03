"""Agencies from end to end with real parts: endpoints, breaker, order, pull, replay, results back, reminders."""

import json
from datetime import date, datetime

import pytest

from chalicelib import answers, feeds, journey, letters, subscriptions
from chalicelib.changes import load
from chalicelib.dispatch import webhooks
from chalicelib.dossier.states import State
from chalicelib.errors import (
    AgencyBusy,
    AgencyUnreachable,
    BodyInvalid,
    DossierUnknown,
    KeyUsedOtherwise,
    PaperUnknown,
    ResultUnknown,
)
from chalicelib.ports import Answer
from tests.journeys.house import JPEG, PAPERS, bring_all

AGENCIES = ("ward", "police", "social_insurance")
DAY = 86_400


class ManyEndpoints:
    """The port `Agencies` with no file: answers by address, remembers what came."""

    def __init__(self) -> None:
        self.answers: dict[str, object] = {}
        self.came: list[tuple[str, dict[str, str], bytes]] = []

    def endpoint(self, agency):
        return None

    def post(self, endpoint, headers, body):
        answer = self.answers.get(endpoint.url, 204)
        if answer is AgencyBusy:
            raise AgencyBusy
        self.came.append((endpoint.url, headers, body))
        if answer is None:
            raise AgencyUnreachable
        return answer if isinstance(answer, Answer) else Answer(answer)

    def events(self, url):
        came = [(h, json.loads(b)) for u, h, b in self.came if u == url]
        return [(h, e) for h, e in came if e["type"] != "endpoint.ping"]


@pytest.fixture
def many(house):
    house.many = ManyEndpoints()
    house.with_ports(agencies=house.many)
    return house


def register(house, agency, url, **wish):
    made, key = subscriptions.register(house.world, agency, {"url": url, **wish})
    return made.id, key


def all_registered(house):
    return {a: register(house, a, f"https://{a}.test/")[0] for a in AGENCIES}


def filed(house, submit=True):
    code = house.open()
    for kind, values in PAPERS.items():
        paper = house.bring(code, JPEG + kind.encode() + code.encode())
        house.drop_reads()
        own = {"number": code} if kind == "giay_chung_sinh" else {}  # no two notes are the same
        house.note(code, paper, kind, {**values, **own})
    journey.submit(house.world, code)
    house.run(200)
    return code


def pass_days(house, days, step=3600 * 4):
    for _ in range(int(days * DAY / step)):
        house.clock.pass_by(step)
        house.run(200)


# ---- endpoints ---------------------------------------------------------------------------------


def test_a_new_endpoint_is_pinged_and_takes_events_only_after_it_answered(many):
    many.many.answers["https://ward.test/"] = 500
    id, key = register(many, "ward", "https://ward.test/")
    assert many.world.subscriptions.find("ward", id).state == "pending"
    code = filed(many)
    assert many.many.events("https://ward.test/") == []
    many.many.answers["https://ward.test/"] = 200
    assert subscriptions.ping(many.world, "ward", id).state == "active"
    many.clock.pass_by(60)
    many.run()
    ((_, event),) = many.many.events("https://ward.test/")
    assert event["dossier"]["code"] == code and key.startswith("whsec_")


def test_two_endpoints_of_an_agency_get_what_each_asked_for(many):
    register(many, "ward", "https://all.test/")
    register(many, "ward", "https://thin.test/", payload="thin")
    register(many, "ward", "https://other.test/", procedures=("khai_tu",))
    register(many, "ward", "https://elsewhere.test/", units=("99999",))
    filed(many)
    ((_, full),), ((_, thin),) = (many.many.events(f"https://{n}.test/") for n in ("all", "thin"))
    assert full["papers"] and full["applicant"]["name"]
    assert thin["id"] == full["id"] and thin["payload"] == "thin"
    assert thin["applicant"] == thin["fields"] == {} and thin["papers"] == []
    assert thin["link"].endswith(f"/v1/agencies/ward/events/{full['id']}")
    assert (
        many.many.events("https://other.test/") == many.many.events("https://elsewhere.test/") == []
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"status": "received", "number": "7/CA"}', [{"answer": "received", "number": "7/CA"}]),
        (b'{"status": "received"}', [{"answer": "received"}]),
        (b"OK", []),
    ],
    ids=["with a number", "without", "a plain 2xx"],
)
def test_an_agency_may_say_received_in_its_very_answer(many, body, said):
    for name in ("one", "two"):
        register(many, "police", f"https://{name}.test/")
        many.many.answers[f"https://{name}.test/"] = Answer(200, body=body)
    code = filed(many)
    dossier = load(many.world, code)
    told = [{k: a[k] for k in ("answer", "number") if k in a} for a in dossier.answers]
    assert dossier.deliveries["police"].state == "delivered" and told == said
    actors = {e["actor"] for e in dossier.trail if e["kind"] == "agency_answered"}
    assert actors == ({"agency:police"} if said else set())
    journey.answer(many.world, "police", code, "received", "own", {})  # and it may still call
    assert len(load(many.world, code).answers) == len(said) + 1


def test_received_is_no_answer_to_what_was_not_taken(many):
    id, _ = register(many, "police", "https://police.test/")
    many.many.answers["https://police.test/"] = Answer(500, body=b'{"status": "received"}')
    dossier = load(many.world, filed(many))
    assert dossier.answers == () and dossier.deliveries["police"].tries[id].state == "waiting"


def test_a_new_key_signs_beside_the_old_one_for_two_days_then_alone(many):
    id, old = register(many, "ward", "https://ward.test/")
    _, new = subscriptions.rotate(many.world, "ward", id, "v1")

    def verdicts():
        subscriptions.ping(many.world, "ward", id)
        _, headers, body = many.many.came[-1]
        return [bool(webhooks.verify(headers, body, [k], many.clock.now())) for k in (old, new)]

    assert verdicts() == [True, True]
    many.clock.pass_by(2 * DAY - 1)
    assert verdicts() == [True, True]
    many.clock.pass_by(2)
    assert verdicts() == [False, True]


def test_an_endpoint_may_verify_with_a_public_key(many):
    _, public = register(many, "ward", "https://ward.test/", signature="v1a")
    filed(many)
    headers, _ = many.many.events("https://ward.test/")[0]
    body = many.many.came[-1][2]
    assert public.startswith("whpk_") and headers["webhook-signature"].startswith("v1a,")
    assert webhooks.verify(headers, body, [public], many.clock.now())
    assert not webhooks.verify(headers, body + b" ", [public], many.clock.now())
    other = webhooks.new_key_pair(b"x" * 32)[1]
    assert not webhooks.verify(headers, body, [other], many.clock.now())


def test_a_paused_endpoint_waits_and_gets_all_when_it_is_resumed(many):
    ids = all_registered(many)
    subscriptions.pause(many.world, "police", ids["police"])
    code = filed(many)
    pass_days(many, 1)
    assert many.many.events("https://police.test/") == []
    assert load(many.world, code).deliveries["police"].attempts == 0
    subscriptions.resume(many.world, "police", ids["police"])
    many.clock.pass_by(70)
    many.run()
    assert load(many.world, code).state is State.HANDED_OVER


def test_a_deleted_endpoint_hands_its_waiting_events_to_the_next_one(many):
    ids = all_registered(many)
    many.many.answers["https://ward.test/"] = 500
    code = filed(many)
    subscriptions.remove(many.world, "ward", ids["ward"])
    register(many, "ward", "https://new.test/")
    pass_days(many, 1)
    assert load(many.world, code).state is State.HANDED_OVER
    assert len(many.many.events("https://new.test/")) == 1


@pytest.mark.parametrize(
    "url", ["ftp://a.test/", "https://u@a.test/", "https://", "https://a b/", "", "https://ạ.vn/"]
)
def test_an_address_that_can_not_be_one_is_refused(many, url):
    with pytest.raises(BodyInvalid):
        register(many, "ward", url)


# ---- delivery ----------------------------------------------------------------------------------


def test_the_breaker_spares_a_dead_endpoint_and_its_neighbour_feels_nothing(many):
    all_registered(many)
    register(many, "ward", "https://good.test/")
    many.many.answers["https://ward.test/"] = None
    codes = [filed(many) for _ in range(9)]
    assert len(many.many.events("https://ward.test/")) == 5  # then it rests
    assert len(many.many.events("https://good.test/")) == 9
    for seconds in (20, 20):  # one more try tells that it is still dead
        many.clock.pass_by(seconds)
        many.run(200)
    before = len(many.many.events("https://ward.test/"))
    assert before < 16
    many.many.answers["https://ward.test/"] = 204
    pass_days(many, 2)
    got = [e["dossier"]["code"] for _, e in many.many.events("https://ward.test/")[before:]]
    assert sorted(set(got)) == sorted(codes)
    assert all(load(many.world, c).state is State.HANDED_OVER for c in codes)


def test_a_try_held_back_is_not_counted(many):
    all_registered(many)
    many.many.answers["https://ward.test/"] = AgencyBusy
    code = filed(many)
    assert load(many.world, code).deliveries["ward"].attempts == 0
    many.many.answers["https://ward.test/"] = 204
    many.clock.pass_by(3)
    many.run()
    assert load(many.world, code).deliveries["ward"].attempts == 1


def test_slow_answers_open_the_breaker_too(many):
    all_registered(many)
    many.many.answers["https://ward.test/"] = Answer(200, None, 14.9)
    for _ in range(7):
        filed(many)
    assert len(many.many.events("https://ward.test/")) == 5


def test_gone_disables_and_its_people_are_told_once(many):
    ids = all_registered(many)
    many.many.answers["https://ward.test/"] = 410
    filed(many), filed(many)
    gone = many.world.subscriptions.find("ward", ids["ward"])
    assert (gone.state, gone.why) == ("disabled", "gone")
    assert len(many.many.events("https://ward.test/")) == 1
    told = [p for p in many.letters() if "ward@example.vn" in p.read_text("utf-8", "replace")]
    assert len(told) == 1


def test_five_days_of_failure_disable_and_a_ping_brings_it_back_and_replay_brings_the_rest(many):
    ids = all_registered(many)
    many.many.answers["https://police.test/"] = 500
    codes = []
    for _ in range(6):
        codes.append(filed(many))
        pass_days(many, 1)
    police = many.world.subscriptions.find("police", ids["police"])
    assert (police.state, police.why) == ("disabled", "failed_five_days")
    told = [p for p in many.letters() if p.name.startswith(f"disabled-{ids['police']}")]
    assert len(told) == 1 and "To: police@example.vn" in told[0].read_text("utf-8")
    assert any(load(many.world, c).deliveries["police"].state == "dead" for c in codes)
    many.many.answers["https://police.test/"] = 204
    assert subscriptions.resume(many.world, "police", ids["police"]).state == "active"
    chosen = feeds.chosen(many.world, "police", 0, None, None)
    assert feeds.replay(many.world, "police", chosen) == len(codes)
    pass_days(many, 1)
    assert all(load(many.world, c).state is State.HANDED_OVER for c in codes)


def test_the_printed_schedule_under_the_clock(many):
    all_registered(many)
    many.many.answers["https://ward.test/"] = 500
    code, before = filed(many), many.clock.now()
    for number, printed in enumerate(webhooks.SCHEDULE[1:], 1):
        ward = load(many.world, code).deliveries["ward"]
        assert (ward.state, ward.attempts) == ("waiting", number)
        at = datetime.fromisoformat(ward.next_at)
        assert printed * 0.9 <= at - before <= printed * 1.1
        many.clock.pass_by((at - many.clock.now()).total_seconds() - 0.001)
        many.run()
        assert load(many.world, code).deliveries["ward"].attempts == number  # not a moment early
        many.clock.pass_by(0.001)
        many.run()
        before = many.clock.now()
    ward = load(many.world, code).deliveries["ward"]
    assert (ward.state, ward.attempts, len(webhooks.SCHEDULE)) == ("dead", 10, 10)


def test_events_of_one_dossier_come_in_their_order(many):
    all_registered(many)
    many.many.answers["https://police.test/"] = 503
    code = filed(many)
    journey.answer(
        many.world, "ward", code, "result", "k1", {"number": "12/2026", "date": "2026-11-23"}
    )
    many.run()
    assert {e["type"] for _, e in many.many.events("https://police.test/")} == {"dossier.verified"}
    many.many.answers["https://police.test/"] = 204
    pass_days(many, 1)
    got = [e for _, e in many.many.events("https://police.test/")]
    first, last = got[-2:]
    assert (first["type"], last["type"]) == ("dossier.verified", "dossier.result")
    assert first["sequence"] < last["sequence"]
    assert last["result"]["number"] == "12/2026" and "fields" not in last


# ---- pull and replay ---------------------------------------------------------------------------


def test_an_agency_without_webhooks_pulls_and_what_it_pulled_counts_as_delivered(many):
    for agency in ("police", "social_insurance"):
        register(many, agency, f"https://{agency}.test/")
    codes = [filed(many) for _ in range(3)]
    first = feeds.events(many.world, "ward", 0, 2)
    assert [e.code for e in first] == codes[:2]
    assert load(many.world, codes[0]).state is State.VERIFIED  # not until it says that it has them
    rest = feeds.events(many.world, "ward", first[-1].position, 2)
    assert [e.code for e in rest] == codes[2:]
    assert [load(many.world, c).state for c in codes] == [State.HANDED_OVER] * 2 + [State.VERIFIED]
    with pytest.raises(BodyInvalid):
        feeds.events(many.world, "ward", 99, 2)


def test_pulled_events_are_the_bytes_that_were_sent(many):
    all_registered(many)
    filed(many)
    for agency in AGENCIES:
        (entry,) = feeds.events(many.world, agency, 0, 10)
        sent = [
            b
            for u, _, b in many.many.came
            if u == f"https://{agency}.test/" and b"dossier.verified" in b
        ]
        assert [feeds.envelope_of(many.world, agency, entry.id)] == sent


def test_replay_sends_the_same_id_signed_anew(many):
    all_registered(many)
    code = filed(many)
    (before, event) = many.many.events("https://ward.test/")[0]
    many.clock.pass_by(600)
    assert feeds.replay(many.world, "ward", feeds.chosen(many.world, "ward", 0, None, code)) == 1
    many.run()
    after, again = many.many.events("https://ward.test/")[1]
    assert again == event and after["webhook-id"] == before["webhook-id"]
    assert after["webhook-signature"] != before["webhook-signature"]
    assert load(many.world, code).state is State.HANDED_OVER


def test_replay_takes_a_range_of_the_feed(many):
    all_registered(many)
    codes = [filed(many) for _ in range(4)]
    chosen = feeds.chosen(many.world, "ward", 1, 3, None)
    assert [e.code for e in chosen] == codes[1:3]


def test_an_agency_takes_signed_events_from_its_own_queue(many):
    _, key = register(many, "ward", "queue:")
    code = filed(many)
    taken = [json.loads(m.body) for m in many.world.queues.take("events-ward", 10)]
    assert [json.loads(t["body"])["type"] for t in taken] == ["endpoint.ping", "dossier.verified"]
    for t in taken:
        assert webhooks.verify(t["headers"], t["body"].encode(), [key], many.clock.now())
    assert json.loads(taken[1]["body"])["dossier"]["code"] == code
    assert load(many.world, code).deliveries["ward"].state == "delivered"


# ---- originals ---------------------------------------------------------------------------------


def test_an_agency_gets_the_originals_its_step_names_and_the_asking_is_in_the_history(house):
    code = house.open()
    ids = bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    envelope = next(json.loads(b) for a, _, b in house.agencies.came if a == "police")
    assert [a["paper"] for a in envelope["attachments"]] == [ids["to_khai_khai_sinh"]]
    assert answers.paper_address(house.world, "police", code, ids["to_khai_khai_sinh"])
    last = house.world.dossiers.history(code)[-1]
    assert (last.kind, last.actor) == ("paper_shown", "agency:police")
    with pytest.raises(PaperUnknown):
        answers.paper_address(house.world, "police", code, ids["cccd"])
    house.clock.pass_by(91 * DAY)
    with pytest.raises(PaperUnknown):
        answers.paper_address(house.world, "police", code, ids["to_khai_khai_sinh"])


# ---- answers -----------------------------------------------------------------------------------


def result(number, day="2026-11-25", **more):
    return {"number": number, "date": day, **more}


def test_three_results_complete_the_dossier_and_the_citizen_is_told_one_date(house):
    code = house.open()
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    for agency, day in zip(AGENCIES, ("2026-11-23", "2026-11-25", "2026-11-27"), strict=True):
        journey.answer(house.world, agency, code, "received", f"r-{agency}", {})
        journey.answer(house.world, agency, code, "result", f"k-{agency}", result("1", day))
    house.run()
    dossier = house.dossier(code)
    assert dossier.state is State.COMPLETED
    mail = house.letters()[-1].read_text("utf-8", "replace")
    assert "ready-" in house.letters()[-1].name or "3" in mail
    assert letters.ready_on(dossier) == date(2026, 11, 27)
    assert sum("ready" in m for m in dossier.mailed) == 1


def test_the_same_answer_again_changes_nothing_and_another_one_under_its_key_is_refused(house):
    code = house.open()
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    first = journey.answer(
        house.world, "ward", code, "result", "k", result("1", file=(b"%PDF", "application/pdf"))
    )
    again = journey.answer(
        house.world, "ward", code, "result", "k", result("1", file=(b"%PDF", "application/pdf"))
    )
    assert again.version >= first.version and len(again.answers) == 1
    with pytest.raises(KeyUsedOtherwise):
        journey.answer(house.world, "ward", code, "result", "k", result("2"))
    with pytest.raises(ResultUnknown):
        journey.answer(house.world, "ward", code, "result", "k2", result("2"))
    assert house.world.blobs.read(again.answers[0]["file"]) == b"%PDF"


def test_an_agency_outside_the_procedure_is_told_that_there_is_no_such_dossier(house):
    code = house.open("khai_sinh")
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    with pytest.raises(DossierUnknown):
        journey.answer(house.world, "police", code, "received", "k", {})


def test_a_refusal_settles_and_the_citizen_hears_why(house):
    code = house.open()
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    journey.answer(house.world, "ward", code, "result", "a", result("1"))
    journey.answer(house.world, "police", code, "refused", "b", {"reason": "Chưa đủ điều kiện"})
    journey.answer(
        house.world, "social_insurance", code, "supplement", "c", {"reason": "Thiếu mẫu"}
    )
    journey.answer(house.world, "social_insurance", code, "result", "d", result("3"))
    house.run()
    dossier = house.dossier(code)
    assert dossier.state is State.COMPLETED
    assert [r["settled"] for r in dossier.results] == ["result", "refused", "result"]
    assert sum(m.startswith("agency-") for m in dossier.mailed) == 1
    assert sum(m.startswith("stopped-") for m in dossier.mailed) == 1


def test_an_answer_proves_that_the_agency_has_the_dossier(many):
    for agency in ("police", "social_insurance"):
        register(many, agency, f"https://{agency}.test/")
    code = filed(many)
    assert load(many.world, code).state is State.VERIFIED
    journey.answer(many.world, "ward", code, "received", "k", {})
    assert load(many.world, code).state is State.HANDED_OVER


def test_an_overdue_agency_is_reminded_then_its_head_then_it_is_in_the_open_numbers(house):
    code = house.open("khai_sinh")
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    assert answers.numbers(house.world)["agencies"]["ward"]["overdue"] == 0
    seen = []
    for _ in range(10):
        house.clock.pass_by(DAY)
        house.run()
        seen.append(house.dossier(code).reminded.get("giay_khai_sinh", 0))
    assert seen == sorted(seen) and seen[0] == 1 and seen[-1] == 3
    letters = "".join(p.read_text("utf-8", "replace") for p in house.letters())
    assert letters.count("To: ward@example.vn") == letters.count("To: ward.head@example.vn") == 1
    numbers = answers.numbers(house.world)["agencies"]["ward"]
    assert (numbers["overdue"], numbers["overdue_after_reminders"]) == (1, 1)
    journey.answer(house.world, "ward", code, "result", "k", result("1"))
    assert answers.numbers(house.world)["agencies"] == {}


def test_nobody_is_reminded_of_what_is_there(house):
    code = house.open()
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    for agency in AGENCIES:
        journey.answer(house.world, agency, code, "result", agency, result("1"))
    for _ in range(40):
        house.clock.pass_by(DAY)
        house.run()
    assert house.dossier(code).reminded == {}
