"""Which paper a dossier's field comes from."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.dossier.paper import corrected
from chalicelib.procedures.catalogue import procedure
from chalicelib.procedures.merge import merged
from tests.stages.procedures.family import ABSENT, dossier, read, upload, whole, with_paper

RULES = procedure("khai_sinh", date(2020, 3, 21))


def value(d, key):
    found = merged(RULES, d).get(key)
    return None if found is None else found.field.value


def test_each_field_comes_from_its_first_source():
    fields = merged(RULES, whole())
    assert {
        k: fields[k].paper for k in ("child.full_name", "child.gender", "mother.id_number")
    } == {
        "child.full_name": "p1",
        "child.gender": "p2",
        "mother.id_number": "p3",
    }
    assert fields["mother.full_name"].field.value == "Trần Thị Hòa"
    assert fields["mother.full_name"].field.source == "qr"
    assert fields["birth_note.number"].field.value == "12"


def test_the_next_source_stands_in_for_what_was_not_read():
    assert value(whole({"child.full_name": ABSENT}), "child.full_name") == "Lê Thử An"
    assert value(whole(note={"child.gender": ABSENT}), "child.gender") == "Nam"


def test_blank_stays_blank_if_the_best_source_says_so():
    fields = merged(RULES, whole({"father.full_name": None}))
    assert fields["father.full_name"].field.value is None
    assert fields["father.full_name"].paper == "p1"


def test_declared_comes_before_nothing_and_after_every_paper():
    declared = {
        "child.weight_g": 3000,
        "child.full_name": "Lê Thử Khác",
        "requester.phone": "0900000001",
    }
    d = whole(declared=declared)
    fields = merged(RULES, d)
    assert fields["child.full_name"].field.value == "LÊ THỬ AN"
    assert fields["child.weight_g"].field.value == 3200
    assert fields["requester.phone"].field.source == "declared"
    assert fields["requester.phone"].paper is None
    assert "requester.email" not in fields


def test_the_newest_paper_of_a_kind_wins_and_removed_ones_do_not_count():
    again = upload("p9", read("giay_chung_sinh", {"child.weight_g": 2900}))
    d = with_paper(whole(), again)
    assert value(d, "child.weight_g") == 2900
    assert value(with_paper(d, replace(again, state="removed")), "child.weight_g") == 3200


def test_a_confirmed_field_beats_all():
    d = whole()
    declaration = d.papers["p1"].papers[0]
    field = corrected(declaration.fields["child.gender"], "Nữ", "officer:lan")
    mended = replace(declaration, fields={**declaration.fields, "child.gender": field})
    d = with_paper(d, replace(d.papers["p1"], papers=(mended,)))
    assert value(d, "child.gender") == "Nữ"


def test_an_address_comes_whole_from_one_paper():
    residence = "1 Phố Mẫu, Hàng Bạc, Hoàn Kiếm, Hà Nội"
    assert value(whole(), "mother.residence") == residence
    assert value(whole({"mother.residence": ABSENT}), "mother.residence") == "Số 1 phố Mẫu"


@pytest.mark.parametrize(
    ("card", "owner"),
    [
        ({}, "mother"),
        ({"full_name": "TRẦN THỊ HOÀ", "id_number": ABSENT}, "mother"),
        ({"full_name": "TRAN THI HOA", "id_number": ABSENT}, "mother"),
        ({"full_name": "Người Khác", "old_id_number": "001195000001", "id_number": "1"}, "mother"),
        (
            {"full_name": "Lê Văn Thử", "id_number": "001090000001", "birth_date": "1990-05-06"},
            "father",
        ),
        ({"full_name": "Người Lạ", "id_number": "001090000009"}, None),
    ],
)
def test_a_card_is_matched_by_number_else_by_name(card, owner):
    fields = merged(RULES, whole(card=card))
    owners = {p for p in ("mother", "father") if (m := fields.get(f"{p}.birth_date")) and m.paper}
    assert owners == ({owner} if owner else set())


def test_both_sides_of_a_card_are_one_card_and_its_marks_win():
    back = read("cccd", {"full_name": "TRAN THI HOA"}, source="mrz")
    d = with_paper(whole(), upload("p9", back))
    assert value(d, "mother.full_name") == "Trần Thị Hòa"
    d = dossier(upload("p1", read("to_khai_khai_sinh")), upload("p9", back))
    assert value(d, "mother.full_name") == "TRẦN THỊ HÒA"


def test_a_declared_number_matches_a_card_too():
    d = dossier(upload("p3", read("cccd")), declared={"father.id_number": "001195000001"})
    assert value(d, "father.birth_date") == "1995-02-03"


def test_linked_birth_takes_all_of_birth_and_its_own():
    rules = procedure("lien_thong_ks_tt_bhyt", date(2026, 11, 23))
    fields = merged(rules, whole(declared={"head_of_household.full_name": "Trần Văn Thử"}))
    assert fields["child.full_name"].field.value == "LÊ THỬ AN"
    assert fields["head_of_household.full_name"].field.value == "Trần Văn Thử"
