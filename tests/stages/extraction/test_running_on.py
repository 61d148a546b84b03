"""Values that run over the end of a line, beside other print, or hold words that labels have too."""

from dataclasses import replace

import pytest

from chalicelib.dossier.paper import Field
from chalicelib.extraction import documents, fields, names, places
from chalicelib.extraction.opinions import Opinion
from tests.stages.extraction.typed_pages import words_of

NOTE = """
Cơ sở khám bệnh, chữa bệnh: Bệnh viện      CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                                              Độc lập - Tự do - Hạnh phúc
Phụ sản Hà Nội
Số: 594/2021                               Quyển số: 02
                     GIẤY CHỨNG SINH
Họ và tên mẹ/Người nuôi dưỡng: NGÔ KHÁNH NGA
Năm sinh: 1990
Nơi đăng ký thường trú: tổ dân phố số 16, phường Ngô Quyền, thị xã Sơn Tây, thành
phố Hà Nội
Dân tộc: Kinh
Dự định đặt tên con là: Ngô Thị Ngọc Quyên
Ghi chú: Mổ lấy thai
"""
INSURED = """
TỜ KHAI THAM GIA, ĐIỀU CHỈNH THÔNG TIN BẢO HIỂM XÃ HỘI, BẢO HIỂM Y TẾ
[01] Họ và tên (viết chữ in hoa): NGUYỄN VĂN MẪU       [02] Giới tính: Nam
[10] Họ tên cha/mẹ/giám hộ (đối với trẻ em dưới 6 tuổi): {first}
{rest}
[11] Đăng ký nhận kết quả giải quyết thủ tục hành chính:
"""
EXTRACT = """
                    TRÍCH LỤC KHAI TỬ
Họ, chữ đệm, tên người đi khai tử: Trần Thị Thử
Giấy tờ tùy thân: Thẻ căn cước công dân số 001195000541, cấp ngày 02/03/2016, nơi cấp: Cục
Cảnh sát QLHC về TTXH
                                                         {heading}
"""
DECLARED = """
TỜ KHAI ĐĂNG KÝ KHAI SINH
Họ, chữ đệm, tên người yêu cầu: LÊ VĂN
Giấy tờ tùy thân: Thẻ căn cước công
dân số: 001198000219 do Cục Cảnh sát
QLHC về TTXH cấp ngày 07/04/2021
Quan hệ với người được khai sinh: Cha
"""


def read(kind: str, text: str) -> dict[str, object]:
    return {key: f.value for key, f in fields.read_fields(kind, words_of(text)).items()}


def test_a_word_that_a_label_has_too_does_not_end_a_value() -> None:
    found = read("giay_chung_sinh", NOTE)
    place = "tổ dân phố số 16, phường Ngô Quyền, thị xã Sơn Tây, thành phố Hà Nội"
    assert found["mother.residence"] == place
    assert found["child.intended_name"] == "Ngô Thị Ngọc Quyên"
    assert found["book"] == "02"


def test_a_letterhead_goes_on_below_beside_the_mottos_second_line() -> None:
    close = [replace(w, box=(w.box[0], w.box[1] * 4 // 5, *w.box[2:])) for w in words_of(NOTE)]
    found = fields.read_fields("giay_chung_sinh", close)
    assert found["facility"].value == "Bệnh viện Phụ sản Hà Nội"


@pytest.mark.parametrize(
    ("first", "rest", "name"),
    [
        ("HUỲNH PHƯƠNG", "TRINH", "HUỲNH PHƯƠNG TRINH"),
        ("Huỳnh Thị Phương", "Trinh", "Huỳnh Thị Phương Trinh"),
        ("HUỲNH PHƯƠNG", "Xã", "HUỲNH PHƯƠNG"),
        ("HUỲNH PHƯƠNG", "BẢO HIỂM XÃ HỘI", "HUỲNH PHƯƠNG"),
        ("HUỲNH PHƯƠNG", "18/3", "HUỲNH PHƯƠNG"),
    ],
)
def test_a_name_cut_by_the_margin_is_read_to_its_end(first: str, rest: str, name: str) -> None:
    assert read("to_khai_tk1_ts", INSURED.format(first=first, rest=rest))["guardian"] == name


@pytest.mark.parametrize("heading", ["NGƯỜI KÝ TRÍCH LỤC", "TRÍCH LỤC", "KÝ TRÍCH LỤC"])
def test_a_heading_of_who_signs_is_no_part_of_a_line_that_ends_in_capitals(heading: str) -> None:
    found = read("trich_luc_khai_tu", EXTRACT.format(heading=heading))
    assert str(found["declarant.id_document"]).endswith("Cục Cảnh sát QLHC về TTXH")


def test_a_line_that_begins_small_is_no_label_though_a_colon_follows() -> None:
    document = str(read("to_khai_khai_sinh", DECLARED)["requester.id_document"])
    assert document.endswith("cấp ngày 07/04/2021")


@pytest.mark.parametrize(
    ("read_as", "told"),
    [
        ("QUẢNG THỊ KIM NHỚ", "QUẢNG THỊ KIM NHỚ"),
        ("Thị Kiều Mri", "Thị Kiều Mri"),
        ("NGUYÊN THỊ THỬ", "NGUYỄN THỊ THỬ"),
    ],
)
def test_a_surname_is_not_changed_where_another_syllable_of_names_was_read(
    read_as: str, told: str
) -> None:
    name, trust = names.tidy(read_as)
    assert name == told
    assert trust < 1


def test_a_small_word_of_an_address_is_mended_by_its_letters() -> None:
    told, _ = places.tidy("đôi 3, xã Cổ Loa, huyện Đông Anh, thành phố Hà Nội")
    assert told.startswith("đội 3, ")


def test_what_is_left_of_an_items_number_is_no_part_of_an_address() -> None:
    told, _ = places.tidy("phường Quang Trung 2], quận Hà Đông, thành phố Hà Nội")
    assert told == "phường Quang Trung, quận Hà Đông, thành phố Hà Nội"


@pytest.mark.parametrize(("rest", "copies"), [("01 bản", 1), ("1 05 bản", 5)])
def test_a_small_figure_before_words_is_the_value_and_before_a_figure_a_note(
    rest: str, copies: int
) -> None:
    text = f"TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH\nSố lượng bản sao yêu cầu cấp: {rest}"
    words = words_of(text)
    at = next(n for n, w in enumerate(words) if w.text == rest.split()[0])
    words[at] = replace(words[at], box=(*words[at].box[:3], 20))
    assert fields.read_fields("to_khai_ban_sao_trich_luc", words)["copies"].value == copies


@pytest.mark.parametrize(
    ("raw", "believed"),
    [
        ("Hộ chiếu: C0002421", True),
        ("ộ chiếu: C0002421", False),
        ("CCCD số 001090000008, cấp ngày 28/09/2024", True),
        ("Căn cước số Giấy 001303000877, cấp ngày 28/09/2024, nơi 001090000008", False),
    ],
)
def test_a_document_that_lost_its_head_or_has_two_numbers_is_not_believed(
    raw: str, believed: bool
) -> None:
    value, trust = documents.tidy(raw)
    assert value
    assert (trust > 0.6) == believed


def test_a_name_is_as_sure_as_its_first_reading_and_surer_where_all_say_the_same() -> None:
    first = Field("LÊ THIÊN", "LÊ THIÊN", 0.996, 1, (0, 0, 9, 9))
    key = "child.intended_name"
    same = fields.settle("giay_chung_sinh", key, first, [Opinion("LÊ THIÊN", 0.99, echo=True)])
    assert same.confidence > first.confidence
    others = [Opinion("LÊ THIÊN", 0.9), Opinion("LÊ THIÊN", 0.99), Opinion("LÊ THIỆN", 0.97, True)]
    assert fields.settle("giay_chung_sinh", key, first, others).confidence < 0.98
