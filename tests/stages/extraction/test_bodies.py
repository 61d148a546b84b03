"""A form whose title was lost is told by what it prints; another paper's form is not taken for one of ours."""

import pytest

from chalicelib.extraction import kinds
from tests.stages.extraction.strange_forms import FORMS, with_title
from tests.stages.extraction.typed_pages import words_of

EXTRACT = """
SỞ TƯ PHÁP              CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 296/TLKT-BS             Độc lập - Tự do - Hạnh phúc
Họ, chữ đệm, tên: PHẠM VĂN MẪU
Ngày, tháng, năm sinh: 1929
Giới tính: Nam     Dân tộc: La Hủ     Quốc tịch: Việt Nam
Nơi cư trú cuối cùng: số 2 Lạc Long Quân, thành phố Hà Nội
Giấy tờ tùy thân: Giấy CMND số 000547899 do Công an thành phố Hà Nội cấp ngày 14/09/2012
Đã chết vào lúc: 15 giờ 13 phút, ngày 04 tháng 01 năm 2023
Nơi chết: Bệnh viện đa khoa huyện Đông Anh
Đã được đăng ký khai tử tại: UBND phường Kiến Hưng
NGƯỜI KÝ TRÍCH LỤC
(Ký, ghi rõ họ, chữ đệm, tên, chức vụ và đóng dấu)
"""


def told(text):
    return kinds.split([words_of(text)])[0].kind


def test_an_extract_without_title_and_head_is_told_by_its_print():
    assert told(EXTRACT) == "trich_luc_khai_tu"


def test_nor_does_it_need_its_number():
    assert told(EXTRACT.replace("296/TLKT-BS", "")) == "trich_luc_khai_tu"


@pytest.mark.parametrize("title", ["TRÍCH LỤC CẢI CHÍNH HỘ TỊCH", "GIẤY BÁO TIN"])
def test_the_same_print_under_another_title_is_another_paper(title):
    assert told(f"{title}\n{EXTRACT.replace('296/TLKT-BS', '')}") == "khac"


@pytest.mark.parametrize("name", FORMS)
def test_forms_that_are_none_of_ours_stay_so(name):
    assert told(with_title(name)) == "khac"


def test_a_few_labels_make_no_form():
    assert told("Tình trạng hôn nhân: độc thân\nTrong thời gian cư trú tại: Hà Nội") == "khac"
