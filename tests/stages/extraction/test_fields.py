"""Fields are found by their labels, whatever the year's wording, the engine's spelling and the writer's blanks."""

from dataclasses import replace

import pytest

from chalicelib.dossier.paper import Field, Word
from chalicelib.extraction import confidence, fields, labels, values
from chalicelib.extraction.lines import tokens_of
from chalicelib.extraction.papers import paper
from tests.stages.extraction.typed_pages import (
    BIRTH_NOTE,
    DECLARATION,
    DECLARATION_OF_2015,
    words_of,
)

HOME = "số 12 ngõ 5 phố Hàng Bạc, phường Hàng Bạc, quận Hoàn Kiếm, thành phố Hà Nội"


def read(text, kind="to_khai_khai_sinh", **how):
    return {k: f.value for k, f in fields.read_fields(kind, words_of(text, **how)).items()}


def test_a_declaration_is_read_whole():
    found = read(DECLARATION)
    assert found["authority"].startswith("Ủy ban nhân dân phường Hàng Bạc")
    assert found["requester.full_name"] == "NGUYỄN VĂN MẪU"
    assert found["requester.residence"] == HOME
    assert found["requester.id_number"] == "001090000017"
    assert found["requester.id_issued_on"] == "2021-11-20"
    assert found["requester.id_issued_by"] == "Cục Cảnh sát QLHC về TTXH"
    assert found["child.full_name"] == "NGUYỄN THỊ THỬ"
    assert found["child.birth_date"] == "2020-03-05"
    assert found["child.birth_date_in_words"].endswith("không trăm hai mươi")
    assert found["mother.birth_year"] == "1992"
    assert found["mother.ethnicity"] == "Tày"
    assert found["declared_at"] == "Hà Nội"
    assert found["declared_on"] == "2020-03-10"
    assert found["copies"] == 2


def test_a_father_left_blank_is_null_and_not_the_next_line():
    found = fields.read_fields("to_khai_khai_sinh", words_of(DECLARATION))
    for key in ("full_name", "birth_year", "ethnicity", "nationality", "residence"):
        assert found[f"father.{key}"].value is None
        assert found[f"father.{key}"].confidence > 0.5


def test_the_print_of_2015_without_colons_father_first():
    found = read(DECLARATION_OF_2015)
    assert found["father.full_name"] == "NGUYỄN VĂN MẪU"
    assert found["mother.full_name"] == "TRẦN THỊ LỆ"
    assert found["mother.ethnicity"] == "Tày"
    assert found["mother.residence"] == "thôn Đoài, xã Kim Nỗ, huyện Đông Anh, thành phố Hà Nội"
    assert found["child.birth_date"] == "2020-03-05"
    assert found["requester.id_issued_by"] == "Công an thành phố Hà Nội"
    assert "copies" not in found


def test_a_birth_note_is_read_whole_and_signatures_are_nobody():
    found = read(BIRTH_NOTE, "giay_chung_sinh")
    assert found["facility"] == "Bệnh viện Phụ sản Hà Nội"
    assert found["number"] == "158/2020"
    assert found["mother.id_issued_by"] == "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
    assert found["child.birth_time"] == "10:05"
    assert found["child.birth_date"] == "2020-03-05"
    assert found["child.weight_g"] == 3200
    assert found["children_count"] == 1
    assert found["issued_on"] == "2020-03-06"
    assert "Ký" not in " ".join(str(v) for v in found.values())


@pytest.mark.parametrize("written", ["/", "-", "chưa đặt tên", "Chưa đặt tên", "...........", ""])
def test_an_intended_name_not_chosen_is_blank(written):
    found = read(BIRTH_NOTE.replace("là: chưa đặt tên", f"là: {written}"), "giay_chung_sinh")
    assert found["child.intended_name"] is None


def test_marks_lost_by_the_engine_are_put_back_where_provable():
    spoilt = DECLARATION.replace("quận Hoàn Kiếm", "quân Hoàn Kiêm").replace("TRẦN", "TRÂN")
    found = read(spoilt)
    assert found["requester.residence"] == HOME
    assert found["mother.full_name"] == "TRẦN THỊ LỆ"


def test_labels_misspelt_split_and_glued_are_found():
    spoilt = (
        DECLARATION.replace("Giới tính: Nữ", "Giơi tinh:Nữ")
        .replace("Dân tộc:", "Dântộc:")
        .replace("người mẹ:", "ngườ i mẹ :")
    )
    found = read(spoilt)
    assert found["child.gender"] == "Nữ"
    assert found["child.ethnicity"] == "Kinh"
    assert found["mother.full_name"] == "TRẦN THỊ LỆ"


def test_what_fits_no_grammar_is_absent():
    found = read(DECLARATION.replace("05/03/2020 ghi", "35/13/2020 ghi").replace("Nữ ", "## "))
    assert "child.gender" not in found
    assert found["child.birth_date"] == "2020-03-05"  # the words still say it


def test_words_read_badly_make_fields_less_sure():
    good = fields.read_fields("to_khai_khai_sinh", words_of(DECLARATION))
    poor = fields.read_fields("to_khai_khai_sinh", words_of(DECLARATION, confidence=0.4))
    for key in ("mother.full_name", "child.hometown", "requester.residence"):
        assert poor[key].confidence < good[key].confidence


def test_second_readings_that_agree_win():
    first = Field("TRẦN THI LỆ", "TRẦN THI LỆ", 0.5, 1, (1, 1, 9, 9))
    said = [fields.Opinion("TRẦN THỊ LỆ", 0.93), fields.Opinion("TRẦN THỊ LỆ.", 0.9)]
    settled = fields.settle("to_khai_khai_sinh", "mother.full_name", first, said)
    assert settled.value == "TRẦN THỊ LỆ"
    assert settled.confidence > first.confidence


def test_a_note_mark_read_as_a_nought_is_no_part_of_the_value():
    first = Field(
        "252 Quang Trung, xã Yên Bài", "252 Quang Trung, xã Yên Bài", 0.5, 1, (1, 1, 9, 9)
    )
    said = [fields.Opinion("0252 Quang Trung, xã Yên Bài", 0.97)] * 2
    settled = fields.settle("to_khai_khai_sinh", "mother.residence", first, said)
    assert settled.value == "252 Quang Trung, xã Yên Bài"
    number = fields.Opinion("001179000631", 0.97)
    document = fields.settle("to_khai_khai_sinh", "requester.id_document", first, [number])
    assert "001179000631" in str(document.value)


def test_dirt_read_alone_does_not_fill_a_blank():
    blank = Field(None, "", 0.85, 1, (1, 1, 90, 9))
    dirt = [fields.Opinion("ốc ốc", 0.1), fields.Opinion(".....", 0.9)]
    assert fields.settle("to_khai_khai_sinh", "father.full_name", blank, dirt).value is None


def test_a_part_of_a_compound_is_settled_from_the_whole_line():
    unread = Field("06 øiy3l", "06 øiy3l", 0.0, 1, (1, 1, 90, 9))
    said = [fields.Opinion("06 giờ 31 phút, ngày 23 tháng 01 năm 2024", 0.9)]
    settled = fields.settle("giay_chung_sinh", "child.birth_time", unread, said)
    assert settled.value == "06:31"


def test_an_empty_page_has_no_fields():
    assert fields.read_fields("giay_chung_sinh", []) == {}


def test_papers_read_poorly_have_curves_of_their_own() -> None:
    """A score means less in an unknown hand than in print; where no such curve is fitted, print's holds."""
    assert confidence.curve_of("name", 0.5) != confidence.curve_of("name", 0.95) == "name"
    assert confidence.probability(0.9, "of no such group") == 0.9
    assert 0 < confidence.probability(0.9, "text", 0.5) <= 1


def test_two_marks_on_a_small_letter_are_judged_apart() -> None:
    """On a copy HIẾN may be HIỂN to every reader alike; large, or with one mark, it is a name like others."""
    small, large = (1, 1, 200, 24), (1, 1, 400, 60)
    said = [
        confidence.group_of("name", Field(name, name, 0.9, 1, box))
        for name, box in (
            ("LÊ HIẾN", small),
            ("Lê Hiển", small),
            ("LÊ HIẾN", large),
            ("LÊ HOA", small),
        )
    ]
    assert said[0] == said[1] != said[2] == said[3] == "name"
    assert confidence.group_of("address", Field("Hiến", "Hiến", 0.9, 1, small)) == "place"


def test_another_hand_than_the_labels_is_doubted_more() -> None:
    print_like, hand_like = [0.999, 0.998] * 9, [0.999, 0.7] * 9
    worn = hand_like  # a worn copy: all of it is read like this
    assert confidence.apart(print_like, print_like) < 0.1 > confidence.apart(worn, worn)
    assert confidence.apart(print_like, []) == 0
    told = confidence.apart(print_like, hand_like)
    grammars = {"full_name": "name", "id_number": "id_number"}
    read = {
        "full_name": Field("x", "x", 0.9, 1),
        "id_number": Field("1", "1", 0.99, 1, source="qr"),
    }
    print_, hand = (confidence.calibrated(grammars, read, far) for far in (0.0, told))
    assert 1 - hand["full_name"].confidence == pytest.approx(
        confidence._UNKNOWN_HAND * (1 - print_["full_name"].confidence)
    )
    assert hand["id_number"] == print_["id_number"]


def test_where_other_values_are_guesses_so_is_this_one() -> None:
    """A hand that misleads a reader once will do so again; and what a copier has all but lost looks like none."""
    grammars = {
        "full_name": "name",
        "birth_date": "date",
        "phone": "phone",
        "note": "text",
        "nation": "ethnicity",
    }

    def scores(name: float, date: float) -> dict[str, float]:
        read = {"full_name": name, "birth_date": date, "phone": 0.9, "nation": 0.9}
        fields = {k: Field("x", "x", sure, 1) for k, sure in read.items()}
        found = confidence.on_paper(grammars, fields | {"note": Field(None, "", 0.9, 1)})
        return {k: f.confidence for k, f in found.items()}

    plain, odd_name, odd_date = scores(0.9, 0.9), scores(0.2, 0.9), scores(0.9, 0.2)
    for key in ("note", "nation"):
        assert odd_name[key] < plain[key] < 0.9
    assert odd_name["phone"] == plain["phone"] > odd_date["phone"], "figures vouch for figures"
    assert confidence.legibility([Field(None, "", 0.9, 1)]) < 0.6, (
        "nothing read: nothing is known of such a paper"
    )


@pytest.mark.parametrize(
    ("raw", "is_doubted"), [("0", True), ("l", True), ("/", False), ("Không", False)]
)
def test_a_blank_where_something_was_seen_is_doubted(raw: str, is_doubted: bool) -> None:
    """A strip of black over a name reads as a nought."""
    fields = {"full_name": Field(None, raw, 0.9, 1), "note": Field("x", "x", 0.9, 1)}
    found = confidence.on_paper({"full_name": "name", "note": "text"}, fields)
    assert (found["full_name"].confidence < 0.6) is is_doubted


def test_what_a_code_says_is_judged_by_itself() -> None:
    code, print_ = Field("x", "x", 0.99, 1, source="qr"), Field("y", "y", 0.2, 1)
    grammars = {"id_number": "id_number", "residence": "address"}
    found = confidence.on_paper(grammars, {"id_number": code, "residence": print_})
    assert found["id_number"] == code
    assert confidence.legibility([code, print_]) == 0.2


@pytest.mark.parametrize(
    ("value", "is_doubted"),
    [
        ("P1505, chung cư CT2, phường Thanh Nhàn", True),
        ("P.1505, chung cư CT2, phường Thanh Nhàn", False),
        ("Công an TP Hà Nội", True),
        ("Cục Cảnh sát QLHC về TTXH", False),
        ("Căn cước 001182000923", True),
        ("Xóm 8, xã Tân Xã", True),
        ("thôn 8, xã Vân Xuân, huyện Phúc Thọ", False),
    ],
)
def test_what_hinges_on_a_dot_or_a_capital_is_doubted_on_poor_papers(
    value: str, is_doubted: bool
) -> None:
    def times(sure: float) -> float:
        fields = {"note": Field(value, value, sure, 1)}
        return confidence.on_paper({"note": "text"}, fields)["note"].confidence / sure**2

    assert times(0.99) == pytest.approx(1)
    assert (times(0.85) < 0.95) is is_doubted


@pytest.mark.parametrize(("below", "is_missed"), [(70, True), (36, False), (160, False)])
def test_room_for_a_dropped_line_in_a_column_is_looked_at(below: int, is_missed: bool) -> None:
    """Engines drop a line of one short word; the name would be sure and wrong."""
    lines = [("Họ tên vợ: TẠ THỊ MỸ", 0), ("Ngày sinh: 01/02/1990", below)]
    words = [
        Word(text, (10 + 60 * n, top, 50, 20), 0.9999, 1, number)
        for number, (line, top) in enumerate(lines)
        for n, text in enumerate(line.split())
    ]
    tokens = tokens_of(words)
    described = paper("giay_chung_nhan_ket_hon")
    hits = labels.find(tokens, described.labels)
    span = values.cut(tokens, hits, 0, "name")
    assert span.raw == "TẠ THỊ MỸ"
    assert (len(span.line_boxes) == 2) == is_missed
    field = fields.make("name", span.raw, span, 1.0)
    assert (field.confidence <= confidence.MAY_GO_ON) == is_missed
    assert confidence.is_doubtful("name", field, well_read=True)


def test_a_heading_of_who_signs_under_nothing_but_a_date_ends_the_value():
    text = """
                    TRÍCH LỤC KHAI TỬ
Họ, chữ đệm, tên người đi khai tử: TRẦN THỊ LỆ
Giấy tờ tùy thân: CMND số 001090000 do Công an thành phố Hà Nội cấp ngày
20/11/2021
                                                    KÝ TRÍCH LỤC
"""
    found = read(text, "trich_luc_khai_tu")
    assert found["declarant.id_issued_on"] == "2021-11-20"
    assert not any("LỤC" in str(value) for value in found.values())


def test_a_figure_may_have_been_missed_before_its_printed_unit() -> None:
    """Readers asked for 'bản' alone say 'bản': the place from the label on is looked at."""
    draft = fields.read_draft(
        "to_khai_khai_sinh", words_of(DECLARATION.replace("02 bản", "   bản"))
    )
    words = {w.text: w.box for w in words_of(DECLARATION.replace("02 bản", "   bản"))}
    (box,) = next(look.boxes for look in draft.looks if look.key == "copies")
    assert draft.fields["copies"].value is None
    assert words["lượng:"][0] + words["lượng:"][2] <= box[0] + 3 < words["bản"][0] - 40
    assert box[0] + box[2] == pytest.approx(words["bản"][0] + words["bản"][2], abs=3)


@pytest.mark.parametrize(("gap", "value"), [(90, 1), (6, 2)])
def test_a_small_figure_is_a_note_only_where_it_stands_close(gap: int, value: int) -> None:
    words = words_of(DECLARATION.replace("lượng: 02 bản", "lượng"))
    label = next(w for w in words if w.text == "lượng")
    right, top = label.box[0] + label.box[2], label.box[1]
    small = replace(label, text="1", box=(right + gap, top, 8, 16))
    figure = replace(label, text="2", box=(right + 300, top, 12, 30))
    read_ = fields.read_fields(
        "to_khai_khai_sinh", [*words, small, *([figure] if gap < 10 else [])]
    )
    assert read_["copies"].value == value


def test_a_papers_edge_read_as_a_letter_parts_no_value() -> None:
    words = words_of(DECLARATION)
    end = next(w for w in words if w.text == "TTXH").line
    below = [replace(w, line=w.line + (w.line > end)) for w in words]
    edge = Word("Ị", (1900, below[-1].box[1], 5, 40), 0.42, 1, end + 1)
    assert {t.text for t in tokens_of([*below, edge])} == {t.text for t in tokens_of(below)}
    seen = fields.read_fields("to_khai_khai_sinh", [*below, edge])
    assert seen["requester.id_issued_on"].value == "2021-11-20"
    beside = replace(edge, confidence=0.9)
    assert "Ị" in {t.text for t in tokens_of([*below, beside])}


def test_where_an_uncleaned_page_shows_no_more_the_first_reading_is_surer_as_if_read_again() -> (
    None
):
    first = Field("Hà Nội", "Hà Nội", 0.96, page=1, box=(0, 0, 90, 20))
    kind, key = "to_khai_khai_sinh", "mother.residence"
    again = fields.settle(kind, key, first, [fields.Opinion("Hà Nội", 0.9, echo=True)])
    assert fields.settle(kind, key, first, [fields.AS_READ]) == again
    assert again.confidence > first.confidence
