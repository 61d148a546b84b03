"""What papers lost: values below their label, headings written over, words whose mark or first letter was not seen."""

import pytest

from chalicelib.dossier.paper import Field
from chalicelib.extraction import documents, normalise
from chalicelib.extraction.fields import Opinion, read_fields, settle
from tests.stages.extraction.typed_pages import words_of

NOTE = """
Số: 2769
                 GIẤY CHỨNG SINH
Họ và tên mẹ/Người nuôi dưỡng: LƯƠNG HOÀI MẪU
Nơi đăng ký thường trú: số 10 Âu Cơ, phường Ngô Quyền, thị xã Sơn Tây, thành phố Hà Nội
Giấy CMND/Thẻ căn cước/Hộ chiếu số: 001304000206 Ngày cấp:
30/09/2024 Nơi cấp: Bộ Công an
Họ và tên cha: DOÃN VĂN MẪU
Đã sinh con vào lúc: 16. giờ 03 phút, ngày 13 tháng 04 năm 2025
Số con trong lần sinh này: /
Ghi chú:
                                            Hà Nội, ngày 13 tháng 04 năm 2025
   Cha, mẹ/Người nuôi dưỡng         Người đỡ đẻ         Người ghi phiếu
   Sơ
"""
MOVE = """
PHIẾU BÁO THAY ĐỔI HỘ KHẨU, NHÂN KHẨU
I. Thông tin về người viết phiếu báo
1. Họ và tên: ĐOÀN THÀNH MẪU      2. Giới tính: Nam
3. CMND số: 000040957
7. Số điện thoại liên hệ: 0350000184
II. Tpông t OAI ời á ty
1. Họ và tên: ĐOÀN THU MẪU      2. Giới tính: Nữ
3. Ngày, tháng, năm sinh: 29/06/2020     4. Dân tộc: Hà Nhì
"""
EXTRACT = """
TRÍCH LỤC KHAI TỬ
Họ, chữ đệm, tên: PHẠM VĂN MẪU
Họ, chữ đệm, tên người đi khai tử: TRẦN VĂN MẪU
Giấy tờ tùy thân: Căn cước công dân số: 001082000445 do Cục Cảnh sát quản lý hành chính về trật tự xã hội cấp
ngày 15 tháng 03 năm 2022
(Ký, ghi rõ họ, chữ đệm, tên, chức vụ và đóng dấu)
"""


def read(kind, text):
    return {key: f.value for key, f in read_fields(kind, words_of(text)).items()}


def test_a_day_alone_below_its_label_is_its_value_though_another_label_follows():
    assert read("giay_chung_sinh", NOTE)["mother.id_issued_on"] == "2024-09-30"


def test_a_ward_is_no_label_because_of_the_comma_after_it():
    found = read("giay_chung_sinh", NOTE)
    assert found["mother.residence"].endswith("phường Ngô Quyền, thị xã Sơn Tây, thành phố Hà Nội")
    assert "book" not in found


def test_a_point_after_the_hour_does_not_hide_the_time():
    assert read("giay_chung_sinh", NOTE)["child.birth_time"] == "16:03"


def test_words_after_the_form_has_ended_do_not_hide_the_day_above():
    assert read("giay_chung_sinh", NOTE)["issued_on"] == "2025-04-13"


def test_a_slanted_stroke_for_a_figure_is_neither_a_one_nor_a_blank():
    assert "children_count" not in read("giay_chung_sinh", NOTE)


def test_items_counted_from_one_again_open_the_next_section_whose_heading_was_written_over():
    found = read("phieu_bao_hk02", MOVE)
    assert found["requester.full_name"] == "ĐOÀN THÀNH MẪU"
    assert found["subject.full_name"] == "ĐOÀN THU MẪU"
    assert found["subject.birth_date"] == "2020-06-29"


def test_how_to_sign_is_no_part_of_the_last_value():
    document = read("trich_luc_khai_tu", EXTRACT)["declarant.id_document"]
    assert document.endswith("cấp ngày 15 tháng 03 năm 2022")


@pytest.mark.parametrize(
    ("grammar", "raw", "value"),
    [
        ("address", "đôi 7, xã Trung Giã, huyện Sóc Sơn, Hà Nội", "đội 7, xã Trung Giã, huyện Sóc Sơn, Hà Nội"),
        ("address", "ngõ 6 Trần Duỵ Hựng, phường Hạ Đình", "ngõ 6 Trần Duy Hưng, phường Hạ Đình"),
        ("address", "chung cư CT5, Kịm Mã, TP. Hà Nội", "chung cư CT5, Kim Mã, TP. Hà Nội"),
        ("address", "phường Cự Khối [062], quận Long Biên", "phường Cự Khối, quận Long Biên"),
        (
            "address",
            "phường Thương Đình, quận Thanh Xuân, thành phố Hà Nội",
            "phường Thượng Đình, quận Thanh Xuân, thành phố Hà Nội",
        ),
        ("agency", "uỷ ban nhân dân phường Đồng Xuân", "Uỷ ban nhân dân phường Đồng Xuân"),
        ("agency", "ỷ ban nhân dân phường Trần Phú", "Uỷ ban nhân dân phường Trần Phú"),
        ("agency", "y ban nhân dân phường Cát Linh", "Ủy ban nhân dân phường Cát Linh"),
        ("name", "oàn Đức Tuấn", "Đoàn Đức Tuấn"),
        ("nationality", "Việt", "Việt Nam"),
    ],
)  # fmt: skip
def test_what_can_be_meant_in_one_way_only_is_mended(grammar, raw, value):
    assert normalise.typed(grammar, raw)[0] == value


def test_a_commune_that_its_district_has_not_is_believed_less():
    known, strange = (
        normalise.typed("address", f"xã {name}, thành phố Buôn Ma Thuột, tỉnh Đắk Lắk")[1]
        for name in ("Ea Tu", "Ea Tơ")
    )
    assert strange < 0.7 * known


def test_a_number_that_ends_in_a_stroke_is_not_sound():
    assert normalise.typed("number", "0/")[1] < normalise.typed("number", "01")[1]


def test_an_issuer_needs_no_comma_before_it_and_ha_noi_cap_is_no_label():
    parts = documents.parts("CMND 000045327 Công an thành phố Hà Nội cấp ngày 08/11/2012")
    assert parts["id_issued_by"] == "Công an thành phố Hà Nội"
    assert parts["id_issued_on"] == "2012-11-08"


def test_a_colon_that_was_only_dirt_is_dropped_before_the_day_of_issue():
    text = "CMND số: 000905828 do Công an TP. Hà Nội cấp: ngày 15 tháng 03 năm 2010"
    assert documents.tidy(text)[0].endswith("Hà Nội cấp ngày 15 tháng 03 năm 2010")


def test_the_first_section_is_open_where_its_heading_was_written_over():
    found = read("phieu_bao_hk02", MOVE.replace("Thông tin về người viết phiếu báo", "Thg OAI ời"))
    assert found["requester.full_name"] == "ĐOÀN THÀNH MẪU"
    assert found["subject.full_name"] == "ĐOÀN THU MẪU"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0011070000560", "001070000560"),  # either of the two ones was a rule: the number is the same
        ("0011070000561", None),  # here it is not
        ("00111070000560", "001070000560"),
        ("00107000056", None),
    ],
)  # fmt: skip
def test_a_rule_read_as_a_one_is_left_out_where_only_one_number_remains(raw, value):
    assert normalise.typed("boxed_number", raw)[0] == value


def test_bare_boxes_are_blank_and_boxes_nobody_can_read_stay_unread():
    rules = Field("1 4 8 18", "1 4 8 18", 0.0, 1, (0, 0, 9, 9))
    key = "head_of_household.id_number"
    bare = settle("to_khai_ct01", key, rules, [])
    assert bare.value is None
    assert bare.confidence > 0.5
    for said in ("1 4", ""):
        unread = settle("to_khai_ct01", key, rules, [Opinion(said, 0.0), Opinion("", 0.0)])
        assert unread.confidence == 0.0


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        (
            "CMND 000045327 Công an thành phố Hà Nội cấp ngày 08/11/2012",
            "CMND 000045327, Công an thành phố Hà Nội cấp ngày 08/11/2012",
        ),
        (
            "CMND số 000928330 cấp ngày 30/04/2012 nơi cấp Công an TP. Hà Nội",
            "CMND số 000928330, cấp ngày 30/04/2012, nơi cấp: Công an TP. Hà Nội",
        ),
        (
            "CMND số 000928330 do Công an TP. Hà Nội cấp ngày 30/04/2012",
            "CMND số 000928330 do Công an TP. Hà Nội cấp ngày 30/04/2012",
        ),
    ],
)
def test_commas_lost_with_the_dots_of_the_line_come_back_where_the_string_needs_them(raw, tidy):
    assert documents.tidy(raw)[0] == tidy
