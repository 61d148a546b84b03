"""What stands on a slip, how dates are written, and what of a person is shown. Text out."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import NotRequired, TypedDict

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


class FaultRow(TypedDict):
    """Something to mend: the paper it is about ("" for the whole dossier) and what to do."""

    paper: str
    text: str


class Slip(TypedDict):
    """All that the three slips print. Times are aware; texts are Vietnamese."""

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
    collect_at: NotRequired[str]
    status_url: str
    hotline: NotRequired[str]
    officer: NotRequired[str]
    book: NotRequired[str]
    number: NotRequired[str]
    faults: NotRequired[Sequence[FaultRow]]
    reason: NotRequired[str]


def day_in_words(at: datetime) -> str:
    """`ngày 05 tháng 03 năm 2025`, in Hanoi; two digits, so that none can be written in front."""
    local = at.astimezone(HANOI)
    return f"ngày {local:%d} tháng {local:%m} năm {local:%Y}"


def moment_in_words(at: datetime) -> str:
    """`08 giờ 30 phút, ngày 05 tháng 03 năm 2025`, in Hanoi."""
    local = at.astimezone(HANOI)
    return f"{local:%H} giờ {local:%M} phút, {day_in_words(at)}"


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
