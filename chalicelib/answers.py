"""What comes back from agencies: received, a supplement needed, delayed, refused, a result; reminders if none comes.

In: an agency's words about a dossier of its own, with an Idempotency-Key. Out: events in the dossier, news to the
agencies whose step begins with this result, one notice to the citizen when all is there. Refused: a dossier that the
agency has no part in (`DossierUnknown`), a result that it does not owe, a key that was used for something else.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from chalicelib import handover, linked, notifications
from chalicelib.changes import (
    NOTHING,
    Change,
    Draft,
    change,
    load,
    message,
    packed,
    paper_of,
)
from chalicelib.deliveries import MAIL, concluded
from chalicelib.dispatch import words
from chalicelib.dossier.case import Dossier, Outgoing
from chalicelib.dossier.states import State
from chalicelib.errors import (
    DossierUnknown,
    KeyUsedOtherwise,
    MoveNotAllowed,
    PaperUnknown,
    ResultUnknown,
)
from chalicelib.ports import Mail, World
from chalicelib.procedures import deadlines
from chalicelib.promises import AWAIT, apologise, owed_by, reschedule

ANSWERS = ("received", "supplement", "delayed", "refused", "result")
WITH_AGENCIES = (State.VERIFIED, State.HANDED_OVER, State.COMPLETED)
FLAGGED = 3  # level of reminders at which a result stands in the open numbers
OPEN_LIMIT = 1000


def part_of(world: World, agency: str, code: str) -> Dossier:
    """The dossier, if the agency got it. Others are told the same as of an unknown one."""
    dossier = load(world, code)
    if agency not in dossier.deliveries:
        raise DossierUnknown
    return dossier


def answer(
    world: World, agency: str, code: str, kind: str, key: str, said: Mapping[str, Any]
) -> Dossier:
    """The dossier after an agency's answer; the same key and words again change nothing.

    `said`: reason; or result (its id; may be left out if one is owed), number, date, file (bytes, media type),
    signature (base64, kept as it is).
    """
    part = part_of(world, agency, code)
    digest = words.digest(kind, said)

    def decide(dossier: Dossier) -> Change:
        if dossier.state not in WITH_AGENCIES:
            raise MoveNotAllowed(state=dossier.state.value)
        if _is_known(dossier, agency, key, digest):
            return NOTHING
        facts = {"agency": agency, "answer": kind, "key": key, "digest": digest}
        facts |= _settling(world, dossier, agency, kind, said)
        drafts, outgoing = _answered(world, dossier, facts)
        if kind != "delayed":
            return drafts, outgoing
        late = (said.get("result"), said["due"], said["reason"])
        more, mails = apologise(world, dossier, agency, *late)
        return [*drafts, *more], [*outgoing, *mails]

    return change(world, code, decide, f"agency:{agency}", part)


def _is_known(dossier: Dossier, agency: str, key: str, digest: str) -> bool:
    same = [a for a in dossier.answers if (a["agency"], a["key"]) == (agency, key)]
    if same and same[0]["digest"] != digest:
        raise KeyUsedOtherwise
    return bool(same)


def _settling(
    world: World, dossier: Dossier, agency: str, kind: str, said: Mapping[str, Any]
) -> dict[str, Any]:
    """Facts of the answer; for a result or a refusal, which of the owed results it settles."""
    facts = {k: v for k, v in said.items() if v is not None and k not in ("file", "result")}
    if kind == "received":
        return facts
    owed = owed_by(dossier, agency)
    if said.get("result") not in (None, *owed):
        raise ResultUnknown(owed=", ".join(owed))
    if kind in ("supplement", "delayed"):
        return facts
    if kind == "refused":
        ended = linked.ended_with(dossier, [said["result"]] if said.get("result") else owed)
        named = {"result": said["result"]} if said.get("result") else {}
        return {**facts, **named, "results": [{"id": r, "settled": "refused"} for r in ended]}
    chosen = said.get("result") or owed[0]
    settled = {"id": chosen, "settled": "result", "number": said["number"], "date": said["date"]}
    now = world.clock.now()
    following = [
        {"id": r.id, "agency_due": r.due.isoformat(), "begun": now.isoformat()}
        for r in deadlines.linked_due(handover.rules_of(dossier), chosen, now)
    ]
    return {**facts, "result": chosen, "results": [settled, *following], **_kept(world, said)}


def _kept(world: World, said: Mapping[str, Any]) -> dict[str, Any]:
    """The result's file, byte for byte: a signature inside it stays whole."""
    if not said.get("file"):
        return {}
    data, media_type = said["file"]
    name = sha256(data).hexdigest()
    world.blobs.write(f"results/{name}", data, media_type)
    return {"file": f"results/{name}", "file_sha256": name}


def _answered(world: World, dossier: Dossier, facts: Mapping[str, Any]) -> Change:
    agency = facts["agency"]
    drafts: list[Draft] = [("agency_answered", facts)]
    delivery = dossier.deliveries[agency]
    if delivery.state != "delivered":  # who answers has it, whichever way it came
        drafts.insert(0, ("delivery_pulled", {"agency": agency, "id": delivery.id}))
    outgoing: list[Outgoing] = []
    if facts["answer"] in ("supplement", "refused"):
        is_asked = facts["answer"] == "supplement"
        occasion = "agency" if is_asked else "stopped"
        number = dossier.version + len(drafts) if is_asked else len(dossier.answers)
        outgoing.append(
            message(world, MAIL, packed(dossier.code, occasion, f"{occasion}-{number}"))
        )
    news, told = linked.news(world, dossier, drafts, facts)
    drafts += news
    more, mails = concluded(world, dossier, drafts)
    return [*drafts, *more], [*outgoing, *told, *mails]


def paper_address(world: World, agency: str, code: str, paper_id: str) -> str:
    """A short-lived address of an original that the agency's step names; that it was given is in the history.

    Raises:
        PaperUnknown: no such paper, not this agency's, or its 90 days are over.
    """
    dossier = part_of(world, agency, code)
    paper = paper_of(dossier, paper_id)
    is_over = world.clock.now() > handover.originals_until(dossier)
    if is_over or paper not in handover.shared(dossier, agency):
        raise PaperUnknown
    facts = {"agency": agency, "paper": paper_id}
    change(world, code, lambda _: ([("paper_shown", facts)], ()), f"agency:{agency}", dossier)
    return world.blobs.address(paper.key, world.limits.address_seconds)


def to_await(world: World, dossier: Dossier) -> list[Outgoing]:
    """A message for the moment when the first result is due: then all that is owed is looked at."""
    return _look(world, dossier, [_due(r) for r in dossier.owed()])


def _look(world: World, dossier: Dossier, dates: Sequence[datetime]) -> list[Outgoing]:
    every = packed(dossier.code, "", "1")
    return [message(world, AWAIT, every, min(dates))] if dates else []


def _due(result: Mapping[str, Any]) -> datetime:
    """When the agency must have given it."""
    return datetime.fromisoformat(result.get("agency_due", result["due"]))


def remind(world: World, body: str) -> None:
    """A result is due: if it is not there, tell the agency, a working day later its head, then the open numbers.

    A message that names no result is for all that is owed, and comes again when the next one is due.
    """
    code, result_id, level = json.loads(body)
    now = change(world, code, lambda d: reschedule(world, d), "system")
    if result_id:
        _remind(world, now, result_id, int(level))
        return
    moment = world.clock.now()
    for owed in [r for r in now.owed() if _due(r) <= moment]:
        now = _remind(world, now, owed["id"], 1)
    later = [_due(r) for r in now.owed() if _due(r) > moment]
    change(world, code, lambda d: ((), _look(world, d, later)), "system", now)


def _remind(world: World, dossier: Dossier, result_id: str, level: int) -> Dossier:
    code = dossier.code

    def decide(dossier: Dossier) -> Change:
        owed = next((r for r in dossier.owed() if r["id"] == result_id), None)
        if owed is None or dossier.reminded.get(result_id, 0) >= level:
            return NOTHING
        if (
            owed["agency"] in dossier.requests
        ):  # its clock stands; a new date will bring a new message
            return NOTHING
        due = _due(owed)
        if world.clock.now() < due:  # its step began later than was reckoned
            return (), [message(world, AWAIT, packed(code, result_id, str(level)), due)]
        facts = {"agency": owed["agency"], "result": result_id, "level": level}
        if level >= FLAGGED:
            return [("agency_reminded", facts)], ()
        following = packed(code, result_id, str(level + 1))
        # counted from the date, not from now: a message that is late makes nobody wait longer
        later = deadlines.working_days_due(level, due).due
        return [("agency_reminded", facts)], [message(world, AWAIT, following, later)]

    _mail_overdue(world, dossier, result_id, level)
    return change(world, code, decide, "system", dossier)


def _mail_overdue(world: World, dossier: Dossier, result_id: str, level: int) -> None:
    """Mailed first, noted second: a crash between the two mails again under the same id."""
    owed = next((r for r in dossier.owed() if r["id"] == result_id), None)
    if owed is None or dossier.reminded.get(result_id, 0) >= level or level >= FLAGGED:
        return
    if owed["agency"] in dossier.requests:
        return
    due = _due(owed)
    if world.clock.now() < due:
        return
    for to in world.contacts.get(owed["agency"], ())[level - 1 : level]:
        subject, text = notifications.overdue(dossier.code, owed["name"], due, level)
        id = f"{dossier.code}-overdue-{result_id}-{due:%Y%m%d%H%M}-{level}"
        world.mails.send(Mail(id, to, subject, text))


def numbers(world: World) -> dict[str, Any]:
    """The open numbers: per agency, results owed, overdue, and overdue in spite of all reminders. Nobody's data."""
    now = world.clock.now()
    counts: Counter[tuple[str, str]] = Counter()
    states = (State.VERIFIED, State.HANDED_OVER)
    codes = [code for s in states for code in world.dossiers.in_state(s, OPEN_LIMIT)]
    for dossier in (load(world, code) for code in codes):
        for result in dossier.results:
            for what in _standing(dossier, result, now):
                counts[result["agency"], what] += 1
    agencies = sorted({agency for agency, _ in counts})
    said = ("owed", "overdue", "overdue_after_reminders", "answered")
    return {
        "dossiers": len(codes),
        "agencies": {a: {what: counts[a, what] for what in said} for a in agencies},
    }


def _standing(dossier: Dossier, result: Mapping[str, Any], now: datetime) -> list[str]:
    if result.get("settled"):
        return ["answered"]
    is_late = now > _due(result)
    is_overdue = is_late and result["agency"] not in dossier.requests
    flagged = dossier.reminded.get(result["id"], 0) >= FLAGGED
    return ["owed", *["overdue"] * is_overdue, *["overdue_after_reminders"] * flagged]
