"""The citizen's slips, line by line as Thông tư 01/2018/TT-VPCP prints them (Mẫu 01 to 04), titled by date.

In: a `Slip`. Out: PDF bytes. A linked dossier repeats line 5 for each result, with its own date
and agency.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.slips import sheet
from chalicelib.slips.sheet import said, text
from chalicelib.slips.words import (
    HANOI,
    ResultRow,
    day_in_words,
    form_of,
    masked_email,
    masked_id,
    masked_phone,
    moment_in_words,
    short_moment,
)

Parts = list[Any]
NOT_KNOWN = "……………"


def reception(slip: Mapping[str, Any]) -> bytes:
    """Mẫu 01: the dossier is received; when each result is due. Needs `results`."""
    parts = [
        *_top(slip, "reception"),
        text(f"<b>{said(slip['desk'])}:</b>"),
        text(f"Tiếp nhận hồ sơ của Ông (Bà): {_person(slip)} ({said(slip['channel'])})."),
        *_contact(slip),
        text(f"Nội dung yêu cầu giải quyết: <b>{said(slip['procedure'])}</b>."),
        *_owner(slip),
        text("1. Thành phần hồ sơ, số lượng mỗi loại giấy tờ:"),
        sheet.components(slip["papers"]),
        sheet.space(4),
        text("2. Số lượng hồ sơ: 01 bộ."),
        *_terms(slip["results"]),
        text(f"4. Thời gian nhận hồ sơ: {moment_in_words(slip['received_at'])}."),
        *_due_dates(slip["results"]),
        *_waits(slip.get("waits", ())),
        text(_may_be_sooner(slip), "note"),
        sheet.together([*_collecting(slip), *_both_sign(slip)]),
    ]
    return _pdf(slip, "reception", parts)


def supplement(slip: Mapping[str, Any]) -> bytes:
    """Mẫu 02: all that must be mended, at once. Needs `faults`; `papers` are those to bring."""
    parts = [
        *_top(slip, "supplement"),
        text(f"<b>{said(slip['desk'])}:</b>"),
        text(f"Tiếp nhận hồ sơ/yêu cầu của Ông/Bà: {_person(slip)} ({said(slip['channel'])})."),
        text(f"Nội dung yêu cầu giải quyết: <b>{said(slip['procedure'])}</b>."),
        *_contact(slip),
        text("<b>Yêu cầu Ông/Bà hoàn thiện hồ sơ gồm những nội dung như sau:</b>"),
        *([sheet.components(slip["papers"]), sheet.space(4)] if slip["papers"] else []),
        text(f"<b>Lý do:</b> {_why(slip)}:"),
        *_faults(slip),
        sheet.space(4),
        text(_help(slip), "left"),
        *_one_signs(slip, "NGƯỜI HƯỚNG DẪN"),
    ]
    return _pdf(slip, "supplement", parts)


def refusal(slip: Mapping[str, Any]) -> bytes:
    """Mẫu 03: the dossier is not taken, and why. Needs `reason`."""
    notice = (
        f"Qua xem xét, {said(slip['desk'])} thông báo <b>không tiếp nhận, giải quyết hồ sơ này "
        f"với lý do cụ thể như sau:</b> {said(slip['reason'])}"
    )
    return _pdf(slip, "refusal", _refusing(slip, "refusal", notice))


def stop(slip: Mapping[str, Any]) -> bytes:
    """An agency does not give its result, the others go on. Needs `reason`, `agency` and the `names` of results."""
    names = ", ".join(said(name) for name in slip["names"])
    notice = (
        f"Qua xem xét, {said(slip['agency'])} thông báo <b>không giải quyết: {names}, "
        f"với lý do cụ thể như sau:</b> {said(slip['reason'])}"
    )
    others = "Các kết quả khác của hồ sơ vẫn được giải quyết và trả đúng hẹn."
    parts = _refusing(slip, "stop", notice, *([others] if slip.get("others") else []))
    return _pdf(slip, "stop", parts)


def _refusing(slip: Mapping[str, Any], kind: str, *notices: str) -> Parts:
    return [
        *_top(slip, kind),
        text(f"<b>{said(slip['desk'])}:</b>"),
        text(f"Tiếp nhận hồ sơ của Ông/Bà: {_person(slip)} ({said(slip['channel'])})."),
        *_contact(slip),
        text(f"Nội dung yêu cầu giải quyết: <b>{said(slip['procedure'])}</b>."),
        *(text(notice) for notice in notices),
        text("Xin thông báo cho Ông/Bà được biết và thực hiện./."),
        *_one_signs(slip, "NGƯỜI TỪ CHỐI"),
    ]


def apology(slip: Mapping[str, Any]) -> bytes:
    """Mẫu 04: a result is late, why, and when it will be there. Needs `reason`, `agency` and `moved`."""
    late = said(slip["agency"])
    parts = [
        *_top(slip, "apology"),
        text(f"Kính gửi: Ông/Bà {_person(slip)}", "middle"),
        sheet.space(6),
        text(
            f"Hồ sơ của Ông/Bà, mã hồ sơ <b>{said(slip['code'])}</b>, thủ tục "
            f"<b>{said(slip['procedure'])}</b>, được {said(slip['desk'])} tiếp nhận lúc "
            f"{moment_in_words(slip['received_at'])}.",
            "indented",
        ),
        text(
            f"Đến nay {late} chưa giải quyết xong để trả kết quả đúng hẹn. "
            f"<b>Lý do:</b> {said(slip['reason']).rstrip('. ')}.",
            "indented",
        ),
        text(
            f"{late} xin lỗi Ông/Bà vì sự chậm trễ này và hẹn lại thời gian trả kết quả như sau:",
            "indented",
        ),
        sheet.space(3),
        _moved(slip["moved"]),
        sheet.space(4),
        text(
            f"Ông/Bà có thể tra cứu tình trạng hồ sơ tại {said(slip['status_url'])}"
            f"{_or_call(slip)}. Rất mong Ông/Bà thông cảm./.",
            "indented",
        ),
        *_one_signs(slip, "THỦ TRƯỞNG ĐƠN VỊ", "(Ký, ghi rõ họ tên, đóng dấu)"),
    ]
    return _pdf(slip, "apology", parts)


def _moved(rows: Sequence[Mapping[str, Any]]) -> Any:
    cells = [
        [
            str(n),
            said(row["name"]),
            said(row["agency"]),
            short_moment(row["before"]),
            f"<b>{short_moment(row['after'])}</b>",
        ]
        for n, row in enumerate(rows, 1)
    ]
    heads = ("TT", "Kết quả", "Cơ quan giải quyết", "Đã hẹn trả", "Hẹn lại")
    return sheet.ruled(heads, cells, (0.07, 0.28, 0.27, 0.19, 0.19))


# ---- lines that the slips share ----------------------------------------------------------------


def _form(slip: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    day = slip.get("on") or _issued(slip).astimezone(HANOI).date()
    return form_of(kind, day, slip.get("receiver", "committee"))


def _issued(slip: Mapping[str, Any]) -> datetime:
    issued: datetime = slip.get("issued_at") or slip["received_at"]
    return issued


def _pdf(slip: Mapping[str, Any], kind: str, parts: Parts) -> bytes:
    title = _form(slip, kind)["title"]
    return sheet.pdf(f"{title} {slip['code']}", slip["authority"][-1], parts)


def _top(slip: Mapping[str, Any], kind: str) -> Parts:
    form = _form(slip, kind)
    sign = form.get("number")
    numbered = [text(f"Số: {said(slip.get('number') or '………')}/{sign}", "middle")] if sign else []
    code = [text(f"Mã hồ sơ: <b>{said(slip['code'])}</b>", "code")]
    picture = [sheet.qr(slip["status_url"], 64), text("<i>Quét mã để tra cứu tiến độ</i>", "small")]
    date = f"<i>{said(slip['ward'])}, {day_in_words(_issued(slip))}</i>"
    return [
        text(f"<i>{form['form']}</i>", "corner"),
        sheet.header(slip["authority"], [*numbered, *code, *picture], [text(date, "middle")]),
        text(f"<b>{form['title']}</b>", "form"),
    ]


def _person(slip: Mapping[str, Any]) -> str:
    return f"<b>{said(slip['applicant'])}</b>"


def _contact(slip: Mapping[str, Any]) -> Parts:
    phone = masked_phone(slip["phone"]) if slip.get("phone") else NOT_KNOWN
    email = masked_email(slip["email"]) if slip.get("email") else NOT_KNOWN
    number = masked_id(slip["id_number"]) if slip.get("id_number") else NOT_KNOWN
    address = slip.get("address") or NOT_KNOWN
    gap = "&nbsp;" * 3
    reach = f"Số điện thoại:&nbsp;{said(phone)}{gap} Email:&nbsp;{said(email)}"
    return [
        text(f"Địa chỉ: {said(address)}{gap} {reach}", "left"),
        text(f"Số căn cước/Hộ chiếu: {said(number)}"),
    ]


def _owner(slip: Mapping[str, Any]) -> Parts:
    return [text(f"Chủ hồ sơ: {said(slip['owner'])}")] if slip.get("owner") else []


def _terms(results: Sequence[ResultRow]) -> Parts:
    lead = "3. Thời gian giải quyết hồ sơ theo quy định là:"
    if len(results) == 1:
        return [text(f"{lead} {said(results[0]['term'])}.")]
    each = "; ".join(f"{said(r['name'])}: {said(r['term'])}" for r in results)
    return [text(f"{lead} {each}.", "left")]


def _due_dates(results: Sequence[ResultRow]) -> Parts:
    lead = "5. Thời gian trả kết quả giải quyết hồ sơ"
    if len(results) == 1:
        return [text(f"{lead}: {_due(results[0])}.")]
    return [
        text(
            f"{lead} ({said(result['name'])}, cơ quan giải quyết: {said(result['agency'])}): "
            f"{_due(result)}."
        )
        for result in results
    ]


def _due(result: ResultRow) -> str:
    note = " (tạm tính: chưa có lịch nghỉ lễ của năm này)" if result.get("provisional") else ""
    return f"<b>{moment_in_words(result['due'])}</b>{note}"


def _waits(waits: Sequence[tuple[str, datetime, datetime]]) -> Parts:
    """Why a date moved: time that an agency waited for the citizen."""
    return [
        text(
            f"<i>({said(agency)} chờ Ông/Bà bổ sung hồ sơ từ {short_moment(since)} đến "
            f"{short_moment(until)}; giờ làm việc trong thời gian này không tính vào thời hạn.)</i>",
            "note",
        )
        for agency, since, until in waits
    ]


def _may_be_sooner(slip: Mapping[str, Any]) -> str:
    return (
        "<i>(Hồ sơ có thể giải quyết xong trước thời gian quy định; "
        f"Ông/Bà tra cứu tình trạng hồ sơ tại {said(slip['status_url'])}{_or_call(slip)}.)</i>"
    )


def _or_call(slip: Mapping[str, Any]) -> str:
    return f" hoặc số điện thoại {said(slip['hotline'])}" if slip.get("hotline") else ""


def _collecting(slip: Mapping[str, Any]) -> Parts:
    place = slip.get("collect_at") or slip["desk"]
    return [text(f"6. Đăng ký nhận kết quả tại: {said(place)}."), text(_register(slip))]


def _both_sign(slip: Mapping[str, Any]) -> Parts:
    citizen = ("NGƯỜI NỘP HỒ SƠ", slip["applicant"])
    officer = ("NGƯỜI TIẾP NHẬN HỒ SƠ", slip.get("officer", ""))
    return [sheet.space(6), sheet.signatures([citizen, officer])]


def _one_signs(slip: Mapping[str, Any], title: str, how: str = sheet.HOW_TO_SIGN) -> Parts:
    block = sheet.signatures([(title, slip.get("officer", ""))], how)
    return [sheet.together([sheet.space(6), block])]


def _register(slip: Mapping[str, Any]) -> str:
    book, number = (said(slip.get(k) or NOT_KNOWN) for k in ("book", "number"))
    return f"Vào Sổ theo dõi hồ sơ, Quyển số: {book} Số thứ tự: {number}"


def _why(slip: Mapping[str, Any]) -> str:
    return said(slip.get("reason") or "hồ sơ còn những điểm sau").rstrip(" .:")


def _faults(slip: Mapping[str, Any]) -> Parts:
    lines = []
    for number, fault in enumerate(slip["faults"], 1):
        about = f"<b>{said(fault['paper'])}:</b> " if fault["paper"] else ""
        lines.append(text(f"{number}. {about}{said(fault['text'])}", "dash"))
    return lines


def _help(slip: Mapping[str, Any]) -> str:
    person = f" hoặc liên hệ với công chức {said(slip['officer'])}" if slip.get("officer") else ""
    call = f", số điện thoại {said(slip['hotline'])}" if slip.get("hotline") else ""
    return (
        "Trong quá trình hoàn thiện hồ sơ nếu có vướng mắc, Ông/Bà có thể tra cứu tại "
        f"{said(slip['status_url'])}{person}{call} để được hướng dẫn./."
    )
