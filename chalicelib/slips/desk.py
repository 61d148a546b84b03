"""The desk's own papers: the control slip of a dossier, the register of a unit (Thông tư 01/2018/TT-VPCP, Mẫu 05, 06).

In: a `ControlSlip` or a `Register`, plain values. Out: PDF bytes. The register names persons with masked telephone.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.slips import sheet
from chalicelib.slips.sheet import said, text
from chalicelib.slips.words import (
    HANOI,
    day_in_words,
    form_of,
    masked_phone,
    moment_in_words,
    short_moment,
)


def control(slip: Mapping[str, Any]) -> bytes:
    """Mẫu 05 (06 since 2025): who gave the dossier to whom, when, and whether in time."""
    form = form_of("control", slip["on"])
    lead, *helping = slip["agencies"]
    parts = [
        text(f"<i>{form['form']}</i>", "corner"),
        sheet.header(
            slip["authority"],
            [
                text(f"Mã hồ sơ: <b>{said(slip['code'])}</b>", "code"),
                sheet.qr(slip["status_url"], 54),
            ],
            [text(f"<i>{said(slip['ward'])}, {day_in_words(slip['printed_at'])}</i>", "middle")],
        ),
        text(f"<b>{form['title']}</b>", "form"),
        text(f"Nội dung hồ sơ: <b>{said(slip['procedure'])}</b>."),
        text(f"Cơ quan giải quyết hồ sơ: {said(lead)}."),
        *([text(f"Cơ quan phối hợp giải quyết: {said('; '.join(helping))}.")] if helping else []),
        sheet.space(4),
        sheet.ruled(
            ("TÊN CƠ QUAN", "THỜI GIAN GIAO, NHẬN HỒ SƠ", "KẾT QUẢ GIẢI QUYẾT HỒ SƠ", "GHI CHÚ"),
            [_handover(row) for row in slip["rows"]],
            (0.28, 0.34, 0.18, 0.20),
            style="tall",
        ),
        *_still_open(slip["open"]),
    ]
    return sheet.pdf(f"{form['title']} {slip['code']}", slip["authority"][-1], parts)


def _handover(row: Mapping[str, Any]) -> Sequence[str]:
    return [
        f"1. Giao: {said(row['giver'])}<br/>2. Nhận: {said(row['taker'])}",
        f"{moment_in_words(row['at'])}<br/>Người giao: {said(row['given_by'])}<br/>"
        f"Người nhận: {said(row['taken_by'])}",
        f"<b>{said(row['outcome'])}</b>",
        said(row["note"]),
    ]


def _still_open(lines: Sequence[str]) -> list[Any]:
    if not lines:
        return []
    return [
        sheet.space(4),
        text("<b>Chưa trả kết quả:</b>"),
        *(text(f"- {said(line)}", "dash") for line in lines),
    ]


HEADS = (
    ("TT", 1),
    ("Mã hồ sơ", 1),
    ("Tên TTHC", 1),
    ("Số lượng hồ sơ (bộ)", 1),
    ("Tên cá nhân, tổ chức", 1),
    ("Địa chỉ, số điện thoại", 1),
    ("Cơ quan chủ trì giải quyết", 1),
    ("Ngày, tháng, năm", 3),
    ("Phương thức nhận kết quả", 1),
    ("Ký nhận", 1),
    ("Ghi chú", 1),
)
BELOW = (*[""] * 7, "Nhận hồ sơ", "Hẹn trả kết quả", "Trả kết quả", "", "", "")
SHARES = (0.028, 0.148, 0.12, 0.04, 0.08, 0.105, 0.095, 0.068, 0.068, 0.068, 0.055, 0.045, 0.08)


def register(book: Mapping[str, Any]) -> bytes:
    """Mẫu 06 (07 since 2025): every dossier a unit received in a period."""
    form = form_of("register", book["last"])
    width = sheet.LONG_SIDE
    span = f"(Từ ngày {book['first']:%d/%m/%Y} đến ngày {book['last']:%d/%m/%Y})"
    count = f"Tổng số: {len(book['rows'])} hồ sơ. In lúc {short_moment(book['printed_at'])}."
    parts = [
        text(f"<i>{form['form']}</i>", "corner"),
        sheet.header(
            book["authority"], [text(f"<i>{said(book['desk'])}</i>", "middle")], [], width
        ),
        text(f"<b>{form['title']}</b>", "form"),
        text(f"<i>{span}</i>", "middle"),
        sheet.space(6),
        sheet.ruled(
            BELOW,
            [_entry(n, row) for n, row in enumerate(book["rows"], 1)],
            SHARES,
            width,
            "tiny",
            HEADS,
        ),
        sheet.space(4),
        text(count, "note"),
    ]
    return sheet.pdf(f"{form['title']} {book['ward']}", book["authority"][-1], parts, across=True)


def _entry(number: int, row: Mapping[str, Any]) -> Sequence[str]:
    return [
        str(number),
        said(row["code"]),
        said(row["procedure"]),
        "01",
        said(row["person"]),
        _contact(row),
        said(row["agency"]),
        _day(row["received_at"].astimezone(HANOI)),
        "<br/>".join(_day(due.astimezone(HANOI)) for due in row["due"]),
        "<br/>".join(_day(day) for day in row["returned"]),
        said(row["collect"]),
        "",
        said(row["note"]),
    ]


def _contact(row: Mapping[str, Any]) -> str:
    phone = masked_phone(row["phone"]) if row["phone"] else ""
    return "<br/>".join(said(part) for part in (row["address"], phone) if part)


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "……"
