"""The dossier: a chain of events, and what they add up to.

The events are the truth. `fold(events)` gives the `Dossier`; nothing else stores its state, so history and state
can't disagree. Each event carries the hash of the one before: an altered, dropped or swapped event is found by
`broken_link`. Facts of an event are JSON-ready; personal data stands in them, so events are never logged.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from typing import Any, Protocol

from chalicelib.dossier.paper import (
    Field,
    PageQuality,
    PaperRead,
    as_plain,
    corrected,
    field_from,
    reading_from,
)
from chalicelib.dossier.states import State, moved
from chalicelib.errors import Broken

GENESIS = "0" * 64
BUNDLE_BYTES = 200_000
TOLD = ("seq", "at", "actor", "kind", "hash")  # of an event, in a dossier's trail


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `seq` counts from 1; `at` is ISO 8601 UTC.

    `actor`: citizen, system, officer:NAME, agency:ID.
    """

    seq: int
    at: str
    actor: str
    kind: str
    facts: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that must reach a queue once the change it belongs to is saved; not before `due`.

    `bundle`: those that a store found waiting together have the same.
    """

    id: str
    queue: str
    body: str
    due: datetime
    bundle: str = field(default="", compare=False)


def bundles(outgoing: Iterable[Outgoing]) -> list[list[Outgoing]]:
    """Messages of one change, or due ones, as they wait together: of one moment, and not too many bytes."""
    found: list[list[Outgoing]] = []
    for each in outgoing:
        last = found[-1] if found else []
        is_like = bool(last) and (last[0].bundle, last[0].due) == (each.bundle, each.due)
        if is_like and sum(len(o.body.encode()) for o in (*last, each)) <= BUNDLE_BYTES:
            last.append(each)
        else:
            found.append([each])
    return found


@dataclass(frozen=True, slots=True)
class Paper:
    """One uploaded file of the dossier and what was read in it. `state`: awaited, stored, read, unreadable, removed."""

    id: str
    file_name: str
    size: int
    content_type: str
    sha256: str
    upload: str
    state: str = "awaited"
    claimed_kind: str | None = None
    pages: int = 0
    papers: tuple[PaperRead, ...] = ()
    quality: tuple[PageQuality, ...] = ()
    problem: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        """Where the original bytes lie."""
        return f"originals/{self.id}"


@dataclass(frozen=True, slots=True)
class Try:
    """How one endpoint stands with one delivery. `state`: waiting, delivered, dead."""

    state: str = "waiting"
    attempts: int = 0
    last_status: int | None = None
    next_at: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one agency, and its tries by endpoint id. `state`: waiting, delivered, dead.

    It is delivered once every endpoint has it, or the agency has pulled it. `sequence` orders a dossier's events.
    """

    agency: str
    id: str
    envelope: str
    state: str = "waiting"
    attempts: int = 0
    last_status: int | None = None
    next_at: str | None = None
    kind: str = "dossier.verified"
    sequence: int = 0
    tries: Mapping[str, Try] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the events add up to. `version` is the last event's number."""

    code: str
    procedure: str
    ward: str
    channel: str
    applicant: Mapping[str, str]
    token_hash: str
    opened_at: str
    state: State = State.OPEN
    version: int = 0
    last_hash: str = GENESIS
    declared: Mapping[str, Any] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    findings: tuple[Mapping[str, Any], ...] = ()
    supplement: Mapping[str, Any] | None = None
    refusal: str | None = None
    received_at: str | None = None
    decided_at: str | None = None
    verified_by: str | None = None
    results: tuple[Mapping[str, Any], ...] = ()
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)
    mailed: tuple[str, ...] = ()
    slips: tuple[str, ...] = ()  # kept with the event they tell of, before they are mailed
    # later events for agencies, by id; answers of agencies in order; reminders sent, by result
    news: Mapping[str, Delivery] = field(default_factory=dict)
    answers: tuple[Mapping[str, Any], ...] = ()
    reminded: Mapping[str, int] = field(default_factory=dict)
    rules_version: str = "1"  # of the procedure's data; dossiers older than versions have the first
    siblings: tuple[str, ...] = ()  # codes of the dossiers of the same birth
    payment: Mapping[str, Any] | None = None  # the request, and how much of it is paid
    rules_on: str | None = None  # the day whose rules hold, if it is not the day of opening
    # after reception: papers the agencies have; what an agency waits for, by agency; waits and apologies, in order
    handed: tuple[str, ...] = ()
    brought: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # on an agency's request
    requests: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    later: tuple[Mapping[str, str], ...] = ()
    apologies: tuple[Mapping[str, Any], ...] = ()
    spot_checks: tuple[Mapping[str, Any], ...] = ()  # sure values drawn for a look after the fact
    trail: tuple[Mapping[str, Any], ...] = ()  # its history without the facts

    def delivery(self, id: str) -> Delivery | None:
        """The delivery of this id, first or later."""
        first = next((d for d in self.deliveries.values() if d.id == id), None)
        return first or self.news.get(id)

    def owed(self) -> list[Mapping[str, Any]]:
        """Results that are neither there nor refused."""
        return [r for r in self.results if not r.get("settled")]

    @property
    def standing(self) -> State:
        """Where it stands for the citizen: with the agencies, but a supplement is needed, while one waits for him."""
        return State.SUPPLEMENT if self.awaits_citizen() else self.state

    def awaits_citizen(self) -> bool:
        """Does an agency wait for papers of the citizen?"""
        return any("until" not in r for r in self.requests.values())

    def resubmitted(self) -> list[str]:
        """Agencies that asked for more, for whom the citizen has brought it, and that do not have it yet."""
        return [a for a, r in self.requests.items() if "until" in r]

    def live_papers(self) -> list[Paper]:
        """Papers that count: not removed."""
        return [p for p in self.papers.values() if p.state != "removed"]

    def is_read(self) -> bool:
        """Has every paper that was stored been read (or found unreadable)?"""
        return all(p.state != "stored" for p in self.live_papers())


class Chained(Protocol):
    """What events add up to: a dossier, or a pile."""

    @property
    def version(self) -> int:
        """The last event's number."""

    @property
    def last_hash(self) -> str:
        """The last event's hash."""


def sealed(
    drafts: Sequence[tuple[str, Mapping[str, Any]]], after: Chained | None, at: datetime, actor: str
) -> list[Event]:
    """Numbered, chained events out of (kind, facts) drafts, to follow `after` (None: a new history)."""
    seq, previous = (after.version, after.last_hash) if after else (0, GENESIS)
    events = []
    for kind, facts in drafts:
        seq += 1
        event = Event(seq, at.isoformat(timespec="milliseconds"), actor, kind, facts, previous, "")
        event = replace(event, hash=link(event))
        previous = event.hash
        events.append(event)
    return events


def link(event: Event) -> str:
    """SHA-256 (hex) over the previous hash and the event's content in canonical JSON."""
    content = json.dumps(
        [event.previous, event.seq, event.at, event.actor, event.kind, event.facts],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode()).hexdigest()


def broken_link(events: Sequence[Event]) -> int | None:
    """Number of the first event that does not follow from the one before; None if the chain holds."""
    previous = GENESIS
    for expected, event in enumerate(events, 1):
        if event.seq != expected or event.previous != previous or link(event) != event.hash:
            return expected
        previous = event.hash
    return None


def fold(events: Iterable[Event]) -> Dossier:
    """The dossier that these events (in order, from the first) add up to.

    Raises:
        Broken: an unknown kind of event, or no events at all.
    """
    dossier: Dossier | None = None
    trail: list[Mapping[str, Any]] = []
    for event in events:
        dossier = _effect(dossier, event)
        trail.append(_told(event))
    if dossier is None:
        raise Broken("a dossier without events")
    last = trail[-1]
    return replace(dossier, version=last["seq"], last_hash=last["hash"], trail=tuple(trail))


def follow(dossier: Dossier | None, event: Event) -> Dossier:
    """The dossier after one more event."""
    trail = (*(dossier.trail if dossier else ()), _told(event))
    return replace(_effect(dossier, event), version=event.seq, last_hash=event.hash, trail=trail)


def foreseen(
    dossier: Dossier, drafts: Sequence[tuple[str, Mapping[str, Any]]], at: datetime, actor: str
) -> Dossier:
    """The dossier as it will be after these drafts of this actor; nothing is written."""
    return reduce(follow, sealed(drafts, dossier, at, actor), dossier)


def _told(event: Event) -> dict[str, Any]:
    return {k: getattr(event, k) for k in TOLD}


def _effect(dossier: Dossier | None, event: Event) -> Dossier:
    if dossier is None:
        return _opened(event)
    if event.kind not in _EFFECTS:
        raise Broken(f"unknown kind of event: {event.kind}")
    return _EFFECTS[event.kind](dossier, event)


def _opened(event: Event) -> Dossier:
    f = event.facts
    return Dossier(
        code=f["code"],
        procedure=f["procedure"],
        ward=f["ward"],
        channel=f["channel"],
        applicant=f["applicant"],
        token_hash=f["token_hash"],
        opened_at=event.at,
        declared=f.get("declared", {}),
        rules_version=f.get("version", "1"),
        siblings=tuple(f.get("siblings", ())),
    )


def _with_paper(d: Dossier, paper: Paper) -> Dossier:
    return replace(d, papers={**d.papers, paper.id: paper})


def _paper_announced(d: Dossier, e: Event) -> Dossier:
    f = e.facts
    paper = Paper(
        id=f["paper"],
        file_name=f["file_name"],
        size=f["size"],
        content_type=f["content_type"],
        sha256=f["sha256"],
        upload=f["upload"],
        claimed_kind=f.get("kind"),
    )
    return _with_paper(d, paper)


def _paper_stored(d: Dossier, e: Event) -> Dossier:
    return _with_paper(d, replace(d.papers[e.facts["paper"]], state="stored"))


def _paper_removed(d: Dossier, e: Event) -> Dossier:
    return _with_paper(d, replace(d.papers[e.facts["paper"]], state="removed"))


def _paper_read(d: Dossier, e: Event) -> Dossier:
    reading = reading_from(e.facts["reading"])
    paper = replace(
        d.papers[e.facts["paper"]],
        state="read",
        pages=reading.pages,
        papers=reading.papers,
        quality=reading.quality,
    )
    return _with_paper(d, paper)


def _paper_unreadable(d: Dossier, e: Event) -> Dossier:
    return _with_paper(
        d, replace(d.papers[e.facts["paper"]], state="unreadable", problem=e.facts["problem"])
    )


def _field_corrected(d: Dossier, e: Event) -> Dossier:
    paper = d.papers[e.facts["paper"]]
    papers = tuple(
        replace(p, fields=_with_correction(p, e)) if n == e.facts["index"] else p
        for n, p in enumerate(paper.papers)
    )
    return _with_paper(d, replace(paper, papers=papers))


def _with_correction(p: PaperRead, e: Event) -> dict[str, Field]:
    key = e.facts["field"]
    return {**p.fields, key: corrected(p.fields.get(key), e.facts["value"], e.actor)}


def _kind_corrected(d: Dossier, e: Event) -> Dossier:
    paper = d.papers[e.facts["paper"]]
    papers = tuple(
        replace(p, kind=e.facts["kind"], kind_confidence=1.0) if n == e.facts["index"] else p
        for n, p in enumerate(paper.papers)
    )
    return _with_paper(d, replace(paper, papers=papers))


def _submitted(d: Dossier, e: Event) -> Dossier:
    return replace(d, state=moved(d.state, State.SUBMITTED), findings=(), supplement=None)


def _checked(d: Dossier, e: Event) -> Dossier:
    return replace(d, findings=tuple(e.facts["findings"]))


def _sent_to_review(d: Dossier, e: Event) -> Dossier:
    return replace(d, state=moved(d.state, State.IN_REVIEW))


def _supplement_asked(d: Dossier, e: Event) -> Dossier:
    return replace(d, state=moved(d.state, State.SUPPLEMENT), supplement=e.facts, decided_at=e.at)


def _refused(d: Dossier, e: Event) -> Dossier:
    return replace(
        d, state=moved(d.state, State.REFUSED), refusal=e.facts["reason"], decided_at=e.at
    )


def _verified(d: Dossier, e: Event) -> Dossier:
    deliveries = {
        x["agency"]: Delivery(x["agency"], x["id"], x["envelope"], sequence=e.seq)
        for x in e.facts["deliveries"]
    }
    return replace(
        d,
        state=moved(d.state, State.VERIFIED),
        received_at=e.facts["received_at"],
        verified_by=e.actor,
        results=tuple(e.facts["results"]),
        deliveries=deliveries,
        handed=tuple(p.id for p in d.live_papers()),
        slips=(*d.slips, e.facts["slip"]) if "slip" in e.facts else d.slips,
    )


def _with_delivery(d: Dossier, delivery: Delivery) -> Dossier:
    if delivery.id in d.news:
        return replace(d, news={**d.news, delivery.id: delivery})
    return replace(d, deliveries={**d.deliveries, delivery.agency: delivery})


def _delivery_of(d: Dossier, e: Event) -> Delivery:
    """Events before the subscriptions name the agency only."""
    id = e.facts.get("id")
    return (d.delivery(id) if id else None) or d.deliveries[e.facts["agency"]]


def _delivery_started(d: Dossier, e: Event) -> Dossier:
    tries = {endpoint: Try() for endpoint in e.facts["endpoints"]}
    return _with_delivery(d, replace(_delivery_of(d, e), tries=tries))


def _delivery_tried(d: Dossier, e: Event) -> Dossier:
    f, before = e.facts, _delivery_of(d, e)
    tried = Try(f["state"], f["attempt"], f.get("status"), f.get("next_at"))
    tries = {**before.tries, f["endpoint"]: tried} if f.get("endpoint") else {}
    return _with_delivery(d, _summed(before, tried, tries))


def _summed(delivery: Delivery, last: Try, tries: Mapping[str, Try]) -> Delivery:
    """The delivery as its tries add up: waiting while one waits, delivered once all are."""
    states = {t.state for t in tries.values()} or {last.state}
    state = next(s for s in ("waiting", "dead", "delivered") if s in states)
    waits = [t.next_at for t in (*tries.values(), last) if t.next_at]
    return replace(
        delivery,
        state=delivery.state if delivery.state == "delivered" else state,
        attempts=max([last.attempts, *(t.attempts for t in tries.values())]),
        last_status=last.last_status,
        next_at=min(waits, default=None),
        tries=tries,
    )


def _delivery_pulled(d: Dossier, e: Event) -> Dossier:
    return _with_delivery(d, replace(_delivery_of(d, e), state="delivered", next_at=None))


def _delivery_resent(d: Dossier, e: Event) -> Dossier:
    delivery = replace(_delivery_of(d, e), state="waiting", attempts=0, next_at=None, tries={})
    return _with_delivery(d, delivery)


def _news_posted(d: Dossier, e: Event) -> Dossier:
    f = e.facts
    news = Delivery(f["agency"], f["id"], f["envelope"], kind=f["kind"], sequence=e.seq)
    return replace(d, news={**d.news, news.id: news})


def _agency_answered(d: Dossier, e: Event) -> Dossier:
    answer = {**e.facts, "at": e.at}
    after = _with_results(d, e.facts.get("results", ()))
    after = replace(after, answers=(*d.answers, answer))
    if e.facts["answer"] == "supplement":
        return _request_opened(after, e)
    owing = {r["agency"] for r in after.owed()}
    return replace(after, requests={a: r for a, r in d.requests.items() if a in owing})


def _with_results(d: Dossier, changes: Iterable[Mapping[str, Any]]) -> Dossier:
    changed = {r["id"]: r for r in changes}
    return replace(d, results=tuple({**r, **changed.get(r.get("id", ""), {})} for r in d.results))


def _request_opened(d: Dossier, e: Event) -> Dossier:
    agency = e.facts["agency"]
    asked = {"reason": e.facts["reason"], "since": d.requests.get(agency, {}).get("since", e.at)}
    return replace(d, requests={**d.requests, agency: asked}, supplement=None)


def _resubmitted(d: Dossier, e: Event) -> Dossier:
    return replace(d, requests={a: {"until": e.at, **r} for a, r in d.requests.items()})


def _supplement_returned(d: Dossier, e: Event) -> Dossier:
    again = {a: {"reason": r["reason"], "since": r["since"]} for a, r in d.requests.items()}
    return replace(d, requests=again, supplement=e.facts)


def _supplement_passed_on(d: Dossier, e: Event) -> Dossier:
    after = _dates_moved(d, e.facts)
    waiting = {a: r for a, r in d.requests.items() if a not in e.facts["agencies"]}
    papers = tuple(p.id for p in d.live_papers())
    new = tuple(p for p in papers if p not in d.handed)
    brought = {a: (*d.brought.get(a, ()), *new) for a in e.facts["agencies"]}
    return replace(
        after,
        requests=waiting,
        supplement=None,
        handed=papers,
        brought={**d.brought, **brought},
    )


def _apologised(d: Dossier, e: Event) -> Dossier:
    return replace(_dates_moved(d, e.facts), apologies=(*d.apologies, {**e.facts, "at": e.at}))


def _rescheduled(d: Dossier, e: Event) -> Dossier:
    return _dates_moved(d, e.facts)


def _dates_moved(d: Dossier, facts: Mapping[str, Any]) -> Dossier:
    """New dates for results; reminders begin anew with them."""
    moved_ids = {r["id"] for r in facts["results"]}
    reminded = {r: n for r, n in d.reminded.items() if r not in moved_ids}
    after = _with_results(d, facts["results"])
    return replace(after, reminded=reminded, later=(*d.later, *facts["later"]))


def _completed(d: Dossier, e: Event) -> Dossier:
    return replace(d, state=moved(d.state, State.COMPLETED))


def _agency_reminded(d: Dossier, e: Event) -> Dossier:
    return replace(d, reminded={**d.reminded, e.facts["result"]: e.facts["level"]})


def _handed_over(d: Dossier, e: Event) -> Dossier:
    return replace(d, state=moved(d.state, State.HANDED_OVER))


def _mailed(d: Dossier, e: Event) -> Dossier:
    return replace(d, mailed=(*d.mailed, e.facts["mail"]))


def _paper_shared(d: Dossier, e: Event) -> Dossier:
    f = e.facts
    reading = reading_from(f["reading"])
    told = {k: f[k] for k in ("id", "file_name", "size", "content_type", "sha256", "upload")}
    paper = Paper(
        **told,
        state="read",
        pages=reading.pages,
        papers=reading.papers,
        quality=reading.quality,
    )
    return _with_paper(d, paper)


def _sibling_opened(d: Dossier, e: Event) -> Dossier:
    return replace(d, siblings=(*d.siblings, e.facts["code"]))


def _rebased(d: Dossier, e: Event) -> Dossier:
    return replace(d, rules_version=e.facts["version"], rules_on=e.facts["on"])


def _payment_asked(d: Dossier, e: Event) -> Dossier:
    payment = {**e.facts, "asked_at": e.at, "paid_vnd": 0, "paid_by": [], "state": "asked"}
    return replace(d, payment=payment)


def _payment_confirmed(d: Dossier, e: Event) -> Dossier:
    before = d.payment or {"amount_vnd": 0, "paid_vnd": 0, "paid_by": []}
    paid = before["paid_vnd"] + e.facts["amount_vnd"]
    by = [*before["paid_by"], e.facts["id"]]
    state = "paid" if paid >= before["amount_vnd"] else "partly_paid"
    return replace(d, payment={**before, "paid_vnd": paid, "paid_by": by, "state": state})


def _spot_checks_drawn(d: Dossier, e: Event) -> Dossier:
    return replace(d, spot_checks=tuple(e.facts["checks"]))


def _spot_checked(d: Dossier, e: Event) -> Dossier:
    where = [e.facts[k] for k in ("paper", "index", "field")]
    checks = (
        {**c, "right": e.facts["right"], "by": e.actor, "at": e.at}
        if [c[k] for k in ("paper", "index", "field")] == where
        else c
        for c in d.spot_checks
    )
    return replace(d, spot_checks=tuple(checks))


def _seen(d: Dossier, e: Event) -> Dossier:
    return d


_EFFECTS: dict[str, Callable[[Dossier, Event], Dossier]] = {
    "paper_announced": _paper_announced,
    "paper_stored": _paper_stored,
    "paper_removed": _paper_removed,
    "paper_read": _paper_read,
    "paper_unreadable": _paper_unreadable,
    "field_corrected": _field_corrected,
    "kind_corrected": _kind_corrected,
    "submitted": _submitted,
    "checked": _checked,
    "sent_to_review": _sent_to_review,
    "supplement_asked": _supplement_asked,
    "refused": _refused,
    "verified": _verified,
    "delivery_started": _delivery_started,
    "delivery_tried": _delivery_tried,
    "delivery_pulled": _delivery_pulled,
    "delivery_resent": _delivery_resent,
    "news_posted": _news_posted,
    "agency_answered": _agency_answered,
    "agency_reminded": _agency_reminded,
    "request_opened": _request_opened,
    "resubmitted": _resubmitted,
    "supplement_returned": _supplement_returned,
    "supplement_passed_on": _supplement_passed_on,
    "apologised": _apologised,
    "rescheduled": _rescheduled,
    "paper_shown": _seen,
    "completed": _completed,
    "handed_over": _handed_over,
    "mailed": _mailed,
    "seen_by_officer": _seen,
    "rebased": _rebased,
    "paper_shared": _paper_shared,
    "sibling_opened": _sibling_opened,
    "payment_asked": _payment_asked,
    "payment_confirmed": _payment_confirmed,
    "spot_checks_drawn": _spot_checks_drawn,
    "spot_checked": _spot_checked,
}

EVENT_KINDS = ("opened", *_EFFECTS)

__all__ = [
    "EVENT_KINDS",
    "Delivery",
    "Dossier",
    "Event",
    "Outgoing",
    "Paper",
    "Try",
    "as_plain",
    "broken_link",
    "field_from",
    "fold",
    "follow",
    "link",
    "sealed",
]
