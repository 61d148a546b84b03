"""Papers that are none of the kinds, to be kept and shown: a letter, a page of a law, a blank form, an authorisation.

They name the kinds' words ("giấy khai sinh", "kết hôn") as such papers do, and have no fields.
"""

from dataclasses import replace
from random import Random

from tests.draw.drawn import Truth
from tests.draw.filling import Filling
from tests.draw.occasions import make_adult
from tests.draw.people import Family
from tests.draw.seats import seat_of
from tests.draw.sheet import Label, Sheet
from tests.draw.wording import say_date, say_identity

ARTICLES = (
    ("Hồ sơ đăng ký", "Người yêu cầu nộp tờ khai theo mẫu và giấy chứng sinh cho cơ quan đăng ký; trường hợp không có "
     "giấy chứng sinh thì nộp văn bản của người làm chứng về việc sinh."),
    ("Cấp giấy khai sinh", "Ngay sau khi nhận đủ giấy tờ, nếu thông tin đầy đủ và phù hợp thì công chức ghi vào sổ và "
     "cấp giấy khai sinh; mỗi trẻ em được cấp một bản chính."),
    ("Bản sao", "Bản sao trích lục được cấp theo yêu cầu, không phụ thuộc nơi cư trú. Số lượng bản sao giấy khai sinh "
     "được cấp không hạn chế."),
    ("Đăng ký kết hôn", "Hai bên nam, nữ cùng có mặt khi đăng ký; giấy chứng nhận kết hôn trao cho mỗi bên một bản."),
    ("Đăng ký khai tử", "Người thân thích có trách nhiệm đi khai tử; giấy báo tử do cơ sở y tế cấp khi người chết tại "
     "cơ sở đó."),
    ("Thời hạn", "Hồ sơ nhận sau 15 giờ mà không giải quyết được ngay thì trả kết quả trong ngày làm việc tiếp theo."),
)  # fmt: skip
WISHES = (
    "xác nhận cho gia đình tôi được sửa chữa nhà ở trên thửa đất đang sử dụng",
    "xem xét miễn giảm học phí cho con tôi trong năm học này",
    "giải quyết việc giấy khai sinh của con tôi bị thất lạc và hướng dẫn thủ tục cần làm",
    "cho phép sử dụng vỉa hè để tổ chức lễ cưới trong một ngày",
)
FORMS = {
    "GIẤY CAM ĐOAN VỀ VIỆC SINH": (
        "Họ và tên:", "Số giấy tờ tùy thân:", "Nơi cư trú:", "Cam đoan đã sinh con vào ngày:", "Tại:",
        "Lý do không có giấy chứng sinh:", "Người làm chứng thứ nhất:", "Người làm chứng thứ hai:",
    ),
    "PHIẾU LẤY Ý KIẾN NGƯỜI DÂN": (
        "Họ và tên:", "Số điện thoại:", "Thủ tục đã thực hiện:", "Thời gian chờ:", "Mức độ hài lòng:", "Góp ý:",
    ),
    "ĐƠN XIN XÁC NHẬN CƯ TRÚ": (
        "Tôi tên là:", "Ngày sinh:", "Số CMND/CCCD:", "Nơi cư trú:", "Đã cư trú từ ngày:", "Lý do xác nhận:",
    ),
}  # fmt: skip


def draw_other(sheet: Sheet, family: Family, rng: Random, layout: str = "") -> Truth:
    """`letter`, `law`, `blank` or `authorisation`; the truth is empty."""
    f = Filling(sheet, rng)
    DRAWERS[layout](f, family)
    return {}


def _letter(f: Filling, family: Family) -> None:
    who = family.requester
    f.head(f.rng.choice(("ĐƠN ĐỀ NGHỊ", "ĐƠN KIẾN NGHỊ", "ĐƠN XIN XÁC NHẬN")))
    f.sheet.row(Label(f"Kính gửi: {family.authority}"), indent=300)
    f.sheet.paragraph(
        f"Tôi tên là {who.full_name}, sinh ngày {say_date(who.birth_date, 'slash')}, hiện cư trú tại "
        f"{who.residence}. {say_identity(who.identity, f.rng)[0]}.",
        indent=90,
    )
    f.sheet.paragraph(
        f"Nay tôi làm đơn này kính đề nghị quý cơ quan {f.rng.choice(WISHES)}. Gia đình tôi đã chuẩn bị các giấy tờ "
        "liên quan và sẵn sàng bổ sung khi được yêu cầu.",
        indent=90,
    )
    f.sheet.paragraph("Rất mong được quý cơ quan xem xét. Tôi xin chân thành cảm ơn.", indent=90)
    _close(f, family, "Người làm đơn")


def _close(f: Filling, family: Family, who: str) -> None:
    day = family.declared_on
    f.sheet.centre(f"Hà Nội, ngày {day:%d} tháng {day:%m} năm {day:%Y}", "Italic", x=0.74)
    f.sign((who, "(Ký, ghi rõ họ tên)", family.requester.full_name))


def _law(f: Filling, family: Family) -> None:
    """A page out of the middle of a rule: no head, articles one after the other."""
    sheet, first = f.sheet, f.rng.randint(4, 30)
    sheet.centre(str(f.rng.randint(2, 18)), "Regular", int(sheet.style.size * 0.8))
    chapter = f.rng.choice(("ĐĂNG KÝ KHAI SINH", "ĐĂNG KÝ, CẤP GIẤY TỜ", "TRÌNH TỰ, THỦ TỤC"))
    sheet.centre(f"Chương {f.rng.choice(('II', 'III', 'IV'))}")
    sheet.centre(chapter)
    for i, (title, text) in enumerate(f.rng.sample(ARTICLES, 6)):
        sheet.paragraph(f"Điều {first + i}. {title}", "Bold", indent=90)
        for n, sentence in enumerate(text.split("; "), 1):
            sheet.paragraph(f"{n}. {sentence[0].upper()}{sentence[1:].rstrip('.')}.", indent=90)


def _blank(f: Filling, family: Family) -> None:
    title = f.rng.choice(list(FORMS))
    f.head(title)
    for label in FORMS[title]:
        f.line(label, f.other(""))
    f.sheet.row(f.other(""))
    f.pledge()
    f.sheet.centre("…………, ngày …… tháng …… năm ………", "Italic", x=0.7)
    f.sign(("Người khai", "(Ký, ghi rõ họ tên)", ""))


def _authorisation(f: Filling, family: Family) -> None:
    """One parent lets the other see to the birth certificate."""
    on = family.declared_on
    giver, taker = family.mother, family.father or make_adult(f.rng, on, "Nam", (25, 60))
    low = f.letterhead(seat_of(family.authority).letterhead()[:2])
    f.sheet.y = low + 20
    f.title("GIẤY ỦY QUYỀN", "(Về việc nhận giấy khai sinh)")
    for role, who in (("Bên ủy quyền", giver), ("Bên được ủy quyền", taker)):
        f.ask(f"{role}:")
        f.line("Họ và tên:", f.other(who.full_name.upper()))
        f.line("Ngày sinh:", f.other(say_date(who.birth_date, "slash")))
        f.line("Giấy tờ tùy thân:", f.other(say_identity(who.identity, f.rng)[0]))
        f.line("Nơi cư trú:", f.other(who.residence))
    f.line("Nội dung ủy quyền:", f.other(f"Nhận giấy khai sinh của cháu {family.child.full_name}"))
    _close(f, replace(family, requester=giver), "Bên ủy quyền")


DRAWERS = {"letter": _letter, "law": _law, "blank": _blank, "authorisation": _authorisation}
