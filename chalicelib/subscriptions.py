"""Agencies' endpoints: registered, proved by a ping, keys changed without a gap, paused, resumed, deleted, watched.

In: an agency and what it asks for. Out: the subscription as it is then. Refused: addresses, kinds and states that
can't be (`BodyInvalid`, `EndpointUnknown`). Every change is a save on condition of the version, tried again.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from chalicelib import handover
from chalicelib.dispatch import breaker, webhooks
from chalicelib.dispatch import envelope as envelopes
from chalicelib.dossier.agency import PING, Health, Subscription
from chalicelib.dossier.case import Delivery, Dossier
from chalicelib.errors import (
    AgencyBusy,
    AgencyUnreachable,
    BodyInvalid,
    DossierMovedMeanwhile,
    EndpointUnknown,
)
from chalicelib.ports import Answer, Endpoint, Mail, World

KEY_WINDOW = timedelta(days=2)
MOST_ENDPOINTS = 20
RACES = 12
FROM_FILE = "file_"
PAUSED_LOOK = timedelta(minutes=1)
IN_ORDER_LOOK = timedelta(seconds=5)
QUEUE = "queue:"  # in place of an address: the agency takes its events from its own queue
SYMMETRIC, ASYMMETRIC = "v1", "v1a"

log = logging.getLogger("motcua")


def register(world: World, agency: str, wish: Mapping[str, Any]) -> tuple[Subscription, str]:
    """A new endpoint, pinged at once (`active` if it answered), and the key that verifies, told once.

    `wish`: url, signature (`v1` or `v1a`), kinds, procedures, units, payload.
    """
    url = must_be_address(wish["url"])
    if len(world.subscriptions.of(agency)) >= MOST_ENDPOINTS:
        raise BodyInvalid(
            where="url", needed=f"at most {MOST_ENDPOINTS} endpoints", needed_vi="xóa bớt điểm nhận"
        )
    secret, told = new_secret(world, wish.get("signature", SYMMETRIC))
    made = Subscription(
        id=world.ids.new("ep"),
        agency=agency,
        url=url,
        secrets=(secret,),
        created_at=world.clock.now().isoformat(),
        **{k: wish[k] for k in ("kinds", "procedures", "units", "payload") if k in wish},
    )
    world.subscriptions.add(made)
    return ping(world, agency, made.id), told


def must_be_address(url: str) -> str:
    """The address, if a webhook could go there at all; where it leads is checked at every try."""
    if url == QUEUE:
        return url
    is_good = url.isascii() and url.startswith(("https://", "http://")) and "@" not in url
    if not is_good or any(c <= " " for c in url) or not url.split("//")[1].strip("/"):
        raise BodyInvalid(where="url", needed="an https address", needed_vi="địa chỉ https")
    return url


def new_secret(world: World, signature: str) -> tuple[str, str]:
    """(what signs, what the agency verifies with)."""
    random = sha256(world.ids.new("s").encode()).digest()
    if signature == ASYMMETRIC:
        return webhooks.new_key_pair(random)
    secret = webhooks.new_secret(random)
    return secret, secret


def ping(world: World, agency: str, id: str) -> Subscription:
    """The endpoint after a signed ping: a pending or disabled one is active if it answered 2xx."""
    subscription = world.subscriptions.find(agency, id)
    now = world.clock.now()
    event = {
        "version": envelopes.VERSION,
        "id": world.ids.new("ping"),
        "type": PING,
        "timestamp": now.isoformat(timespec="milliseconds"),
        "agency": agency,
    }
    answer = post(world, subscription, str(event["id"]), envelopes.canonical(event))
    is_taken = answer is not None and 200 <= answer.status < 300

    def noted(s: Subscription) -> Subscription:
        health = breaker.after(s.health, *_said(answer), now)
        if is_taken and s.state in ("pending", "disabled"):
            return replace(s, state="active", why=None, health=health)
        return replace(s, health=health)

    return _changed(world, agency, id, noted)


def post(world: World, s: Subscription, id: str, body: bytes) -> Answer | None:
    """One signed POST there (or message in its queue); None if no answer came. Raises AgencyBusy."""
    secrets = s.signing(world.clock.now())
    headers = webhooks.signed_headers(id, world.clock.now(), body, secrets)
    if s.url == QUEUE:
        signed = {"headers": headers, "body": body.decode()}
        world.queues.put(
            f"events-{s.agency.replace('_', '-')}", json.dumps(signed, ensure_ascii=False)
        )
        return Answer(200)
    try:
        return world.agencies.post(Endpoint(s.url, secrets), headers, body)
    except AgencyBusy:
        raise
    except AgencyUnreachable:
        return None


def _said(answer: Answer | None) -> tuple[int | None, float]:
    return (answer.status, answer.seconds) if answer else (None, 0.0)


def rotate(world: World, agency: str, id: str, signature: str) -> tuple[Subscription, str]:
    """The endpoint with a new key, told once; the one before signs beside it for two days."""
    secret, told = new_secret(world, signature)
    until = (world.clock.now() + KEY_WINDOW).isoformat()
    return _changed(
        world,
        agency,
        id,
        lambda s: replace(s, secrets=(secret, s.secrets[0]), older_until=until),
    ), told


def pause(world: World, agency: str, id: str) -> Subscription:
    """Nothing is sent there until it is resumed; what comes meanwhile waits."""
    return _changed(
        world, agency, id, lambda s: replace(s, state="paused") if s.state == "active" else s
    )


def resume(world: World, agency: str, id: str) -> Subscription:
    """A paused endpoint goes on; a disabled or pending one must answer a ping first."""

    def resumed(s: Subscription) -> Subscription:
        rested = replace(s.health, failures=0, slow=0, failing_since=None, open_until=None)
        return replace(s, health=rested, state="active" if s.state == "paused" else s.state)

    resumed_now = _changed(world, agency, id, resumed)
    return resumed_now if resumed_now.state == "active" else ping(world, agency, id)


def remove(world: World, agency: str, id: str) -> None:
    """Forget the endpoint; tries that wait for it end as dead."""
    world.subscriptions.find(agency, id)
    world.subscriptions.remove(agency, id)


def note_try(world: World, s: Subscription, answer: Answer | None) -> Subscription:
    """The endpoint's health after a try; 410 and five days of failure disable it."""
    now = world.clock.now()

    def noted(s: Subscription) -> Subscription:
        status, seconds = _said(answer)
        health = breaker.after(s.health, status, seconds, now)
        why = _hopeless(status, health, now)
        if why and s.state != "disabled":
            return replace(s, health=health, state="disabled", why=why)
        return replace(s, health=health)

    try:
        return _changed(world, s.agency, s.id, noted, s)
    except EndpointUnknown:  # deleted while we tried
        return s


def held_until(
    world: World, dossier: Dossier, delivery: Delivery, s: Subscription
) -> datetime | None:
    """When to come again, if the endpoint is paused or resting, or an earlier event must go first."""
    now = world.clock.now()
    if s.state != "active":
        return now + PAUSED_LOOK
    resting = breaker.held_until(s.health, now)
    if resting:  # spread out, so that not all come at once when the rest is over
        return resting + (resting - now) * handover.spread(delivery.id, 0) / 4
    every = [*dossier.deliveries.values(), *dossier.news.values()]
    earlier = [
        d.tries[s.id]
        for d in every
        if d.agency == s.agency and d.sequence < delivery.sequence and s.id in d.tries
    ]
    waits = [t for t in earlier if t.state == "waiting"]
    if not waits:
        return None
    times = [datetime.fromisoformat(t.next_at) for t in waits if t.next_at]
    return max([now, *times]) + IN_ORDER_LOOK


def tell_if_disabled(world: World, before: Subscription, after: Subscription) -> None:
    """A mail to the endpoint's people, if this try disabled it."""
    if after.state == "disabled" and before.state != "disabled":
        _tell_disabled(world, after)


def _hopeless(status: int | None, health: Health, now: datetime) -> str | None:
    if status == webhooks.GONE:
        return "gone"
    return "failed_five_days" if breaker.is_hopeless(health, now) else None


def _tell_disabled(world: World, s: Subscription) -> None:
    log.warning("endpoint_disabled agency=%s endpoint=%s why=%s", s.agency, s.id, s.why)
    for to in world.contacts.get(s.agency, ())[:1]:
        text = (
            f"Điểm nhận {s.id} của {s.agency} đã bị tắt ({s.why}).\n"
            "Sự kiện vẫn được giữ: sửa điểm nhận, gọi resume, rồi nhận lại bằng replay.\n\n"
            f"Endpoint {s.id} of {s.agency} was disabled ({s.why}). Events are kept:\n"
            "mend it, resume it, and replay what was missed (docs/agencies.md).\n"
        )
        id = f"disabled-{s.id}-{s.version}"
        world.mails.send(Mail(id, to, f"Webhook {s.id} disabled", text))


def targets(
    world: World, agency: str, kind: str, procedure: str, unit: str
) -> Sequence[Subscription]:
    """The endpoints that take such an event. The one of the agencies' file is kept like any other."""
    there = world.subscriptions.of(agency)
    if _take_from_file(world, agency, there):
        there = world.subscriptions.of(agency)
    return [s for s in there if s.wants(kind, procedure, unit)]


def _take_from_file(world: World, agency: str, known: Sequence[Subscription]) -> bool:
    """The file is the simple way in: its endpoint becomes a subscription, an older one of it goes. Did any?"""
    found = world.agencies.endpoint(agency)
    named = (
        sha256(json.dumps([found.url, found.secrets]).encode()).hexdigest()[:12] if found else ""
    )
    id = FROM_FILE + named
    there = [s.id for s in known if s.id.startswith(FROM_FILE)]
    old = [i for i in there if i != id]
    for each in old:
        world.subscriptions.remove(agency, each)
    if found and id not in there:
        at = world.clock.now()
        world.subscriptions.add(
            Subscription(
                id, agency, found.url, found.secrets, at.isoformat(), state="active",
                older_until=(at + timedelta(days=3650)).isoformat(),
            )
        )  # fmt: skip
        return True
    return bool(old)


def _changed(
    world: World,
    agency: str,
    id: str,
    change: Callable[[Subscription], Subscription],
    seen: Subscription | None = None,
) -> Subscription:
    for _ in range(RACES):
        before, seen = seen or world.subscriptions.find(agency, id), None
        after = change(before)
        if after == before:
            return before
        try:
            world.subscriptions.save(after)
        except DossierMovedMeanwhile:
            continue
        return replace(after, version=before.version + 1)
    raise DossierMovedMeanwhile
