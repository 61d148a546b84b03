"""Errors, sorted by what happens next. The class carries the facts; the door turns it into problem details.

`Refused`: asking again the same way will not help; the text says how to mend it.
`TryAgain`: the same request may go through later.
`Broken`: our fault; an operator must look.

Facts given to an error are shown to people and written to logs: never put personal data in them.
"""

from typing import ClassVar


class DossierError(Exception):
    """Base of all errors of ours.

    `title` and `mend` hold (Vietnamese, English); both are formatted with the facts given to the constructor.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    retry: ClassVar[bool] = False
    title: ClassVar[tuple[str, str]] = ("Có lỗi", "Something went wrong")
    mend: ClassVar[tuple[str, str]] = ("Xin thử lại.", "Please try again.")

    def __init__(self, detail: str = "", **facts: object) -> None:
        self.detail = detail
        self.facts = facts
        super().__init__(f"{self.code}: {detail or self.text(1)}")

    def text(self, language: int) -> str:
        """Title and way out as one sentence; `language` 0 is Vietnamese, 1 English."""
        return f"{self.said(self.title)[language]}. {self.said(self.mend)[language]}"

    def said(self, pair: tuple[str, str]) -> tuple[str, str]:
        """The pair with the facts filled in; a fact that was not given shows as “…”."""
        facts = _Facts(self.facts)
        return pair[0].format_map(facts), pair[1].format_map(facts)


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


class Refused(DossierError):
    """The request can't be granted as it stands; it says what to change."""

    code = "refused"
    status = 422


class TryAgain(DossierError):
    """Not now; the same request may succeed later."""

    code = "try_again"
    status = 503
    retry = True


class Broken(DossierError):
    """A fault of ours; nothing the visitor can change."""

    code = "broken"
    status = 500
    title = ("Hệ thống gặp lỗi", "The system failed")
    mend = (
        "Không có gì bị mất; cán bộ kỹ thuật đã được báo. Xin thử lại sau.",
        "Nothing is lost; our operators were told. Please try again later.",
    )


# ---- the dossier -------------------------------------------------------------------------------


class DossierUnknown(Refused):
    """No dossier has this code."""

    code = "dossier_unknown"
    status = 404
    title = ("Không có hồ sơ với mã này", "There is no dossier with this code")
    mend = ("Kiểm tra lại mã ghi trên giấy hẹn.", "Check the code printed on your slip.")


class TokenWrong(Refused):
    """The secret token is missing or does not open this dossier."""

    code = "token_wrong"
    status = 401
    title = ("Mã bí mật thiếu hoặc không đúng", "The secret token is missing or wrong")
    mend = (
        "Gửi mã bí mật nhận được khi mở hồ sơ trong tiêu đề Authorization: Bearer …",
        "Send the token you were given when the dossier was opened, as Authorization: Bearer …",
    )


class OfficerUnknown(Refused):
    """The officer's key is missing or wrong."""

    code = "officer_unknown"
    status = 401
    title = ("Chưa nhận ra cán bộ", "The officer is not known")
    mend = (
        "Gửi khóa cán bộ trong tiêu đề Authorization: Bearer …",
        "Send the officer's key as Authorization: Bearer …",
    )


class DossierMovedMeanwhile(TryAgain):
    """Someone else changed the dossier between reading and writing it."""

    code = "dossier_moved_meanwhile"
    status = 409
    title = (
        "Hồ sơ vừa được người khác thay đổi",
        "The dossier was changed by someone else meanwhile",
    )
    mend = ("Tải lại hồ sơ rồi làm lại.", "Load the dossier again and repeat.")


class MoveNotAllowed(Refused):
    """The dossier's state does not allow this step."""

    code = "move_not_allowed"
    status = 409
    title = (
        "Hồ sơ đang ở trạng thái “{state}” nên không làm được bước này",
        "The dossier is “{state}”, so this step is not possible",
    )
    mend = (
        "Xem trạng thái hồ sơ và các bước tiếp theo.",
        "See the dossier's state and its next steps.",
    )


class FeeNotKnown(Refused):
    """What this dossier costs is not known here, or hangs on a question that is still open."""

    code = "fee_not_known"
    status = 409
    title = ("Chưa biết mức lệ phí của hồ sơ này", "The fee of this dossier is not known yet")
    mend = (
        "Xin hỏi cán bộ tại Bộ phận Một cửa; không phải nộp gì khi chưa có mức.",
        "Please ask at the one-stop desk; nothing is due before the amount is told.",
    )


class NoPaymentAsked(Refused):
    """A provider confirms a payment that this dossier never asked for."""

    code = "no_payment_asked"
    status = 409
    title = ("Hồ sơ này không chờ khoản nộp nào", "This dossier waits for no payment")
    mend = (
        "Kiểm tra mã hồ sơ trong nội dung chuyển khoản; hoàn trả nếu chuyển nhầm.",
        "Check the dossier's code in the memo; give the money back if it went astray.",
    )


class ConfirmationForged(Refused):
    """A word about a payment that its provider did not sign, or signed too long ago."""

    code = "confirmation_forged"
    status = 401
    title = (
        "Xác nhận thanh toán không có chữ ký hợp lệ",
        "The confirmation of a payment is not validly signed",
    )
    mend = (
        "Ký bằng khóa đã trao đổi, theo Standard Webhooks 1.0.0, rồi gửi lại trong 5 phút.",
        "Sign it with the agreed secret by Standard Webhooks 1.0.0 and send it within 5 minutes.",
    )


class PaymentsNotOffered(Refused):
    """No provider of payments is joined to this server."""

    code = "payments_not_offered"
    status = 409
    title = ("Nơi này chưa nhận thanh toán trực tuyến", "Online payment is not offered here")
    mend = ("Xin nộp tại Bộ phận Một cửa.", "Please pay at the one-stop desk.")


class NothingToSubmit(Refused):
    """A dossier without any completed paper can't be submitted."""

    code = "nothing_to_submit"
    status = 409
    title = (
        "Hồ sơ chưa có giấy tờ nào tải lên xong",
        "No paper of this dossier has been uploaded yet",
    )
    mend = (
        "Tải lên: {papers}.",
        "Upload these papers first: {papers}.",
    )


class FaultsRemain(Refused):
    """An officer can't accept a dossier while definite faults remain."""

    code = "faults_remain"
    status = 409
    title = (
        "Hồ sơ còn lỗi nên chưa chấp nhận được",
        "The dossier still has faults, so it can't be accepted",
    )
    mend = (
        "Sửa các trường sai hoặc yêu cầu bổ sung: {faults}.",
        "Correct the fields or ask for a supplement: {faults}.",
    )


# ---- what is asked for -------------------------------------------------------------------------


class BodyInvalid(Refused):
    """The request's body is not JSON, or not of the described shape."""

    code = "body_invalid"
    status = 422
    title = (
        "Nội dung gửi lên không đúng mẫu",
        "The request's content is not of the described form",
    )
    mend = ("Sửa mục {where}: {needed_vi}.", "Mend {where}: {needed}.")


class ProcedureUnknown(Refused):
    """No such procedure here."""

    code = "procedure_unknown"
    status = 422
    title = ("Không có thủ tục “{procedure}”", "There is no procedure “{procedure}”")
    mend = ("Chọn một trong: {known}.", "Choose one of: {known}.")


class WardUnknown(Refused):
    """No such ward, or several of that name."""

    code = "ward_unknown"
    status = 422
    title = ("Không xác định được phường/xã “{ward}”", "The ward “{ward}” is not known")
    mend = (
        "Gửi mã 5 chữ số của phường/xã, hoặc tên kèm quận/huyện. Gần đúng: {near}.",
        "Send the ward's 5-digit code, or its name with the district. Close: {near}.",
    )


class RouteUnknown(Refused):
    """No such address."""

    code = "route_unknown"
    status = 404
    title = ("Không có địa chỉ này", "There is nothing at this address")
    mend = ("Xem các địa chỉ tại /v1.", "See the addresses at /v1.")


class MethodNotAllowed(Refused):
    """The address exists, the method does not."""

    code = "method_not_allowed"
    status = 405
    title = ("Địa chỉ này không nhận phương thức đó", "This address does not take that method")
    mend = ("Xem các địa chỉ tại /v1.", "See the addresses at /v1.")


class ContentTypeNotTaken(Refused):
    """The request's Content-Type is not JSON."""

    code = "content_type_not_taken"
    status = 415
    title = ("Kiểu nội dung không nhận được", "This content type is not taken")
    mend = (
        "Gửi JSON với Content-Type: application/json.",
        "Send JSON as Content-Type: application/json.",
    )


# ---- papers and their files --------------------------------------------------------------------


class PaperUnknown(Refused):
    """No such paper in this dossier."""

    code = "paper_unknown"
    status = 404
    title = ("Hồ sơ không có giấy tờ này", "This dossier has no such paper")
    mend = ("Xem danh sách giấy tờ của hồ sơ.", "See the list of the dossier's papers.")


class TypeNotTaken(Refused):
    """The file's type, or its content, is none of those we read."""

    code = "type_not_taken"
    status = 415
    title = ("Không nhận loại tệp “{type}”", "Files of type “{type}” are not taken")
    mend = (
        "Gửi ảnh JPEG, PNG, WebP, HEIC, TIFF hoặc tệp PDF.",
        "Send a JPEG, PNG, WebP, HEIC or TIFF picture, or a PDF.",
    )


class FileTooBig(Refused):
    """More bytes than we take."""

    code = "file_too_big"
    status = 413
    title = ("Tệp lớn hơn {limit} MB", "The file is larger than {limit} MB")
    mend = ("Chụp lại hoặc tách tệp thành nhiều phần.", "Photograph again, or split the file.")


class FileEmpty(Refused):
    """No bytes at all."""

    code = "file_empty"
    status = 422
    title = ("Tệp rỗng", "The file is empty")
    mend = ("Chụp hoặc quét lại rồi gửi lại.", "Photograph or scan it again and send it again.")


class TooManyPapers(Refused):
    """More papers in one dossier than we take."""

    code = "too_many_papers"
    status = 409
    title = ("Hồ sơ đã có {limit} tệp", "The dossier already has {limit} files")
    mend = ("Xóa tệp thừa rồi gửi lại.", "Remove files that are not needed, then send again.")


class PartsMissing(Refused):
    """The upload is not whole yet."""

    code = "parts_missing"
    status = 409
    title = ("Tệp chưa tải lên đủ", "The upload is not complete")
    mend = ("Gửi tiếp các phần: {missing}.", "Send the missing parts: {missing}.")


class ChecksumWrong(Refused):
    """What arrived is not what was announced."""

    code = "checksum_wrong"
    status = 422
    title = ("Tệp nhận được khác tệp đã báo", "What arrived differs from what was announced")
    mend = ("Tải lại tệp từ đầu.", "Upload the file again from the start.")


class UploadRefused(Refused):
    """The signed address is expired, altered, or used for other bytes than it was made for."""

    code = "upload_refused"
    status = 403
    title = ("Địa chỉ tải lên không còn dùng được", "The upload address can't be used")
    mend = (
        "Hỏi lại địa chỉ tải lên rồi gửi tiếp; các phần đã gửi vẫn còn.",
        "Ask for new upload addresses and go on; parts already sent are kept.",
    )


class BlobUnknown(Refused):
    """Nothing is stored under this key."""

    code = "blob_unknown"
    status = 404
    title = ("Không tìm thấy tệp", "The file was not found")
    mend = ("Gửi lại tệp.", "Send the file again.")


class FileBroken(Refused):
    """The bytes can't be decoded as what they claim to be."""

    code = "file_broken"
    status = 422
    title = ("Không mở được tệp", "The file can't be opened")
    mend = (
        "Chụp hoặc quét lại rồi gửi lại.",
        "Photograph or scan the paper again and send it again.",
    )


class FileLocked(Refused):
    """A PDF that asks for a password."""

    code = "file_locked"
    status = 422
    title = ("Tệp PDF bị khóa bằng mật khẩu", "The PDF is locked with a password")
    mend = (
        "Lưu lại không có mật khẩu rồi gửi lại.",
        "Save it without a password and send it again.",
    )


class TooManyPages(Refused):
    """More pages than we read in one file."""

    code = "too_many_pages"
    status = 422
    title = ("Tệp có hơn {limit} trang", "The file has more than {limit} pages")
    mend = ("Tách tệp thành nhiều tệp nhỏ hơn.", "Split it into smaller files.")


class PictureTooLarge(Refused):
    """More pixels than can be decoded safely."""

    code = "picture_too_large"
    status = 422
    title = (
        "Ảnh quá lớn ({megapixels} triệu điểm ảnh)",
        "The picture is too large ({megapixels} megapixels)",
    )
    mend = ("Chụp lại ở độ phân giải thường.", "Photograph again at normal resolution.")


class ReadingTookTooLong(TryAgain):
    """A page could not be read within its time."""

    code = "reading_took_too_long"
    title = ("Đọc tệp quá lâu", "Reading the file took too long")
    mend = ("Hệ thống sẽ tự thử lại.", "We will try again by ourselves.")


class EngineGaveNothing(Broken):
    """The OCR engine is missing, or ended well without an answer."""

    code = "engine_gave_nothing"


class WeightsAreNotOurs(Broken):
    """The weights of our own reader are not the file that was measured."""

    code = "weights_are_not_ours"


class MailRefused(Refused):
    """The mail can't be written: its address is not one address, or a header would be forged."""

    code = "mail_refused"
    status = 422
    title = ("Địa chỉ thư điện tử không dùng được", "The e-mail address can't be used")
    mend = (
        "Ghi đúng một địa chỉ, ví dụ ten@example.vn.",
        "Give exactly one address, like name@example.com.",
    )


# ---- agencies ----------------------------------------------------------------------------------


class AgencyUnknown(Refused):
    """No such agency."""

    code = "agency_unknown"
    status = 404
    title = ("Không có cơ quan “{agency}”", "There is no agency “{agency}”")
    mend = ("Chọn một trong: {known}.", "Choose one of: {known}.")


class AgencyUnreachable(TryAgain):
    """The agency's endpoint did not take the delivery; it stays in the queue."""

    code = "agency_unreachable"
    title = ("Cơ quan chưa nhận được hồ sơ", "The agency could not be reached")
    mend = ("Hệ thống sẽ tự gửi lại.", "We will deliver again by ourselves.")


class AgencyKeyUnknown(Refused):
    """The key belongs to no agency, or to another one."""

    code = "agency_key_unknown"
    status = 401
    title = ("Khóa truy cập của cơ quan không đúng", "The agency's key is not right")
    mend = (
        "Gửi khóa của đúng cơ quan trong tiêu đề Authorization: Bearer ….",
        "Send this agency's key in the header Authorization: Bearer ….",
    )


class EndpointUnknown(Refused):
    """No such endpoint of this agency."""

    code = "endpoint_unknown"
    status = 404
    title = ("Không có điểm nhận này", "There is no such endpoint")
    mend = ("Xem danh sách điểm nhận của cơ quan.", "See the list of your endpoints.")


class EventUnknown(Refused):
    """No such event in this agency's feed."""

    code = "event_unknown"
    status = 404
    title = ("Không có sự kiện này", "There is no such event")
    mend = ("Xem danh sách sự kiện của cơ quan.", "See your list of events.")


class KeyUsedOtherwise(Refused):
    """The same Idempotency-Key came with another request."""

    code = "key_used_otherwise"
    status = 409
    title = (
        "Khóa lặp đã dùng cho yêu cầu khác",
        "This Idempotency-Key was used for another request",
    )
    mend = ("Dùng một khóa mới cho yêu cầu mới.", "Use a new key for a new request.")


class ResultUnknown(Refused):
    """The agency owes no such result of this dossier, or has settled it."""

    code = "result_unknown"
    status = 409
    title = ("Cơ quan không còn nợ kết quả này", "The agency does not owe this result")
    mend = ("Kết quả còn phải trả: {owed}.", "Results still owed: {owed}.")


class AlreadyApologised(Refused):
    """A result is promised anew once at most (facts §4.4)."""

    code = "already_apologised"
    status = 409
    title = (
        "Kết quả này đã được xin lỗi và hẹn lại một lần",
        "This result was already promised anew, with an apology",
    )
    mend = (
        "Chỉ được hẹn lại một lần: xin trả kết quả sớm nhất có thể.",
        "It can be promised anew only once: please give the result as soon as you can.",
    )


class AgencyBusy(TryAgain):
    """As many tries as we allow at once are under way to this endpoint."""

    code = "agency_busy"
    title = (
        "Đang gửi nhiều hồ sơ tới cơ quan này",
        "Enough deliveries to this endpoint are under way",
    )
    mend = ("Hệ thống sẽ tự gửi lại.", "We will deliver again by ourselves.")


class StorageBusy(TryAgain):
    """A store or queue did not answer this time."""

    code = "storage_busy"
    title = ("Kho dữ liệu đang bận", "The storage is busy")
    mend = ("Xin thử lại sau ít phút.", "Please try again in a few minutes.")


# ---- archives ----------------------------------------------------------------------------------


class ManifestInvalid(Refused):
    """A manifest's line names no file."""

    code = "manifest_invalid"
    title = (
        "Dòng {line} của bảng kê {file} không có tên tệp",
        "Line {line} of the manifest {file} names no file",
    )
    mend = (
        "Bảng kê cần cột file; các cột kind, unit, book, year có thể để trống.",
        "A manifest needs a column “file”; kind, unit, book and year may be left blank.",
    )


class BatchBusy(Refused):
    """Another process works on this batch."""

    code = "batch_busy"
    status = 409
    title = ("Lô này đang được xử lý", "Another process works on this batch")
    mend = ("Chờ xong hoặc dừng tiến trình kia.", "Wait for it, or stop it.")


class BatchUnfinished(Refused):
    """The batch has pages that are neither read nor refused."""

    code = "batch_unfinished"
    status = 409
    title = ("Lô còn {pages} trang chưa xong", "{pages} pages of the batch are not done yet")
    mend = (
        "Chạy tiếp: motcua archive run --resume --out …",
        "Go on: motcua archive run --resume --out …",
    )


class BatchUnknown(Refused):
    """There is no batch in this folder."""

    code = "batch_unknown"
    status = 404
    title = ("Không có lô nào trong {folder}", "There is no batch in {folder}")
    mend = (
        "Bắt đầu: motcua archive run NGUỒN --out …",
        "Begin: motcua archive run SOURCE --out …",
    )


class SamplingUnknown(Refused):
    """The standard's table has no such inspection level or AQL."""

    code = "sampling_unknown"
    title = (
        "Không có phương án lấy mẫu cho bậc {level}, AQL {aql}",
        "There is no sampling plan for level {level}, AQL {aql}",
    )
    mend = ("Bậc I, II hoặc III; AQL từ 0.010 đến 10.", "Level I, II or III; AQL from 0.010 to 10.")


class SampleUnjudged(Refused):
    """Papers of the sample have no verdict yet, or the batch is no longer the one the sample was drawn from."""

    code = "sample_unjudged"
    status = 409
    title = ("Mẫu kiểm tra chưa dùng được", "The sample can't be used yet")
    mend = (
        "Lấy mẫu (motcua archive sample), rồi ghi y hoặc n vào cột right của mọi dòng; còn trống: {blank}.",
        "Draw it (motcua archive sample), then write y or n into column “right” of every line; blank: {blank}.",
    )


class ScanNotFound(Refused):
    """No such object in the bucket, or no such bucket."""

    code = "scan_not_found"
    status = 404
    title = ("Không thấy tệp hoặc thùng chứa trên S3", "No such object or bucket in S3")
    mend = (
        "Kiểm tra địa chỉ s3://thùng/đường-dẫn và quyền đọc của khóa.",
        "Check the address s3://bucket/prefix, and that the keys may read it.",
    )


class PileUnknown(Refused):
    """No pile of an archive's doubts has this code."""

    code = "pile_unknown"
    status = 404
    title = ("Không có tập này", "There is no such pile")
    mend = ("Xem danh sách: GET /v1/desk/piles.", "See the list: GET /v1/desk/piles.")


class KeyingSheetWrong(Refused):
    """An officer's sheet of double keying is missing, or has fields that were not handed to this officer."""

    code = "keying_sheet_wrong"
    title = (
        "Bảng nhập liệu của {officer} không dùng được",
        "The keying sheet of {officer} can't be used",
    )
    mend = (
        "Lấy bảng (motcua archive key --officer …; tên chỉ gồm chữ, số, gạch dưới), chỉ điền cột value.",
        "Draw it (motcua archive key --officer …; a name of letters, digits, _); fill in column “value” only.",
    )


class FolderNotWritable(TryAgain):
    """The disk is full, or closed to us: the batch stops where it is, and no page is blamed."""

    code = "folder_not_writable"
    status = 507
    title = (
        "Không ghi được vào thư mục {folder}: {why}",
        "The folder {folder} can't be written to: {why}",
    )
    mend = (
        "Dọn chỗ hoặc mở quyền ghi rồi chạy tiếp: motcua archive run --resume --out …",
        "Make room or open it, then go on: motcua archive run --resume --out …",
    )


class FileMoved(Refused):
    """A file of the batch is gone, or has other bytes than when it was put in."""

    code = "file_moved"
    title = ("Tệp {file} đã bị xóa hoặc thay đổi", "The file {file} is gone or was changed")
    mend = (
        "Đưa tệp về chỗ cũ rồi thử lại, hoặc chạy lại với nguồn mới.",
        "Put it back and retry, or run again with the source as it is now.",
    )


class PageLost(Refused):
    """What was kept of a page until its file is whole is gone."""

    code = "page_lost"
    title = ("Kết quả tạm của trang {page} đã mất", "What was kept of page {page} is gone")
    mend = ("Chạy motcua archive retry.", "Run motcua archive retry.")


class SettingMissing(Broken):
    """A setting that this way of running needs is not there."""

    code = "setting_missing"
    title = ("Thiếu cấu hình {name}", "The setting {name} is missing")
    mend = ("Xem docs/settings.md.", "See docs/settings.md.")


def problem(error: DossierError) -> dict[str, object]:
    """Problem details (RFC 9457) of an error, in both languages; the door adds `instance`."""
    title, mend = error.said(error.title), error.said(error.mend)
    return {
        "type": f"https://motcua.example/loi/{error.code}",
        "code": error.code,
        "status": error.status,
        "title": title[0],
        "detail": mend[0],
        "title_en": title[1],
        "detail_en": mend[1],
        "retry": error.retry,
    }


def every_error() -> list[type[DossierError]]:
    """All concrete errors, for the tests that hold docs/errors.md true."""
    found: list[type[DossierError]] = []
    waiting: list[type[DossierError]] = [Refused, TryAgain, Broken]
    while waiting:
        each = waiting.pop()
        waiting += each.__subclasses__()
        if each not in (Refused, TryAgain):
            found.append(each)
    return sorted(found, key=lambda e: e.code)
