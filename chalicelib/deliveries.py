"""From the house to an agency: posted in its feed, tried at each endpoint by schedule, pulled, replayed.

A verified dossier (or later news of it) comes as one message that names its envelope; it is posted in the agency's
feed and fanned out to one message per endpoint, so that endpoints never wait for each other. Where there is only one,
the message that came is its first try's as well. A try that the breaker, a pause or an earlier event of the same
dossier holds back comes again later and is not counted.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from chalicelib import handover, subscriptions
from chalicelib.changes import NOTHING, Change, Draft, change, load, message, packed, queue_of
from chalicelib.dispatch import envelope as envelopes
from chalicelib.dispatch import webhooks, words
from chalicelib.dossier.agency import Posted, Subscription
from chalicelib.dossier.case import Delivery, Dossier, Outgoing, Try, foreseen
from chalicelib.dossier.states import State
from chalicelib.errors import AgencyBusy, AgencyUnknown, EndpointUnknown
from chalicelib.ports import Answer, World

SOONEST_LOOK, LATEST_LOOK = timedelta(seconds=20), timedelta(minutes=10)
BUSY_LOOK = timedelta(seconds=2)
MAIL = "mails-to-send"

_lock = Lock()
_under_way: set[tuple[str, str]] = set()  # (event, endpoint) of tries that this process is making


def deliver(world: World, agency: str, body: str) -> None:
    """One message of an agency's queue: the notice of an envelope to fan out, or one endpoint's try."""
    told = json.loads(body)
    if isinstance(told, list):
        _try(world, agency, *told)
    else:
        _fan_out(world, agency, told, body)


def _fan_out(world: World, agency: str, notice: dict[str, Any], body: str) -> None:
    code, id = notice["dossier"]["code"], notice["id"]
    dossier = load(world, code)
    delivery = dossier.delivery(id)
    if delivery is None or delivery.state != "waiting":
        return
    if delivery.tries:  # the message came again: its first try may not have been made
        _try_the_only_one(world, agency, dossier, delivery)
        return
    posted = Posted(
        id, agency, code, delivery.kind, dossier.procedure, dossier.ward,
        notice["timestamp"], delivery.envelope,
    )  # fmt: skip
    # What a power cut undoes here is done again: the message is there again too.
    with world.together(False):
        world.subscriptions.post(posted)
        found = subscriptions.targets(world, agency, delivery.kind, dossier.procedure, dossier.ward)
        if len(found) != 1:
            _start(world, agency, notice, body, dossier, delivery, [s.id for s in found])
    if len(found) == 1:  # tried at once; that it was started is noted with how it ended
        _try(world, agency, code, id, found[0].id, dossier, found[0])


def _try_the_only_one(world: World, agency: str, dossier: Dossier, delivery: Delivery) -> None:
    """The first try, if there is one endpoint only; it was given no message of its own."""
    if len(delivery.tries) == 1:
        ((endpoint, tried),) = delivery.tries.items()
        if not tried.attempts:
            _try(world, agency, dossier.code, delivery.id, endpoint, dossier)


def _start(
    world: World,
    agency: str,
    notice: dict[str, Any],
    body: str,
    dossier: Dossier,
    delivery: Delivery,
    endpoints: Sequence[str],
) -> Dossier:
    """The dossier with its endpoints; a first message for each of several. If there is none yet, look again later."""
    code, id = dossier.code, delivery.id
    if not endpoints:  # none registered yet, and not pulled: not a failed try, look again soon
        age = world.clock.now() - datetime.fromisoformat(notice["timestamp"])
        later = world.clock.now() + max(SOONEST_LOOK, min(age / 10, LATEST_LOOK))
        again = message(world, queue_of(agency), body, later)
        return change(world, code, lambda _: ((), [again]), "system", dossier)

    def start(now: Dossier) -> Change:
        current = now.delivery(id)
        if current is None or current.state != "waiting" or current.tries:
            return NOTHING
        now_due = world.clock.now()
        outgoing = [_again(world, agency, code, id, e, now_due) for e in endpoints]
        return [_started(delivery, endpoints)], outgoing

    return change(world, code, start, "system", dossier)


def _started(delivery: Delivery, endpoints: Sequence[str]) -> Draft:
    facts = {"agency": delivery.agency, "id": delivery.id, "endpoints": list(endpoints)}
    return "delivery_started", facts


def _again(world: World, agency: str, code: str, id: str, endpoint: str, at: datetime) -> Outgoing:
    return message(world, queue_of(agency), packed(code, id, endpoint), at)


def _try(
    world: World,
    agency: str,
    code: str,
    id: str,
    endpoint: str,
    seen: Dossier | None = None,
    only: Subscription | None = None,
) -> None:
    """One try, unless another of our threads is just making it: then its message stays until it is done.

    `only`: the one endpoint of a delivery that is not started yet.
    """
    with _lock:
        is_doubled = (id, endpoint) in _under_way
        _under_way.add((id, endpoint))
    if is_doubled:
        return
    try:
        _try_alone(world, agency, seen or load(world, code), id, endpoint, only)
    finally:
        _under_way.discard((id, endpoint))


def _try_alone(
    world: World, agency: str, dossier: Dossier, id: str, endpoint: str, only: Subscription | None
) -> None:
    """One try at one endpoint; the next one, if needed, waits in the outbox for its time."""
    code = dossier.code
    delivery = dossier.delivery(id)
    tried = Try() if only else delivery.tries.get(endpoint) if delivery else None
    if delivery is None or tried is None or (delivery.state, tried.state) != ("waiting", "waiting"):
        return  # this endpoint has it, or the agency has pulled it meanwhile
    if _is_early(world, tried):  # a doubled message: its twin waits in the outbox
        return
    try:
        subscription = only or world.subscriptions.find(agency, endpoint)
    except EndpointUnknown:  # deleted, or the file names another: begin anew with those there are
        send_anew(world, code, id, "system", even_delivered=False)
        return
    if subscription.state == "disabled":
        change(world, code, lambda d: _given_up(world, d, delivery, endpoint), "system")
        return
    answer = _posted(world, dossier, delivery, subscription)
    if isinstance(answer, datetime):
        _put_off(world, dossier, delivery, endpoint, answer)
        return
    actor = f"agency:{agency}" if _word(dossier, delivery, answer) else "system"
    with world.together(False):  # undone by a power cut, the try is made again, under the same id
        change(world, code, lambda d: _tried(world, d, delivery, endpoint, answer), actor, dossier)
        after = subscriptions.note_try(world, subscription, answer)
    subscriptions.tell_if_disabled(world, subscription, after)


def _posted(
    world: World, dossier: Dossier, delivery: Delivery, s: Subscription
) -> Answer | datetime | None:
    """What was answered, None if nothing was; or, nothing being sent now, when to come again."""
    later = subscriptions.held_until(world, dossier, delivery, s)
    if later is not None:
        return later
    try:
        return subscriptions.post(world, s, delivery.id, _bytes(world, delivery, s))
    except AgencyBusy:
        return world.clock.now() + BUSY_LOOK


def _put_off(
    world: World, dossier: Dossier, delivery: Delivery, endpoint: str, later: datetime
) -> None:
    again = _again(world, delivery.agency, dossier.code, delivery.id, endpoint, later)
    with world.together(False):
        change(
            world,
            dossier.code,
            lambda d: (_begun(d, delivery, endpoint), [again]),
            "system",
            dossier,
        )


def _begun(dossier: Dossier, delivery: Delivery, endpoint: str) -> list[Draft]:
    """That the delivery was started, if it was not yet."""
    current = dossier.delivery(delivery.id)
    return [] if current is None or current.tries else [_started(delivery, [endpoint])]


def _is_early(world: World, tried: Try) -> bool:
    return bool(tried.next_at) and world.clock.now() < datetime.fromisoformat(tried.next_at or "")


def _bytes(world: World, delivery: Delivery, s: Subscription) -> bytes:
    """What this endpoint gets: the envelope, or its thin form."""
    data = world.blobs.read(delivery.envelope)
    if s.payload == "full":
        return data
    link = f"{world.base_url}/v1/agencies/{s.agency}/events/{delivery.id}"
    return envelopes.canonical(envelopes.thinned(json.loads(data), link))


def _given_up(world: World, dossier: Dossier, delivery: Delivery, endpoint: str) -> Change:
    current = dossier.delivery(delivery.id)
    tried = current.tries.get(endpoint) if current else None
    if tried is None or tried.state != "waiting":
        return NOTHING
    facts = {"state": "dead", "attempt": tried.attempts, "status": tried.last_status}
    return _noted(world, dossier, delivery, endpoint, {**facts, "reason": "disabled"}), ()


def _tried(
    world: World, dossier: Dossier, delivery: Delivery, endpoint: str, answer: Answer | None
) -> Change:
    before = delivery.tries.get(endpoint)
    current = dossier.delivery(delivery.id)
    if current is None or current.tries.get(endpoint) != before or (current.tries and not before):
        return NOTHING  # a doubled message: its twin has noted this try
    attempt, now = (before.attempts if before else 0) + 1, world.clock.now()
    status, retry_after = (answer.status, answer.retry_after) if answer else (None, None)
    spread = handover.spread(delivery.id + endpoint, attempt)
    outcome = webhooks.after(attempt, status, retry_after, now, spread)
    facts = {
        "attempt": attempt,
        "state": outcome.state,
        "status": status,
        "next_at": outcome.next_at.isoformat() if outcome.next_at else None,
    }
    drafts = _begun(dossier, delivery, endpoint)
    drafts += _noted(world, dossier, delivery, endpoint, facts) + _word(dossier, delivery, answer)
    more, outgoing = concluded(world, dossier, drafts)
    if outcome.next_at:
        outgoing = [
            *outgoing,
            _again(world, delivery.agency, dossier.code, delivery.id, endpoint, outcome.next_at),
        ]
    return [*drafts, *more], outgoing


def _word(dossier: Dossier, delivery: Delivery, answer: Answer | None) -> list[Draft]:
    """What the agency said in its very answer: perhaps that it has received the dossier."""
    is_taken = answer is not None and 200 <= answer.status < 300
    return words.noted(dossier, delivery, answer.body) if answer and is_taken else []


def _noted(
    world: World, dossier: Dossier, delivery: Delivery, endpoint: str, facts: dict[str, Any]
) -> list[Draft]:
    named = {"agency": delivery.agency, "id": delivery.id, "endpoint": endpoint}
    return [("delivery_tried", {**named, **facts})]


def concluded(world: World, dossier: Dossier, drafts: Sequence[Draft]) -> Change:
    """What follows of these drafts: handed over once all agencies have it, completed once all have answered."""
    after = foreseen(dossier, drafts, world.clock.now(), "system")
    more: list[Draft] = []
    state = after.state
    if state is State.VERIFIED and all(d.state == "delivered" for d in after.deliveries.values()):
        more.append(("handed_over", {}))
        state = State.HANDED_OVER
    is_settled = any(r.get("settled") for r in after.results) and not after.owed()
    if state is not State.HANDED_OVER or not is_settled:
        return more, ()
    more.append(("completed", {}))
    if not any(r.get("settled") == "result" for r in after.results):
        return more, ()  # nothing is ready; why not has been told
    mail_id = f"ready-{after.version + len(more)}"
    return more, [message(world, MAIL, packed(dossier.code, "ready", mail_id))]


def resend(world: World, code: str, agency: str, officer: str) -> Dossier:
    """The dossier with a fresh row of tries to this agency, by an officer's hand."""
    delivery = load(world, code).deliveries.get(agency)
    if delivery is None:
        known = ", ".join(load(world, code).deliveries)
        raise AgencyUnknown(agency=agency[:40], known=known)
    return send_anew(world, code, delivery.id, f"officer:{officer}", even_delivered=False)


def send_anew(world: World, code: str, id: str, actor: str, even_delivered: bool) -> Dossier:
    """The dossier with a fresh row of tries for this delivery: same id, same bytes."""

    def again(dossier: Dossier) -> Change:
        delivery = dossier.delivery(id)
        if delivery is None or (delivery.state == "delivered" and not even_delivered):
            return NOTHING
        body = envelopes.notice(world.blobs.read(delivery.envelope))
        draft: Draft = ("delivery_resent", {"agency": delivery.agency, "id": id})
        return [draft], [message(world, queue_of(delivery.agency), body)]

    return change(world, code, again, actor)
