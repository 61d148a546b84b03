"""The slips as a reader sees them: text in NFC, official lines in order, nothing personal in full."""

import unicodedata
from datetime import UTC, datetime

import pypdfium2
import pytest
import zxingcpp

from chalicelib import slips
from chalicelib.slips.words import (
    day_in_words,
    masked_email,
    masked_id,
    masked_phone,
    moment_in_words,
)

URL = "https://motcua.example/tra-cuu/000.00.01.H26-250305-0012"


def at(day, hour, minute=0):
    """A time in Hanoi, given in UTC."""
    return datetime(2025, 3, day, hour - 7, minute, tzinfo=UTC)


def result(name, agency, due, term):
    return {"name": name, "agency": agency, "due": due, "term": term}


BIRTH = result("Giấy khai sinh", "UBND phường Mẫu", at(5, 17), "trong ngày làm việc")
RESIDENCE = result("Đăng ký thường trú", "Công an quận Mẫu", at(14, 17, 30), "07 ngày làm việc")
CARD = result("Thẻ bảo hiểm y tế", "BHXH quận Mẫu", at(19, 17, 30), "05 ngày làm việc")


def slip(**changes):
    known = {
        "code": "000.00.01.H26-250305-0012",
        "authority": ["UBND quận Mẫu", "UBND phường Mẫu"],
        "ward": "Phường Mẫu",
        "desk": "Bộ phận Tiếp nhận và Trả kết quả phường Mẫu",
        "applicant": "Nguyễn Thị Mẫu",
        "channel": "Trực tuyến",
        "phone": "0900 000 021",
        "email": "mau.thu@example.vn",
        "address": "Số 1 phố Mẫu",
        "id_number": "001000000007",
        "procedure": "Liên thông khai sinh, thường trú, thẻ BHYT",
        "papers": [
            {"title": "Tờ khai đăng ký khai sinh", "originals": 1, "certified": 0, "copies": 2},
            {"title": "Giấy chứng sinh", "originals": 0, "certified": 1, "copies": 0},
        ],
        "received_at": at(5, 8, 30),
        "results": [BIRTH, RESIDENCE, CARD],
        "status_url": URL,
        "hotline": "1022",
        "faults": [
            {"paper": "Giấy chứng sinh", "text": "Ảnh bị mờ"},
            {"paper": "", "text": "Thiếu tờ khai TK1-TS"},
        ],
        "reason": "Nơi cư trú không thuộc phường Mẫu",
    }
    return {**known, **changes}


def pages(pdf):
    return len(pypdfium2.PdfDocument(pdf))


def read(pdf):
    """All words of the PDF, one space between them."""
    document = pypdfium2.PdfDocument(pdf)
    found = " ".join(page.get_textpage().get_text_bounded() for page in document)
    return " ".join(found.split())


ALL = pytest.mark.parametrize("form", [slips.reception, slips.supplement, slips.refusal])


@ALL
def test_every_slip_has_the_head_of_an_official_paper(form):
    words = read(form(slip()))
    for expected in (
        "UBND PHƯỜNG MẪU",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Phường Mẫu, ngày 05 tháng 03 năm 2025",
        "Mã hồ sơ: 000.00.01.H26-250305-0012",
        "Nguyễn Thị Mẫu (Trực tuyến)",
        "(Ký và ghi rõ họ tên)",
    ):
        assert expected in words


@ALL
def test_text_comes_out_composed_even_if_it_went_in_decomposed(form):
    apart = {
        key: unicodedata.normalize("NFD", value) if isinstance(value, str) else value
        for key, value in slip().items()
    }
    words = read(form(apart))
    assert words == unicodedata.normalize("NFC", words) == read(form(slip()))


@ALL
def test_numbers_of_a_person_are_never_shown_in_full(form):
    words = read(form(slip()))
    for secret in ("001000000007", "0900000021", "0900 000 021", "mau.thu@"):
        assert secret not in words
    for shown in ("001********7", "090*****21", "m***@example.vn"):
        assert shown in words


@ALL
def test_the_same_slip_is_the_same_file(form):
    assert form(slip()) == form(slip())


@ALL
def test_the_code_leads_to_the_status_page(form):
    picture = pypdfium2.PdfDocument(form(slip()))[0].render(scale=3).to_numpy()
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [URL]


@ALL
def test_markup_and_control_characters_of_outsiders_stay_text(form):
    words = read(form(slip(applicant="<b>A & B</i>\n\x00<img src=x>", desk="<para>")))
    assert "<b>A & B</i> <img src=x>" in words


def test_the_reception_slip_has_its_lines_in_order():
    words = read(slips.reception(slip()))
    lines = [
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Tiếp nhận hồ sơ của Ông (Bà):",
        "Nội dung yêu cầu giải quyết:",
        "1. Thành phần hồ sơ",
        "Bản chính",
        "Bản chứng thực",
        "Bản photo",
        "Tờ khai đăng ký khai sinh 01 – 02",
        "Giấy chứng sinh – 01 –",
        "2. Số lượng hồ sơ: 01 bộ.",
        "3. Thời gian giải quyết hồ sơ theo quy định là:",
        "4. Thời gian nhận hồ sơ: 08 giờ 30 phút, ngày 05 tháng 03 năm 2025.",
        "5. Thời gian trả kết quả",
        "6. Đăng ký nhận kết quả tại:",
        "Vào Sổ theo dõi hồ sơ",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
    ]
    places = [words.find(line) for line in lines]
    assert -1 not in places
    assert places == sorted(places)


def test_a_linked_dossier_has_a_date_and_an_agency_per_result():
    words = read(slips.reception(slip()))
    assert words.count("5. Thời gian trả kết quả") == 3
    for expected in (
        "(Giấy khai sinh, cơ quan giải quyết: UBND phường Mẫu): 17 giờ 00 phút, ngày 05 tháng 03",
        "(Đăng ký thường trú, cơ quan giải quyết: Công an quận Mẫu): 17 giờ 30 phút, ngày 14",
        "(Thẻ bảo hiểm y tế, cơ quan giải quyết: BHXH quận Mẫu): 17 giờ 30 phút, ngày 19",
    ):
        assert expected in words


def test_one_result_has_the_plain_lines_of_the_form():
    words = read(slips.reception(slip(results=[BIRTH])))
    assert "theo quy định là: trong ngày làm việc." in words
    assert "5. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 05" in words


def test_a_usual_linked_dossier_fits_one_page_and_a_long_one_goes_on():
    assert pages(slips.reception(slip())) == 1
    many = [
        {"title": f"Giấy tờ {n}", "originals": 1, "certified": 0, "copies": 0} for n in range(60)
    ]
    long = slips.reception(slip(papers=many))
    assert pages(long) > 1
    assert "Giấy tờ 59 01" in read(long)


def test_a_supplement_names_every_fault_at_once():
    words = read(slips.supplement(slip(reason="")))
    assert "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ" in words
    assert "1. Giấy chứng sinh: Ảnh bị mờ 2. Thiếu tờ khai TK1-TS" in words
    assert "NGƯỜI HƯỚNG DẪN" in words
    assert f"tra cứu tại {URL}, số điện thoại 1022 để được hướng dẫn./." in words


def test_fifty_faults_are_all_there():
    faults = [{"paper": f"Tờ {n}", "text": f"lỗi số {n}"} for n in range(50)]
    words = read(slips.supplement(slip(papers=[], faults=faults)))
    assert all(f"Tờ {n}: lỗi số {n}" in words for n in range(50))
    assert "Thành phần hồ sơ" not in words


def test_a_refusal_says_why():
    words = read(slips.refusal(slip()))
    assert "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ" in words
    assert "lý do cụ thể như sau: Nơi cư trú không thuộc phường Mẫu" in words
    assert "NGƯỜI TỪ CHỐI" in words


def test_what_is_not_known_is_left_to_be_filled_in():
    bare = {k: v for k, v in slip().items() if k not in ("phone", "email", "address", "id_number")}
    assert "Số điện thoại: …" in read(slips.reception(bare))


@pytest.mark.parametrize("name", ["A" * 3000, "Ạ" * 200, "李明", "ဗမာ", ""])
def test_odd_names_do_not_stop_the_desk(name):
    assert slips.reception(slip(applicant=name)).startswith(b"%PDF")


# ---- words -------------------------------------------------------------------------------------


def test_dates_are_hanoi_days():
    late = datetime(2025, 3, 4, 17, 5, tzinfo=UTC)
    assert day_in_words(late) == "ngày 05 tháng 03 năm 2025"
    assert moment_in_words(late) == "00 giờ 05 phút, ngày 05 tháng 03 năm 2025"


@pytest.mark.parametrize(
    ("mask", "whole", "shown"),
    [
        (masked_id, "001000000007", "001********7"),
        (masked_id, "012345678", "012*****8"),
        (masked_id, "B123", "****"),
        (masked_id, "", ""),
        (masked_phone, "0900.000-021", "090*****21"),
        (masked_phone, "+84900000021", "+84*******21"),
        (masked_phone, "113", "***"),
        (masked_email, "mau@example.vn", "m***@example.vn"),
        (masked_email, "mau", "***"),
        (masked_email, "@example.vn", "***@example.vn"),
    ],
)
def test_masks(mask, whole, shown):
    assert mask(whole) == shown
