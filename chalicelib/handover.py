"""What leaves the house for the agencies: envelopes, results with their dates, put together from the stages.

A dossier in; ready bytes out. Nothing is sent here, and no store is asked. What citizens get: `letters`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.dispatch import envelope as envelopes
from chalicelib.dossier.case import Dossier, Paper
from chalicelib.procedures import catalogue, deadlines, desks, merge, units

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
ORIGINALS_FOR = timedelta(days=90)
FAULTS_FOUND = "Hồ sơ còn thiếu hoặc có chỗ chưa đúng"


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


def reckoned(dossier: Dossier, later: Sequence[Mapping[str, str]]) -> list[deadlines.ResultDue]:
    """Every result's date as it is with what came later: waits for the citizen, apologies."""
    received = datetime.fromisoformat(dossier.received_at or dossier.opened_at).astimezone(HANOI)
    return deadlines.results_due(rules_of(dossier), received, later_of(later))


def later_of(later: Sequence[Mapping[str, str]]) -> list[deadlines.Later]:
    """Waits and apologies as the events keep them, for the reckoning."""
    return [
        deadlines.Anew(each["result"], datetime.fromisoformat(each["due"]))
        if "result" in each
        else deadlines.Wait(
            each["agency"], *(datetime.fromisoformat(each[k]) for k in ("since", "until"))
        )
        for each in later
    ]


def fields_of(dossier: Dossier) -> dict[str, dict[str, Any]]:
    """The dossier's merged fields, each with the paper it came from."""
    return {
        key: {**asdict(m.field), "paper": m.paper}
        for key, m in merge.merged(rules_of(dossier), dossier).items()
    }


def attachments(dossier: Dossier, agency: str, base_url: str) -> list[dict[str, Any]]:
    """Where the agency may ask for the originals that its step names; each asking is in the history."""
    base = f"{base_url}/v1/agencies/{agency}/dossiers/{dossier.code}/papers"
    until = originals_until(dossier).isoformat(timespec="seconds")
    return [
        {"paper": p.id, "url": f"{base}/{p.id}", "expires": until} for p in shared(dossier, agency)
    ]


def shared(dossier: Dossier, agency: str) -> list[Paper]:
    """The papers of which the agency's step names a kind, and those brought because it asked for more."""
    share = rules_of(dossier).share(agency)
    kinds, brought = share.papers if share else (), dossier.brought.get(agency, ())
    return [
        p
        for p in dossier.live_papers()
        if p.id in brought or any(f.kind in kinds for f in p.papers)
    ]


def originals_until(dossier: Dossier) -> datetime:
    """Till when agencies may ask for originals: 90 days from reception, or from the last supplement."""
    moments = [dossier.received_at or dossier.opened_at]
    moments += [each["until"] for each in dossier.later if "until" in each]
    return max(datetime.fromisoformat(m) for m in moments) + ORIGINALS_FOR


def envelope(
    dossier: Dossier,
    agency: str,
    now: datetime,
    base_url: str,
    event: tuple[str, str] | None = None,
) -> bytes:
    """The bytes this agency gets of a verified dossier: only the fields its step of the procedure names.

    `event`: id and kind, if it is not the first one.
    """
    rules, ward = rules_of(dossier), ward_of(dossier)
    share = rules.share(agency)
    named = share.fields if share else ()
    id, kind = event or (dossier.deliveries[agency].id, envelopes.TYPE)
    content = envelopes.build(
        id=id,
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
        attachments=attachments(dossier, agency, base_url),
    )
    return envelopes.canonical({**content, "type": kind})


def desk_of(dossier: Dossier) -> desks.Desk:
    """Who received the dossier."""
    return desks.desk_of(rules_of(dossier), ward_of(dossier))


def agency_name(dossier: Dossier, agency: str) -> str:
    """The agency's name on the dossier's day and in its ward, in Vietnamese."""
    share = rules_of(dossier).share(agency)
    return desks.agency_here(share.name[0], ward_of(dossier)) if share else agency
