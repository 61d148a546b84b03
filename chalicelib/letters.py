"""What citizens get: each occasion's slip (PDF) and mail, put together from the dossier and its rules.

A dossier in; ready bytes and a mail out. Nothing is sent here, and no store is asked.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from chalicelib import handover, notifications, slips
from chalicelib.dossier.case import Dossier
from chalicelib.ports import Mail

Letter = tuple[bytes | None, tuple[str, str]]
CHANNELS = {"mobile": "Trực tuyến", "desk": "Trực tiếp", "archive": "Số hóa lưu trữ"}


def slip_key(code: str, mail_id: str) -> str:
    """Where a slip's PDF lies."""
    return f"slips/{code}/{mail_id}.pdf"


def letter(
    dossier: Dossier, occasion: str, mail_id: str, base_url: str
) -> tuple[bytes | None, Mail | None]:
    """The slip (PDF; None for occasions that have none) of an occasion and, with an address, its mail."""
    url = f"{base_url}/tra-cuu/{dossier.code}"  # no secret in it: anyone may see the slip
    if occasion in _NUMBERED:
        pdf, (subject, text) = _NUMBERED[occasion](dossier, url, int(mail_id.rpartition("-")[2]))
    else:
        pdf, (subject, text) = _LETTERS[occasion](dossier, url)
    to = dossier.applicant.get("email")
    if not to:
        return pdf, None
    attached = ((f"{occasion}-{dossier.code}.pdf", "application/pdf", pdf),) if pdf else ()
    return pdf, Mail(f"{dossier.code}-{mail_id}", to, subject, text, attached)


def _reception(dossier: Dossier, url: str) -> Letter:
    slip = {**_slip(dossier, url), "results": [_result_row(dossier, r) for r in dossier.results]}
    due = [(r["name"], r["agency"], r["due"]) for r in slip["results"]]
    name, ward = handover.rules_of(dossier).name[0], handover.ward_of(dossier).full_name
    return slips.reception(slip), notifications.reception(dossier.code, name, ward, due, url)


def _supplement(dossier: Dossier, url: str) -> Letter:
    asked = dossier.supplement or {"reason": "", "faults": []}
    faults = [f["message"][0] for f in asked["faults"]]
    rows = [{"paper": "", "text": text} for text in faults or [asked["reason"]]]
    wanted = _to_bring(dossier, asked["faults"])
    slip = {**_slip(dossier, url), "papers": wanted, "faults": rows, "reason": asked["reason"]}
    mail = notifications.supplement(dossier.code, faults or [asked["reason"]], url)
    return slips.supplement(slip), mail


def _refused(dossier: Dossier, url: str) -> Letter:
    slip = {**_slip(dossier, url), "reason": dossier.refusal or ""}
    return slips.refusal(slip), notifications.refused(dossier.code, dossier.refusal or "", url)


def _ready(dossier: Dossier, url: str) -> Letter:
    there = [_result_row(dossier, r) for r in dossier.results if r.get("settled") == "result"]
    rows = [(r["name"], r["agency"], r["number"]) for r in there]
    refused = [r["name"] for r in dossier.results if r.get("settled") == "refused"]
    return None, notifications.ready(dossier.code, rows, refused, ready_on(dossier), url)


def ready_on(dossier: Dossier) -> date | None:
    """The one day on which the citizen can have all results: that of the last one."""
    days = [date.fromisoformat(r["date"]) for r in dossier.results if r.get("date")]
    return max(days, default=None)


def _asked(dossier: Dossier, url: str) -> Letter:
    """Agencies ask for more: all that is open, on one slip."""
    asked = [(handover.agency_name(dossier, a), r["reason"]) for a, r in dossier.requests.items()]
    rows = [{"paper": name, "text": reason} for name, reason in asked]
    since = max((r["since"] for r in dossier.requests.values()), default=dossier.opened_at)
    issued = {"issued_at": datetime.fromisoformat(since)}
    slip = {**_slip(dossier, url), **issued, "papers": [], "faults": rows, "reason": ""}
    return slips.supplement(slip), notifications.agency_asks(dossier.code, asked, url)


def _stopped(dossier: Dossier, url: str, number: int) -> Letter:
    """The answer of this number (from 0) was a refusal; the other results go on."""
    said = dossier.answers[number]
    name, reason = handover.agency_name(dossier, said["agency"]), said["reason"]
    settled = {r["id"] for r in said["results"]}
    slip = {
        **_slip(dossier, url),
        "issued_at": datetime.fromisoformat(said["at"]),
        "reason": reason,
        "agency": name,
        "names": [r["name"] for r in dossier.results if r["id"] in settled],
        "others": any(r["id"] not in settled for r in dossier.results),
    }
    return slips.stop(slip), notifications.agency_refuses(dossier.code, name, reason, url)


def _shifted(dossier: Dossier, url: str) -> Letter:
    rows = [_result_row(dossier, r) for r in dossier.results if not r.get("settled")]
    until = max((w["until"] for w in dossier.later if "until" in w), default=dossier.opened_at)
    every = [_result_row(dossier, r) for r in dossier.results]
    issued = {
        "issued_at": datetime.fromisoformat(until),
        "results": every,
        "waits": [
            (handover.agency_name(dossier, w["agency"]), *_span(w))
            for w in dossier.later
            if "until" in w
        ],
    }
    due = [(r["name"], r["agency"], r["due"]) for r in rows]
    return slips.reception({**_slip(dossier, url), **issued}), notifications.shifted(
        dossier.code, due, url
    )


def _rescheduled(dossier: Dossier, url: str) -> Letter:
    """The desks were closed: the reception slip anew, with the dates as they are now."""
    pdf, _ = _reception(dossier, url)
    rows = [_result_row(dossier, r) for r in dossier.owed()]
    due = [(r["name"], r["agency"], r["due"]) for r in rows]
    return pdf, notifications.rescheduled(dossier.code, due, url)


def _span(wait: Mapping[str, str]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(wait["since"]), datetime.fromisoformat(wait["until"])


def _apology(dossier: Dossier, url: str, number: int) -> Letter:
    """The apology of this number, from 0."""
    told = dossier.apologies[number]
    name = handover.agency_name(dossier, told["agency"])
    known = {r["id"]: r for r in dossier.results}
    moved = [
        {
            "name": known[r["id"]]["name"],
            "agency": handover.agency_name(dossier, known[r["id"]]["agency"]),
            "before": datetime.fromisoformat(told["before"][r["id"]]),
            "after": datetime.fromisoformat(r["due"]),
        }
        for r in told["results"]
    ]
    more = {"issued_at": datetime.fromisoformat(told["at"]), "moved": moved, "agency": name}
    slip = {**_slip(dossier, url), **more, "reason": told["reason"]}
    rows = [(r["name"], r["agency"], r["before"], r["after"]) for r in moved]
    return slips.apology(slip), notifications.apology(dossier.code, rows, told["reason"], url)


_LETTERS: dict[str, Callable[[Dossier, str], Letter]] = {
    "reception": _reception,
    "supplement": _supplement,
    "refused": _refused,
    "ready": _ready,
    "agency": _asked,
    "shifted": _shifted,
    "rescheduled": _rescheduled,
}
# Of these there may be several: the mail's id ends in the number of the one that is meant.
_NUMBERED: dict[str, Callable[[Dossier, str, int], Letter]] = {
    "stopped": _stopped,
    "apology": _apology,
}
SLIPS = (
    "reception",
    "supplement",
    "refused",
    "agency",
    "stopped",
    "shifted",
    "rescheduled",
    "apology",
)


def _slip(dossier: Dossier, url: str) -> dict[str, Any]:
    """What every slip prints."""
    desk, applicant = handover.desk_of(dossier), dossier.applicant
    optional = {k: applicant[k] for k in ("phone", "email", "address") if k in applicant}
    return {
        **optional,
        "code": dossier.code,
        "on": handover.rules_of(dossier).on,
        "receiver": desk.by,
        "authority": (desk.above, desk.own),
        "ward": desk.place,
        "desk": desk.name,
        "applicant": applicant["name"],
        "channel": CHANNELS[dossier.channel],
        "procedure": handover.rules_of(dossier).name[0],
        "papers": _paper_rows(dossier),
        "received_at": datetime.fromisoformat(
            dossier.received_at or dossier.decided_at or dossier.opened_at
        ),
        "status_url": url,
    }


def _paper_rows(dossier: Dossier) -> list[dict[str, Any]]:
    """Kinds of paper received and how many; what came by phone counts as a plain copy."""
    rules = handover.rules_of(dossier)
    kinds = Counter(found.kind for p in dossier.live_papers() for found in p.papers)
    return [_paper_row(rules.kind_title(kind)[0], n) for kind, n in kinds.items()]


def _to_bring(dossier: Dossier, faults: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The papers that faults are about: to be sent, or sent again."""
    about = {path for f in faults for path in f["paths"]}
    needs = [n for n in handover.rules_of(dossier).submit if f"papers.{n.id}" in about]
    return [_paper_row(n.title[0], 1) for n in needs]


def _paper_row(title: str, copies: int) -> dict[str, Any]:
    return {"title": title, "originals": 0, "certified": 0, "copies": copies}


def _result_row(dossier: Dossier, result: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": result["name"],
        "agency": handover.agency_name(dossier, result["agency"]),
        "due": datetime.fromisoformat(result["due"]),
        "term": result.get("term", ""),
        "provisional": result.get("provisional", False),
        "number": result.get("number", ""),
    }
