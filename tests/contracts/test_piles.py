"""Piles of an archive's doubts on both sets of adapters: the ports that keep dossiers keep them too."""

from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib import piles as worklist
from chalicelib.bulk import piles, shelves
from chalicelib.dossier.case import broken_link
from chalicelib.dossier.states import State
from chalicelib.ports import Blobs, Dossiers, World
from tests.archives.doubtful import PICTURE, batch, birth
from tests.contracts.conftest import SETS
from tests.journeys.house import House


@pytest.fixture
def world(dossiers: Dossiers, blobs: Blobs, tmp_path: Path) -> World:
    return replace(House(tmp_path / "desk").world, dossiers=dossiers, blobs=blobs)


@SETS
def test_a_pile_is_sent_listed_decided_and_fetched_back(world: World, tmp_path: Path) -> None:
    ledger = batch(tmp_path, [birth("Trần Mậu"), birth("Lê Mậu")])
    piles.put(ledger, tmp_path, world.ids, 25)
    for _ in range(2):
        piles.exchange(ledger, tmp_path, world, "lot-7")
    (pile,) = worklist.waiting(world)
    assert world.dossiers.in_state(State.IN_REVIEW) == []
    assert [world.blobs.read(key) for key in pile.pictures()] == [PICTURE, PICTURE]
    for (paper, field), _ in pile.doubts():
        body = {"action": "correct", "paper": paper, "field": field, "value": "Trần Mẫu"}
        for _ in range(2):
            worklist.decide(world, pile.code, "lan", body)
    assert worklist.waiting(world) == []
    history = world.dossiers.history(pile.code)
    assert len(history) == 3 and broken_link(history) is None
    piles.exchange(ledger, tmp_path, world, "lot-7")
    assert shelves.fill(ledger, tmp_path)["piles"] == {"all": 1, "open": 0, "correct": 2}
    assert ledger.counts().doubts == 0
