"""Published rules never change; old dossiers keep theirs; open ones can be moved on purpose."""

import json

import pytest

from chalicelib import journey
from chalicelib.dossier.states import State
from chalicelib.errors import MoveNotAllowed
from chalicelib.procedures.catalogue import keys, newest
from chalicelib.procedures.data import load
from chalicelib.procedures.versions import LOCK, changed_versions
from tests.journeys.copied import BEGINNING, copy_of_the_program, edit, motcua, run_in
from tests.journeys.house import bring_all


def test_every_version_is_published_and_says_what_it_said():
    assert list(changed_versions()) == []
    assert [k for k in keys() if newest(k) not in load(LOCK).get(k, {})] == []


def test_a_changed_published_version_is_found(tmp_path):
    folder = copy_of_the_program(tmp_path / "copy")
    path = folder / "schemas/procedures/khai_sinh/procedure.json"
    edit(path, lambda d: d["rules"][0].update(warning=True))
    status, said = motcua(folder, "procedures", "check")
    assert status == 1
    assert "khai_sinh: version 1 was published and has changed" in said
    assert "lien_thong_ks_tt_bhyt: version 1" in said  # it is based on it


OPEN_AND_FILE = (
    BEGINNING
    + """
code = house.open("khai_sinh"); bring_all(house, code)
print(json.dumps([code, house.dossier(code).rules_version]))
"""
)
REPLAY = (
    BEGINNING
    + """
from chalicelib.procedures.checks import check
code = sys.argv[2]
old = house.dossier(code)
replayed = [f.rule for f in check(journey.handover.rules_of(old), old) if f.outcome == "failed"]
fresh = house.dossier(house.open("khai_sinh"))
linked = house.dossier(house.open("lien_thong_ks_tt_bhyt"))
needs = lambda d: [n.id for n in journey.handover.rules_of(d).submit if n.required]
_, lines = journey.rebase(house.world, code, "lan")
journey.submit(house.world, code); house.run()
print(json.dumps({"replayed": replayed, "fresh": [fresh.rules_version, needs(fresh)], "linked": needs(linked),
    "lines": lines, "state": house.dossier(code).state.value,
    "told": [f["message"][0] for f in house.dossier(code).findings if f["outcome"] == "failed"]}))
"""
)


def add_a_paper(d):
    d["submit"].append(
        {
            "id": "promise",
            "title": {"vi": "Giấy cam đoan mới", "en": "A new promise"},
            "required": True,
            "one_of": [{"kind": "to_khai_ct01"}],
        }
    )
    d["kinds"]["to_khai_ct01"] = {"vi": "Tờ khai CT01", "en": "form CT01"}


def test_a_new_version_leaves_old_dossiers_and_linked_procedures_alone(tmp_path):
    folder = copy_of_the_program(tmp_path / "copy")
    code, version = json.loads(run_in(folder, OPEN_AND_FILE, str(tmp_path)))
    assert version == "1"
    assert motcua(folder, "procedures", "begin", "khai_sinh") == (0, "✓ khai_sinh/2\n")
    edit(folder / "schemas/procedures/khai_sinh/procedure.json", add_a_paper)
    assert motcua(folder, "procedures", "check")[0] == 0
    assert "✓ khai_sinh/2" in motcua(folder, "procedures", "publish")[1]
    told = json.loads(run_in(folder, REPLAY, str(tmp_path), code))
    assert told["replayed"] == []
    assert told["fresh"] == ["2", ["declaration", "birth_proof", "promise"]]
    assert "promise" not in told["linked"]
    assert told["lines"] == ["Thêm giấy phải nộp: Giấy cam đoan mới"]
    assert told["state"] == "supplement"
    assert any("Giấy cam đoan mới" in t for t in told["told"])


def test_a_decided_dossier_is_not_rebased(house):
    code = house.open("khai_sinh")
    bring_all(house, code)
    journey.submit(house.world, code)
    house.run()
    assert house.dossier(code).state is State.HANDED_OVER
    with pytest.raises(MoveNotAllowed):
        journey.rebase(house.world, code, "lan")


def test_a_dossier_of_before_a_change_of_law_keeps_its_papers_until_it_is_rebased(house):
    day = 24 * 3600
    house.clock.pass_by(-day * 365 * 6)  # November 2020
    code = house.open("thuong_tru", "Phường Hàng Bạc")
    house.clock.pass_by(day * 365 * 2)
    wanted = journey.handover.wanted(house.dossier(code))
    assert "HK02" in wanted and "CT01" not in wanted
    after, lines = journey.rebase(house.world, code, "lan")
    assert "CT01" in journey.handover.wanted(after)
    assert any("CT01" in line for line in lines)
    assert any("Công an quận" in line and "Công an cấp xã" in line for line in lines)
    assert house.world.dossiers.history(code)[-1].facts["difference"] == lines
