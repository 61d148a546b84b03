"""A day in the cloud: every function does, at least once, each thing that it asks AWS for.

In: `Cloud`. Out: nothing; what was asked is in `cloud.seen`. Papers are read for real once (`read_paper`,
`read_archive`); elsewhere the test says what was read.
"""

import hashlib
import json
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from chalicelib import fanout, handover, journey, piles, wiring
from chalicelib.adapters.dynamodb_blobs import MOST
from chalicelib.changes import change, load, message, packed
from chalicelib.dossier.case import Outgoing
from chalicelib.dossier.paper import Field, PageQuality, PaperRead, Reading, as_plain
from chalicelib.errors import StorageBusy
from chalicelib.ports import AGENCIES, PART_BYTES, Message, Paid
from infra.functions import API, IN_OUTBOX
from tests.infra.cloud import OFFICER, SCHEDULED, SECRET, Cloud, Taking
from tests.journeys.house import JPEG, PAPERS

PICTURE = Path(__file__).resolve().parents[2] / "samples" / "giay_chung_sinh.jpg"
APPLICANT = {"name": "Nguyễn Thị Mẫu", "phone": "0900000001", "email": "mau@example.vn"}
WARD = "Phường Hoàn Kiếm"


def walk(cloud: Cloud) -> None:
    read_for_real(cloud)
    verified = filed(cloud)
    pages(cloud, verified)
    by_agencies(cloud, verified)
    at_the_desk(cloud, verified)
    for step in STEPS:
        step(cloud)


def opened(cloud: Cloud, procedure: str = "lien_thong_ks_tt_bhyt") -> tuple[str, str]:
    wish = {"procedure": procedure, "ward": WARD, "channel": "mobile", "applicant": APPLICANT}
    told = cloud.ask("POST", "/v1/dossiers", body=wish)
    return told["code"], told["token"]


def brought(cloud: Cloud, code: str, token: str, data: bytes) -> str:
    path = f"/v1/dossiers/{code}/papers"
    wish = {
        "file_name": "giay.jpg", "size": len(data), "content_type": "image/jpeg",
        "sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip
    told = cloud.ask("POST", path, token, wish)
    for part in cloud.ask("GET", f"{path}/{told['paper']}/parts", token)["parts_missing"]:
        piece = data[part["offset"] : part["offset"] + part["size"]]
        assert requests.put(part["url"], data=piece, headers=part["headers"], timeout=60).ok
    cloud.ask("POST", f"{path}/{told['paper']}/complete", token)
    return str(told["paper"])


def read_as(cloud: Cloud, code: str, paper: str, kind: str, values: Any, sure: float) -> None:
    """As if the reader had read this."""
    for each in cloud.outside.queues.take("papers-to-read", 10):
        cloud.outside.queues.done("papers-to-read", each)
    fields = {k: Field(v, str(v or ""), sure, 1, (10, 10, 100, 20)) for k, v in values.items()}
    reading = Reading(1, (PaperRead(kind, sure, (1,), fields),), (PageQuality(1, "good"),), 0.1)
    with cloud.inside("read_paper") as world:
        journey._note_reading(world, code, paper, "paper_read", {"reading": as_plain(reading)})


def filed(cloud: Cloud, sure: float = 0.9999, early: bool = False, **changed: Any) -> str:
    """`early`: submitted before its papers are read."""
    code, token = opened(cloud)
    papers = {k: brought(cloud, code, token, JPEG + f"{k}{code}".encode()) for k in PAPERS}
    if early:
        cloud.ask("POST", f"/v1/dossiers/{code}/submit", token)
    for kind, values in PAPERS.items():
        paper = papers[kind]
        own = {"number": code} if kind == "giay_chung_sinh" else {}
        read_as(cloud, code, paper, kind, {**values, **own, **changed.get(kind, {})}, sure)
    cloud.ask("POST", f"/v1/dossiers/{code}/submit", token)
    cloud.work()
    TOKENS[code] = token
    return code


TOKENS: dict[str, str] = {}


def state(cloud: Cloud, code: str) -> Any:
    return cloud.ask("GET", f"/v1/dossiers/{code}", TOKENS[code])


def read_for_real(cloud: Cloud) -> None:
    """Submitted before it was read: the reader hands it on."""
    code, token = opened(cloud)
    paper = brought(cloud, code, token, PICTURE.read_bytes())
    cloud.ask("POST", f"/v1/dossiers/{code}/submit", token)
    cloud.work()
    assert cloud.ask("GET", f"/v1/dossiers/{code}/papers/{paper}", token)["pages"]
    unread(cloud)
    removed(cloud)


def unread(cloud: Cloud) -> None:
    code, token = opened(cloud)
    gone = brought(cloud, code, token, JPEG + b"gone")
    cloud.ask("POST", f"/v1/dossiers/{code}/submit", token)
    with cloud.inside("give_up_reading") as world:
        journey.give_up_reading(world, json.dumps([code, gone]))
    cloud.work()


def removed(cloud: Cloud) -> None:
    """And a complete that finds that another one was quicker."""
    code, token = opened(cloud)
    paper = brought(cloud, code, token, JPEG + bytes(PART_BYTES))  # in two parts
    with cloud.inside(API) as world:
        there = load(world, code).papers[paper]
        world.blobs.complete(there.key, there.upload, there.size)
    cloud.ask("DELETE", f"/v1/dossiers/{code}/papers/{paper}", token)


def pages(cloud: Cloud, code: str) -> None:
    for path in (
        "/",
        "/v1",
        "/v1/openapi.json",
        "/v1/procedures",
        "/v1/numbers",
        f"/tra-cuu/{code}",
    ):
        cloud.ask("GET", path)
    cloud.ask("GET", f"/tra-cuu?ma={code}")
    cloud.ask("GET", f"/v1/dossiers/{code}/papers", TOKENS[code])
    cloud.ask("GET", f"/v1/dossiers/{code}/slip", TOKENS[code])


def by_agencies(cloud: Cloud, code: str) -> None:
    for agency in AGENCIES:
        key, path = f"khoa-{agency}", f"/v1/agencies/{agency}"
        made = cloud.ask("POST", f"{path}/endpoints", key, {"url": "https://agency.example.vn/x"})
        for action in ("ping", "pause", "resume", "rotate"):
            cloud.ask("POST", f"{path}/endpoints/{made['id']}/{action}", key)
        cloud.ask("GET", f"{path}/endpoints/{made['id']}", key)
        cloud.ask("DELETE", f"{path}/endpoints/{made['id']}", key)
        cloud.ask("POST", f"{path}/endpoints", key, {"url": "queue:"})
        found = cloud.ask("GET", f"{path}/endpoints", key)["endpoints"]
        events = cloud.ask("GET", f"{path}/events", key)["events"]
        cloud.ask("GET", f"{path}/events/{events[0]['id']}", key)
        cloud.ask("POST", f"{path}/replays", key, {"dossier": code})
        link = cloud.ask("POST", f"{path}/health-links", key)["url"].split(".vn", 1)[1]
        cloud.ask("GET", link)
        cloud.ask("GET", link.replace("?", f"/{found[-1]['id']}?"))
        for attached in events[0]["envelope"]["attachments"]:
            cloud.ask("GET", attached["url"].split(".vn", 1)[1], key)
    cloud.work()
    second = filed(cloud, early=True)  # goes to the agencies' own queues too
    answered(cloud, second)


def answered(cloud: Cloud, code: str) -> None:
    said = {"number": "7/2026", "date": "2026-11-24", "file": "JVBERi0xLjcK"}
    later = {"reason": "Cần xác minh", "due": "2027-01-11"}
    ward = f"/v1/agencies/ward/dossiers/{code}"
    cloud.ask("POST", f"{ward}/received", "khoa-ward", {}, **{"idempotency-key": "received"})
    cloud.ask("POST", f"{ward}/delayed", "khoa-ward", later, **{"idempotency-key": "delayed"})
    for result in state(cloud, code)["results"]:
        path = f"/v1/agencies/{result['agency']}/dossiers/{code}/result"
        whole = {**said, "result": result["id"]}
        named = {"idempotency-key": result["id"]}
        cloud.ask("POST", path, f"khoa-{result['agency']}", whole, **named)
        cloud.work()
    assert state(cloud, code)["state"] == "completed"


def at_the_desk(cloud: Cloud, code: str) -> None:
    today = handover.day_in_hanoi(cloud.clock.now()).isoformat()
    for path in ("dossiers", f"dossiers/{code}", f"dossiers/{code}/control-slip"):
        cloud.ask("GET", f"/v1/desk/{path}", OFFICER)
    cloud.ask(
        "GET",
        f"/v1/desk/register?ward=H%C3%A0ng&from={today}&to={today}".replace(
            "H%C3%A0ng", "Ph%C6%B0%E1%BB%9Dng%20Ho%C3%A0n%20Ki%E1%BA%BFm"
        ),
        OFFICER,
    )
    cloud.ask("POST", f"/v1/desk/dossiers/{code}/deliveries/ward/resend", OFFICER)
    cloud.work()


def piled(cloud: Cloud) -> None:
    """An archive's doubt, sent from the operator's machine: an officer looks at it and says what stands there."""
    doubt = {"field": "number", "label": "Số", "read": "7", "confidence": 0.5, "needed": 0.9}
    paper = {"paper": "a-1", "where": {}, "reasons": [], "pictures": ["piles/p1/a-1.jpg"]}
    facts = {"batch": "lot-7", "kind": "giay_khai_sinh"}
    papers = [{**paper, "doubts": [{**doubt, "why": "unsure"}]}]
    piles.send(cloud.outside, "p1", {**facts, "papers": papers}, {"piles/p1/a-1.jpg": JPEG})
    assert cloud.ask("GET", "/v1/desk/piles", OFFICER)["piles"]
    shown = cloud.ask("GET", "/v1/desk/piles/p1", OFFICER)["entries"][0]
    assert requests.get(shown["pictures"][0], timeout=60).content == JPEG
    word = {"action": "confirm", "paper": "a-1", "field": "number"}
    assert cloud.ask("POST", "/v1/desk/piles/p1/decisions", OFFICER, word)["left"] == 0


def corrected(cloud: Cloud) -> None:
    """Not sure of what was read: an officer accepts."""
    code = filed(cloud, sure=0.5)
    assert state(cloud, code)["state"] == "in_review"
    cloud.ask("POST", f"/v1/desk/dossiers/{code}/rebase", OFFICER)
    cloud.ask("POST", f"/v1/desk/dossiers/{code}/decisions", OFFICER, {"action": "accept"})
    cloud.work()


def checked_later(cloud: Cloud) -> None:
    """Where the check fails in the citizen's own call it goes by the queue."""
    code = read_not_submitted(cloud)
    with cloud.inside(API) as world:
        journey.submit(replace(world, dossiers=Unmarked(world.dossiers)), code)
    cloud.work()
    assert state(cloud, code)["state"] == "handed_over"


class Unmarked:
    """Dossiers whose marks can't be claimed just now."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def claim(self, *_: Any) -> Any:
        raise StorageBusy("marks")


def supplemented(cloud: Cloud, code: str = "", early: bool = False) -> None:
    """An agency asks for something; the citizen brings it; the dossier goes there anew."""
    code = code or filed(cloud)
    named = {"idempotency-key": f"supplement-{code}"}
    path = f"/v1/agencies/ward/dossiers/{code}"
    cloud.ask("POST", f"{path}/supplement", "khoa-ward", {"reason": "Thiếu giấy"}, **named)
    cloud.work()
    cloud.clock.pass_by(3 * 86_400)
    paper = brought(cloud, code, TOKENS[code], JPEG + b"more" + code.encode())
    acts = [
        lambda: read_as(cloud, code, paper, "cccd", PAPERS["cccd"], 0.9999),
        lambda: cloud.ask("POST", f"/v1/dossiers/{code}/submit", TOKENS[code]),
    ]
    for act in reversed(acts) if early else acts:
        act()
    cloud.work()


def paid(cloud: Cloud) -> None:
    from chalicelib.adapters.sandbox_payments import SandboxPayments

    code, token = opened(cloud, "ban_sao_trich_luc")
    paper = brought(cloud, code, token, JPEG + b"pay")
    read_as(cloud, code, paper, "to_khai_ban_sao_trich_luc", {"copies": 3}, 0.9999)
    received = {"received_at": cloud.clock.now().isoformat(), "results": [], "deliveries": []}
    drafts = [("submitted", {}), ("checked", {"findings": []}), ("verified", received)]
    change(cloud.outside, code, lambda _: (drafts, ()), "officer:lan")
    asked = cloud.ask("POST", f"/v1/dossiers/{code}/payment", token)
    cloud.ask("GET", f"/v1/dossiers/{code}/payment", token)
    now = cloud.clock.now()
    word = Paid("pay-1", code, asked["amount_vnd"], now.isoformat())
    body, headers = SandboxPayments(SECRET).confirm(word, now)
    cloud.ask("POST", "/v1/payments/confirmations", "", body, **headers)


def twin(cloud: Cloud) -> None:
    code = next(iter(TOKENS))
    cloud.ask("POST", f"/v1/dossiers/{code}/twins", TOKENS[code])


def archive(cloud: Cloud) -> None:
    world = cloud.outside
    world.blobs.write("scans/1.jpg", PICTURE.read_bytes(), "image/jpeg")
    lines = [{"key": "scans/1.jpg"}] * (fanout.AT_ONCE + 1)
    manifest = "\n".join(json.dumps(line) for line in lines).encode()
    with cloud._environment({"MOTCUA_BASE_URL": "https://x", **cloud._names()}):
        fanout.begin(world, wiring.batches(), "walk", manifest)
    for queue in ("archives-to-import", "archive-to-read", "archives-to-import"):
        cloud._worked(queue)
    while taken := world.queues.take("archive-to-read", 10):
        for each in taken:
            world.queues.done("archive-to-read", each)
    given_up = json.dumps({"batch": "walk", "number": 50, "key": "scans/1.jpg"})
    for _ in range(2):
        with cloud.inside("give_up_archive") as mine:
            fanout.give_up(mine, wiring.batches(), given_up)


def overdue(cloud: Cloud) -> None:
    """Weeks pass and no agency answers the first dossiers: reminders to its desk, to its head, apologies."""
    for _ in range(8):
        cloud.clock.pass_by(5 * 86_400)
        cloud.work()
    first, _, third, *_ = TOKENS
    supplemented(cloud, first)  # its due date stays in the past: awaited at once
    supplemented(cloud, third, early=True)


def endpoint_gone(cloud: Cloud) -> None:
    """Endpoints that say 410 are disabled, and their people told."""
    code, Taking.status = filed_without_work(cloud), 410
    cloud.work()
    Taking.status = 204
    assert state(cloud, code)["state"] == "verified"


def envelopes_as_objects(cloud: Cloud) -> None:
    """An envelope too big for a row, as older code wrote them all."""
    key, data = "envelopes/big.json", random.Random(1).randbytes(MOST + 1)
    for name in (API, "check_dossier"):
        with cloud.inside(name) as world:
            world.blobs.write(key, data, "application/json")
    for name in (API, *(f"deliver_to_{a}" for a in AGENCIES)):
        with cloud.inside(name) as world:
            assert world.blobs.read(key) == data


def told_at_once(cloud: Cloud) -> None:
    """Stand-ins for what takes a rare day: a closed day moves a date that is being reminded of (`remind`), or the last
    delivery comes after all results were settled otherwise (deliverers). Both mail the citizen at once.
    """
    for name in ("remind", *(f"deliver_to_{a}" for a in AGENCIES)):
        with cloud.inside(name) as world:
            mail = message(world, "mails-to-send", packed(next(iter(TOKENS)), "rescheduled", name))
            change(world, next(iter(TOKENS)), lambda _, m=mail: ((), [m]), "system")


def filed_without_work(cloud: Cloud) -> str:
    code = read_not_submitted(cloud)
    cloud.ask("POST", f"/v1/dossiers/{code}/submit", TOKENS[code])
    return code


def read_not_submitted(cloud: Cloud) -> str:
    code, token = opened(cloud)
    for kind, values in PAPERS.items():
        paper = brought(cloud, code, token, JPEG + kind.encode() + code.encode())
        own = {"number": code} if kind == "giay_chung_sinh" else {}
        read_as(cloud, code, paper, kind, {**values, **own}, 0.9999)
    TOKENS[code] = token
    return code


def by_the_clock(cloud: Cloud) -> None:
    cloud.call("count_promises", SCHEDULED)
    cloud.call("keep_history", {"Records": [stream_record(b"event#00000001#000".decode())]})
    for name in cloud.queue_functions():
        given_back(cloud, name)
    left_over(cloud)


def stream_record(sk: str) -> dict[str, Any]:
    keys = {"pk": {"S": "dossier#H26-1"}, "sk": {"S": sk}}
    change = {
        "ApproximateCreationDateTime": 1, "Keys": keys, "NewImage": {**keys, "body": {"S": "{}"}},
        "SequenceNumber": "100", "SizeBytes": 1, "StreamViewType": "NEW_IMAGE",
    }  # fmt: skip
    return {
        "awsRegion": "x", "eventID": "1", "eventName": "INSERT", "eventSourceARN": "a", "eventSource": "aws:dynamodb",
        "dynamodb": change,
    }  # fmt: skip


def given_back(cloud: Cloud, name: str) -> None:
    """A message that no handler can read."""
    cloud.fail(name, Message("1", "no JSON", "receipt", 1))


def left_over(cloud: Cloud) -> None:
    """What could not be handed on waits in the outbox for the clock."""
    soon = cloud.clock.now() + timedelta(seconds=1)
    waiting = [Outgoing(f"out-{q}", q, "x", soon) for q in IN_OUTBOX]
    change(cloud.outside, next(iter(TOKENS)), lambda _: ((), waiting), "system")
    cloud.clock.pass_by(2)
    cloud.tick()


STEPS = (
    piled, corrected, supplemented, checked_later, paid, twin, archive, overdue, endpoint_gone, told_at_once, envelopes_as_objects,
    by_the_clock,
)  # fmt: skip

__all__ = ["API", "walk"]
