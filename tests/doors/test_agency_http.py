"""The agencies' door over real HTTP: keys, endpoints, events, replays, originals, answers; and `motcua conform`."""

import base64
import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from chalicelib import handover, journey
from chalicelib.adapters.https import HttpsAgencies
from chalicelib.cli import conform
from chalicelib.dispatch import webhooks
from tests.journeys.house import bring_all


def as_agency(agency, **more):
    return {"Authorization": f"Bearer khoa-{agency}", **more}


class Caller:
    """One agency's requests."""

    def __init__(self, house, agency):
        self.base, self.agency = f"{house.url}/v1/agencies/{agency}", agency

    def __call__(self, method, path, body=None, **headers):
        return requests.request(
            method, f"{self.base}/{path}", json=body, headers=as_agency(self.agency, **headers),
            timeout=20, allow_redirects=False,
        )  # fmt: skip


@pytest.fixture
def ward(served):
    return Caller(served, "ward")


@pytest.fixture
def receiver():
    """An agency's server that says 204, unless `answer` says otherwise, and keeps what came."""
    came = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((dict(self.headers.items()), body))
            lower = {k.lower(): v for k, v in self.headers.items()}
            self.send_response(self.server.answer(lower, body))
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    server.answer = lambda headers, body: 204
    server.came, server.url = came, f"http://127.0.0.1:{server.server_port}/hook"
    yield server
    server.shutdown()
    server.server_close()


def filed(house):
    code = house.open()
    house.papers = bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    return code


@pytest.mark.parametrize(
    "key", [None, "Bearer khoa-police", "Bearer ", "Basic khoa-ward", "Bearer ắ"]
)
@pytest.mark.parametrize("path", ["endpoints", "events", "events/x", "dossiers/x/papers/y"])
def test_without_its_own_key_an_agency_sees_nothing(served, key, path):
    headers = {"Authorization": key.encode()} if key else {}
    answer = requests.get(f"{served.url}/v1/agencies/ward/{path}", headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "agency_key_unknown")


def test_an_endpoint_lives_from_registration_to_deletion(served, ward, receiver):
    served.with_ports(agencies=HttpsAgencies(dict, allow_private=True))
    made = ward("POST", "endpoints", {"url": receiver.url, "signature": "v1a"})
    assert made.status_code == 201 and made.json()["state"] == "active"
    key, id = made.json()["key"], made.json()["id"]
    headers, body = receiver.came[0]
    assert webhooks.verify(headers, body, [key], served.clock.now())
    assert json.loads(body)["type"] == "endpoint.ping"
    shown = ward("GET", f"endpoints/{id}").json()
    assert "key" not in shown and "secrets" not in shown and shown["health"]["delivered"] == 1
    assert ward("POST", f"endpoints/{id}/pause").json()["state"] == "paused"
    assert ward("POST", f"endpoints/{id}/resume").json()["state"] == "active"
    rotated = ward("POST", f"endpoints/{id}/rotate?signature=v1").json()
    assert rotated["key"].startswith("whsec_") and rotated["signatures"] == ["v1", "v1a"]
    ward("POST", f"endpoints/{id}/ping")
    headers, body = receiver.came[-1]
    assert all(
        webhooks.verify(headers, body, [k], served.clock.now()) for k in (key, rotated["key"])
    )
    assert Caller(served, "police")("GET", f"endpoints/{id}").status_code == 404
    assert ward("DELETE", f"endpoints/{id}").json()["state"] == "deleted"
    assert ward("GET", "endpoints").json() == {"endpoints": []}


@pytest.mark.parametrize("body", [
    {}, {"url": 1}, {"url": "ftp://x"}, {"url": "http://x", "kinds": ["other"]}, {"url": "http://x", "payload": "fat"},
    {"url": "http://x", "units": "00070"}, {"url": "http://x", "signature": "v2"}, {"url": "http://x", "units": [[]]},
])  # fmt: skip
def test_a_wish_that_can_not_be_is_refused_with_its_place(ward, body):
    answer = ward("POST", "endpoints", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "body_invalid")


def test_events_are_pulled_by_cursor_fetched_by_id_and_replayed(served, ward):
    codes = [filed(served) for _ in range(3)]
    first = ward("GET", "events?limit=2").json()
    assert [e["envelope"]["dossier"]["code"] for e in first["events"]] == codes[:2]
    rest = ward("GET", f"events?after={first['next']}").json()
    assert [e["envelope"]["dossier"]["code"] for e in rest["events"]] == codes[2:]
    assert ward("GET", f"events?after={rest['next']}").json() == {
        "events": [],
        "next": rest["next"],
    }
    id = first["events"][0]["id"]
    sent = next(b for a, h, b in served.agencies.came if h["webhook-id"] == id)
    assert ward("GET", f"events/{id}").content == sent
    assert Caller(served, "police")("GET", f"events/{id}").status_code == 404
    before = len(served.agencies.came)
    assert ward("POST", "replays", {"dossier": codes[1]}).json() == {"replayed": 1}
    assert ward("POST", "replays", {"after": 1, "until": 3}).json() == {"replayed": 2}
    assert ward("POST", "replays", {"id": id}).json() == {"replayed": 1}
    served.run()
    assert len(served.agencies.came) - before == 3  # the second event was still on its way: once


def test_an_agency_sees_only_the_fields_its_step_names(served):
    dossier = served.dossier(filed(served))
    known = set(handover.fields_of(dossier))
    for agency in ("ward", "police", "social_insurance"):
        (event,) = Caller(served, agency)("GET", "events").json()["events"]
        named = set(handover.rules_of(dossier).share(agency).fields)
        assert set(event["envelope"]["fields"]) == named & known
        assert event["envelope"]["agency"] == agency
        if agency != "ward":
            assert known - named
            assert not any(k.startswith("birth_note") for k in event["envelope"]["fields"])
        assert {r["agency"] for r in event["envelope"]["results"]} == {agency}


def test_an_original_is_fetched_by_a_short_lived_link(served):
    code = filed(served)
    police = Caller(served, "police")
    (event,) = police("GET", "events").json()["events"]
    (attached,) = event["envelope"]["attachments"]
    answer = requests.get(
        attached["url"], headers=as_agency("police"), timeout=10, allow_redirects=False
    )
    assert answer.status_code == 303
    assert requests.get(answer.headers["Location"], timeout=10).content.startswith(b"\xff\xd8")
    served.clock.pass_by(901)
    assert requests.get(answer.headers["Location"], timeout=10).status_code == 403
    assert police("GET", f"dossiers/{code}/papers/{served.papers['cccd']}").status_code == 404
    assert served.world.dossiers.history(code)[-1].kind == "paper_shown"


def test_answers_over_http_are_idempotent_and_told_to_the_citizen(served):
    code = filed(served)
    pdf = base64.b64encode(b"%PDF-1.7 ky so").decode()
    for agency in ("ward", "police", "social_insurance"):
        call = Caller(served, agency)
        said = {"number": "7/2026", "date": "2026-11-24", "file": pdf, "signature": "c2lnbg=="}
        for _ in range(2):
            answer = call("POST", f"dossiers/{code}/result", said, **{"Idempotency-Key": "k1"})
            assert answer.status_code == 200, answer.text
            assert len(answer.json()["answers"]) == 1
    served.run()
    key = {"Authorization": f"Bearer {served.token}"}
    shown = requests.get(f"{served.url}/v1/dossiers/{code}", headers=key, timeout=10).json()
    assert (shown["state"], shown["ready_on"]) == ("completed", "2026-11-24")
    assert requests.get(shown["answers"][0]["file"], timeout=10).content == b"%PDF-1.7 ky so"
    assert shown["answers"][0]["signature"] == "c2lnbg=="
    public = requests.get(f"{served.url}/v1/dossiers/{code}", timeout=10).text
    assert "7/2026" not in public


@pytest.mark.parametrize(("answer", "body", "headers", "status"), [
    ("result", {"number": "1", "date": "2026-11-24"}, {}, 422),
    ("result", {"number": "1", "date": "24/11/2026"}, {"Idempotency-Key": "a"}, 422),
    ("result", {"number": "1", "date": "2026-11-24", "file": "%"}, {"Idempotency-Key": "a"}, 422),
    ("refused", {}, {"Idempotency-Key": "a"}, 422),
    ("supplement", {"reason": " "}, {"Idempotency-Key": "a"}, 422),
    ("approved", {}, {"Idempotency-Key": "a"}, 404),
    ("result", {"result": "the_bhyt", "number": "1", "date": "2026-11-24"}, {"Idempotency-Key": "a"}, 409),
])  # fmt: skip
def test_an_answer_out_of_form_is_refused(served, ward, answer, body, headers, status):
    code = filed(served)
    assert ward("POST", f"dossiers/{code}/{answer}", body, **headers).status_code == status


def test_the_open_numbers_are_open_and_nobodys(served):
    filed(served)
    answer = requests.get(f"{served.url}/v1/numbers", timeout=10)
    assert answer.json()["agencies"]["ward"] == {
        "owed": 1, "overdue": 0, "overdue_after_reminders": 0, "answered": 0,
    }  # fmt: skip


# ---- motcua conform ----------------------------------------------------------------------------


SECRET = webhooks.new_secret(b"c" * 32)
SAME_EVENT_AGAIN = {"the same event again", "signed by two keys, ours second", "sent 4 minutes ago"}


def taker(headers, body):
    """A careful receiver's answer."""
    return 204 if webhooks.verify(headers, body, [SECRET], datetime.now(UTC)) else 401


def blind_to_time(headers, body):
    at = datetime.fromtimestamp(
        int("0" + "".join(c for c in headers.get("webhook-timestamp", "") if c.isdigit())), UTC
    )
    return 204 if webhooks.verify(headers, body, [SECRET], at) else 401


def falls_over(headers, body):
    return 500 if taker(headers, body) == 401 else 204


def knows_one_signature(headers, body):
    first = headers.get("webhook-signature", "").split(" ")[0]
    return taker({**headers, "webhook-signature": first}, body)


def sends_elsewhere(headers, body):
    return 302


class RefusesRepeats:
    def __init__(self):
        self.had = set()

    def __call__(self, headers, body):
        if taker(headers, body) != 204:
            return 401
        is_new = headers["webhook-id"] not in self.had
        self.had.add(headers["webhook-id"])
        return 204 if is_new else 409


REFUSED = {
    "one byte of the body changed", "another id", "sent 6 minutes ago", "sent in 6 minutes", "no signature",
    "a signature that is not base64", "an empty signature", "a time that is no number", "an unknown kind of signature",
}  # fmt: skip
TAKEN = {"the later event of a dossier first", "the earlier one after it", *SAME_EVENT_AGAIN}


@pytest.mark.parametrize(("answer", "failing"), [
    (taker, set()),
    (blind_to_time, {"sent 6 minutes ago", "sent in 6 minutes"}),
    (falls_over, REFUSED),
    (knows_one_signature, {"signed by two keys, ours second"}),
    (RefusesRepeats(), SAME_EVENT_AGAIN),
    (sends_elsewhere, TAKEN | REFUSED),
], ids=lambda x: getattr(x, "__name__", type(x).__name__))  # fmt: skip
def test_conform_names_what_a_bad_receiver_does_wrong_and_nothing_else(receiver, answer, failing):
    receiver.answer = answer
    candidate = conform.Candidate(receiver.url, SECRET, "ward")
    made = [*conform.taken(candidate), *conform.refused(candidate)]
    assert {t.name for t in made if not t.passed} == failing
    assert {t.name for t in made} == TAKEN | REFUSED


def test_a_receiver_that_believes_everyone_does_not_conform(receiver, capsys):
    assert conform.conform_to(receiver.url, webhooks.new_secret(b"c" * 32), "ward") == 1
    assert "does not conform" in capsys.readouterr().out


def test_nobody_there_is_told_apart():
    assert conform.conform_to("http://127.0.0.1:9/", webhooks.new_secret(b"c" * 32), "ward") == 3
