"""What stands on a slip, how dates are written, and what of a person is shown. Text out."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict

FORMS = Path(__file__).resolve().parents[2] / "schemas" / "slips" / "forms.json"
HANOI = timezone(timedelta(hours=7), "ICT")


class PaperRow(TypedDict):
    """A component of the dossier, and how many originals, certified copies and plain copies."""

    title: str
    originals: int
    certified: int
    copies: int


class ResultRow(TypedDict):
    """A result the citizen will get: from whom, when (aware), and the term that the rules give."""

    name: str
    agency: str
    due: datetime
    term: str
    provisional: NotRequired[bool]  # the holidays of that year are not known yet


class FaultRow(TypedDict):
    """Something to mend: the paper it is about ("" for the whole dossier) and what to do."""

    paper: str
    text: str


class MovedRow(TypedDict):
    """A result promised anew: by whom, for when it was promised, and for when now (aware)."""

    name: str
    agency: str
    before: datetime
    after: datetime


class Slip(TypedDict):
    """All that the citizen's slips print. Times are aware; texts are Vietnamese."""

    code: str
    authority: Sequence[str]  # the superior authority, then the one that receives
    ward: str  # place of issue, as in “Phường Mẫu, ngày …”
    desk: str
    applicant: str
    channel: str  # Trực tuyến, Trực tiếp, Số hóa lưu trữ
    phone: NotRequired[str]
    email: NotRequired[str]
    address: NotRequired[str]
    id_number: NotRequired[str]
    owner: NotRequired[str]  # chủ hồ sơ, where it is not the applicant
    procedure: str
    papers: Sequence[PaperRow]
    received_at: datetime  # for a supplement or refusal: when it was decided
    results: NotRequired[Sequence[ResultRow]]
    waits: NotRequired[Sequence[tuple[str, datetime, datetime]]]  # agency, since, until
    collect_at: NotRequired[str]
    status_url: str
    hotline: NotRequired[str]
    officer: NotRequired[str]
    book: NotRequired[str]
    number: NotRequired[str]
    faults: NotRequired[Sequence[FaultRow]]
    reason: NotRequired[str]
    moved: NotRequired[Sequence[MovedRow]]
    issued_at: NotRequired[datetime]  # the day of the slip, where it is not `received_at`
    on: NotRequired[date]  # whose day's forms hold; that of the slip unless told
    receiver: NotRequired[str]  # committee (unless told) or police


class HandoverRow(TypedDict):
    """One hand-over on the control slip. `outcome`: Trước hạn, Đúng hạn, Quá hạn, or "" where nothing was due."""

    giver: str
    taker: str
    at: datetime
    given_by: str
    taken_by: str
    outcome: str
    note: str


class ControlSlip(TypedDict):
    """What the control slip prints, hand-overs in their order; `open`: results still owed, in words."""

    code: str
    authority: Sequence[str]
    ward: str
    procedure: str
    agencies: Sequence[str]
    rows: Sequence[HandoverRow]
    open: Sequence[str]
    status_url: str
    printed_at: datetime
    on: date


class RegisterRow(TypedDict):
    """One dossier in the register. Dates aware; `due` and `returned` one per result, None: not yet."""

    code: str
    procedure: str
    person: str
    address: str
    phone: str
    agency: str
    received_at: datetime
    due: Sequence[datetime]
    returned: Sequence[date | None]
    collect: str
    note: str


class Register(TypedDict):
    """One receiving unit's dossiers of a period (both days included), in the order they were received."""

    authority: Sequence[str]
    ward: str
    desk: str
    first: date
    last: date
    rows: Sequence[RegisterRow]
    printed_at: datetime


def form_of(kind: str, on: date, receiver: str = "committee") -> Mapping[str, Any]:
    """Title, form and sign of a slip by the rules of that day (`schemas/slips/forms.json`)."""
    day = on.isoformat()
    found: list[Mapping[str, Any]] = [
        f
        for f in _forms()[kind]
        if f.get("valid_from", day) <= day <= f.get("valid_to", day)
        and f.get("receiver", receiver) == receiver
    ]
    return found[-1]


@cache
def _forms() -> Any:
    return json.loads(FORMS.read_text("utf-8"))


def day_in_words(at: datetime) -> str:
    """`ngày 05 tháng 03 năm 2025`, in Hanoi; two digits, so that none can be written in front."""
    local = at.astimezone(HANOI)
    return f"ngày {local:%d} tháng {local:%m} năm {local:%Y}"


def moment_in_words(at: datetime) -> str:
    """`08 giờ 30 phút, ngày 05 tháng 03 năm 2025`, in Hanoi."""
    local = at.astimezone(HANOI)
    return f"{local:%H} giờ {local:%M} phút, {day_in_words(at)}"


def short_moment(at: datetime) -> str:
    """`17 giờ 30, 05/03/2025`, in Hanoi, for tables."""
    local = at.astimezone(HANOI)
    return f"{local:%H} giờ {local:%M}, {local:%d/%m/%Y}"


def masked_id(number: str) -> str:
    """First three and last character: `001********7`."""
    return _masked(number, 3, 1)


def masked_phone(number: str) -> str:
    """First three and last two digits: `090*****21`."""
    return _masked(re.sub(r"[\s.\-()]", "", number), 3, 2)


def masked_email(address: str) -> str:
    """First letter and the domain: `m***@example.vn`."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}" if at else "***"


def clean(text: str) -> str:
    """Text in NFC on one line, without control characters."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in composed)
    return " ".join(visible.split())


def _masked(text: str, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    if hidden < head + tail:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[-tail:]
