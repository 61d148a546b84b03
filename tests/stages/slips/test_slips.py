"""The slips as a reader sees them: text in NFC, official lines in order, nothing personal in full."""

import unicodedata
from datetime import UTC, date, datetime

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


def test_a_provisional_date_says_so():
    words = read(slips.reception(slip(results=[{**BIRTH, "provisional": True}])))
    assert "ngày 05 tháng 03 năm 2025 (tạm tính: chưa có lịch nghỉ lễ của năm này)." in words
    assert "tạm tính" not in read(slips.reception(slip()))


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


# ---- apology, stop, and the forms by date ------------------------------------------------------

MOVED = [
    {
        "name": "Đăng ký thường trú",
        "agency": "Công an quận Mẫu",
        "before": at(14, 17, 30),
        "after": at(20, 17, 30),
    }
]
LATE = {"moved": MOVED, "agency": "Công an quận Mẫu", "reason": "Đang xác minh nơi cư trú"}


def test_an_apology_says_to_whom_why_and_both_dates():
    words = read(slips.apology(slip(issued_at=at(13, 9), **LATE)))
    for expected in (
        "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
        "/PXL",
        "ngày 13 tháng 03 năm 2025",
        "Kính gửi: Ông/Bà Nguyễn Thị Mẫu",
        "tiếp nhận lúc 08 giờ 30 phút, ngày 05 tháng 03 năm 2025",
        "Lý do: Đang xác minh nơi cư trú.",
        "Công an quận Mẫu xin lỗi Ông/Bà",
        "14/03/2025",
        "20/03/2025",
        "THỦ TRƯỞNG ĐƠN VỊ",
    ):
        assert expected in words


def test_an_agency_that_gives_no_result_says_which_and_that_the_others_go_on():
    facts = {"agency": "Công an quận Mẫu", "names": ["Đăng ký thường trú"]}
    words = read(slips.stop(slip(**facts, others=True)))
    assert "Công an quận Mẫu thông báo không giải quyết: Đăng ký thường trú, với lý do" in words
    assert "Các kết quả khác của hồ sơ vẫn được giải quyết" in words
    assert "Các kết quả khác" not in read(slips.stop(slip(**facts)))


@pytest.mark.parametrize(
    ("form", "receiver", "day", "title", "number"),
    [
        (slips.reception, "committee", "2020-03-10", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ", "số 01 – Thông tư 01/2018"),
        (slips.reception, "committee", "2025-07-01", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ", "số 01 – Thông tư 03/2025"),
        (slips.reception, "police", "2021-06-30", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ", "số 01 – Thông tư 01/2018"),
        (slips.reception, "police", "2021-07-01", "PHIẾU TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ", "Mẫu CT04"),
        (slips.refusal, "police", "2025-08-01", "PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT", "Mẫu CT06"),
        (slips.refusal, "committee", "2025-06-30", "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT", "số 03 – Thông tư 01/2018"),
        (slips.refusal, "committee", "2025-07-01", "PHIẾU TỪ CHỐI TIẾP NHẬN, GIẢI QUYẾT", "số 03 – Thông tư 03/2025"),
        (slips.supplement, "committee", "2025-07-01", "PHIẾU YÊU CẦU BỔ SUNG", "số 02 – Thông tư 03/2025"),
        (slips.apology, "committee", "2025-06-30", "PHIẾU XIN LỖI VÀ HẸN LẠI", "số 04 – Thông tư 01/2018"),
        (slips.apology, "committee", "2025-07-01", "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN", "số 04 – Thông tư 03/2025"),
        (slips.stop, "committee", "2025-06-30", "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT", "số 03 – Thông tư 01/2018"),
        (slips.stop, "committee", "2025-07-01", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "số 05 – Thông tư 03/2025"),
    ],
)  # fmt: skip
def test_titles_and_forms_are_those_of_the_rules_day(form, receiver, day, title, number):
    known = slip(**LATE, names=["Giấy khai sinh"], on=date.fromisoformat(day), receiver=receiver)
    words = read(form(known))
    assert title in words and number in words


# ---- the desk's papers -------------------------------------------------------------------------


def handover(giver, taker, moment, outcome="", note=""):
    who = {"given_by": "lan", "taken_by": taker}
    return {"giver": giver, "taker": taker, "at": moment, "outcome": outcome, "note": note, **who}


def control(**changes):
    known = {
        "code": "000.00.01.H26-250305-0012",
        "authority": ["UBND quận Mẫu", "UBND phường Mẫu"],
        "ward": "Phường Mẫu",
        "procedure": "Đăng ký thường trú",
        "agencies": ["UBND phường Mẫu", "Công an quận Mẫu"],
        "rows": [
            handover("Bộ phận Một cửa", "Công an quận Mẫu", at(5, 9)),
            handover("Công an quận Mẫu", "Bộ phận Một cửa", at(20, 9), "Quá hạn", "Thông báo"),
        ],
        "open": ["Thẻ BHYT (BHXH quận Mẫu): hẹn trả 17:30 19/03/2025, trong hạn"],
        "status_url": URL,
        "printed_at": at(21, 8),
        "on": date(2025, 3, 5),
    }
    return {**known, **changes}


def test_the_control_slip_shows_each_hand_over_and_whether_it_was_in_time():
    words = read(slips.control(control()))
    lines = [
        "Mẫu số 05 – Thông tư 01/2018/TT-VPCP",
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "Cơ quan phối hợp giải quyết: Công an quận Mẫu",
        "TÊN CƠ QUAN",
        "1. Giao: Bộ phận Một cửa",
        "09 giờ 00 phút, ngày 05 tháng 03",
        "1. Giao: Công an quận Mẫu",
        "Quá hạn",
        "Chưa trả kết quả:",
        "Thẻ BHYT (BHXH quận Mẫu): hẹn trả 17:30 19/03/2025, trong hạn",
    ]
    places = [words.find(line) for line in lines]
    assert -1 not in places and places == sorted(places)
    assert "Mẫu số 06 – Thông tư 03/2025" in read(slips.control(control(on=date(2025, 7, 1))))


def register(count, **changes):
    row = {
        "procedure": "Đăng ký khai sinh",
        "person": "Nguyễn Thị Mẫu",
        "address": "Số 1 phố Mẫu",
        "phone": "0900000021",
        "agency": "UBND phường Mẫu",
        "received_at": at(5, 8, 30),
        "due": [at(5, 17, 30), at(14, 17, 30)],
        "returned": [date(2025, 3, 6), None],
        "collect": "Trực tiếp",
        "note": "Quá hạn: Thẻ BHYT",
    }
    known = {
        "authority": ["UBND quận Mẫu", "UBND phường Mẫu"],
        "ward": "Phường Mẫu",
        "desk": "Bộ phận Tiếp nhận và Trả kết quả phường Mẫu",
        "first": date(2025, 3, 1),
        "last": date(2025, 3, 31),
        "rows": [{**row, "code": f"H26-250305-{n:04}"} for n in range(1, count + 1)],
        "printed_at": at(31, 17),
    }
    return {**known, **changes}


def test_the_register_lies_across_and_has_the_official_columns_on_every_page():
    pdf = slips.register(register(40))
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) > 1 and document[0].get_width() > document[0].get_height()
    for page in document:
        words = " ".join(page.get_textpage().get_text_bounded().split())
        for head in ("TT", "Mã hồ sơ", "Tên TTHC", "Hẹn trả kết quả", "Ký nhận", "Ghi chú"):
            assert head in words
    words = read(pdf)
    assert all(f"H26-250305-{n:04}" in words for n in (1, 20, 40))
    assert "Tổng số: 40 hồ sơ" in words and "Từ ngày 01/03/2025 đến ngày 31/03/2025" in words
    for expected in ("05/03/2025", "14/03/2025", "06/03/2025", "……", "Quá hạn: Thẻ BHYT"):
        assert expected in words


def test_a_register_without_dossiers_is_a_register_and_telephones_are_masked():
    assert "Tổng số: 0 hồ sơ" in read(slips.register(register(0)))
    words = read(slips.register(register(1)))
    assert "0900000021" not in words and "090*****21" in words
