"""The desk's own papers, put together from dossiers: the control slip of one, the register of a unit and a period.

In: a dossier with its history, or a ward and two days. Out: PDF bytes. Refused: a control slip of a dossier that was
never received, a period of more than 31 days. Nothing is invented: a hand-over stands here only if the history has it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib import handover, slips
from chalicelib.changes import load
from chalicelib.dossier.case import Dossier, Event
from chalicelib.dossier.states import State
from chalicelib.errors import BodyInvalid, MoveNotAllowed
from chalicelib.ports import World
from chalicelib.procedures import catalogue, desks, units

RECEIVED = (State.VERIFIED, State.HANDED_OVER, State.COMPLETED)
LONGEST = timedelta(days=31)
MOST_DOSSIERS = 100_000  # of a state, looked through for a register
SYSTEM = "Hệ thống Một Cửa"
COLLECTED = "Trực tiếp"  # all results are handed out at the desk; see the reception slip, line 6


def control_slip(dossier: Dossier, history: Sequence[Event], now: datetime, url: str) -> bytes:
    """Phiếu kiểm soát: from the citizen to the desk, from the desk to each agency, and each result back.

    Raises:
        MoveNotAllowed: the dossier was not received yet.
    """
    if not dossier.received_at:
        raise MoveNotAllowed(state=dossier.state.value)
    desk = handover.desk_of(dossier)
    rows = [_received(dossier, desk)]
    for event in history:
        rows += _handed_over(dossier, desk, event) + _given_back(dossier, desk, event)
    return slips.control(
        {
            "code": dossier.code,
            "authority": (desk.above, desk.own),
            "ward": desk.place,
            "procedure": handover.rules_of(dossier).name[0],
            "agencies": [handover.agency_name(dossier, a) for a in dossier.deliveries],
            "rows": rows,
            "open": [_open(dossier, r, now) for r in dossier.owed()],
            "status_url": url,
            "printed_at": now,
            "on": handover.rules_of(dossier).on,
        }
    )


def _received(dossier: Dossier, desk: desks.Desk) -> dict[str, Any]:
    at = datetime.fromisoformat(dossier.received_at or dossier.opened_at)
    row = _row("Người nộp hồ sơ", desk.name, at)
    return {**row, "given_by": dossier.applicant["name"], "taken_by": _person(dossier.verified_by)}


def _handed_over(dossier: Dossier, desk: desks.Desk, event: Event) -> list[dict[str, Any]]:
    """The desk gave the dossier to an agency: a webhook was taken, or the agency fetched it."""
    facts = event.facts
    is_tried = event.kind == "delivery_tried" and facts["state"] == "delivered"
    if not is_tried and event.kind != "delivery_pulled":
        return []
    delivery = dossier.delivery(facts.get("id") or dossier.deliveries[facts["agency"]].id)
    notes = {
        "dossier.supplemented": "Hồ sơ bổ sung",
        "dossier.corrected": "Hồ sơ đính chính",
        "dossier.result": "Báo kết quả liên thông",
        "dossier.stopped": "Báo dừng giải quyết",
    }
    agency = handover.agency_name(dossier, facts["agency"])
    row = _row(desk.name, agency, datetime.fromisoformat(event.at))
    note = notes.get(delivery.kind, "") if delivery else ""
    return [{**row, "given_by": SYSTEM, "taken_by": agency, "note": note}]


def _given_back(dossier: Dossier, desk: desks.Desk, event: Event) -> list[dict[str, Any]]:
    """An agency gave a result, refused it, or asked the citizen for more."""
    facts, at = event.facts, datetime.fromisoformat(event.at)
    if event.kind not in ("agency_answered", "request_opened"):
        return []
    agency = handover.agency_name(dossier, facts["agency"])
    row = {**_row(agency, desk.name, at), "given_by": agency, "taken_by": SYSTEM}
    if event.kind == "request_opened":
        return [{**row, "given_by": _person(event.actor), "note": "Yêu cầu công dân bổ sung"}]
    known = {r["id"]: r for r in dossier.results}
    match facts["answer"]:
        case "supplement":
            return [{**row, "note": "Yêu cầu công dân bổ sung"}]
        case "delayed":
            return [{**row, "note": "Xin lỗi, hẹn lại ngày trả"}]
        case "result" | "refused":
            settled = [known[r["id"]] for r in facts["results"] if r.get("settled")]
            return [_settled(row, result, at) for result in settled]
    return []


def _settled(row: Mapping[str, Any], result: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    is_refused = result["settled"] == "refused"
    note = f"Không giải quyết: {result['name']}" if is_refused else result["name"]
    return {**row, "outcome": in_time(at, datetime.fromisoformat(result["due"])), "note": note}


def in_time(at: datetime, due: datetime) -> str:
    """Trước hạn (an earlier day than promised), Đúng hạn, or Quá hạn: as facts §4.4, reckoned, not stored."""
    if at > due:
        return "Quá hạn"
    is_early = handover.day_in_hanoi(at) < handover.day_in_hanoi(due)
    return "Trước hạn" if is_early else "Đúng hạn"


def _row(giver: str, taker: str, at: datetime) -> dict[str, Any]:
    return {"giver": giver, "taker": taker, "at": at, "outcome": "", "note": ""}


def _person(actor: str | None) -> str:
    return (actor or "").removeprefix("officer:").replace("system", SYSTEM)


def _open(dossier: Dossier, result: Mapping[str, Any], now: datetime) -> str:
    due = datetime.fromisoformat(result["due"])
    standing = "quá hạn" if now > due else "trong hạn"
    if result["agency"] in dossier.requests:
        standing = "tạm dừng, chờ công dân bổ sung"
    day = due.astimezone(handover.HANOI)
    agency = handover.agency_name(dossier, result["agency"])
    return f"{result['name']} ({agency}): hẹn trả {day:%H:%M %d/%m/%Y}, {standing}"


# ---- the register ------------------------------------------------------------------------------


def entries(world: World, ward: str, first: date, last: date) -> list[Dossier]:
    """The dossiers that this ward received from the first day to the last, in the order they were received.

    Every dossier of a state is looked through: the store has no index by ward and day.

    Raises:
        BodyInvalid: the last day is before the first, or more than 31 days after it.
    """
    if not first <= last <= first + LONGEST:
        raise BodyInvalid(
            where="to",
            needed="a day from `from`, at most 31 days later",
            needed_vi="ngày từ `from` trở đi, nhiều nhất 31 ngày",
        )
    codes = [c for state in RECEIVED for c in world.dossiers.in_state(state, MOST_DOSSIERS)]
    found = [d for d in (load(world, code) for code in codes) if _is_in(d, ward, first, last)]
    return sorted(found, key=lambda d: (d.received_at or "", d.code))


def _is_in(dossier: Dossier, ward: str, first: date, last: date) -> bool:
    if dossier.ward != ward or not dossier.received_at:
        return False
    return first <= handover.day_in_hanoi(datetime.fromisoformat(dossier.received_at)) <= last


def register(
    dossiers: Sequence[Dossier], ward: units.Ward, first: date, last: date, now: datetime
) -> bytes:
    """Sổ theo dõi hồ sơ: these dossiers, one row each."""
    desk = desks.desk_of(catalogue.procedure("khai_sinh", last), ward)
    return slips.register(
        {
            "authority": (desk.above, desk.own),
            "ward": ward.name,
            "desk": desk.name,
            "first": first,
            "last": last,
            "rows": [_entry(d, now) for d in dossiers],
            "printed_at": now,
        }
    )


def _entry(dossier: Dossier, now: datetime) -> dict[str, Any]:
    agencies = dict.fromkeys(handover.agency_name(dossier, r["agency"]) for r in dossier.results)
    days = [r.get("date") for r in dossier.results]
    return {
        "code": dossier.code,
        "procedure": handover.rules_of(dossier).name[0],
        "person": dossier.applicant["name"],
        "address": dossier.applicant.get("address", ""),
        "phone": dossier.applicant.get("phone", ""),
        "agency": "; ".join(agencies),
        "received_at": datetime.fromisoformat(dossier.received_at or dossier.opened_at),
        "due": [datetime.fromisoformat(r["due"]) for r in dossier.results],
        "returned": [date.fromisoformat(d) if d else None for d in days],
        "collect": COLLECTED,
        "note": "; ".join(_notes(dossier, now)),
    }


def _notes(dossier: Dossier, now: datetime) -> list[str]:
    refused = [r["name"] for r in dossier.results if r.get("settled") == "refused"]
    late = [r for r in dossier.owed() if now > datetime.fromisoformat(r["due"])]
    overdue = [r["name"] for r in late if r["agency"] not in dossier.requests]
    waits = sum("until" in each for each in dossier.later)
    return [
        *([f"Không giải quyết: {', '.join(refused)}"] if refused else []),
        *([f"Quá hạn: {', '.join(overdue)}"] if overdue else []),
        *(["Đang chờ công dân bổ sung"] if dossier.requests else []),
        *([f"Đã bổ sung {waits} lần"] if waits else []),
        *(["Đã xin lỗi, hẹn lại"] if dossier.apologies else []),
    ]
