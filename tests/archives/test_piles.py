"""Doubts go to officers in piles of one kind and come back decided: once, whatever is repeated or killed."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib import piles as worklist
from chalicelib import upkeep
from chalicelib.adapters.sqlite_stock import SqliteStock
from chalicelib.archive import wording
from chalicelib.bulk import keying, piles, shelves
from chalicelib.changes import load
from chalicelib.cli import archive_gate
from chalicelib.dossier.pile import Pile
from chalicelib.dossier.states import State
from chalicelib.errors import (
    BodyInvalid,
    DossierUnknown,
    MoveNotAllowed,
    PaperUnknown,
    PileUnknown,
    StorageBusy,
)
from tests.archives.doubtful import BIRTH, DEATH, ENTRY, NAME, NUMBER, PICTURE, batch, birth, rows
from tests.journeys.house import House

ROOT = Path(__file__).parents[2]
TEN_SECONDS = 10.0
THREE = [birth("Trần Mậu"), birth("Lê Mậu"), birth("Phạm Mậu")]


@pytest.fixture
def house(tmp_path: Path) -> Any:
    built = House(tmp_path / "desk")
    built.with_ports(dossiers=TickingDossiers(built))
    yield built
    built.store.close()


def exchanged(house: House, ledger: Any, folder: Path, size: int = 25) -> dict[str, Any]:
    """What `motcua archive doubts` does; the report."""
    piles.put(ledger, folder, house.world.ids, size)
    piles.exchange(ledger, folder, house.world, "lot-7")
    return shelves.fill(ledger, folder)


def said(house: House, pile: Pile, action: str, at: int = 0, **more: Any) -> Pile:
    """An officer's word on one doubt of the pile."""
    (paper, field), _ = list(pile.doubts())[at]
    body = {"action": action, "paper": paper, "field": field, **more}
    return worklist.decide(house.world, pile.code, "lan", body)


def record(folder: Path, ledger: Any, n: int = 0) -> dict[str, Any]:
    return dict(json.loads((folder / rows(ledger)[n].files["record"]).read_text("utf-8")))


def test_a_pile_is_of_one_kind_and_of_so_many_papers_at_most(house, tmp_path):
    death = (DEATH, {NUMBER: ("9", 0.2)}, 0.99)
    ledger = batch(tmp_path, [birth("A"), death, birth("B"), birth("sure", 0.99), birth("C")])
    report = exchanged(house, ledger, tmp_path, size=2)
    found = worklist.waiting(house.world)
    assert [(p.kind, len(p.papers)) for p in found] == [(BIRTH, 2), (BIRTH, 1), (DEATH, 1)]
    assert report["piles"] == {"all": 3, "open": 4}
    (where, doubt), *_ = found[0].doubts()
    assert where == (rows(ledger)[0].id, NAME)
    assert (doubt["read"], doubt["confidence"], doubt["why"]) == ("A", 0.4, "unsure")
    assert doubt["needed"] > 0.4 and doubt["label"].startswith("Họ")
    (picture,) = found[0].papers[0]["pictures"]
    assert house.world.blobs.read(picture) == PICTURE


def test_sent_twice_nothing_changes_and_what_is_new_goes_into_a_new_pile(house, tmp_path):
    ledger = batch(tmp_path, THREE)
    exchanged(house, ledger, tmp_path)
    before = worklist.waiting(house.world)
    exchanged(house, ledger, tmp_path)
    assert worklist.waiting(house.world) == before
    ledger.amend(replace(rows(ledger)[1], doubts=(NAME, NUMBER)))  # read again: one more
    exchanged(house, ledger, tmp_path)
    assert [list(dict(p.doubts())) for p in worklist.waiting(house.world)[1:]] == [
        [(rows(ledger)[1].id, NUMBER)]
    ]


def test_decisions_come_back_into_record_index_search_and_count(house, tmp_path):
    ledger = batch(tmp_path, THREE)
    exchanged(house, ledger, tmp_path)
    (pile,) = worklist.waiting(house.world)
    said(house, pile, "correct", 0, value="Trần Mẫu")
    said(house, pile, "confirm", 1)
    said(house, pile, "unreadable", 2)
    report = exchanged(house, ledger, tmp_path)
    assert report["piles"] == {"all": 1, "open": 0, "correct": 1, "confirm": 1, "unreadable": 1}
    assert report["fields"]["doubtful"] == ledger.counts().doubts == 1  # nobody could read it
    told = record(tmp_path, ledger)
    field = told["fields"][NAME]
    assert (field["value"], field["raw"], field["confirmed_by"]) == (
        "Trần Mẫu",
        "Trần Mậu",
        "officer:lan",
    )
    assert told["doubts"] == [] and record(tmp_path, ledger, 2)["doubts"] == [NAME]
    found = ledger.search(names=wording.asked_name("tran mau"))
    assert [f.shown["name"] for f in found] == ["Trần Mẫu"]
    assert "Trần Mẫu" in (tmp_path / "index.csv").read_text("utf-8-sig")
    assert worklist.waiting(house.world) == []
    files = {p: p.read_bytes() for p in tmp_path.glob("*.json")}
    assert exchanged(house, ledger, tmp_path) == report
    assert {p: p.read_bytes() for p in tmp_path.glob("*.json")} == files


def test_a_word_said_twice_is_one_and_the_last_one_counts_till_the_pile_is_done(house, tmp_path):
    ledger = batch(tmp_path, THREE[:2])
    exchanged(house, ledger, tmp_path)
    (pile,) = worklist.waiting(house.world)
    once = said(house, pile, "correct", 0, value="Trần Mão")
    assert said(house, pile, "correct", 0, value="Trần Mão") == once
    exchanged(house, ledger, tmp_path)  # taken in, and then said otherwise
    said(house, pile, "correct", 0, value="Trần Mẫu")
    done = said(house, pile, "confirm", 1)
    assert said(house, pile, "confirm", 1) == done
    with pytest.raises(MoveNotAllowed):
        said(house, pile, "correct", 0, value="Trần Mão")
    exchanged(house, ledger, tmp_path)
    assert record(tmp_path, ledger)["fields"][NAME]["value"] == "Trần Mẫu"
    kinds = ["pile_sent", "doubt_decided", "doubt_decided", "doubt_decided"]
    assert [e["kind"] for e in done.trail] == kinds


class TickingDossiers:
    """Between two piles some time passes."""

    def __init__(self, house: House) -> None:
        self._real, self._clock = house.world.dossiers, house.clock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def open(self, *pile: Any) -> None:
        self._real.open(*pile)
        self._clock.pass_by(TEN_SECONDS)


class DyingDossiers:
    """A store that goes away at the second pile, before or after it is written."""

    def __init__(self, real: Any, written: bool) -> None:
        self._real, self._written, self._opened = real, written, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def open(self, *pile: Any) -> None:
        self._opened += 1
        if self._opened == 2 and not self._written:
            raise StorageBusy("gone")
        self._real.open(*pile)
        if self._opened == 2:
            raise StorageBusy("gone")


@pytest.mark.parametrize("written", [False, True])
def test_killed_while_sending_no_doubt_is_lost_and_none_doubled(house, tmp_path, written):
    ledger = batch(tmp_path, THREE)
    whole = house.world
    house.with_ports(dossiers=DyingDossiers(whole.dossiers, written))
    with pytest.raises(StorageBusy):
        exchanged(house, ledger, tmp_path, size=1)
    house.with_ports(dossiers=whole.dossiers)
    exchanged(house, ledger, tmp_path, size=2)  # of another size: what is assigned stays
    found = [where for p in worklist.waiting(house.world) for where, _ in p.doubts()]
    assert found == [(row.id, NAME) for row in rows(ledger)]


@pytest.mark.parametrize("sent", [1, 20])
def test_a_command_that_is_killed_for_real_is_run_again(house, tmp_path, sent):
    ledger = batch(tmp_path / "lot", [birth(f"Trần Mậu {n}") for n in range(60)])
    command = [sys.executable, "-m", "chalicelib.cli.main", "archive", "doubts", "--papers", "2"]
    command += ["--out", str(tmp_path / "lot"), "--data", str(tmp_path / "desk")]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    while len(worklist.waiting(house.world)) < sent:
        assert run.poll() is None
    run.kill()
    run.wait()
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert json.loads(again.stdout)["piles"] == {"all": 30, "open": 60}
    found = [where for p in worklist.waiting(house.world) for where, _ in p.doubts()]
    assert sorted(found) == sorted((row.id, NAME) for row in rows(ledger))


def test_a_file_read_again_has_what_officers_said(house, tmp_path):
    ledger = batch(tmp_path, THREE[:1])
    exchanged(house, ledger, tmp_path)
    before = (tmp_path / rows(ledger)[0].files["record"]).read_bytes()
    said(house, worklist.waiting(house.world)[0], "correct", value="Trần Mẫu")
    exchanged(house, ledger, tmp_path)
    (tmp_path / rows(ledger)[0].files["record"]).write_bytes(before)
    ledger.amend(replace(rows(ledger)[0], doubts=(NAME,)))
    assert shelves.fill(ledger, tmp_path)["fields"]["doubtful"] == 0  # without the officers' server
    assert record(tmp_path, ledger)["fields"][NAME]["value"] == "Trần Mẫu"


def test_kinds_that_are_keyed_twice_are_not_sent(house, tmp_path):
    ledger = batch(tmp_path, [birth("A"), (DEATH, {NUMBER: ("9", 0.2)}, 0.99)])
    keying.begin(ledger, everything=True, kind=BIRTH)
    exchanged(house, ledger, tmp_path)
    assert [p.kind for p in worklist.waiting(house.world)] == [DEATH]


@pytest.mark.parametrize("everything", [True, False])
def test_one_officers_word_never_stands_for_double_keying(house, tmp_path, everything):
    ledger = batch(tmp_path, [birth("A"), birth("B")])
    exchanged(house, ledger, tmp_path)
    (pile,) = worklist.waiting(house.world)
    said(house, pile, "correct", 0, value="AA")
    exchanged(house, ledger, tmp_path)
    keying.begin(ledger, everything, BIRTH)  # begun when piles are out already
    said(house, pile, "correct", 1, value="BB")
    report = exchanged(house, ledger, tmp_path)
    assert record(tmp_path, ledger, 1)["fields"][NAME]["value"] == "B"
    assert report["keying"] == {"certain": 0, "open": 4 if everything else 2, "unresolved": 0}
    assert not report["released"]
    assert archive_gate.key(tmp_path, "lan", False, None, 200) == 0
    sheet = (tmp_path / "keying" / "lan.csv").read_text("utf-8-sig")
    assert sheet.count(NAME) == 2 and "AA" not in sheet


def judged(folder: Path) -> bool:
    """Is the batch released by a sample that officers find right?"""
    assert archive_gate.draw(folder, "II", "0.65") == 0
    sheet = folder / "sample.csv"
    sheet.write_text(sheet.read_text("utf-8-sig").replace(",\n", ",y\n"), "utf-8")
    return archive_gate.judge(folder) == 0


def test_a_batch_is_judged_as_officers_left_it(house, tmp_path):
    ledger = batch(tmp_path, THREE[:1])
    assert judged(tmp_path) and shelves.fill(ledger, tmp_path)["released"]
    assert not exchanged(house, ledger, tmp_path)["released"]  # officers have it
    said(house, worklist.waiting(house.world)[0], "correct", value="Trần Mẫu")
    assert not exchanged(house, ledger, tmp_path)["released"]  # another batch than was judged
    assert archive_gate.draw(tmp_path, "II", "0.65") == 0
    sheet = (tmp_path / "sample.csv").read_text("utf-8-sig")
    assert "Trần Mẫu" in sheet and ",y\n" not in sheet  # what was said of the other value is gone
    assert judged(tmp_path) and exchanged(house, ledger, tmp_path)["released"]


def test_a_kind_is_one_of_those_known_and_that_of_a_register_stays(house, tmp_path):
    ledger = batch(tmp_path, [("khac", {}, 0.9), (ENTRY, {NUMBER: ("7", 0.99)}, 0.5)])
    exchanged(house, ledger, tmp_path)
    unknown, entry = worklist.waiting(house.world)
    assert [d["why"] for _, d in unknown.doubts()] == ["kind_unknown"]
    for pile, kind in ((unknown, "no_kind"), (entry, BIRTH)):
        with pytest.raises(BodyInvalid):
            said(house, pile, "correct", value=kind)
    said(house, unknown, "correct", value=DEATH)
    said(house, entry, "confirm")
    report = exchanged(house, ledger, tmp_path)
    assert report["papers"]["by_kind"] == {ENTRY: 1, DEATH: 1}
    assert [r.doubts for r in rows(ledger)] == [(), ()]
    assert ledger.search(marks=[wording.mark_word("k", DEATH)])


def test_days_and_numbers_are_kept_as_readers_write_them(house, tmp_path):
    day = (BIRTH, {"child.birth_date": ("1987-03-06", 0.4)}, 0.99)
    ledger = batch(tmp_path, [day])
    exchanged(house, ledger, tmp_path)
    said(house, worklist.waiting(house.world)[0], "correct", value="5/3/1987")
    exchanged(house, ledger, tmp_path)
    assert record(tmp_path, ledger)["fields"]["child.birth_date"]["value"] == "1987-03-05"


def test_what_is_no_word_on_a_doubt_is_refused(house, tmp_path):
    ledger = batch(tmp_path, THREE[:1])
    exchanged(house, ledger, tmp_path)
    (pile,) = worklist.waiting(house.world)
    with pytest.raises(PaperUnknown):
        worklist.decide(house.world, pile.code, "lan", {"action": "confirm", "paper": "x"})
    for more in ({"action": "accept"}, {"action": "correct", "value": True}):
        with pytest.raises(BodyInvalid):
            said(house, pile, **more)
    with pytest.raises(PileUnknown):
        worklist.load(house.world, house.open())
    assert worklist.load(house.world, pile.code) == pile


def test_piles_stand_apart_from_dossiers_and_are_audited_like_them(house, tmp_path):
    ledger = batch(tmp_path, THREE)
    exchanged(house, ledger, tmp_path)
    (pile,) = worklist.waiting(house.world)
    assert house.world.dossiers.in_state(State.IN_REVIEW) == []
    with pytest.raises(DossierUnknown):
        load(house.world, pile.code)
    house.open()
    audit = upkeep.audit(house.world, SqliteStock(house.store))
    assert (len(audit.ends), audit.blobs, audit.faults) == (2, 3, ())
    next((tmp_path / "desk" / "blobs" / "blobs").rglob("*-1.jpg")).unlink()
    assert upkeep.audit(house.world, SqliteStock(house.store)).faults
