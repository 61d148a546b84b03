"""Values that are odd however surely they were read: doubted, or put right where nothing else can be meant."""

import pytest

from chalicelib.extraction.normalise import typed


@pytest.mark.parametrize(
    ("grammar", "odd", "plain"),
    [
        (
            "agency",
            "Ủy ban nhân dân phường Vĩnh Phúc Họ, chữ đệm; tên",
            "Ủy ban nhân dân phường Vĩnh Phúc",
        ),
        (
            "place",
            "Trung, tâm Y tế huyện Ba Vì, xã Chu Minh, huyện Ba Vì, thành phố Hà Nội",
            "Trung tâm Y tế huyện Ba Vì, xã Chu Minh, huyện Ba Vì, thành phố Hà Nội",
        ),
        (
            "agency",
            "Ủy ban nhân dân phường Tây Hồ Hà Nội",
            "Ủy ban nhân dân phường Tây Hồ, Hà Nội",
        ),
        (
            "id_document",
            "căn cước công dân: 001196000747",
            "Căn cước công dân: 001196000747",
        ),
        (
            "place",
            "Trung tâm Y tế huyện Ba Vị, xã Chu Minh, huyện Ba Vì, thành phố Hà Nội",
            "Trung tâm Y tế huyện Ba Vì, xã Chu Minh, huyện Ba Vì, thành phố Hà Nội",
        ),
        (
            "place",
            "tổ 12, phường Mễ Trì, quận Nam Từ Liêm, Thành phố Hà Nội",
            "tổ 12, phường Mễ Trì, quận Nam Từ Liêm, thành phố Hà Nội",
        ),
        (
            "agency",
            "Uỷ ban nhân dân phường Phúc",
            "Uỷ ban nhân dân phường Phúc Đồng",
        ),
        ("agency", "Ủy ban nhân dân xã Trung", "Ủy ban nhân dân xã Trung Sơn"),
        (
            "text",
            "Đăng ký thường trú cho Con mới sinh",
            "Đăng ký thường trú cho con mới sinh",
        ),
        ("id_document", "Thẻ CCCD, 001095000639", "Thẻ CCCD: 001095000639"),
        (
            "id_document",
            "Chứng minh nhân dân- 000782769, Công an Hà Nội cấp ngày 08/03/2013",
            "Chứng minh nhân dân 000782769, Công an Hà Nội cấp ngày 08/03/2013",
        ),
        ("id_document", "CCCD: 001013000050", "CCCD: 001073000050"),
        ("id_number", "001013000050", "001073000050"),
        ("id_number", "001350000050", "001330000050"),
        ("id_document", "Hộ chiếu số 80000286", "Hộ chiếu số B0000286"),
        ("issuer", "Cục Cảnh sát QLHC về TTXH năm 2022", "Cục Cảnh sát QLHC về TTXH"),
        ("email", "nguơi.mau94@example.com", "nguoi.mau94@example.com"),
        (
            "place",
            "Quang Trung, phường Hạ Đình, quận Thanh Xuân, TP. Hà Nội",
            "8 Quang Trung, phường Hạ Đình, quận Thanh Xuân, TP. Hà Nội",
        ),
        (
            "place",
            "phường Trần Hưng, quận Hoàn Kiếm, thành phố Hà Nội",
            "phường Trần Hưng Đạo, quận Hoàn Kiếm, thành phố Hà Nội",
        ),
        (
            "place",
            "thân 1, xã Trung Giã, huyện Sóc Sơn, Hà Nội",
            "thôn 1, xã Trung Giã, huyện Sóc Sơn, Hà Nội",
        ),
        (
            "agency",
            "UBND PHƯỜNG, TƯƠNG MAI, QUẬN HOÀNG MAI, HÀ NỘI",
            "UBND PHƯỜNG TƯƠNG MAI, QUẬN HOÀNG MAI, HÀ NỘI",
        ),
        (
            "id_document",
            "Thẻ căn cước số: 001097000417 do Bộ Công an cấp ngày 24 tháng 09 năm 201",
            "Thẻ căn cước số: 001097000417 do Bộ Công an cấp ngày 24 tháng 09 năm 2024",
        ),
        ("id_document", "Thẻ Căn cước số: 001097000417", "Thẻ căn cước số: 001097000417"),
        (
            "place",
            "12) xóm 6, xã Tân Trào, huyện Sơn Dương, tỉnh Tuyên Quang",
            "xóm 6, xã Tân Trào, huyện Sơn Dương, tỉnh Tuyên Quang",
        ),
        ("money", "20", "20.000.000 đồng"),
        ("text", "ung thư phổi", "Ung thư phổi"),
        (
            "place",
            "xóm 3 xã Ea Tu, thành phố Buôn Ma Thuột, tỉnh Đắk Lắk",
            "xóm 3, xã Ea Tu, thành phố Buôn Ma Thuột, tỉnh Đắk Lắk",
        ),
        (
            "place",
            "phường Mai Dịch, quận Cầu Giấy, TP Hà Nội",
            "phường Mai Dịch, quận Cầu Giấy, TP. Hà Nội",
        ),
        ("place", "Bệnh viện Phụ Sản Trung ương", "Bệnh viện Phụ sản Trung ương"),
        (
            "agency",
            "Uỷ ban nhân dân phường Cầu đài, thành phố Hà Nội",
            "Uỷ ban nhân dân phường Cầu Đài, thành phố Hà Nội",
        ),
        ("relationship", "Hẹ", "Mẹ"),
        ("relationship", "con", "Con"),
        ("relationship", "vợ", "Vợ"),
        ("ethnicity", "Cơ-Ho", "Tày"),
        ("ethnicity", "Cơ Ho", "Kinh"),
    ],
)
def test_what_is_odd_is_kept_and_doubted(grammar: str, odd: str, plain: str) -> None:
    value, trust = typed(grammar, odd)
    assert value is not None
    assert trust < 0.75 * typed(grammar, plain)[1]


def test_what_is_usual_is_not_doubted() -> None:
    for text in (
        "Công an thành phố Hà Nội",
        "Bệnh viện Phụ sản Hà Nội",
        "UBND quận Tây Hồ, Hà Nội",
    ):
        value, trust = typed("agency", text)
        assert value == text
        assert trust >= 0.8
    assert typed("relationship", "em gái")[1] > 0.9
    two = "xóm 3, phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh"
    one = two.replace("Quận", "quận").replace("Thành", "thành")
    assert typed("place", two)[1] >= typed("place", one)[1]


def test_a_comma_that_a_colon_was_read_as_is_told_by_its_stop() -> None:
    assert typed("id_document", "Thẻ CCCD; 001095000639")[0] == "Thẻ CCCD: 001095000639"


def test_a_comma_after_do_and_a_lost_first_letter_are_put_right() -> None:
    passport = "Hộ chiếu số: N0005918 do{} Cục Quản lý xuất nhập cảnh cấp ngày 11 tháng 11 năm 2021"
    assert typed("id_document", passport.format(","))[0] == passport.format("")
    assert typed("id_document", "iấy CMND số 000821036")[0] == "Giấy CMND số 000821036"


def test_a_street_of_the_list_has_its_capitals() -> None:
    home = "số 8 phố Đội {}, phường Thanh Nhàn, quận Hai Bà Trưng, Hà Nội"
    for read in ("cấn", "Cấn"):
        assert typed("place", home.format(read))[0] == home.format("Cấn")


def test_one_small_word_of_a_heading_in_capitals_is_a_capital_too() -> None:
    assert typed("issuer", "TRUNG TÂM Y TẾ HUYỆN BA Vì")[0] == "TRUNG TÂM Y TẾ HUYỆN BA VÌ"
    assert typed("agency", "UBND XÃ Đông Dư")[0] == "UBND XÃ Đông Dư"
