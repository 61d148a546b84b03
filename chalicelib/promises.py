"""What moves a promised date after reception: a supplement the citizen must bring, an apology, desks that were closed.

In: who asks and why; the citizen's second submission; what the checks found in what he brought. Out: events with every
new date and its sum, the dossier anew to the agency that asked, slips to the citizen. Refused: a request or an apology
of an agency that owes nothing, a second apology for one result, a new date that is no working day or not a later one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib import handover, linked
from chalicelib.changes import NOTHING, Change, Draft, message, packed
from chalicelib.deliveries import MAIL
from chalicelib.dossier.case import Dossier, Outgoing
from chalicelib.dossier.paper import Finding
from chalicelib.dossier.states import PAPERS_MAY_CHANGE, State
from chalicelib.errors import (
    AgencyUnknown,
    AlreadyApologised,
    BodyInvalid,
    NothingToSubmit,
    ResultUnknown,
)
from chalicelib.ports import World
from chalicelib.procedures import deadlines
from chalicelib.procedures.calendar import HANOI, work_calendar
from chalicelib.review import decisions

AWAIT = "results-to-await"
SUPPLEMENT_NEWS = "dossier.supplemented"
SENT_BACK = ("supplement_asked", "supplement_returned")
SENT_BACK_OR_BROUGHT = (*SENT_BACK, "paper_announced", "paper_stored", "paper_removed")
SAME_CALL = timedelta(minutes=1)  # a client that lost an answer asks again by then
WITH_AGENCIES = (State.VERIFIED, State.HANDED_OVER)


def owed_by(dossier: Dossier, agency: str) -> list[str]:
    """Ids of the results that this agency still owes. Raises ResultUnknown if there are none."""
    owed = [r["id"] for r in dossier.owed() if r["agency"] == agency]
    if not owed:
        raise ResultUnknown(owed="—")
    return owed


# ---- the citizen must act ----------------------------------------------------------------------


def ask(world: World, dossier: Dossier, agency: str | None, reason: str) -> Change:
    """An officer asks the citizen for more, for an agency that owes a result; if only one does, it may be None."""
    chosen = _owing(dossier, agency, None)
    mail_id = f"agency-{dossier.version + 1}"
    asked: Draft = ("request_opened", {"agency": chosen, "reason": reason})
    return [asked], [message(world, MAIL, packed(dossier.code, "agency", mail_id))]


def _owing(dossier: Dossier, agency: str | None, result: str | None) -> str:
    """The agency that is meant: the one named, the one of the result, or the only one that owes something."""
    owing = {r["agency"]: None for r in dossier.owed() if result in (None, r["id"])}
    chosen = agency or (next(iter(owing)) if len(owing) == 1 else None)
    if chosen is None or chosen not in owing:
        raise AgencyUnknown(agency=(agency or "—")[:40], known=", ".join(owing) or "—")
    return chosen


def is_submitted(dossier: Dossier, now: datetime) -> bool:
    """Is it with us already? Or just sent back, and nothing brought since: then the same call came twice."""
    if dossier.state is State.REFUSED:
        return False
    if dossier.standing not in PAPERS_MAY_CHANGE or dossier.resubmitted():
        return True
    last = next((e for e in reversed(dossier.trail) if e["kind"] in SENT_BACK_OR_BROUGHT), None)
    if last is None or last["kind"] not in SENT_BACK:
        return False
    return now - datetime.fromisoformat(last["at"]) < SAME_CALL and last["actor"] == "system"


def resubmit(dossier: Dossier) -> list[Draft]:
    """The citizen has brought what agencies waited for; from this moment their clocks run again."""
    brought = [p for p in dossier.live_papers() if p.id not in dossier.handed]
    if not brought:
        raise NothingToSubmit(papers=", ".join(r["reason"] for r in dossier.requests.values()))
    return [("resubmitted", {})]


def pass_on(world: World, dossier: Dossier, checked: Draft, findings: Sequence[Finding]) -> Change:
    """What he brought goes to the agencies that asked, with new dates; definite faults go back to him first.

    What is inconclusive is for the agency itself to look at: its request was, too.
    """
    agencies = dossier.resubmitted()
    if not agencies or not dossier.is_read():
        return NOTHING
    if any(f.outcome == "failed" and not f.warning for f in findings):
        _, asked = decisions.supplement({"reason": handover.FAULTS_FOUND}, findings)
        mail_id = f"supplement-{dossier.version + 2}"
        mail = message(world, MAIL, packed(dossier.code, "supplement", mail_id))
        return [checked, ("supplement_returned", asked)], [mail]
    waits = [_wait(a, dossier.requests[a]) for a in agencies]
    moved = _moved(dossier, waits)
    facts = {"agencies": agencies, "later": waits, "results": moved}
    drafts = [checked, ("supplement_passed_on", facts)]
    news, told = linked.anew(world, dossier, drafts, agencies, SUPPLEMENT_NEWS)
    mail_id = f"shifted-{dossier.version + len(drafts)}"
    mail = message(world, MAIL, packed(dossier.code, "shifted", mail_id))
    return [*drafts, *news], [mail, *told, *_awaited(world, dossier, moved)]


def _wait(agency: str, request: Mapping[str, str]) -> dict[str, str]:
    return {"agency": agency, "since": request["since"], "until": request["until"]}


# ---- an apology --------------------------------------------------------------------------------


def apologise(
    world: World, dossier: Dossier, agency: str | None, result: str | None, due: str, reason: str
) -> Change:
    """An agency will be late: why, and the day (YYYY-MM-DD) at whose closing the result will be there instead.

    If only one agency owes something, it need not be named; a result not named is the first that it owes.
    Results that begin with this one are promised anew too. Each result once only.
    """
    agency = _owing(dossier, agency, result)
    chosen = result or owed_by(dossier, agency)[0]
    if any(a["result"] == chosen for a in dossier.apologies):
        raise AlreadyApologised
    before = next(r for r in dossier.results if r["id"] == chosen)
    moment = _new_date(due, max(world.clock.now(), datetime.fromisoformat(before["due"])))
    later = [{"result": chosen, "due": moment.isoformat()}]
    moved = _moved(dossier, later)
    facts = {
        "agency": agency,
        "result": chosen,
        "reason": reason,
        "before": {r["id"]: r["due"] for r in dossier.owed()},
        "later": later,
        "results": moved,
    }
    mail_id = f"apology-{len(dossier.apologies)}"
    mail = message(world, MAIL, packed(dossier.code, "apology", mail_id))
    return [("apologised", facts)], [mail, *_awaited(world, dossier, moved)]


def _new_date(day: str, after: datetime) -> datetime:
    calendar = work_calendar()
    try:
        given = date.fromisoformat(day)
    except ValueError:
        given = None
    day_after = after.astimezone(HANOI).date()
    # of days long past the calendar knows no hours
    if (
        given is None
        or given < day_after
        or not calendar.is_working(given)
        or calendar.closing(given) <= after
    ):
        first = calendar.next_working(day_after)
        raise BodyInvalid(
            where="due",
            needed=f"a working day, YYYY-MM-DD, not before {first}",
            needed_vi=f"một ngày làm việc, NNNN-TT-NN, từ {first:%d/%m/%Y}",
        )
    return calendar.closing(given)


# ---- new dates ---------------------------------------------------------------------------------


def reschedule(world: World, dossier: Dossier) -> Change:
    """Later dates, told to the citizen, where the desks were closed on days that were open when dates were promised.

    An earlier date is never put in a promise's place.
    """
    moved = _moved(dossier, [])
    if not moved:
        return NOTHING
    mail_id = f"rescheduled-{dossier.version + 1}"
    mail = message(world, MAIL, packed(dossier.code, "rescheduled", mail_id))
    facts = {"later": [], "results": moved}
    return [("rescheduled", facts)], [mail, *_awaited(world, dossier, moved)]


def _moved(dossier: Dossier, later: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The owed results that will be later by these changes: date and sum, and the agency's own date if it has begun."""
    known = {r["id"]: r for r in dossier.owed()}
    every = [*dossier.later, *later]
    return [
        {
            "id": r.id,
            "due": r.due.isoformat(),
            "steps": list(r.steps),
            "calendar": r.calendar,
            "provisional": r.provisional,
            **_agency_due(dossier, known[r.id], r.due, every),
        }
        for r in handover.reckoned(dossier, every)
        if r.id in known and r.due > datetime.fromisoformat(known[r.id]["due"])
    ]


def _agency_due(
    dossier: Dossier, result: Mapping[str, Any], due: datetime, later: Sequence[Mapping[str, str]]
) -> dict[str, str]:
    """A step that has begun counts from its own begin, waits too; an apology's date is the agency's as well."""
    if "agency_due" not in result:
        return {}
    begun = datetime.fromisoformat(result["begun"])
    terms = deadlines.linked_due(handover.rules_of(dossier), result["after"], begun)
    own = next(r.due for r in terms if r.id == result["id"])
    for each in handover.later_of(later):
        if isinstance(each, deadlines.Anew):
            own = each.due if each.result == result["id"] else own
        elif each.agency == result["agency"] and each.until > begun:
            own = deadlines.later_by(own, replace(each, since=max(each.since, begun)))
    return {"agency_due": min(own, due).isoformat()}


def _awaited(
    world: World, dossier: Dossier, results: Sequence[Mapping[str, Any]]
) -> list[Outgoing]:
    """A message for each new date; those for the old dates find that it is not time yet."""
    return [
        message(
            world,
            AWAIT,
            packed(dossier.code, r["id"], "1"),
            datetime.fromisoformat(r.get("agency_due", r["due"])),
        )
        for r in results
    ]
