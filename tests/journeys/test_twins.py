"""Two children of one birth: two dossiers, shared parents' papers, and every mix-up found (facts §1.2)."""

import pytest

from chalicelib import journey
from chalicelib.dossier.states import State
from tests.journeys.house import BIRTH_NOTE, CARD, DECLARATION, JPEG

AN = {"child.full_name": "NGUYỄN AN MẪU"}
BINH = {"child.full_name": "NGUYỄN BÌNH MẪU"}
NOTE_OF_AN = {"number": "101", "child.intended_name": "NGUYỄN AN MẪU", "children_count": 2}
NOTE_OF_BINH = {"number": "102", "child.intended_name": "NGUYỄN BÌNH MẪU", "children_count": 2}


def bring(house, code, kind, values, confidence=0.9999):
    paper = house.bring(code, JPEG + repr((kind, sorted(values.items(), key=str))).encode())
    house.drop_reads()
    house.note(code, paper, kind, values, confidence)


def first_child(house, note=NOTE_OF_AN):
    code = house.open("khai_sinh")
    bring(house, code, "cccd", CARD)
    bring(house, code, "to_khai_khai_sinh", {**DECLARATION, **AN})
    bring(house, code, "giay_chung_sinh", {**BIRTH_NOTE, **note})
    return code


def second_child(house, first, note=NOTE_OF_BINH, declared=BINH):
    twin, _ = journey.open_twin(house.world, first)
    bring(house, twin.code, "to_khai_khai_sinh", {**DECLARATION, **declared})
    bring(house, twin.code, "giay_chung_sinh", {**BIRTH_NOTE, **note})
    return twin.code


def file(house, *codes):
    for code in codes:
        journey.submit(house.world, code)
        house.run()
    return [house.dossier(code) for code in codes]


def outcome(dossier, rule):
    return [f["outcome"] for f in dossier.findings if f["rule"] == rule]


def test_each_child_has_its_dossier_and_results_and_neither_is_a_duplicate(house):
    one = first_child(house)
    two = second_child(house, one)
    first, second = file(house, one, two)
    assert (first.state, second.state) == (State.HANDED_OVER, State.HANDED_OVER), second.findings
    assert first.code != second.code and len(first.results) == len(second.results) == 1
    assert first.siblings == (two,) and second.siblings == (one,)
    assert outcome(second, "every_child_has_a_dossier") == ["passed"]
    assert outcome(second, "one_child_or_another_dossier") == ["passed"]


def test_the_parents_papers_are_in_the_second_dossier_and_the_child_s_are_not(house):
    one = first_child(house)
    twin, _ = journey.open_twin(house.world, one)
    assert [r.kind for p in twin.live_papers() for r in p.papers] == ["cccd"]
    assert house.world.blobs.read(twin.live_papers()[0].key)


def test_a_missing_second_child_is_told_but_does_not_stop_the_first(house):
    (first,) = file(house, first_child(house))
    assert first.state is State.HANDED_OVER
    (told,) = [f for f in first.findings if f["rule"] == "one_child_or_another_dossier"]
    assert told["outcome"] == "failed" and told["warning"]


def test_of_triplets_the_third_is_still_missing(house):
    three = {"children_count": 3}
    one = first_child(house, {**NOTE_OF_AN, **three})
    two = second_child(house, one, {**NOTE_OF_BINH, **three})
    _, second = file(house, one, two)
    assert outcome(second, "every_child_has_a_dossier") == ["failed"]


def test_the_first_note_used_for_both_is_found(house):
    one = first_child(house)
    two = second_child(house, one, {**NOTE_OF_AN, "child.intended_name": None})
    _, second = file(house, one, two)
    assert second.state is State.SUPPLEMENT
    assert outcome(second, "note_is_its_own") == ["failed"]
    assert "trẻ khác" in str(second.supplement["faults"])


def test_a_note_reused_in_a_dossier_opened_apart_is_found_too(house):
    file(house, first_child(house))
    (again,) = file(house, first_child(house))
    assert again.state is State.SUPPLEMENT
    assert "cùng trẻ này" in str(again.supplement["faults"])


def test_a_number_read_in_doubt_accuses_nobody(house):
    file(house, first_child(house))
    code = house.open("khai_sinh")
    bring(house, code, "cccd", CARD)
    bring(house, code, "to_khai_khai_sinh", {**DECLARATION, **BINH})
    bring(house, code, "giay_chung_sinh", {**BIRTH_NOTE, **NOTE_OF_AN}, confidence=0.5)
    (second,) = file(house, code)
    assert second.state is State.IN_REVIEW
    assert outcome(second, "note_is_its_own") == ["inconclusive"]


def test_swapped_notes_are_found(house):
    one = first_child(house, NOTE_OF_BINH)
    two = second_child(house, one, NOTE_OF_AN)
    first, second = file(house, one, two)
    assert outcome(first, "notes_not_swapped") == ["failed"]
    assert outcome(second, "notes_not_swapped") == ["failed"]


def test_two_notes_in_one_dossier_go_to_an_officer(house):
    one = first_child(house)
    bring(house, one, "giay_chung_sinh", {**BIRTH_NOTE, **NOTE_OF_BINH})
    (first,) = file(house, one)
    assert first.state is State.IN_REVIEW
    assert outcome(first, "one_note_per_child") == ["inconclusive"]


@pytest.mark.parametrize("change", [{"child.gender": "Nam"}])
def test_the_sex_of_the_other_child_s_note_does_not_fit(house, change):
    one = first_child(house)
    two = second_child(house, one, {**NOTE_OF_BINH, **change})
    _, second = file(house, one, two)
    assert outcome(second, "child_gender_agrees") == ["failed"]
