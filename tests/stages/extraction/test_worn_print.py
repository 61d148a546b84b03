"""Print as other engines see it: colons worn, item numbers without their stop, notes and streaks stuck to values."""

from dataclasses import replace

import pytest

from chalicelib.dossier.paper import Field
from chalicelib.extraction import cccd, fields, force, labels
from chalicelib.extraction.lines import tokens_of
from chalicelib.extraction.papers import paper
from tests.stages.extraction.typed_pages import words_of

NOTICE = """
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
PHIẾU BÁO THAY ĐỔI HỘ KHẨU, NHÂN KHẨU
Kính gửi: Công an quận Hoàn Kiếm
I. Thông tin về người viết phiếu báo
1. Họ và tên: (1) NGUYỄN VĂN MẪU   2. Giới tính: Nam
3. CMND số: 001090000017   4. Hộ chiếu số:
5. Nơi thường trú: số 12 phố Hàng Bạc, phường Hàng Bạc, quận Hoàn Kiếm, thành phố Hà Nội
7. Số điện thoại liên hệ: 0900 000 031
II. Thông tin về người có thay đổi hộ khẩu, nhân khẩu
1. Họ và tên: (1) NGUYỄN THỊ THỬ   2. Giới tính: Nữ
3. Ngày, tháng, năm sinh: 05/03/2020   4. Dân tộc: Kinh   5. Quốc tịch: Việt Nam
6. CMND số: 001320000018   7. Hộ chiếu số:
13. Số điện thoại liên hệ:
14. Họ và tên chủ hộ: TRẦN THỊ LỆ
15. Quan hệ với chủ hộ: Con
16. Nội dung thay đổi hộ khẩu, nhân khẩu: (2) Đăng ký thường trú
17. Những người cùng thay đổi:
"""
TABLE = """
TT   Họ và tên         Ngày, tháng,   Giới tính  Nơi sinh  Nghề nghiệp  Dân tộc  Quốc tịch  CMND số (hoặc  Quan hệ
                       năm sinh                                                             Hộ chiếu số)   với người
"""
EXTRACT = """
TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH
Họ, chữ đệm, tên người yêu cầu: NGUYỄN VĂN MẪU
Đã đăng ký tại: Ủy ban nhân dân phường Yên Sở, quận Hoàng Mai, thành phố Hà Nội
Theo: Giấy khai sinh   {number}   Quyển số: {book}
đăng ký ngày 23 tháng 01 năm 2003
Số lượng bản sao yêu cầu cấp: 02 bản
"""


def read(text, kind="phieu_bao_hk02"):
    return {key: f.value for key, f in fields.read_fields(kind, words_of(text)).items()}


def worn(text, sign):
    """The labels of numbered items with another sign for their colons."""
    lines = text.split("\n")
    return "\n".join(line.replace(":", sign) if line[:1].isdigit() else line for line in lines)


@pytest.mark.parametrize("sign", [":", ";", ",", ".", "", "i", "t"])
def test_a_label_is_found_whatever_became_of_its_colon(sign):
    found = read(worn(NOTICE, sign))
    assert found["requester.full_name"] == "NGUYỄN VĂN MẪU"
    assert found["requester.gender"] == "Nam"
    assert found["requester.id_number"] == "001090000017"
    assert found["subject.birth_date"] == "2020-03-05"
    assert found["subject.ethnicity"] == "Kinh"
    assert found["subject.id_number"] == "001320000018"
    assert found["head_of_household.full_name"] == "TRẦN THỊ LỆ"
    assert found["content"] == "Đăng ký thường trú"


def test_items_whose_numbers_lost_their_stops_still_end_the_value_before():
    found = read(
        NOTICE.replace("2. Giới", "2 Giới").replace("4. Hộ", "4 Hộ").replace("7. H", "7 H")
    )
    assert found["requester.full_name"] == "NGUYỄN VĂN MẪU"
    assert found["requester.id_number"] == "001090000017"
    assert found["subject.id_number"] == "001320000018"


def test_a_figure_out_of_order_belongs_to_the_value():
    described = paper("phieu_bao_hk02")
    tokens = tokens_of(words_of("5. Nơi thường trú: xóm 9 Số điện thoại: 0900 000 031"))
    hits = list(force.in_force(described, tokens, labels.find(tokens, described.labels), ""))
    assert [tokens[h.start].text for h in hits] == ["5.", "Số"]


def test_a_value_ends_before_the_next_item_whose_label_nobody_could_read():
    found = read(NOTICE.replace("4. Hộ chiếu số:", "4. Hộ@ch% sõ"))
    assert found["requester.id_number"] == "001090000017"


def test_a_stroke_through_a_blank_place_is_no_value():
    found = read(NOTICE.replace("13. Số điện thoại liên hệ:", "13. Số điện thoại liên hệ: ====="))
    assert found["subject.phone"] is None


def test_the_misread_heads_of_an_empty_table_are_no_members():
    heads = TABLE.replace("với người", "Øi tạm")
    assert read(f"{NOTICE.rstrip()}{heads}\nÝ KIẾN CỦA CHỦ HỘ")["members"] is None


def test_figures_below_the_heads_are_no_blank_table() -> None:
    """Short words of a row sound like heads; nobody's identity number does."""
    row = "     CHU ĐỨC MẪU       {}  Nam        Hà Nội                 Kinh     Việt Nam   {}   Chồng"
    for born, number in (("03/04/197", "001072000196"), ("", "001072000196")):
        text = f"{NOTICE.rstrip()}{TABLE}{row.format(born, number)}\nÝ KIẾN CỦA CHỦ HỘ"
        assert read(text).get("members", "unread") is not None


def test_a_row_without_a_name_is_doubted() -> None:
    named, nameless = (
        fields.read_fields("to_khai_ct01", words_of(MEMBERS.format(name=name, gap=" " * 12)))[
            "members"
        ]
        for name in ("PHÙNG THỊ MẪU", " " * 13)
    )
    assert nameless.value[0]["full_name"] is None
    assert nameless.confidence < 0.6 * named.confidence


def test_a_row_is_found_though_its_number_and_the_head_above_it_are_misread():
    row = (
        "j    TRẦN VĂN MẪU      18/02/1965     Nam        Hà Nội    Kinh doanh   Kinh     "
        "Việt Nam   001065000017   Chồng"
    )
    found = read(f"{NOTICE.rstrip()}{TABLE.replace('TT', '  ')}{row}\nÝ KIẾN CỦA CHỦ HỘ")
    assert [m["full_name"] for m in found["members"]] == ["TRẦN VĂN MẪU"]
    assert found["members"][0]["id_number"] == "001065000017"


@pytest.mark.parametrize("label", ["số: 10", "SỐ: 10", "số' 10", "số. 10", "số 10"])
def test_the_number_in_a_register_and_the_commune_whose_name_sounds_like_its_label(label):
    found = read(EXTRACT.format(number=label, book=")"), "to_khai_ban_sao_trich_luc")
    assert found["registered_at"].startswith("Ủy ban nhân dân phường Yên Sở, quận Hoàng Mai")
    assert found["register.number"] == "10"
    assert found["register.book"] is None


def test_a_streak_beside_a_label_does_not_stand_for_the_value_below():
    text = """
Trong thời gian cư trú tại: |
xóm 9, xã Kim Nỗ, huyện Đông Anh, Hà Nội từ ngày 03/01/2007 đến ngày 05/06/2019
Tình trạng hôn nhân: Chưa đăng ký kết hôn với di
"""
    found = read(text, "to_khai_xac_nhan_hon_nhan")
    assert found["lived.at"] == "xóm 9, xã Kim Nỗ, huyện Đông Anh, Hà Nội"
    assert (found["lived.from"], found["lived.to"]) == ("2007-01-03", "2019-06-05")
    assert found["marital_status"] == "Chưa đăng ký kết hôn với ai"


def test_dates_left_blank_between_strokes_are_blank():
    text = "Trong thời gian cư trú tại:\ntừngày / tháng /( năm... đếnngày /( tháng / năm /\n"
    found = read(text, "to_khai_xac_nhan_hon_nhan")
    assert found["lived.from"] is None
    assert found["lived.to"] is None


def test_a_small_word_that_begins_a_value_is_no_label():
    text = """
[09] Nơi đăng ký khai sinh: [09.1] Xã (Phường, thị trấn): xã Tân Xã [09.2] Huyện (quận, thị
xã): huyện Thạch Thất [09.3] Tỉnh (TP): thành phố Hà Nội
"""
    found = read(text, "to_khai_tk1_ts")
    assert found["registered_birth_at"] == "xã Tân Xã, huyện Thạch Thất, thành phố Hà Nội"


def test_a_label_of_two_letters_is_known_by_one_where_a_figure_follows():
    found = read(
        "BỆNH VIỆN MẪU\nSấ: 136\nGIẤY BÁO TỬ\nHọ và tên người tử vong: NGUYỄN VĂN MẪU",
        "giay_bao_tu",
    )
    assert found["number"] == "136"
    assert found["issuer"] == "BỆNH VIỆN MẪU"


def test_a_figure_before_a_street_is_no_footnote():
    text = "Nơi cư trú: (1) 141 Tố Hữu, phường Quảng An, quận Tây Hồ, Hà Nội\n"
    stuck = text.replace("(1) ", "")
    for page in (text, stuck):
        found = read(
            "Họ, chữ đệm, tên người yêu cầu: NGUYỄN VĂN MẪU\n" + page, "to_khai_xac_nhan_hon_nhan"
        )
        assert found["requester.residence"].startswith("141 Tố Hữu")


@pytest.mark.parametrize(
    ("kind", "key", "first", "heard"),
    [
        ("to_khai_ct01", "subject.email", "nguoi.mau32@example.org", "nguoimau32@example.org"),
        ("to_khai_xac_nhan_hon_nhan", "marital_status", "Đã có vợ (đã chết)", "Đã có vợ (đã chết"),
        ("giay_de_nghi_ho_kinh_doanh", "capital_vnd", 150_000_000, "50.000.000"),
    ],
)
def test_marks_and_first_figures_that_second_looks_lose_stay(kind, key, first, heard):
    field = Field(first, str(first), 0.6, 1, (0, 0, 100, 20))
    said = [fields.Opinion(heard, 0.95), fields.Opinion(heard, 0.95)]
    assert fields.settle(kind, key, field, said).value == first


def test_of_two_readings_of_an_address_the_one_that_holds_the_other_is_whole():
    short = Field("phường Yên Sở, Ba Đình, Hà Nội", "", 0.97)
    whole = Field("Số 207 Thụy Khuê, phường Yên Sở, Ba Đình, Hà Nội", "", 0.7)
    assert cccd.surer({"residence": short}, {"residence": whole})["residence"] is whole
    assert cccd.surer({"full_name": short}, {"full_name": whole})["full_name"] is short


def test_cells_of_one_column_begin_alike():
    text = """
3. Ngành, nghề kinh doanh:
STT   Tên ngành                 Mã ngành
1     Dịch vụ ăn uông           5610
2     sửa chữa xe máy           9521
4. Vốn kinh doanh (VNĐ): 50.000.000
"""
    found = read(text, "giay_de_nghi_ho_kinh_doanh")
    assert found["lines_of_business"] == "Dịch vụ ăn uống; Sửa chữa xe máy"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("to_khai_khai_sinh", "NGUYỄN XUÂN MẪU"),
        ("to_khai_khai_sinh", "Nguyễn Quân Mẫu"),
        ("to_khai_khai_sinh", "LÂM TÀI MẪU"),
        ("to_khai_khai_sinh", "Võ Lương Mẫu"),
        ("to_khai_ban_sao_trich_luc", "LÂM THỊ MẪU"),
        ("to_khai_xac_nhan_hon_nhan", "Đàm Tại Mẫu"),
    ],
)
def test_a_name_that_sounds_like_a_label_stays_a_name(kind: str, name: str) -> None:
    """'Nguyên quán', 'Làm tại' and 'Số lượng' are printed small; words that all begin with capitals are a name."""
    text = f"Họ, chữ đệm, tên người yêu cầu: {name}\nNơi cư trú: xóm 9, xã Tân Xã, huyện Thạch Thất"
    found = fields.read_fields(kind, words_of(text))
    assert found["requester.full_name"].value == name
    assert set(found) == {"requester.full_name", "requester.residence"}


def test_a_small_hand_in_a_cell_is_no_dirt() -> None:
    """'xe' in low letters is a third as high as large print; what counts is the line it stands in."""
    large = words_of("Tôi cam đoan nội dung đề nghị trên đây là đúng sự thật và chịu trách nhiệm")
    tall = [replace(w, box=(*w.box[:3], 30)) for w in large]
    cell = [
        replace(w, line=9, box=(*w.box[:3], high))
        for w, high in zip(words_of("Sửa chữa xe máy"), (17, 23, 10, 19), strict=True)
    ]
    fleck = replace(tall[0], text="ee", line=10, box=(100, 700, 8, 10))
    said = [t.text for t in tokens_of([*tall, *cell, fleck])]
    assert said[-4:] == ["Sửa", "chữa", "xe", "máy"]


MEMBERS = """
TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ
Những thành viên trong hộ gia đình cùng thay đổi:
TT   Họ, chữ đệm và tên      Ngày, tháng,   Giới tính   Số định danh cá nhân   Mối quan hệ với
                             năm sinh                                          chủ hộ
1    {name}{gap}21/11/1980     Nữ          001180000602           Vợ
Ý KIẾN CỦA CHỦ HỘ
"""


@pytest.mark.parametrize("name", ["PHÙNG THỊ KIM NHUNG   MẪU", "PHÙNG MẪU"])
def test_a_long_name_in_a_cell_keeps_its_last_words(name: str) -> None:
    """A gap between its words may be as wide as the one to the next cell, under the next head's beginning."""
    row = MEMBERS.format(name=name, gap=" " * max(2, 26 - len(name)))
    member = read(row, "to_khai_ct01")["members"][0]
    assert (member["full_name"], member["birth_date"]) == (" ".join(name.split()), "1980-11-21")


def test_words_in_a_cell_of_figures_are_doubted() -> None:
    plain, strange = (
        fields.read_fields("to_khai_ct01", words_of(MEMBERS.format(name=name, gap="   ")))[
            "members"
        ].confidence
        for name in ("PHÙNG THỊ MẪU", "PHÙNG THỊ MẪU           THU")
    )
    assert strange < plain


def test_the_ward_of_ngo_quyen_is_no_book() -> None:
    """'QUYỀN' alone on a line, before 'Số:', sounds like 'Quyển' and 'Quyển số:'."""
    text = """
UBND PHƯỜNG NGÔ     CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
QUYỀN               Độc lập - Tự do - Hạnh phúc
Số: 325/2021
GIẤY BÁO TỬ
Họ và tên người tử vong: TỐNG TUẤN MẪU
"""
    found = read(text, "giay_bao_tu")
    assert found["number"] == "325/2021"
    assert "book" not in found or found["book"] is None


@pytest.mark.parametrize("end", ["", ".", ","])
def test_small_words_before_a_stop_are_no_label_that_has_a_capital(end: str) -> None:
    text = f"""
[20] Ngày sinh: 15/06/1980
[21] Nội dung thay đổi, yêu cầu: Điều chỉnh ngày sinh{end}
[22] Mức tiền đóng: /
"""
    assert read(text, "to_khai_tk1_ts")["content"] == "Điều chỉnh ngày sinh"


def test_small_words_like_a_label_with_a_capital_begin_no_line_of_their_own() -> None:
    """'mới sinh' is but one letter off 'Nơi sinh'."""
    text = NOTICE.replace(
        "Đăng ký thường trú", "Đăng ký thường trú cho tất cả các cháu là trẻ em\nmới sinh"
    )
    assert read(text)["content"] == "Đăng ký thường trú cho tất cả các cháu là trẻ em mới sinh"


def test_an_issuer_that_seems_to_end_in_a_colon_is_no_unknown_label() -> None:
    text = """
GIẤY CHỨNG SINH
Họ và tên mẹ/Người nuôi dưỡng: NGUYỄN THỊ MẪU
Số CMND/Hộ chiếu: C0001234 Ngày cấp: 14/01/2020 Nơi cấp:
Cục Quản lý xuất nhập cảnh:
Dân tộc: Kinh
"""
    assert read(text, "giay_chung_sinh")["mother.id_issued_by"] == "Cục Quản lý xuất nhập cảnh"


def test_a_comma_inside_a_label_may_read_as_a_semicolon() -> None:
    text = """
Cơ sở khám bệnh; chữa bệnh: Bệnh viện Bưu điện
GIẤY CHỨNG SINH
Họ và tên mẹ/Người nuôi dưỡng: NGUYỄN THỊ MẪU
"""
    assert read(text, "giay_chung_sinh")["facility"] == "Bệnh viện Bưu điện"


def test_a_printed_word_for_a_unit_is_no_place_of_registration() -> None:
    text = """
TỜ KHAI THAM GIA, ĐIỀU CHỈNH THÔNG TIN BẢO HIỂM XÃ HỘI, BẢO HIỂM Y TẾ
[09] Nơi đăng ký khai sinh: [09.1] Xã   [09.2] Huyện   [09.3] Tỉnh
[10] Địa chỉ nhận hồ sơ: số 1 phố Hàng Bạc
"""
    assert read(text, "to_khai_tk1_ts").get("registered_birth_at") is None


def test_the_number_of_a_house_may_read_as_an_ampersand() -> None:
    text = "TỜ KHAI ĐĂNG KÝ KHAI SINH\nHọ, chữ đệm, tên người yêu cầu: NGUYỄN VĂN MẪU\n{}"
    home = "& Quang Trung, phường Hạ Đình, quận Thanh Xuân, TP. Hà Nội"
    found = read(text.format(f"Nơi cư trú: {home}"), "to_khai_khai_sinh")
    assert found["requester.residence"] == home.replace("&", "8")


def test_the_number_of_an_item_may_end_the_line_before() -> None:
    text = """
II. Áp dụng đối với người tham gia
[09] Nơi đăng ký khai sinh: [09.1] Xã (phường, thị trấn):   [09.2] Huyện (quận, thị xã):   [09.3]
Tỉnh (TP): /
[10] Họ tên cha/mẹ/giám hộ (đối với trẻ em dưới 6 tuổi): /
"""
    found = read(text, "to_khai_tk1_ts")
    assert "registered_birth_at" in found and found["registered_birth_at"] is None


@pytest.mark.parametrize(
    ("kind", "label", "key", "value", "after"),
    [
        (
            "to_khai_khai_tu", "Nơi cư trú", "requester.residence",
            "xã Viêng Lán, huyện Yên Châu, tỉnh Sơn La", "Số định danh cá nhân: 001089538394",
        ),
        (
            "to_khai_tk1_ts", "Nơi đăng ký khám bệnh, chữa bệnh ban đầu", "clinic",
            "phường Tam Bình, thành phố Thủ Đức", "Hồ sơ kèm theo (nếu có): Không",
        ),
        (
            "to_khai_tk1_ts", "Nơi đăng ký khám bệnh, chữa bệnh ban đầu", "clinic",
            "xã Hiền Giang, huyện Thường Tín, thành phố Hà Nội", "Hồ sơ kèm theo (nếu có): Không",
        ),
    ],
)  # fmt: skip
def test_the_words_of_a_place_begin_no_label(
    kind: str, label: str, key: str, value: str, after: str
) -> None:
    """'La Số định danh' is no 'Mã số định danh', 'Tín, thành phố' no 'Tỉnh, thành phố'."""
    found = read(f"Họ, chữ đệm, tên người yêu cầu: TRẦN THỊ MẪU\n{label}: {value}\n{after}", kind)
    assert found[key] == value


def test_dots_that_stick_to_a_days_figures_make_no_label_of_it() -> None:
    """'ngày 24… tháng 08… năm 2007… đến' sounded like 'Ngày, tháng, năm sinh', and two days were blank, surely."""
    text = """
Họ, chữ đệm, tên người yêu cầu: LA MẠNH MẪU
Trong thời gian cư trú tại: xóm 5, thị trấn Đông Anh, huyện Đông Anh, Hà Nội
từ ngày 24… tháng 08… năm 2007… đến ngày 02… tháng 08… năm 2009
Tình trạng hôn nhân: (4) Chưa đăng ký kết hôn với ai
"""
    found = read(text, "to_khai_xac_nhan_hon_nhan")
    assert (found["lived.from"], found["lived.to"]) == ("2007-08-24", "2009-08-02")
    lost = "\n".join(line for line in text.split("\n") if not line.startswith("từ"))
    assert not {"lived.from", "lived.to"} & set(read(lost, "to_khai_xac_nhan_hon_nhan")), (
        "unread, not blank"
    )
