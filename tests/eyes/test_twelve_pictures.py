"""Every one of the twelve procedures on pictures, by the real reader: good, faulty and hardly to be read.

Good: through by itself, or to an officer with nothing but doubts; never blamed. Faulty: back to the citizen. Blurred or
covered: never through.
"""

import io
from functools import cache
from itertools import count

import pytest
from PIL import ImageDraw

from chalicelib import journey
from chalicelib.dossier.paper import as_plain
from chalicelib.dossier.states import State
from chalicelib.reading import read_file
from tests.draw.degrade import degrade
from tests.draw.drawing import draw
from tests.draw.occasions import make_death
from tests.draw.people import make_family
from tests.journeys.house import House
from tests.journeys.test_twelve import PAPERS, death, family, good_papers

pytestmark = pytest.mark.eyes
WAITS = {"chung_thuc_ban_sao"}  # the original must be seen, so that an officer always looks
# The paper that is replaced by one of another occasion, and by what.
OTHERS = {
    "khai_sinh": ("giay_chung_sinh", lambda: draw("giay_chung_sinh", 11, about=other_family())),
    "khai_tu": ("giay_bao_tu", lambda: draw("giay_bao_tu", 11, about=other_death())),
    "the_bhyt_tre_em": ("giay_khai_sinh", lambda: draw("giay_khai_sinh", 11, about=other_family())),
}
SAME_PAPERS = {
    "lien_thong_ks_tt_bhyt": "khai_sinh",
    "lien_thong_ks_bhyt": "khai_sinh",
    "lien_thong_khai_tu": "khai_tu",
}
# Which paper is spoilt, and how: a field that the procedure cannot do without is covered, or the hand shook.
SPOILT = {
    "khai_sinh": ("to_khai_khai_sinh", "child.full_name"),
    "khai_tu": ("to_khai_khai_tu", "deceased.full_name"),
    "ban_sao_trich_luc": ("to_khai_ban_sao_trich_luc", None),
    "ket_hon": ("to_khai_ket_hon", "husband.full_name"),
    "xac_nhan_hon_nhan": ("to_khai_xac_nhan_hon_nhan", "subject.full_name"),
    "thuong_tru": ("to_khai_ct01", "subject.full_name"),
    "the_bhyt_tre_em": ("to_khai_tk1_ts", None),
    "ho_kinh_doanh": ("giay_de_nghi_ho_kinh_doanh", "business_name"),
    "chung_thuc_ban_sao": ("cccd", "full_name"),
}


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    yield house
    house.store.close()


@cache
def other_family():
    found = (make_family(f"other-{n}") for n in count())
    return next(
        f
        for f in found
        if f.father and f.mother.identity and f.child.birth_date != family().child.birth_date
    )


@cache
def other_death():
    return next(
        d
        for d in (make_death(f"other-{n}") for n in count())
        if d.keeps == "day" and d.number and d.deceased.full_name != death().deceased.full_name
    )


def clean(paper):
    return degrade(paper, "clean", 5)


def covered(paper, field):
    """The picture with a black strip where the field stands."""
    x, y, width, height = paper.boxes[field]
    image = paper.image.copy()
    ImageDraw.Draw(image).rectangle((x - 4, y - 4, x + width + 4, y + height + 4), fill="black")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@cache
def reading(data):
    """What the reader makes of a picture; the same picture serves several procedures."""
    return read_file(data).reading


def file(house, key, pictures):
    """The dossier, filed with these pictures as they were read."""
    code = house.open(key)
    for data in pictures:
        paper = house.bring(code, data, "image/png" if data[:4] == b"\x89PNG" else "image/jpeg")
        house.drop_reads()
        facts = {"reading": as_plain(reading(data))}
        journey._note_reading(house.world, code, paper, "paper_read", facts)
    journey.submit(house.world, code)
    house.run()
    return house.dossier(code)


def pictures_of(key, **changed):
    return [changed.get(k) or clean(p) for k, p in good_papers(key).items()]


def blamed(dossier):
    return [
        (f["rule"], f["message"][1], f["read"])
        for f in dossier.findings
        if f["outcome"] == "failed" and not f["warning"]
    ]


@pytest.mark.parametrize("key", sorted(PAPERS))
def test_good_pictures_pass_or_are_doubted_but_never_blamed(house, key):
    dossier = file(house, key, pictures_of(key))
    assert blamed(dossier) == []
    assert dossier.state in (State.HANDED_OVER, State.IN_REVIEW)
    assert dossier.state is State.IN_REVIEW or key not in WAITS


def test_a_picture_goes_the_whole_way_by_the_queues(house):
    code = house.open("ban_sao_trich_luc")
    for data in pictures_of("ban_sao_trich_luc"):
        house.bring(code, data, "image/png" if data[:4] == b"\x89PNG" else "image/jpeg")
    journey.submit(house.world, code)
    house.run()
    dossier = house.dossier(code)
    assert blamed(dossier) == [] and dossier.state in (State.HANDED_OVER, State.IN_REVIEW)


# Whatever is brought to be certified may be an original: only an officer can tell, so nothing comes back by itself.
@pytest.mark.parametrize("key", sorted(set(PAPERS) - WAITS))
def test_a_paper_of_another_occasion_or_the_wrong_paper_comes_back(house, key):
    base = SAME_PAPERS.get(key, key)
    if base in OTHERS:
        kind, other = OTHERS[base]
        pictures = pictures_of(key, **{kind: clean(other())})
    else:
        wrong = "khai_tu" if key in ("khai_sinh", "ban_sao_trich_luc") else "ban_sao_trich_luc"
        pictures = [clean(next(iter(good_papers(wrong).values())))]
    dossier = file(house, key, pictures)
    assert dossier.state is State.SUPPLEMENT, (dossier.state, dossier.findings)
    assert blamed(dossier) and dossier.supplement["faults"]
    assert house.agencies.came == []


@pytest.mark.parametrize("key", sorted(PAPERS))
def test_what_can_hardly_be_read_never_passes(house, key):
    kind, field = SPOILT[SAME_PAPERS.get(key, key)]
    paper = good_papers(key)[kind]
    spoilt = covered(paper, field) if field else degrade(paper, "blurred", 5)
    dossier = file(house, key, pictures_of(key, **{kind: spoilt}))
    assert dossier.state in (State.IN_REVIEW, State.SUPPLEMENT), dossier.findings
    assert house.agencies.came == [] and dossier.verified_by is None
