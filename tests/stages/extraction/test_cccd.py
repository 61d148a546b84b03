"""Identity cards: codes and print become one set of fields, and a contradiction shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.dossier.paper import Field
from chalicelib.extraction.cccd import (
    doubts_about_number,
    is_card_qr,
    kind_from_codes,
    read_card,
    told_by_codes,
)
from tests.draw.holders import make_holder, qr_text
from tests.draw.td1 import td1_rows

QR = "001190000017|000345678|Nguyễn Thị Mẫu|15011990|Nữ|Số 1, Hàng Bạc, Hoàn Kiếm, Hà Nội|15042021"
HOLDER = make_holder(7)


def printed(value: str, confidence: float = 0.9) -> Field:
    return Field(value, value, confidence, page=2, box=(10, 20, 300, 40))


def test_the_qr_gives_its_seven_fields() -> None:
    fields = read_card({}, [QR], None, page=1)
    assert {key: f.value for key, f in fields.items()} == {
        "id_number": "001190000017",
        "old_id_number": "000345678",
        "full_name": "NGUYỄN THỊ MẪU",
        "birth_date": "1990-01-15",
        "gender": "Nữ",
        "residence": "Số 1, Hàng Bạc, Hoàn Kiếm, Hà Nội",
        "issued_on": "2021-04-15",
    }
    assert all(f.source == "qr" and f.page == 1 for f in fields.values())
    assert fields["full_name"].raw == "Nguyễn Thị Mẫu"


def test_what_the_codes_say_is_told_before_the_print_is_read() -> None:
    rows = td1_rows(HOLDER)
    assert told_by_codes([], None) == {} == told_by_codes(["https://example.vn/"], ["X" * 30] * 3)
    told = told_by_codes(["https://example.vn/", QR], rows)
    of_both = read_card({}, [QR], rows, page=1)
    assert told == {key: f.value for key, f in of_both.items()}
    assert told["birth_date"] == "1990-01-15" != told_by_codes([], rows)["birth_date"]


def test_no_old_number_is_a_blank_not_an_absence() -> None:
    fields = read_card({}, [QR.replace("000345678", "")], None, page=1)
    assert fields["old_id_number"].value is None


def test_more_than_seven_fields_are_taken() -> None:
    assert is_card_qr(QR + "|Nguyễn Văn Thử|Trần Thị Mẫu||")
    longer = read_card({}, [QR + "|Nguyễn Văn Thử|"], None, page=1)
    assert longer == read_card({}, [QR], None, page=1)


@pytest.mark.parametrize(
    ("wrong", "right", "key"),
    [("31021990", "15011990", "birth_date"), ("00002021", "15042021", "issued_on")],
)
def test_a_day_that_does_not_exist_is_absent(wrong: str, right: str, key: str) -> None:
    assert key not in read_card({}, [QR.replace(right, wrong)], None, page=1)


@given(st.text(max_size=200))
def test_any_text_in_a_code_is_survived(text: str) -> None:
    fields = read_card({}, [text], [text], page=1)
    assert is_card_qr(text) or fields == {}


@pytest.mark.parametrize("text", ["", "https://example.vn/", "1|2|3|4|5|6|7", QR.replace("|", ";")])
def test_other_codes_are_passed_over(text: str) -> None:
    assert not is_card_qr(text)
    assert read_card({}, [text], None, page=1) == {}
    assert kind_from_codes([text], None) is None


def test_a_code_alone_tells_the_kind() -> None:
    assert kind_from_codes(["https://example.vn/", QR], None) == ("cccd", 0.99)
    assert kind_from_codes([], td1_rows(HOLDER)) == ("cccd", 0.99)
    assert kind_from_codes([], ["X" * 30] * 3) is None


@given(st.integers(0, 9_999))
def test_codes_of_every_drawn_card_are_read_back(seed: int) -> None:
    holder = make_holder(seed)
    fields = read_card({}, [qr_text(holder)], td1_rows(holder), page=1)
    assert {key: f.value for key, f in fields.items()} == {
        key: value for key, value in holder.items() if key != "hometown"
    }


def test_the_rows_give_no_name_because_they_have_no_marks() -> None:
    fields = read_card({}, [], td1_rows(HOLDER), page=1)
    assert "full_name" not in fields
    assert fields["expires_on"].source == "mrz"


def test_print_that_agrees_raises_confidence_and_gives_the_place() -> None:
    alone = read_card({}, [QR], None, page=1)["gender"]
    field = read_card({"gender": printed("Nữ", 0.5)}, [QR], None, page=1)["gender"]
    assert field.confidence > alone.confidence
    assert (field.box, field.page, field.source) == ((10, 20, 300, 40), 2, "qr")


def test_a_misread_letter_does_not_beat_the_code() -> None:
    field = read_card({"full_name": printed("NGUYÊN THỊ MẪU")}, [QR], None, 1)["full_name"]
    assert field.value == "NGUYỄN THỊ MẪU"
    assert 0.8 < field.confidence < 0.97


def test_a_contradiction_is_visible() -> None:
    field = read_card({"full_name": printed("TRẦN VĂN KHÁC")}, [QR], None, 1)["full_name"]
    assert (field.value, field.raw) == ("NGUYỄN THỊ MẪU", "TRẦN VĂN KHÁC")
    assert field.confidence <= 0.5


def test_print_that_was_hardly_read_contradicts_nothing() -> None:
    field = read_card({"full_name": printed("~|PV", 0.1)}, [QR], None, 1)["full_name"]
    assert (field.value, field.raw) == ("NGUYỄN THỊ MẪU", "~|PV")
    assert field.confidence > 0.8


def test_two_codes_that_contradict_each_other_are_visible() -> None:
    other = make_holder(8) | {"id_number": "001095000555", "birth_date": "1995-11-30"}
    fields = read_card({}, [QR], td1_rows(other), page=1)
    assert fields["birth_date"].confidence <= 0.5
    assert fields["birth_date"].raw == "1995-11-30"


def test_print_without_codes_stays_as_it_was() -> None:
    fields = {"hometown": printed("Xuân Hồng, Nam Định"), "id_number": printed("001190000017")}
    assert read_card(fields, [], None, page=1) == fields


def test_a_blank_where_cards_have_none_was_not_read() -> None:
    fields = {"birth_date": Field(None, "", 0.85), "expires_on": Field(None, "Không thời hạn", 0.8)}
    assert list(read_card(fields, [], None, page=1)) == ["expires_on"]


def test_a_printed_number_that_contradicts_the_birth_date_is_doubted() -> None:
    fields = {"id_number": printed("001190000017"), "birth_date": printed("1980-01-15")}
    assert read_card(fields, [], None, page=1)["id_number"].confidence <= 0.6


@pytest.mark.parametrize(
    ("number", "born", "gender", "doubts"),
    [
        ("001190000017", "1990-01-15", "Nữ", []),
        ("001205000017", "2005", "Nam", []),
        ("001190000017", None, None, []),
        ("001190000017", "1991-01-15", "Nam", ["birth_date", "gender"]),
        ("00119000001", "1990-01-15", "Nữ", ["length"]),
    ],
)
def test_what_a_number_contradicts(
    number: str, born: str | None, gender: str | None, doubts: list[str]
) -> None:
    assert doubts_about_number(number, born, gender) == doubts


@pytest.mark.parametrize(("name", "doubted"), [("NGUYỄN THỊ", True), ("NGUYỄN THỊ MẪU", False)])
def test_a_printed_name_that_the_machine_readable_one_goes_on_from_is_doubted(
    name, doubted
) -> None:
    rows = [*td1_rows(HOLDER)[:2], "NGUYEN<<THI<MAU<<<<<<<<<<<<<<<"]
    field = read_card({"full_name": printed(name)}, [], rows, 1)["full_name"]
    assert field.value == name
    assert (field.confidence < 0.5) is doubted


@pytest.mark.parametrize(
    ("value", "is_whole"), [("Thụy Lôi, Ý Yên, Nam Định", True), ("Số 11 Ngõ 234", False)]
)
def test_a_place_of_one_part_is_doubted_for_a_card_names_commune_and_province(
    value: str, is_whole: bool
) -> None:
    told = read_card({"residence": printed(value, 0.995)}, [], None, page=2)["residence"]
    assert told.value == value
    assert (told.confidence == 0.995) == is_whole
    assert told.confidence == 0.995 or told.confidence < 0.5
