"""The three slips, line by line as Thông tư 01/2018/TT-VPCP prints them (Mẫu 01, 02, 03).

In: a `Slip`. Out: PDF bytes. A linked dossier repeats line 5 for each result, with its own date
and agency.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.slips import sheet
from chalicelib.slips.sheet import said, text
from chalicelib.slips.words import (
    ResultRow,
    day_in_words,
    masked_email,
    masked_id,
    masked_phone,
    moment_in_words,
)

Parts = list[Any]
RECEPTION = "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"
SUPPLEMENT = "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"
REFUSAL = "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ"
NOT_KNOWN = "……………"


def reception(slip: Mapping[str, Any]) -> bytes:
    """Mẫu 01: the dossier is received; when each result is due. Needs `results`."""
    parts = [
        *_top(slip, RECEPTION, ""),
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
        text(_may_be_sooner(slip), "note"),
        sheet.together([*_collecting(slip), *_both_sign(slip)]),
    ]
    return sheet.pdf(f"{RECEPTION} {slip['code']}", slip["authority"][-1], parts)


def supplement(slip: Mapping[str, Any]) -> bytes:
    """Mẫu 02: all that must be mended, at once. Needs `faults`; `papers` are those to bring."""
    parts = [
        *_top(slip, SUPPLEMENT, "HDHS"),
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
    return sheet.pdf(f"{SUPPLEMENT} {slip['code']}", slip["authority"][-1], parts)


def refusal(slip: Mapping[str, Any]) -> bytes:
    """Mẫu 03: the dossier is not taken, and why. Needs `reason`."""
    notice = (
        f"Qua xem xét, {said(slip['desk'])} thông báo <b>không tiếp nhận, giải quyết hồ sơ này "
        f"với lý do cụ thể như sau:</b> {said(slip['reason'])}"
    )
    parts = [
        *_top(slip, REFUSAL, "TCTN"),
        text(f"<b>{said(slip['desk'])}:</b>"),
        text(f"Tiếp nhận hồ sơ của Ông/Bà: {_person(slip)} ({said(slip['channel'])})."),
        *_contact(slip),
        text(f"Nội dung yêu cầu giải quyết: <b>{said(slip['procedure'])}</b>."),
        text(notice),
        text("Xin thông báo cho Ông/Bà được biết và thực hiện./."),
        *_one_signs(slip, "NGƯỜI TỪ CHỐI"),
    ]
    return sheet.pdf(f"{REFUSAL} {slip['code']}", slip["authority"][-1], parts)


# ---- lines that the slips share ----------------------------------------------------------------


def _top(slip: Mapping[str, Any], title: str, kind: str) -> Parts:
    numbered = [text(f"Số: {said(slip.get('number') or '………')}/{kind}", "middle")] if kind else []
    code = [text(f"Mã hồ sơ: <b>{said(slip['code'])}</b>", "code")]
    picture = [sheet.qr(slip["status_url"], 64), text("<i>Quét mã để tra cứu tiến độ</i>", "small")]
    date = f"<i>{said(slip['ward'])}, {day_in_words(slip['received_at'])}</i>"
    return [
        sheet.header(slip["authority"], [*numbered, *code, *picture], [text(date, "middle")]),
        text(f"<b>{title}</b>", "form"),
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
        return [text(f"{lead}: <b>{moment_in_words(results[0]['due'])}</b>.")]
    return [
        text(
            f"{lead} ({said(result['name'])}, cơ quan giải quyết: {said(result['agency'])}): "
            f"<b>{moment_in_words(result['due'])}</b>."
        )
        for result in results
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


def _one_signs(slip: Mapping[str, Any], title: str) -> Parts:
    block = sheet.signatures([(title, slip.get("officer", ""))])
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
