"""Slips of writing by hand put right where only one thing can be meant, and left alone where two can."""

import pytest

from chalicelib.dossier.paper import Field
from chalicelib.extraction.fields import agrees
from chalicelib.extraction.normalise import is_blank, typed


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("xóm /, xã Đông Dư, huyện Gia Lâm, Hà Nội", "xóm 1, xã Đông Dư, huyện Gia Lâm, Hà Nội"),
        ("phường Mỹ Đình l, quận Nam Từ Liêm, Hà Nội", "phường Mỹ Đình 1, quận Nam Từ Liêm, Hà Nội"),
        ("ngõ 4/ Trường Chinh, Hà Nội", "ngõ 41 Trường Chinh, Hà Nội"),
        ("P 1108, chung cư CT4, Hà Nội", "P.1108, chung cư CT4, Hà Nội"),
        ("280 Bạch Hai, phường Vạn Phúc, Hà Nội", "280 Bạch Mai, phường Vạn Phúc, Hà Nội"),
        ("phường Bưởi quận Tây Hồ TP. Hà Nội", "phường Bưởi, quận Tây Hồ, TP. Hà Nội"),
        ("71 Trần Duy Hưng phường Hồng Hà, Hà Nội", "71 Trần Duy Hưng, phường Hồng Hà, Hà Nội"),
    ],
)  # fmt: skip
def test_an_address_is_mended_where_one_thing_can_be_meant(read: str, meant: str) -> None:
    value, trust = typed("address", read)
    assert value == meant
    assert trust <= typed("address", meant)[1]
    assert typed("address", meant)[0] == meant


@pytest.mark.parametrize(
    "text",
    [
        "số 5/ ngõ 12 Kim Mã, Hà Nội",
        "số 19/54 Kim Mã, phường Kim Mã, quận Ba Đình, Hà Nội",
        "số 5 phố Hàng Mã, Hà Nội",
        "Trạm y tế xã Chu Minh, huyện Ba Vì, Hà Nội",
        "Trung tâm Y tế huyện Ba Vì, xã Chu Minh, huyện Ba Vì, Hà Nội",
    ],
)
def test_an_address_that_may_be_right_stays(text: str) -> None:
    assert typed("address", text)[0] == text


def test_an_agency_keeps_its_name_without_commas() -> None:
    assert (
        typed("agency", "UBND phường Cống Vị quận Ba Đình")[0] == "UBND phường Cống Vị quận Ba Đình"
    )


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("ngày 1/ tháng 05 năm 2024", "2024-05-11"),
        ("ngày 16 tháng // năm 1994", "1994-11-16"),
        ("16//2/2022", "2022-12-16"),
        ("1//2/2022", None),
        ("ngày / tháng / năm 2020", None),
    ],
)
def test_a_slanted_one_is_a_stroke_where_no_stroke_can_be(read: str, meant: str | None) -> None:
    value, trust = typed("date", read)
    assert value == meant
    assert meant is None or trust < typed("date", "16/12/2022")[1]


@pytest.mark.parametrize(
    ("grammar", "read", "meant"),
    [
        ("gender", "ữ", "Nữ"),
        ("gender", "a", None),
        ("relationship", "ha", "Cha"),
        ("relationship", "à", "à"),
        ("agency", "BND phường Trần Phú", "UBND phường Trần Phú"),
    ],
)
def test_a_lost_capital_comes_back_where_one_word_alone_ends_so(
    grammar: str, read: str, meant: str | None
) -> None:
    assert typed(grammar, read)[0] == meant


def test_a_number_of_the_field_below_is_no_part_of_the_document() -> None:
    text = "CCCD số 001049000015 do Cục Cảnh sát QLHC về TTXH cấp ngày 14/05/2019"
    assert typed("id_document", f"{text} 001049000015")[0] == text
    assert typed("id_document", f"{text} 001049000016")[0] == f"{text} 001049000016"


def test_two_readers_of_a_word_that_its_list_has_not_prove_nothing() -> None:
    key, kind = "requester.relationship", "to_khai_khai_sinh"
    assert not agrees(kind, key, "Hẹ", Field("Hẹ", "Hẹ", 0.9, 1, (0, 0, 9, 9)))
    assert agrees(kind, key, "Mẹ", Field("Mẹ", "Mẹ", 0.9, 1, (0, 0, 9, 9)))


@pytest.mark.parametrize(
    ("grammar", "read", "meant"),
    [
        ("money", "300.000,.000 VNĐ", 300_000_000),
        ("money", "300.000. 000", 300_000_000),
        ("money", "1,5 triệu", 1_500_000),
        ("number", ": (4) 162/2020", "162/2020"),
        ("number", "12/2020", "12/2020"),
        ("insurance_number", "13/07/2017 Nơi", None),
        ("insurance_number", "DN4010123456789", "DN4010123456789"),
        ("text", "(Nhập hộ khẩu cùng gia đình", "Nhập hộ khẩu cùng gia đình"),
        ("text", "(cũ) Đổi chủ hộ", "(cũ) Đổi chủ hộ"),
    ],
)
def test_dots_and_brackets_of_the_form_are_no_part_of_a_value(
    grammar: str, read: str, meant: str | int | None
) -> None:
    assert typed(grammar, read)[0] == meant


@pytest.mark.parametrize("grammar", ["integer", "ordinal"])
def test_a_lone_stroke_for_a_count_may_be_a_slanted_one_and_is_unread(grammar: str) -> None:
    assert not is_blank("/", grammar) and typed(grammar, "/")[0] is None
    assert is_blank("-----", grammar)


@pytest.mark.parametrize(
    ("grammar", "whole", "short"),
    [
        ("date", "14/04/2021", "4/04/2021"),
        ("date", "ngày 14 tháng 03 năm 2021", "ngày 4 tháng 03 năm 2021"),
        ("date", "04/11/2021", "04/1/2021"),
        ("phone", "0350 000 454", "350 000 454"),
        ("phone", "024 3000 0000", "24 3000 0000"),
    ],
)
def test_where_a_thin_first_figure_may_be_lost_the_rest_is_doubted(
    grammar: str, whole: str, short: str
) -> None:
    assert typed(grammar, whole)[1] > 0.9 > 0.8 > typed(grammar, short)[1] > 0


@pytest.mark.parametrize("date", ["4/4/2021", "04/3/2021", "4/10/2021", "ngày 04 tháng 9 năm 2021"])
def test_dates_in_one_style_are_believed(date: str) -> None:
    """Nought before days under 10 and months 1 and 2, or nowhere."""
    assert typed("date", date)[1] > 0.9


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Bênh già", "Bệnh già"),
        ("Nhập khẩu cho con mới sinh theo me", "Nhập khẩu cho con mới sinh theo mẹ"),
        ("HỘ KINH DOANH TAP HÓA MẪU", "HỘ KINH DOANH TẠP HÓA MẪU"),
        ("Để làm thủ tục vây vốn ngàn hàng", "Để làm thủ tục vay vốn ngân hàng"),
    ],
)
def test_usual_subjects_lend_their_marks_to_texts(read: str, meant: str) -> None:
    assert typed("text", read)[0] == meant


@pytest.mark.parametrize("place", ["thôn Xe Mây, xã Tân Xã", "số 5 ngõ Hàng Ân, phường Hàng Bạc"])
def test_names_of_places_borrow_none_from_subjects(place: str) -> None:
    assert typed("address", place)[0] == place
