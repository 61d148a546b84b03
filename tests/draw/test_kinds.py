"""What is special about single kinds: columns, boxes, lists, copies, and persons who stay the same."""

import re

import numpy as np
import pytest

from tests.draw.drawing import KINDS, WAYS, draw
from tests.draw.keys import BESIDE
from tests.draw.moves import make_business, make_ct01
from tests.draw.occasions import make_couple, make_death, make_request, number_of
from tests.draw.people import make_family

SYNTHETIC = re.compile(r"001\d{3}000\d{3}|000\d{6}|[BCN]000\d{4}")


def test_every_kind_of_the_project_but_cards_is_drawn() -> None:
    assert set(KINDS) == set(BESIDE)


@pytest.mark.parametrize("layout", ["ruled", "boxed", "open"])
def test_the_wife_stands_left_of_the_husband(layout: str) -> None:
    for seed in range(5000, 5003):
        boxes = draw("to_khai_ket_hon", seed, layout=layout).boxes
        for what in ("full_name", "residence", "id_document", "marriage_count"):
            x, _, width, _ = boxes[f"wife.{what}"]
            assert x + width <= boxes[f"husband.{what}"][0]


def test_the_certificate_and_the_declaration_marry_the_same_two() -> None:
    couple = make_couple("test")
    one, two = (
        draw(k, 5000, about=couple).truth for k in ("to_khai_ket_hon", "giay_chung_nhan_ket_hon")
    )
    for key in ("wife.id_number", "husband.id_number", "wife.birth_date", "husband.residence"):
        assert one[key] == two[key]


def test_the_three_papers_of_a_death_agree() -> None:
    death = make_death("test")
    papers = [
        draw(k, 5000, about=death).truth
        for k in ("to_khai_khai_tu", "giay_bao_tu", "trich_luc_khai_tu")
    ]
    for key in ("deceased.birth_date", "deceased.gender", "death.date", "death.time"):
        assert papers[0][key] == papers[1][key] == papers[2][key]


def test_copies_and_originals_of_the_death_extract_say_different_things() -> None:
    original = draw("trich_luc_khai_tu", 5000, layout="original").truth
    copy = draw("trich_luc_khai_tu", 5000, layout="copy").truth
    assert "declarant.full_name" in original and "registered_on" not in original
    assert "registered_on" in copy and "declarant.full_name" not in copy
    assert str(copy["number"]).endswith("/TLKT-BS") and str(original["number"]).endswith("/TLKT")


def test_twelve_digits_stand_in_twelve_boxes() -> None:
    page = draw("to_khai_ct01", 5001)
    x, y, width, height = page.boxes["subject.id_number"]
    assert width % 12 == 0 and abs(width / 12 - height) <= 1
    grey = np.asarray(page.image.convert("L"))[y : y + height, x : x + width]
    for i in range(12):
        cell = grey[8:-8, i * height + 8 : (i + 1) * height - 8]
        assert cell.min() < 160, i


def test_members_are_a_list_of_persons_or_blank() -> None:
    for kind, keys in (("to_khai_ct01", 5), ("phieu_bao_hk02", 7)):
        found = [draw(kind, seed).truth["members"] for seed in range(5000, 5006)]
        assert None in found
        for member in (m for members in found if members for m in members):
            assert len(member) == keys and member["full_name"].isupper()


def test_one_child_has_one_number_on_all_its_papers() -> None:
    family = make_family("test")
    number = number_of(family.child)
    move, card = (
        draw(k, 5000, about=family, layout=lay).truth
        for k, lay in (("to_khai_ct01", "tt66"), ("giay_khai_sinh", "original"))
    )
    assert move["subject.id_number"] == number and card["child.id_number"] in (number, None)


def test_places_tier_by_tier_are_one_address() -> None:
    it = make_business("test")
    lines, tiers = (
        draw("giay_de_nghi_ho_kinh_doanh", 5000, about=it, layout=lay) for lay in ("nd78", "nd01")
    )
    assert lines.truth["address"] == tiers.truth["address"]
    assert isinstance(tiers.truth["capital_vnd"], int)


def test_days_follow_each_other() -> None:
    for seed in range(80):
        death, couple, request = make_death(seed), make_couple(seed), make_request(seed)
        assert (
            death.deceased.birth_date < death.died_on <= death.notice_issued_on <= death.declared_on
        )
        assert couple.declared_on <= couple.registered_on
        assert request.subject.birth_date <= request.registered_on < request.declared_on
        move = make_ct01(str(seed))
        assert all(m.person.birth_date < move.declared_on for m in move.members)


def test_everybody_has_a_recognisably_synthetic_number() -> None:
    for seed in range(40):
        death, couple, move = make_death(seed), make_couple(seed), make_ct01(str(seed))
        persons = (
            death.deceased,
            death.requester,
            couple.wife,
            couple.husband,
            move.subject,
            move.head,
        )
        for person in persons:
            assert SYNTHETIC.fullmatch(number_of(person))
            assert person.identity is None or SYNTHETIC.fullmatch(person.identity.number)
        assert re.fullmatch(r"0(900|980|350)000\d{3}", move.phone)


@pytest.mark.parametrize("kind", KINDS)
def test_hands_may_fill_every_kind(kind: str) -> None:
    page = draw(kind, 5003, hand=True)
    assert page.image.size == (2480, 3508) and page.kind == kind
    assert set(WAYS) == set(KINDS)
