"""Mails to citizens: (subject, text), in Vietnamese with a short part in English.

Mail can be read by others (facts §7): in it stand the code, the procedure, dates and places, and
nothing of a person: no name, number or child, and no token. Whoever sends it attaches the slip.
"""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

HANOI = timezone(timedelta(hours=7), "ICT")
GREETING = "Kính gửi Ông/Bà,"
FAREWELL = "Thư này được gửi tự động; xin không trả lời."


def reception(
    code: str,
    procedure_name: str,
    ward: str,
    results: Sequence[tuple[str, str, datetime]],
    status_url: str,
) -> tuple[str, str]:
    """The dossier is received. `results`: (name, agency, due) each, due aware."""
    vi = [
        f"{ward} đã tiếp nhận hồ sơ {code}: {procedure_name}.",
        "",
        "Hẹn trả kết quả:",
        *(f"- {name} ({agency}): {_moment(due)}" for name, agency, due in results),
        "",
        "Giấy tiếp nhận và hẹn trả kết quả được gửi kèm.",
        f"Tra cứu: {status_url}",
    ]
    en = [
        f"Your dossier {code} has been received. The attached slip names the day of each result.",
        f"Follow it here: {status_url}",
    ]
    return _mail(f"Hồ sơ {code} đã được tiếp nhận", vi, en)


def supplement(code: str, faults: Sequence[str], status_url: str) -> tuple[str, str]:
    """Something must be mended. `faults`: what to do, in Vietnamese, all of them; no values."""
    vi = [
        f"Hồ sơ {code} cần bổ sung, hoàn thiện những điểm sau:",
        "",
        *(f"{number}. {fault}" for number, fault in enumerate(faults, 1)),
        "",
        f"Xin bổ sung đầy đủ rồi nộp lại tại: {status_url}",
        "Những giấy tờ đã đúng không phải gửi lại.",
    ]
    en = [
        f"Your dossier {code} needs a supplement: {len(faults)} point(s), listed above.",
        f"Please mend them all and submit again here: {status_url}",
    ]
    return _mail(f"Hồ sơ {code} cần bổ sung", vi, en)


def refused(code: str, reason: str, status_url: str) -> tuple[str, str]:
    """The dossier is not received. `reason`: in Vietnamese, about the dossier, not the person."""
    vi = [
        f"Hồ sơ {code} không được tiếp nhận, với lý do: {reason}",
        "",
        "Phiếu từ chối được gửi kèm.",
        f"Tra cứu: {status_url}",
    ]
    en = [
        f"Your dossier {code} was not received; the reason stands above and on the attached slip.",
        f"See it here: {status_url}",
    ]
    return _mail(f"Hồ sơ {code} không được tiếp nhận", vi, en)


def ready(
    code: str,
    results: Sequence[tuple[str, str, str]],
    refused: Sequence[str],
    day: date | None,
    status_url: str,
) -> tuple[str, str]:
    """Every agency has answered. `results`: (name, agency, number) each; `day`: when all can be had."""
    on = f" từ ngày {day:%d/%m/%Y}" if day else ""
    vi = [
        f"{len(results)} kết quả của hồ sơ {code} đã sẵn sàng{on}:",
        *(f"- {name} ({agency})" for name, agency, _ in results),
        *(f"- Không giải quyết: {name}" for name in refused),
        "",
        "Xin đến nhận một lần tại Bộ phận Một cửa nơi nộp hồ sơ.",
        f"Tra cứu: {status_url}",
    ]
    en = [
        f"{len(results)} results of your dossier {code} are ready"
        + (f" on {day:%d/%m/%Y}: one visit for all." if day else "."),
        f"Follow it here: {status_url}",
    ]
    return _mail(f"Hồ sơ {code}: {len(results)} kết quả đã sẵn sàng{on}", vi, en)


def agency_asks(code: str, asked: Sequence[tuple[str, str]], status_url: str) -> tuple[str, str]:
    """Agencies need more of the citizen. `asked`: (agency, reason in its words, about the dossier) each."""
    vi = [
        *(f"{agency} yêu cầu bổ sung hồ sơ {code}: {reason}" for agency, reason in asked),
        "",
        f"Xin gửi thêm giấy tờ rồi nộp lại tại: {status_url}",
        "Thời gian chờ Ông/Bà bổ sung không tính vào thời hạn giải quyết. Phiếu yêu cầu được gửi kèm.",
    ]
    en = [
        f"A supplement to dossier {code} is needed; who asks for what stands above.",
        f"Please send the papers and submit again here: {status_url}",
    ]
    return _mail(f"Hồ sơ {code} cần bổ sung", vi, en)


def shifted(
    code: str, results: Sequence[tuple[str, str, datetime]], status_url: str
) -> tuple[str, str]:
    """What agencies waited for is with them. `results`: (name, agency, due) each, due aware."""
    vi = [
        f"Giấy tờ bổ sung của hồ sơ {code} đã chuyển tới cơ quan yêu cầu.",
        "",
        "Hẹn trả kết quả, đã cộng thời gian chờ bổ sung:",
        *(f"- {name} ({agency}): {_moment(due)}" for name, agency, due in results),
        "",
        f"Tra cứu: {status_url}",
    ]
    en = [
        f"What you brought for dossier {code} is with the agency that asked. The attached slip has the new dates.",
        f"Follow it here: {status_url}",
    ]
    return _mail(f"Hồ sơ {code}: đã nhận giấy tờ bổ sung", vi, en)


def rescheduled(
    code: str, results: Sequence[tuple[str, str, datetime]], status_url: str
) -> tuple[str, str]:
    """The desks were closed on days that were counted. `results`: (name, agency, due) each, due aware."""
    vi = [
        f"Do có ngày nghỉ đột xuất, ngày trả kết quả của hồ sơ {code} thay đổi:",
        *(f"- {name} ({agency}): {_moment(due)}" for name, agency, due in results),
        "",
        "Giấy hẹn mới được gửi kèm.",
        f"Tra cứu: {status_url}",
    ]
    en = [
        f"The desks were closed on days that had been counted: dossier {code} has new dates, on the attached slip.",
        f"Follow it here: {status_url}",
    ]
    return _mail(f"Hồ sơ {code}: ngày trả kết quả thay đổi", vi, en)


def apology(
    code: str,
    results: Sequence[tuple[str, str, datetime, datetime]],
    reason: str,
    status_url: str,
) -> tuple[str, str]:
    """An agency will be late. `results`: (name, agency, promised, promised anew) each; `reason` in its words."""
    vi = [
        f"Chúng tôi xin lỗi: hồ sơ {code} chưa giải quyết xong đúng hẹn, vì: {reason}",
        "",
        "Hẹn lại ngày trả kết quả:",
        *(
            f"- {name} ({agency}): {_moment(after)}, thay cho {_moment(before)}"
            for name, agency, before, after in results
        ),
        "",
        "Phiếu xin lỗi và hẹn lại được gửi kèm.",
        f"Tra cứu: {status_url}",
    ]
    en = [
        f"We apologise: dossier {code} will be late. The reason stands above; the attached slip has the new date.",
        f"Follow it here: {status_url}",
    ]
    return _mail(f"Hồ sơ {code}: xin lỗi và hẹn lại ngày trả kết quả", vi, en)


def agency_refuses(code: str, agency: str, reason: str, status_url: str) -> tuple[str, str]:
    """An agency does not give its result. `reason`: in its words, about the dossier."""
    vi = [
        f"{agency} không giải quyết hồ sơ {code}: {reason}",
        "",
        "Thông báo được gửi kèm.",
        f"Tra cứu: {status_url}",
    ]
    en = [f"{agency} refused dossier {code}; its reason stands above."]
    return _mail(f"Hồ sơ {code}: trả lời của {agency}", vi, en)


def overdue(code: str, result: str, due: datetime, level: int) -> tuple[str, str]:
    """An agency owes a result. Goes to its desk (level 1) or its head (2); nothing of a person in it."""
    to = "Kính gửi thủ trưởng cơ quan," if level > 1 else "Kính gửi bộ phận xử lý,"
    vi = [
        f"Hồ sơ {code}: “{result}” đã quá hạn trả từ {_moment(due)}.",
        "Nếu chưa trả được ngay, xin báo lý do và ngày hẹn lại (trả lời “delayed”) để gửi phiếu xin lỗi tới công dân.",
    ]
    en = [f"Dossier {code}: the result was due {due.astimezone(HANOI):%d/%m/%Y %H:%M}."]
    return _mail(f"Quá hạn: hồ sơ {code}", vi, en, to)


def _mail(
    subject: str, vi: Sequence[str], en: Sequence[str], greeting: str = GREETING
) -> tuple[str, str]:
    lines = [greeting, "", *vi, "", FAREWELL, "", "---", "In English", "", *en, ""]
    return _composed(subject), "\n".join(_composed(line) for line in lines)


def _composed(line: str) -> str:
    """NFC on one line: nothing handed in can begin a line or a header of its own."""
    return " ".join(unicodedata.normalize("NFC", line).split())


def _moment(at: datetime) -> str:
    local = at.astimezone(HANOI)
    return f"{local:%H} giờ {local:%M}, ngày {local:%d/%m/%Y}"
