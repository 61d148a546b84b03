"""★ Start here: the way of one dossier from the citizen's door to the agencies.

Every step has the same shape: load the dossier, let a stage judge, save the events together with the messages they
cause (one transaction), then hand the messages on. What could not be handed on waits in the outbox for `tick`; so a
crash between saving and sending loses nothing, and a message that comes twice finds its work done and does nothing.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from chalicelib import handover, intake, ledgers, letters, promises, spotchecks
from chalicelib.answers import answer as answer
from chalicelib.answers import remind as remind
from chalicelib.answers import to_await
from chalicelib.changes import (
    NOTHING,
    Change,
    Draft,
    change,
    hand_on,
    load,
    message,
    must_take_papers,
    packed,
    paper_of,
    queue_of,
)
from chalicelib.deliveries import MAIL
from chalicelib.deliveries import deliver as deliver
from chalicelib.deliveries import resend as resend
from chalicelib.dispatch import envelope as envelopes
from chalicelib.dossier.case import Dossier, Paper, as_plain, fold, follow, foreseen, sealed
from chalicelib.dossier.paper import Finding, finding_from
from chalicelib.dossier.states import State
from chalicelib.errors import (
    BodyInvalid,
    Broken,
    ChecksumWrong,
    MoveNotAllowed,
    NothingToSubmit,
    PartsMissing,
    ReadingTookTooLong,
    Refused,
    TooManyPapers,
    TryAgain,
    TypeNotTaken,
    problem,
)
from chalicelib.payments import ask_payment as ask_payment
from chalicelib.payments import note_payment as note_payment
from chalicelib.ports import PartAddress, World, part_count
from chalicelib.procedures import catalogue, checks, twins, units, versions
from chalicelib.promises import AWAIT
from chalicelib.review import decisions

log = logging.getLogger("dossiers")

CHECK = "dossiers-to-check"
READ = "papers-to-read"
PAGE = 100  # messages of the outbox that are looked up at once
TICK_MOST = 20 * PAGE  # what one run of the clock's function has time for
CHANNELS = ("mobile", "desk", "archive")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what starts it, what it does with which modules, the state after it, where it hands on to."""

    name: str
    started_by: str
    does: str
    modules: str
    state: str
    hands_to: str


STEPS = (
    Step("open_dossier", "POST /v1/dossiers", "gives code and token", "procedures", "open", "—"),
    Step("announce_paper", "POST …/papers", "admits a file", "intake", "open", "storage"),
    Step("complete_paper", "POST …/complete", "compares SHA-256", "intake", "open", READ),
    Step("read_paper", READ, "kind, fields, verdict per page", "reading", "open", CHECK),
    Step("give_up_reading", f"{READ}-dead", "says: could not be read", "—", "open", CHECK),
    Step(
        "submit", "POST …/submit", "closes and checks", "procedures", "verified …", "deliveries-*"
    ),
    Step("check", CHECK, "if read later", "procedures", "verified …", "deliveries-*"),
    Step("decide", "POST …/decisions", "an officer's word", "review", "verified …", "deliveries-*"),
    Step("spot_check", "POST …/spot-checks", "a look at what was sure", "review", "—", "—"),
    Step("deliver", "deliveries-*", "feed, webhooks", "deliveries", "handed_over", "the agency"),
    Step("answer", "POST …/{answer}", "an agency's word", "answers", "completed", "deliveries-*"),
    Step("remind", AWAIT, "what is overdue", "answers", "—", "the agency"),
    Step("control_slip", "GET …/control-slip", "the desk's papers", "ledgers", "—", "the desk"),
    Step("ask_payment", "POST …/payment", "the fee as VietQR", "procedures", "—", "the citizen"),
    Step("note_payment", "POST …/confirmations", "what was paid", "—", "—", "—"),
    Step("send_mail", MAIL, "slip or request", "slips, notifications", "—", "the citizen"),
    Step("tick", "every minute", "sends what waits in the outbox", "—", "—", "all queues"),
)


# ---- the citizen -------------------------------------------------------------------------------


def open_dossier(
    world: World,
    procedure: str,
    ward: str,
    channel: str,
    applicant: Mapping[str, str],
    declared: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
) -> tuple[Dossier, str]:
    """A new dossier and its secret token; `more` facts go into its first event.

    Raises:
        ProcedureUnknown, WardUnknown: nothing is opened.
    """
    now = world.clock.now()
    day = handover.day_in_hanoi(now)
    rules = catalogue.procedure(procedure, day)
    place = units.find_ward(ward, day)
    token = world.ids.new("t")
    number = world.dossiers.next_number(place.unit_code, day)
    facts = {
        "code": f"{place.unit_code}-{day:%y%m%d}-{number:04d}",
        "procedure": rules.key,
        "version": rules.version,
        "ward": place.code,
        "channel": channel,
        "applicant": dict(applicant),
        "declared": dict(declared),
        "token_hash": hashed(token),
        **(more or {}),
    }
    event = sealed([("opened", facts)], None, now, "citizen")[0]
    dossier = follow(None, event)
    world.dossiers.open(dossier.code, event, dossier.state)
    return dossier, token


def open_twin(world: World, code: str) -> tuple[Dossier, str]:
    """A dossier for another child of the same birth, and its token: same applicant, the parents' papers shared.

    Raises:
        MoveNotAllowed: the first one was refused.
    """
    first = load(world, code)
    if first.state is State.REFUSED:
        raise MoveNotAllowed(state=first.state.value)
    family = (first.code, *first.siblings)
    declared = {k: v for k, v in first.declared.items() if not k.startswith("child.")}
    more = {"siblings": list(family)}
    twin, token = open_dossier(
        world, first.procedure, first.ward, first.channel, first.applicant, declared, more
    )
    shared = [_as_shared(first.papers[p]) for p in twins.shared_papers(first)]
    if shared:
        change(world, twin.code, lambda _: ([("paper_shared", s) for s in shared], ()), "citizen")
    for each in family:
        change(world, each, lambda _: ([("sibling_opened", {"code": twin.code})], ()), "citizen")
    return load(world, twin.code), token


def _as_shared(paper: Paper) -> dict[str, Any]:
    plain = as_plain(paper)
    reading = {k: plain[k] for k in ("pages", "papers", "quality")} | {"seconds": 0.0}
    kept = ("id", "file_name", "size", "content_type", "sha256", "upload")
    return {**{k: plain[k] for k in kept}, "reading": reading}


def hashed(secret: str | bytes) -> str:
    """SHA-256 (hex): all that is kept of a secret, and the proof that a file is unchanged."""
    return sha256(secret.encode() if isinstance(secret, str) else secret).hexdigest()


def announce_paper(
    world: World, dossier: Dossier, wish: intake.Announced, kind: str | None
) -> tuple[Dossier, Paper]:
    """The dossier, and its paper for this file: a new one, or the one already announced with the same bytes."""
    after, (paper,) = announce_papers(world, dossier, [(wish, kind)])
    return after, paper


def announce_papers(
    world: World, dossier: Dossier, wishes: Sequence[tuple[intake.Announced, str | None]]
) -> tuple[Dossier, list[Paper]]:
    """The same for several files, in their order; all of them, or none if they are too many."""
    must_take_papers(dossier)
    new = {(w.sha256, w.size): (w, kind) for w, kind in wishes if not _announced(dossier, w)}
    begun = [(wish, _begun(world, wish, kind)) for wish, kind in new.values()]

    def decide(now: Dossier) -> Change:
        must_take_papers(now)
        # the same request may have come twice at once
        drafts = [("paper_announced", f) for wish, f in begun if not _announced(now, wish)]
        if drafts and len(now.live_papers()) + len(drafts) > world.limits.papers:
            raise TooManyPapers(limit=world.limits.papers)
        return drafts, ()

    after = change(world, dossier.code, decide, "citizen", dossier)
    return after, [p for p in (_announced(after, wish) for wish, _ in wishes) if p]


def _begun(world: World, wish: intake.Announced, kind: str | None) -> dict[str, Any]:
    paper = world.ids.new("p")
    upload = world.blobs.begin(f"originals/{paper}", wish.size, wish.content_type)
    return {"paper": paper, "kind": kind, "upload": upload, **as_plain(wish)}


def _announced(dossier: Dossier, wish: intake.Announced) -> Paper | None:
    same = [p for p in dossier.live_papers() if (p.sha256, p.size) == (wish.sha256, wish.size)]
    return same[0] if same else None


def missing_parts(
    world: World, paper: Paper, is_new: bool = False
) -> tuple[list[int], list[PartAddress]]:
    """Numbers of the parts that are there, and signed addresses for the rest; of a new paper none is."""
    if paper.state != "awaited":
        return list(range(1, part_count(paper.size) + 1)), []
    there = [] if is_new else world.blobs.parts(paper.key, paper.upload, paper.size)
    rest = [n for n in range(1, part_count(paper.size) + 1) if n not in there]
    return there, world.blobs.addresses(paper.key, paper.upload, paper.size, rest)


def complete_paper(world: World, code: str, paper_id: str, seen: Dossier | None = None) -> Dossier:
    """The dossier with this paper stored and on its way to the reader. Again: the same answer.

    `seen`, here and below: the dossier as it was just loaded.

    Raises:
        PartsMissing: some bytes never came; those that came are kept.
        ChecksumWrong, TypeNotTaken: other bytes came; the paper is dropped, so that it can be sent anew.
    """
    dossier = seen or load(world, code)
    if paper_of(dossier, paper_id).state != "awaited":
        return dossier
    after, wrong = _completed(world, dossier, [paper_id])
    if wrong:
        raise wrong[paper_id]
    return after


def complete_papers(world: World, dossier: Dossier) -> tuple[Dossier, dict[str, Refused]]:
    """The dossier with every awaited paper stored that came whole; of the others, by id, why they are not."""
    awaited = [p.id for p in dossier.live_papers() if p.state == "awaited"]
    return _completed(world, dossier, awaited)


def _completed(
    world: World, dossier: Dossier, papers: Sequence[str]
) -> tuple[Dossier, dict[str, Refused]]:
    wrong: dict[str, Refused] = {}
    for paper in papers:
        try:
            _confirm(world, dossier.papers[paper])
        except (PartsMissing, ChecksumWrong, TypeNotTaken) as e:
            wrong[paper] = e
    spoilt = [p for p, e in wrong.items() if not isinstance(e, PartsMissing)]
    good = [p for p in papers if p not in wrong]

    def stored(now: Dossier) -> Change:
        drafts = _once(now, good, "paper_stored")
        return drafts, [message(world, READ, packed(now.code, f["paper"])) for _, f in drafts]

    code = dossier.code
    if spoilt:
        dossier = change(
            world, code, lambda now: (_once(now, spoilt, "paper_removed"), ()), "system", dossier
        )
    return change(world, code, stored, "citizen", dossier), wrong


def _confirm(world: World, paper: Paper) -> None:
    """Did the bytes come that were announced? Raises PartsMissing, ChecksumWrong, TypeNotTaken."""
    stored = world.blobs.complete(paper.key, paper.upload, paper.size)
    intake.confirm(paper.size, paper.sha256, stored.size, stored.sha256, stored.head)


def _once(dossier: Dossier, papers: Sequence[str], kind: str) -> list[Draft]:
    awaited = [p for p in papers if paper_of(dossier, p).state == "awaited"]
    return [(kind, {"paper": p}) for p in awaited]


def remove_paper(world: World, code: str, paper_id: str, seen: Dossier | None = None) -> Dossier:
    """The dossier without this paper; its bytes and its history stay as they are."""

    def decide(dossier: Dossier) -> Change:
        must_take_papers(dossier)
        if paper_of(dossier, paper_id).state == "removed":
            return NOTHING
        if paper_id in dossier.handed:  # the agencies have it; a better one may be sent beside it
            raise MoveNotAllowed(state=dossier.state.value)
        return [("paper_removed", {"paper": paper_id})], ()

    return change(world, code, decide, "citizen", seen)


def submit(world: World, code: str, seen: Dossier | None = None) -> Dossier:
    """The dossier, closed and checked at once; if papers are still being read, the last one read starts the check.

    If an agency waits for more, this brings it what is new; the dossier stays with the other agencies meanwhile.
    """

    def decide(dossier: Dossier) -> Change:
        if promises.is_submitted(dossier, world.clock.now()):  # asked again: the answer got lost
            return NOTHING
        must_take_papers(dossier)
        live = dossier.live_papers()
        if not live:
            raise NothingToSubmit(papers=handover.wanted(dossier))
        unfinished = [p.id for p in live if p.state == "awaited"]
        if unfinished:
            raise PartsMissing(missing=", ".join(unfinished))
        if dossier.awaits_citizen():
            return promises.resubmit(dossier), ()
        return [("submitted", {})], ()

    return change(
        world, code, decide, "citizen", seen, lambda after: _checked_at_once(world, after)
    )


def _checked_at_once(world: World, dossier: Dossier) -> Change:
    """The judgement, in the citizen's own call. Where it fails nobody is kept from submitting: it goes by the queue."""
    try:
        return _judgement(world, dossier)
    except (TryAgain, Broken) as e:
        log.warning("checked_later dossier=%s code=%s", dossier.code, e.code)
        return (), [message(world, CHECK, dossier.code)]


# ---- the stages --------------------------------------------------------------------------------


def read_paper(world: World, body: str) -> None:
    """Read one stored file. A file that can't be read is said to be unreadable, with the way out."""
    from chalicelib import reading  # loads OpenCV and Tesseract, which no other step needs

    code, paper_id = json.loads(body)
    paper = paper_of(load(world, code), paper_id)
    if paper.state != "stored":  # a late or doubled message
        return
    data = world.blobs.read(paper.key)
    try:
        if hashed(data) != paper.sha256:  # the original must still be what was received
            raise ChecksumWrong
        found = reading.read_file(data)
    except (Refused, ReadingTookTooLong) as e:
        _note_reading(world, code, paper_id, "paper_unreadable", {"problem": problem(e)})
        return
    for number, picture in enumerate(found.images, 1):
        world.blobs.write(page_key(paper_id, number), picture, "image/jpeg")
    _note_reading(world, code, paper_id, "paper_read", {"reading": as_plain(found.reading)})


def hashlib_of(data: bytes) -> str:
    """SHA-256 (hex) of a file's bytes."""
    return sha256(data).hexdigest()


def page_key(paper_id: str, number: int) -> str:
    """Where the upright picture of a page lies."""
    return f"pages/{paper_id}/{number}.jpg"


def give_up_reading(world: World, body: str) -> None:
    """The reader failed on this file as often as we let it: say so, and let people look."""
    code, paper_id = json.loads(body)
    facts = {"problem": problem(ReadingTookTooLong())}
    _note_reading(world, code, paper_id, "paper_unreadable", facts)


def _note_reading(world: World, code: str, paper_id: str, kind: str, facts: dict[str, Any]) -> None:
    def decide(dossier: Dossier) -> Change:
        if paper_of(dossier, paper_id).state != "stored":
            return NOTHING
        others = [p for p in dossier.live_papers() if p.id != paper_id]
        awaited = dossier.state is State.SUBMITTED or dossier.resubmitted()
        last = awaited and all(p.state != "stored" for p in others)
        onward = [message(world, CHECK, code)] if last else []
        return [(kind, {"paper": paper_id, **facts})], onward

    change(world, code, decide, "system")


def check(world: World, body: str) -> None:
    """Judge a dossier whose papers were read after it was submitted."""
    change(world, body, lambda dossier: _judgement(world, dossier), "system")


def _judgement(world: World, dossier: Dossier) -> Change:
    """A submitted dossier is verified, goes to an officer, or back to the citizen with every fault at once."""
    is_due = dossier.state is State.SUBMITTED or dossier.resubmitted()
    if not is_due or not dossier.is_read():
        return NOTHING
    findings = _judged(world, dossier)
    checked = _checked(findings)
    if dossier.resubmitted():
        return promises.pass_on(world, dossier, checked, findings)
    unsettled = [f for f in findings if f.outcome != "passed" and not f.warning]
    if any(f.outcome == "failed" for f in unsettled):
        asked = decisions.supplement({"reason": handover.FAULTS_FOUND}, findings)
        return [checked, asked], [_mail(world, dossier, "supplement")]
    if unsettled:
        return [checked, ("sent_to_review", {})], ()
    return _verified(world, dossier, [checked], "system")


def _judged(world: World, dossier: Dossier) -> list[Finding]:
    """Findings by the dossier's rules, and about other dossiers with the same birth note or of the same birth."""
    bearing = [c for mark in twins.marks(dossier) for c in world.dossiers.claim(mark, dossier.code)]
    codes = dict.fromkeys([*bearing, *dossier.siblings])
    others = [load(world, c) for c in codes if c != dossier.code]
    return [*checks.check(handover.rules_of(dossier), dossier), *twins.look(dossier, others)]


def _checked(findings: Sequence[Finding]) -> Draft:
    return "checked", {"findings": [as_plain(f) for f in findings]}


def _mail(world: World, dossier: Dossier, occasion: str) -> Any:
    return message(world, MAIL, packed(dossier.code, occasion, f"{occasion}-{dossier.version + 1}"))


def _verified(world: World, dossier: Dossier, before: Sequence[Draft], by: str) -> Change:
    """Events and messages of a dossier found right: one envelope per agency, one slip to the citizen."""
    now, mail_id = world.clock.now(), f"reception-{dossier.version + 1}"
    ids = {share.id: world.ids.new("msg") for share in handover.rules_of(dossier).agencies}
    facts = {**handover.verified(dossier, ids, now), "slip": mail_id}
    drafts = [*before, ("verified", facts)]
    drafts += spotchecks.drawn(world, dossier)
    after = foreseen(dossier, drafts, now, by)
    slip, _ = letters.letter(after, "reception", mail_id, world.base_url)
    _keep_slip(world, dossier.code, mail_id, slip)  # so that whoever submits is told where it is
    outgoing = [message(world, MAIL, packed(dossier.code, "reception", mail_id))]
    for agency, delivery in after.deliveries.items():
        envelope = handover.envelope(after, agency, now, world.base_url)
        world.blobs.write(delivery.envelope, envelope, "application/json")
        outgoing.append(message(world, queue_of(agency), envelopes.notice(envelope)))
    return drafts, [*outgoing, *to_await(world, after)]


# ---- the officer -------------------------------------------------------------------------------


def decide(world: World, code: str, officer: str, body: Mapping[str, Any]) -> Dossier:
    """The dossier after an officer's decision; see `review.decisions` for what may be decided."""
    actor = f"officer:{officer}"

    def judge(dossier: Dossier) -> Change:
        action = body.get("action")
        if action == "apologise":
            return promises.apologise(world, dossier, *decisions.apology(body))
        if action == "supplement" and dossier.state in promises.WITH_AGENCIES:
            return promises.ask(world, dossier, *decisions.request(body))
        if dossier.state is not State.IN_REVIEW:
            raise MoveNotAllowed(state=dossier.state.value)
        return _reviewed(world, dossier, body, actor)

    return change(world, code, judge, actor)


def _reviewed(world: World, dossier: Dossier, body: Mapping[str, Any], actor: str) -> Change:
    match body.get("action"):
        case "accept":
            findings = _judged(world, dossier)
            decisions.must_be_acceptable(findings)
            return _verified(world, dossier, [_checked(findings)], actor)
        case "correct":
            return _corrected(world, dossier, decisions.correction(dossier, body), actor), ()
        case "supplement":
            found = [finding_from(f) for f in dossier.findings]
            return [decisions.supplement(body, found)], [_mail(world, dossier, "supplement")]
        case "refuse":
            return [decisions.refusal(body)], [_mail(world, dossier, "refused")]
    known = ", ".join(decisions.ACTIONS)
    raise BodyInvalid(where="action", needed=f"one of {known}", needed_vi=f"một trong {known}")


def _corrected(world: World, dossier: Dossier, draft: Draft, actor: str) -> list[Draft]:
    """The correction and the findings as they are after it."""
    after = follow(dossier, sealed([draft], dossier, world.clock.now(), actor)[0])
    return [draft, _checked(_judged(world, after))]


def look(world: World, code: str, officer: str) -> Dossier:
    """The dossier for an officer's eyes; the look itself goes into the history before anything is shown."""
    return change(world, code, lambda _: ([("seen_by_officer", {})], ()), f"officer:{officer}")


def spot_check(world: World, code: str, officer: str, body: Mapping[str, Any]) -> Dossier:
    """The dossier with an officer's word on a value that was sure and drawn for a look."""
    return spotchecks.note(world, code, officer, body)


def control_slip(world: World, code: str, officer: str) -> str:
    """The key of the dossier's control slip as it is now (PDF); the look is in the history."""
    look(world, code, officer)
    history = world.dossiers.history(code)
    dossier = fold(history)
    now, url = world.clock.now(), f"{world.base_url}/tra-cuu/{code}"
    pdf = ledgers.control_slip(dossier, history, now, url)
    return _kept(world, f"desk/{code}", pdf)


def register(world: World, ward: str, first: date, last: date, officer: str) -> str:
    """The key of a ward's register (PDF) of these days; the look is in the history of every dossier in it."""
    place = units.find_ward(ward, last)
    listed = ledgers.entries(world, place.code, first, last)
    for dossier in listed:
        look(world, dossier.code, officer)
    pdf = ledgers.register(listed, place, first, last, world.clock.now())
    return _kept(world, f"desk/registers/{place.code}", pdf)


def _kept(world: World, folder: str, pdf: bytes) -> str:
    key = f"{folder}/{hashed(pdf)}.pdf"
    world.blobs.write(key, pdf, "application/pdf")
    return key


def rebase(world: World, code: str, officer: str) -> tuple[Dossier, list[str]]:
    """The dossier under the newest rules, and what that changes; on purpose only, and never once it is decided.

    Raises:
        MoveNotAllowed: the dossier is verified, handed over or refused.
    """
    today = handover.day_in_hanoi(world.clock.now())
    dossier = load(world, code)
    newer = catalogue.procedure(dossier.procedure, today)
    lines = versions.difference(handover.rules_of(dossier), newer)

    def move(now: Dossier) -> Change:
        if now.received_at or now.state is State.REFUSED:
            raise MoveNotAllowed(state=now.state.value)
        facts = {"version": newer.version, "on": today.isoformat(), "difference": lines}
        after = follow(now, sealed([("rebased", facts)], now, world.clock.now(), officer)[0])
        again = [_checked(_judged(world, after))] if now.state is State.IN_REVIEW else []
        return [("rebased", facts), *again], ()

    return change(world, code, move, f"officer:{officer}"), lines


# ---- to the citizen ----------------------------------------------------------------------------


def send_mail(world: World, body: str) -> None:
    """Mail a slip or a request, once per occasion; the slip is kept whether or not there is an address."""
    code, occasion, mail_id = json.loads(body)
    dossier = load(world, code)
    if mail_id in dossier.mailed:
        return
    slip, mail = letters.letter(dossier, occasion, mail_id, world.base_url)
    if mail_id not in dossier.slips:
        _keep_slip(world, code, mail_id, slip)
    if mail:
        world.mails.send(mail)

    def noted(now: Dossier) -> Change:
        return NOTHING if mail_id in now.mailed else ([("mailed", {"mail": mail_id})], ())

    change(world, code, noted, "system", dossier)


def _keep_slip(world: World, code: str, mail_id: str, slip: bytes | None) -> None:
    if slip:
        world.blobs.write(letters.slip_key(code, mail_id), slip, "application/pdf")


def tick(world: World) -> int:
    """Send what waits in the outbox and is due, `TICK_MOST` at most; how many were sent.

    Page by page: after an agency was down for hours, thousands are due in one minute (docs/costs.md, a peak day).
    """
    sent = 0
    for _ in range(TICK_MOST // PAGE):
        due = world.dossiers.due(world.clock.now(), PAGE)
        handed = hand_on(world, due)
        sent += handed
        if handed < PAGE:
            break
    return sent
