"""Every one of the twelve procedures filed from door to agency, on what the generator's papers truly say.

Good: verified by itself (a certified copy by an officer, since the original must be seen). Faulty: back to the citizen.
Inconclusive: to an officer, never through.
"""

from datetime import UTC, date, datetime
from functools import cache
from itertools import count

import pytest

from chalicelib import journey
from chalicelib.dispatch import envelope as envelopes
from chalicelib.dossier.paper import Field, PageQuality, PaperRead, Reading, as_plain
from chalicelib.dossier.states import State
from tests.draw.cards import draw_card
from tests.draw.drawing import draw
from tests.draw.holders import holder_of
from tests.draw.moves import insurance_of, make_business, move_of
from tests.draw.occasions import make_couple, make_death, make_request, make_status
from tests.draw.people import make_family
from tests.journeys.house import JPEG, bodies

OLD = datetime(2020, 3, 26, 2, tzinfo=UTC)


def papers_of(*kinds, about):
    return {kind: draw(kind, 11, about=about) for kind in kinds}


def card_of(person):
    return {"cccd": draw_card("front", 3, holder_of(person))}


@cache
def family():
    """Parents with cards, both known, one child."""
    found = (make_family(f"twelve-{n}") for n in count())
    return next(
        f for f in found if f.father and f.mother.identity and f.mother.identity.kind != "cmnd"
    )


@cache
def good_papers(key):
    """The drawn papers of this procedure, by kind."""
    return dict(PAPERS[key]())


@cache
def good(key):
    """What the papers of this procedure say, by kind."""
    return {kind: paper.truth for kind, paper in good_papers(key).items()}


def birth():
    return papers_of("to_khai_khai_sinh", "giay_chung_sinh", about=family()) | card_of(
        family().mother
    )


def residence():
    return papers_of("to_khai_ct01", about=move_of(family()))


def insurance():
    about = insurance_of(family())
    return papers_of("to_khai_tk1_ts", about=about)


PAPERS = {
    "khai_sinh": birth,
    "lien_thong_ks_tt_bhyt": birth,
    "lien_thong_ks_bhyt": birth,
    "khai_tu": lambda: papers_of("to_khai_khai_tu", "giay_bao_tu", about=death()),
    "lien_thong_khai_tu": lambda: papers_of("to_khai_khai_tu", "giay_bao_tu", about=death()),
    "ban_sao_trich_luc": lambda: papers_of(
        "to_khai_ban_sao_trich_luc", about=make_request("twelve-3")
    ),
    "ket_hon": lambda: papers_of("to_khai_ket_hon", about=couple()) | card_of(couple().wife),
    "xac_nhan_hon_nhan": lambda: papers_of(
        "to_khai_xac_nhan_hon_nhan", about=make_status("twelve-2")
    ),
    "thuong_tru": residence,
    "the_bhyt_tre_em": lambda: insurance() | papers_of("giay_khai_sinh", about=family()),
    "ho_kinh_doanh": lambda: (
        papers_of("giay_de_nghi_ho_kinh_doanh", about=business()) | card_of(business().owner)
    ),
    "chung_thuc_ban_sao": lambda: card_of(family().mother),
}


@cache
def death():
    return next(
        d for d in (make_death(f"twelve-{n}") for n in count()) if d.keeps == "day" and d.number
    )


@cache
def couple():
    return next(
        c for c in (make_couple(f"twelve-{n}") for n in count()) if c.wife.identity.kind == "cccd"
    )


@cache
def business():
    return next(b for b in (make_business(f"twelve-{n}") for n in count()) if b.owner.identity)


# A contradiction or a breach of the law that no officer has to judge: paper, field, value.
FAULTS = {
    "khai_sinh": ("giay_chung_sinh", "child.birth_date", "2019-01-01"),
    "lien_thong_ks_tt_bhyt": ("giay_chung_sinh", "mother.full_name", "HOÀNG THỊ KHÁC"),
    "lien_thong_ks_bhyt": ("to_khai_khai_sinh", "child.full_name", "MẪU 2"),
    "khai_tu": ("giay_bao_tu", "death.date", "2019-01-01"),
    "lien_thong_khai_tu": ("giay_bao_tu", "deceased.full_name", "HOÀNG VĂN KHÁC"),
    "ban_sao_trich_luc": ("to_khai_ban_sao_trich_luc", "copies", 0),
    "ket_hon": ("to_khai_ket_hon", "declared_on", "2009-01-01"),
    "xac_nhan_hon_nhan": ("to_khai_xac_nhan_hon_nhan", "lived.to", "1990-01-01"),
    "thuong_tru": ("to_khai_ct01", "subject.gender", "Khác"),
    "the_bhyt_tre_em": ("to_khai_tk1_ts", "subject.birth_date", "2019-01-01"),
    "ho_kinh_doanh": ("giay_de_nghi_ho_kinh_doanh", "capital_vnd", -5),
    "chung_thuc_ban_sao": None,
}
DOUBTS = {
    "khai_sinh": ("to_khai_khai_sinh", "child.full_name"),
    "lien_thong_ks_tt_bhyt": ("to_khai_khai_sinh", "child.full_name"),
    "lien_thong_ks_bhyt": ("to_khai_khai_sinh", "child.hometown"),
    "khai_tu": ("to_khai_khai_tu", "death.place"),
    "lien_thong_khai_tu": ("to_khai_khai_tu", "requester.full_name"),
    "ban_sao_trich_luc": ("to_khai_ban_sao_trich_luc", "registered_at"),
    "ket_hon": ("to_khai_ket_hon", "husband.full_name"),
    "xac_nhan_hon_nhan": ("to_khai_xac_nhan_hon_nhan", "purpose"),
    "thuong_tru": ("to_khai_ct01", "subject.full_name"),
    "the_bhyt_tre_em": ("giay_khai_sinh", "child.birth_date"),
    "ho_kinh_doanh": ("giay_de_nghi_ho_kinh_doanh", "business_name"),
    "chung_thuc_ban_sao": None,
}


def file(house, key, *, changed=None, doubtful=None, papers=None):
    """The dossier, filed with these papers as if the reader had read them so."""
    code = house.open(key)
    for kind, truth in (papers if papers is not None else good(key)).items():
        values = dict(truth)
        if changed and changed[0] == kind:
            values[changed[1]] = changed[2]
        paper = house.bring(code, JPEG + kind.encode())
        house.drop_reads()
        note(
            house,
            code,
            paper,
            kind,
            values,
            doubtful[1] if doubtful and doubtful[0] == kind else "",
        )
    journey.submit(house.world, code)
    house.run()
    return house.dossier(code)


def note(house, code, paper, kind, values, doubtful):
    fields = {
        k: Field(v, str(v or ""), 0.4 if k == doubtful else 0.9999, 1, (10, 10, 100, 20))
        for k, v in values.items()
    }
    reading = Reading(1, (PaperRead(kind, 0.99, (1,), fields),), (PageQuality(1, "good"),), 0.1)
    journey._note_reading(house.world, code, paper, "paper_read", {"reading": as_plain(reading)})


@pytest.mark.parametrize("key", sorted(set(PAPERS) - {"chung_thuc_ban_sao"}))
def test_good_papers_go_through_by_themselves(house, key):
    dossier = file(house, key)
    assert dossier.state is State.HANDED_OVER, [
        f for f in dossier.findings if f["outcome"] != "passed"
    ]
    assert dossier.verified_by == "system"
    shares = journey.handover.rules_of(dossier).agencies
    assert sorted(d for d, _, _ in house.agencies.came) == sorted(s.id for s in shares)
    assert [envelopes.faults(body) for body in bodies(house)] == [[]] * len(shares)
    assert all(r["due"] and r["steps"] for r in dossier.results)
    assert len(house.letters()) == 1


@pytest.mark.parametrize("key", sorted(k for k, f in FAULTS.items() if f))
def test_a_fault_comes_back_with_its_reason(house, key):
    dossier = file(house, key, changed=FAULTS[key])
    assert dossier.state is State.SUPPLEMENT, dossier.findings
    assert dossier.supplement["faults"]
    assert house.agencies.came == []


@pytest.mark.parametrize("key", sorted(k for k, f in DOUBTS.items() if f))
def test_a_doubt_never_passes_but_goes_to_an_officer(house, key):
    dossier = file(house, key, doubtful=DOUBTS[key])
    assert dossier.state is State.IN_REVIEW, dossier.findings
    assert any(f["outcome"] == "inconclusive" for f in dossier.findings)
    assert house.agencies.came == []
    journey.decide(house.world, dossier.code, "lan", {"action": "accept"})
    house.run()
    assert house.dossier(dossier.code).state is State.HANDED_OVER


@pytest.mark.parametrize("key", sorted(PAPERS))
def test_without_its_papers_every_missing_one_is_told_at_once(house, key):
    code = house.open(key)
    paper = house.bring(code, JPEG)
    house.drop_reads()
    journey._note_reading(house.world, code, paper, "paper_unreadable", {"problem": {"code": "x"}})
    journey.submit(house.world, code)
    house.run()
    dossier = house.dossier(code)
    assert dossier.state is State.SUPPLEMENT
    told = " ".join(f["message"][0] for f in dossier.supplement["faults"])
    wanted = [n.title[0] for n in journey.handover.rules_of(dossier).submit if n.required]
    assert wanted and all(title in told for title in wanted)


def test_a_certified_copy_is_always_seen_by_an_officer(house):
    dossier = file(house, "chung_thuc_ban_sao")
    assert dossier.state is State.IN_REVIEW
    journey.decide(house.world, dossier.code, "lan", {"action": "accept"})
    house.run()
    assert house.dossier(dossier.code).state is State.HANDED_OVER
    assert bodies(house)[0]["results"][0]["code"] == ""


def test_a_linked_death_has_a_date_for_each_of_three_agencies(house):
    dossier = file(house, "lien_thong_khai_tu")
    assert [r["agency"] for r in dossier.results] == ["ward", "police", "social_insurance"]
    first, *others = [r["due"] for r in dossier.results]
    assert all(due > first for due in others)


def test_a_card_of_somebody_else_does_not_make_an_owner(house):
    dossier = file(
        house, "ho_kinh_doanh", changed=("giay_de_nghi_ho_kinh_doanh", "owner", "HOÀNG VĂN KHÁC")
    )
    assert dossier.state is State.IN_REVIEW
    assert house.agencies.came == []


def test_who_is_too_young_to_marry_is_told_the_law(house):
    dossier = file(house, "ket_hon", changed=("to_khai_ket_hon", "declared_on", "2009-01-01"))
    told = " ".join(f["message"][0] for f in dossier.supplement["faults"])
    assert "chưa đủ" in told


def test_in_march_2020_residence_went_to_the_district_on_hk02(house):
    house.clock.pass_by((OLD - house.clock.now()).total_seconds())
    code = house.open("thuong_tru", "Phường Hàng Bạc")
    rules = journey.handover.rules_of(house.dossier(code))
    assert [n.one_of[0].kind for n in rules.submit if n.required] == ["phieu_bao_hk02"]
    assert rules.share("police").name[0] == "Công an quận, huyện, thị xã"
    paper = house.bring(code, JPEG)
    house.drop_reads()
    note(
        house,
        code,
        paper,
        "phieu_bao_hk02",
        draw("phieu_bao_hk02", 11, about=move_of(family())).truth,
        "",
    )
    journey.submit(house.world, code)
    house.run()
    dossier = house.dossier(code)
    assert dossier.state is State.HANDED_OVER, [
        f for f in dossier.findings if f["outcome"] != "passed"
    ]
    assert datetime.fromisoformat(dossier.results[0]["due"]).date() == date(2020, 4, 10)
