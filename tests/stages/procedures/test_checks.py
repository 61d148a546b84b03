"""Dossiers judged: good ones pass, faulty ones fail, doubtful ones are inconclusive, and nothing is quoted."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.dossier.paper import corrected
from chalicelib.procedures.catalogue import procedure
from chalicelib.procedures.checks import check
from tests.stages.procedures.family import ABSENT, dossier, read, upload, whole, with_paper

RULES = procedure("khai_sinh", date(2020, 3, 21))
LINKED_NOW = procedure("lien_thong_ks_tt_bhyt", date(2026, 11, 23))


def open_findings(d, rules=RULES):
    """Outcome by rule of all that did not pass; a warning's is in brackets."""
    return {
        f.rule: f"({f.outcome})" if f.warning else f.outcome
        for f in check(rules, d)
        if f.outcome != "passed"
    }


def said_of(d, rule):
    return next(f for f in check(RULES, d) if f.rule == rule)


def test_a_whole_dossier_passes_everything():
    assert open_findings(whole()) == {}
    passed = {f.rule for f in check(RULES, whole())}
    assert {"paper:declaration", "fields", "mother_name_agrees", "mother_id_number_fits"} <= passed


def test_three_photographs_are_enough_for_the_linked_birth_today():
    assert open_findings(whole(), LINKED_NOW) == {}


def test_in_2020_the_linked_birth_wants_its_paper_forms():
    then = procedure("lien_thong_ks_tt_bhyt", date(2020, 3, 21))
    assert open_findings(whole(), then) == {
        "paper:residence": "failed",
        "paper:insurance": "failed",
    }


def test_a_presented_paper_is_never_demanded():
    d = dossier(upload("p1", read("to_khai_khai_sinh")), upload("p2", read("giay_chung_sinh")))
    assert open_findings(d) == {}


def test_a_blank_father_is_legal():
    blank = {"father.full_name": None, "father.birth_year": None}
    assert open_findings(whole(blank, {"father.full_name": None})) == {}


@pytest.mark.parametrize(
    ("declaration", "note", "card", "expected"),
    [
        ({}, {"child.birth_date": "2020-03-13"}, {}, {"child_birth_date_agrees": "failed"}),
        ({"child.birth_date_in_words": "Ngày mười ba tháng ba năm hai nghìn không trăm hai mươi"},
         {}, {}, {"child_birth_date_in_words_agrees": "failed"}),
        ({"child.birth_date_in_words": "Ngày mười"}, {}, {},
         {"child_birth_date_in_words_agrees": "inconclusive"}),
        ({"child.gender": "Nữ"}, {}, {}, {"child_gender_agrees": "failed"}),
        ({"mother.full_name": "TRẦN THỊ HOA"}, {}, {},
         {"mother_name_agrees": "failed", "mother_name_on_declaration_and_card": "failed"}),
        ({}, {"mother.id_number": "001195000010"}, {},
         {"mother_id_number_on_note_and_card": "failed", "requesting_mother_id_number_agrees": "failed"}),
        ({}, {}, {"birth_date": "1996-02-03"},
         {"mother_birth_year_on_note_and_card": "failed",
          "mother_birth_year_on_declaration_and_card": "failed", "mother_id_number_fits": "(failed)"}),
        ({"declared_on": "2020-03-11"}, {}, {}, {"declared_after_birth": "failed"}),
        ({"declared_on": "2020-05-12"}, {}, {}, {"registered_within_60_days": "(failed)"}),
        ({}, {"children_count": 2}, {}, {"one_child_or_another_dossier": "(failed)"}),
        ({"child.full_name": "LÊ THỬ 4N"}, {}, {}, {"field:pattern": "failed"}),
        ({"child.full_name": None}, {}, {}, {"field:type": "failed"}),
        ({"child.ethnicity": ABSENT}, {}, {}, {"field:unread": "inconclusive"}),
        ({"declared_on": "2020-03"}, {}, {},
         {"field:format": "failed", "declared_after_birth": "inconclusive",
          "registered_within_60_days": "(inconclusive)"}),
        ({"mother.full_name": ABSENT}, {}, {}, {
            "mother_name_agrees": "inconclusive",
            "mother_name_on_declaration_and_card": "inconclusive"}),
        ({}, {"child.gender": None}, {}, {"field:enum": "failed", "child_gender_agrees": "inconclusive"}),
    ],
)  # fmt: skip
def test_one_thing_wrong_is_found_and_nothing_else(declaration, note, card, expected):
    assert open_findings(whole(declaration, note, card)) == expected


def test_an_unsure_value_proves_nothing_until_an_officer_confirms_it():
    note = read("giay_chung_sinh", {"child.gender": "Nữ"}, doubtful=("child.gender",))
    d = with_paper(whole(), upload("p2", note))
    assert open_findings(d) == {
        "field:unsure": "inconclusive",
        "child_gender_agrees": "inconclusive",
    }
    field = corrected(note.fields["child.gender"], "Nữ", "officer:lan")
    sure = replace(note, fields={**note.fields, "child.gender": field})
    assert open_findings(with_paper(d, upload("p2", sure))) == {"child_gender_agrees": "failed"}


@pytest.mark.parametrize(
    ("own", "other", "says", "is_sure"),
    [
        (0.7, 0.9999, "Lê Thử An", True),
        (0.7, 0.9999, "Lê Thử Ân", False),
        (0.6, 0.6, "Lê Thử An", False),
        (0.3, 0.99, "Lê Thử An", False),
    ],
)
def test_another_paper_that_says_the_same_makes_a_field_sure(own, other, says, is_sure):
    declaration = with_confidence(read("to_khai_khai_sinh"), "child.full_name", own)
    note = with_confidence(
        read("giay_chung_sinh", {"child.intended_name": says}), "child.intended_name", other
    )
    found = open_findings(dossier(upload("p1", declaration), upload("p2", note)))
    assert found == ({} if is_sure else {"field:unsure": "inconclusive"})


def with_confidence(paper, key, confidence):
    """The paper with this field read more or less surely."""
    field = replace(paper.fields[key], confidence=confidence)
    return replace(paper, fields={**paper.fields, key: field})


def test_a_doubtful_value_out_of_form_is_doubted_once_not_blamed():
    note = read("giay_chung_sinh", {"child.weight_g": "3 2oo gam"}, doubtful=("child.weight_g",))
    assert open_findings(with_paper(whole(), upload("p2", note))) == {
        "field:unsure": "inconclusive"
    }
    sure = upload("p2", read("giay_chung_sinh", {"child.weight_g": "3 2oo gam"}))
    assert open_findings(with_paper(whole(), sure)) == {"field:type": "failed"}


def test_a_missing_paper_is_told_once_not_by_every_comparison():
    d = dossier(upload("p2", read("giay_chung_sinh")), upload("p3", read("cccd")))
    assert open_findings(d) == {"paper:declaration": "failed", "field:required": "failed"}


def test_a_bad_picture_may_be_the_missing_paper():
    bad = upload("p1", read("khac"), verdict="retake", reasons=("blurred",))
    d = dossier(bad, upload("p2", read("giay_chung_sinh")))
    assert open_findings(d)["file_readable"] == "failed"
    assert (
        open_findings(with_paper(whole(), replace(bad, id="p9")))["file_readable"] == "inconclusive"
    )


def test_an_unsure_blank_of_a_required_field_is_doubted():
    declaration = read(
        "to_khai_khai_sinh", {"father.full_name": None}, doubtful=("father.full_name",)
    )
    d = with_paper(whole(), upload("p1", declaration))
    assert open_findings(d) == {"field:unsure": "inconclusive"}


def test_missing_papers_and_what_they_alone_could_tell():
    d = dossier(upload("p2", read("giay_chung_sinh")))
    found = open_findings(d)
    assert found["paper:declaration"] == found["field:required"] == "failed"
    assert "child.ethnicity" in said_of(d, "field:required").paths
    assert "Tờ khai đăng ký khai sinh" in said_of(d, "paper:declaration").message[0]


def test_an_alternative_that_only_an_officer_can_judge():
    statement = upload("p2", read("khac"))
    d = dossier(upload("p1", read("to_khai_khai_sinh")), statement)
    assert open_findings(d)["paper:birth_proof"] == "inconclusive"


@pytest.mark.parametrize(
    ("spoilt", "expected"),
    [
        (upload("p2", state="unreadable", claimed="giay_chung_sinh"), "failed"),
        (upload("p2", read("giay_chung_sinh"), verdict="retake", reasons=("blurred",)), "failed"),
        (upload("p2", read("khac"), claimed="giay_chung_sinh"), "inconclusive"),
        (upload("p2", replace(read("giay_chung_sinh"), kind_confidence=0.3)), "inconclusive"),
        (upload("p2", read("giay_chung_sinh"), verdict="doubtful", reasons=("glare",)), None),
    ],
)
def test_a_paper_that_cannot_be_used_is_named(spoilt, expected):
    d = dossier(upload("p1", read("to_khai_khai_sinh")), spoilt)
    assert open_findings(d).get("paper:birth_proof") == expected
    assert "Giấy chứng sinh" in said_of(d, "paper:birth_proof").message[0]


def test_a_paper_photographed_again_replaces_the_spoilt_one():
    spoilt = upload("p0", read("giay_chung_sinh"), verdict="retake", reasons=("blurred",))
    uploads = [spoilt, *whole().papers.values()]
    assert open_findings(dossier(*uploads)) == {}


def test_reasons_to_photograph_again_are_in_words():
    blurred = upload("p2", read("giay_chung_sinh"), verdict="retake", reasons=("blurred", "glare"))
    text = said_of(with_paper(whole(), blurred), "paper:birth_proof").message
    assert "bị mờ" in text[0] and "lóa" in text[0] and "blurred" in text[1]


def test_a_stray_file_that_cannot_be_read_is_told():
    d = with_paper(whole(), upload("p9", state="unreadable"))
    finding = said_of(d, "file_readable")
    assert (finding.outcome, finding.paths) == ("failed", ("papers.p9",))
    assert "tệp thứ 4" in finding.message[0]
    blank = upload("p9", read("khac"), verdict="retake", reasons=("blank",))
    assert open_findings(with_paper(whole(), blank)) == {}


def test_what_was_typed_differently_is_only_a_warning():
    d = whole(declared={"child.full_name": "Lê Thử Anh"})
    assert open_findings(d) == {"typed_child_name_agrees": "(failed)"}


def test_a_name_from_the_machine_readable_lines_is_compared_without_marks():
    back = read("cccd", {"full_name": "TRAN THI HOA"}, source="mrz")
    d = with_paper(whole(), upload("p3", back))
    assert open_findings(d) == {}


def test_messages_name_labels_and_papers_in_both_languages_and_quote_nothing():
    spoilt = whole(
        {"child.full_name": "LÊ 7X", "mother.full_name": "ĐÀO THỊ XUYÊN", "child.gender": "Khác",
         "declared_on": "1987-06-05", "copies": 4711, "requester.phone": "xyz"},
        {"mother.id_number": "999888777666", "child.weight_g": 99999, "child.birth_date": "2021-11-30"},
        {"birth_date": "1931-07-08"},
        declared={"requester.email": "khong-phai-thu"},
    )  # fmt: skip
    findings = [f for f in check(RULES, spoilt) if f.outcome != "passed"]
    assert len(findings) > 8
    values = [
        "7X",
        "XUYÊN",
        "Khác",
        "1987",
        "4711",
        "xyz",
        "9998",
        "99999",
        "2021-11",
        "1931",
        "khong-phai",
    ]
    for f in findings:
        assert len(f.message) == 2 and all(f.message)
        assert not any(v in text for v in values for text in f.message)
        assert "{" not in f.message[0] + f.message[1]
    named = next(f for f in findings if f.rule == "mother_name_agrees").message
    assert "Họ, chữ đệm, tên người mẹ" in named[0] and "Giấy chứng sinh" in named[0]
    assert "mother" in named[1] and "hospital birth note" in named[1]


def doubtful_at(confidence: float, *keys: str):
    """The whole dossier with these fields of the declaration read at this confidence."""
    d = whole()
    paper = next(p for p in d.papers.values() if p.papers[0].kind == "to_khai_khai_sinh")
    read_in = paper.papers[0]
    fields = {
        k: replace(f, confidence=confidence) if k in keys else f for k, f in read_in.fields.items()
    }
    changed = replace(paper, papers=(replace(read_in, fields=fields),))
    return replace(d, papers={**d.papers, paper.id: changed})


def test_a_date_read_twice_apart_bears_itself_out():
    """A doubtful date in words that says what the figures say settles both; a near-miss does not."""
    assert open_findings(doubtful_at(0.8, "child.birth_date_in_words")) == {}
    unlikely = open_findings(doubtful_at(0.4, "child.birth_date_in_words"))
    assert "inconclusive" in unlikely.values()


def test_a_name_read_twice_does_not_bear_itself_out_alone():
    """A tone is easily lost twice: an unsure name on the card and the declaration stays inconclusive."""
    found = open_findings(doubtful_at(0.45, "mother.full_name"))
    assert "inconclusive" in found.values()
