"""What leaves the house: envelopes for agencies, slips and mails for citizens, put together from the stages.

A dossier in; ready bytes and mails out. Nothing is sent here, and no store is asked.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib import notifications, slips
from chalicelib.dispatch import envelope as envelopes
from chalicelib.dossier.case import Dossier, Paper
from chalicelib.ports import Mail
from chalicelib.procedures import catalogue, deadlines, merge, units

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
Letter = tuple[bytes | None, tuple[str, str]]
ORIGINALS_FOR = timedelta(days=90)
FAULTS_FOUND = "Hồ sơ còn thiếu hoặc có chỗ chưa đúng"
CHANNELS = {"mobile": "Trực tuyến", "desk": "Trực tiếp", "archive": "Số hóa lưu trữ"}


def day_in_hanoi(at: datetime) -> date:
    """The calendar day in Hanoi."""
    return at.astimezone(HANOI).date()


def rules_of(dossier: Dossier) -> catalogue.Procedure:
    """The dossier's procedure by the version and day it was opened under, or was rebased to."""
    on = date.fromisoformat(dossier.rules_on) if dossier.rules_on else _opened_on(dossier)
    return catalogue.procedure(dossier.procedure, on, dossier.rules_version)


def ward_of(dossier: Dossier) -> units.Ward:
    """The dossier's ward as it was on the day the dossier was opened."""
    return units.find_ward(dossier.ward, _opened_on(dossier))


def _opened_on(dossier: Dossier) -> date:
    return day_in_hanoi(datetime.fromisoformat(dossier.opened_at))


def wanted(dossier: Dossier) -> str:
    """Titles of the papers that the procedure requires, for a refusal's way out."""
    return ", ".join(need.title[0] for need in rules_of(dossier).submit if need.required)


def spread(delivery_id: str, attempt: int) -> float:
    """A number from 0 to 1, the same for the same try: spreads retries without a random source."""
    return sha256(f"{delivery_id}/{attempt}".encode()).digest()[0] / 255


def verified(dossier: Dossier, ids: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Facts of the event `verified`: when received, which results are due when, one delivery per agency."""
    due = deadlines.results_due(rules_of(dossier), now.astimezone(HANOI))
    return {
        "received_at": now.isoformat(),
        "results": [_result(r) for r in due],
        "deliveries": [
            {"agency": agency, "id": id, "envelope": f"envelopes/{id}.json"}
            for agency, id in ids.items()
        ],
    }


def _result(r: deadlines.ResultDue) -> dict[str, Any]:
    """A result the citizen waits for, with how its date was reckoned."""
    name, name_en = r.name
    plain = {**asdict(r), "name": name, "name_en": name_en, "steps": list(r.steps)}
    return {**plain, "due": r.due.isoformat()}


def fields_of(dossier: Dossier) -> dict[str, dict[str, Any]]:
    """The dossier's merged fields, each with the paper it came from."""
    return {
        key: {**asdict(m.field), "paper": m.paper}
        for key, m in merge.merged(rules_of(dossier), dossier).items()
    }


def attachments(
    dossier: Dossier, agency: str, now: datetime, base_url: str
) -> list[dict[str, Any]]:
    """Where the agency may ask for the originals that its step names; each asking is in the history."""
    base = f"{base_url}/v1/agencies/{agency}/dossiers/{dossier.code}/papers"
    until = (now + ORIGINALS_FOR).isoformat(timespec="seconds")
    return [
        {"paper": p.id, "url": f"{base}/{p.id}", "expires": until} for p in shared(dossier, agency)
    ]


def shared(dossier: Dossier, agency: str) -> list[Paper]:
    """The papers of which the agency's step names a kind."""
    share = rules_of(dossier).share(agency)
    kinds = share.papers if share else ()
    return [p for p in dossier.live_papers() if any(f.kind in kinds for f in p.papers)]


def envelope(dossier: Dossier, agency: str, now: datetime, base_url: str) -> bytes:
    """The bytes this agency gets of a verified dossier: only the fields its step of the procedure names."""
    rules, ward = rules_of(dossier), ward_of(dossier)
    share = rules.share(agency)
    named = share.fields if share else ()
    content = envelopes.build(
        id=dossier.deliveries[agency].id,
        agency=agency,
        at=now,
        dossier=dossier,
        procedure={
            "key": rules.key,
            "code": rules.code,
            "version": rules.version,
            "name": rules.name[0],
        },
        ward={
            "code": ward.code,
            "version": ward.version,
            "name": ward.name,
            "full_name": ward.full_name,
        },
        fields={k: f for k, f in fields_of(dossier).items() if k in named},
        findings=dossier.findings,
        results=[r for r in dossier.results if r["agency"] == agency],
        attachments=attachments(dossier, agency, now, base_url),
    )
    return envelopes.canonical(content)


def slip_key(code: str, mail_id: str) -> str:
    """Where a slip's PDF lies."""
    return f"slips/{code}/{mail_id}.pdf"


def letter(
    dossier: Dossier, occasion: str, mail_id: str, base_url: str
) -> tuple[bytes | None, Mail | None]:
    """The slip (PDF; None for occasions that have none) of an occasion and, with an address, its mail."""
    url = f"{base_url}/tra-cuu/{dossier.code}"  # no secret in it: anyone may see the slip
    pdf, (subject, text) = _LETTERS[occasion](dossier, url)
    to = dossier.applicant.get("email")
    if not to:
        return pdf, None
    attached = ((f"{occasion}-{dossier.code}.pdf", "application/pdf", pdf),) if pdf else ()
    return pdf, Mail(f"{dossier.code}-{mail_id}", to, subject, text, attached)


def _reception(dossier: Dossier, url: str) -> Letter:
    slip = {**_slip(dossier, url), "results": [_result_row(dossier, r) for r in dossier.results]}
    due = [(r["name"], r["agency"], r["due"]) for r in slip["results"]]
    name, ward = rules_of(dossier).name[0], ward_of(dossier).full_name
    return slips.reception(slip), notifications.reception(dossier.code, name, ward, due, url)


def _supplement(dossier: Dossier, url: str) -> Letter:
    asked = dossier.supplement or {"reason": "", "faults": []}
    faults = [f["message"][0] for f in asked["faults"]]
    rows = [{"paper": "", "text": text} for text in faults or [asked["reason"]]]
    slip = {**_slip(dossier, url), "papers": [], "faults": rows, "reason": asked["reason"]}
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


def _agency_asks(dossier: Dossier, url: str) -> Letter:
    asked = next(a for a in reversed(dossier.answers) if a["answer"] in ("supplement", "refused"))
    share = rules_of(dossier).share(asked["agency"])
    name = share.name[0] if share else asked["agency"]
    tell = {"supplement": notifications.agency_asks, "refused": notifications.agency_refuses}
    return None, tell[asked["answer"]](dossier.code, name, asked["reason"], url)


_LETTERS = {
    "reception": _reception,
    "supplement": _supplement,
    "refused": _refused,
    "ready": _ready,
    "agency": _agency_asks,
}
SLIPS = ("reception", "supplement", "refused")


def _slip(dossier: Dossier, url: str) -> dict[str, Any]:
    """What every slip prints."""
    ward, applicant = ward_of(dossier), dossier.applicant
    optional = {k: applicant[k] for k in ("phone", "email", "address") if k in applicant}
    return {
        **optional,
        "code": dossier.code,
        "authority": (ward.parent, f"UBND {ward.name}"),
        "ward": ward.name,
        "desk": f"Bộ phận Một cửa {ward.name}",
        "applicant": applicant["name"],
        "channel": CHANNELS[dossier.channel],
        "procedure": rules_of(dossier).name[0],
        "papers": _paper_rows(dossier),
        "received_at": datetime.fromisoformat(
            dossier.received_at or dossier.decided_at or dossier.opened_at
        ),
        "status_url": url,
    }


def _paper_rows(dossier: Dossier) -> list[dict[str, Any]]:
    """Kinds of paper received and how many; what came by phone counts as a plain copy."""
    rules = rules_of(dossier)
    kinds = Counter(found.kind for p in dossier.live_papers() for found in p.papers)
    return [
        {"title": rules.kind_title(kind)[0], "originals": 0, "certified": 0, "copies": n}
        for kind, n in kinds.items()
    ]


def _result_row(dossier: Dossier, result: Mapping[str, Any]) -> dict[str, Any]:
    share = rules_of(dossier).share(result["agency"])
    return {
        "name": result["name"],
        "agency": share.name[0] if share else result["agency"],
        "due": datetime.fromisoformat(result["due"]),
        "term": result.get("term", ""),
        "number": result.get("number", ""),
    }
