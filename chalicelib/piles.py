"""Piles of an archive's doubts on the officers' worklist: sent, looked at, decided.

In: a pile's papers, an officer's word. Out: the pile as it stands. Kept where histories of dossiers are, so a word is
never lost and never counts twice; listed apart from dossiers, which never wait behind an archive. Refuses unknown
piles (`PileUnknown`).
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

from chalicelib.changes import RACES, Draft
from chalicelib.dossier.case import sealed
from chalicelib.dossier.pile import SEEN, SENT, Pile, fold, follow, is_pile
from chalicelib.dossier.states import PileState
from chalicelib.errors import DossierMovedMeanwhile, DossierUnknown, PileUnknown
from chalicelib.ports import World
from chalicelib.review.piles import decision

log = logging.getLogger("dossiers")


def send(
    world: World,
    code: str,
    facts: Mapping[str, Any],
    pictures: Mapping[str, bytes],
) -> None:
    """Put a pile (`batch`, `kind`, `papers`) on the worklist, its pictures first. Again: nothing changes."""
    for key, jpeg in pictures.items():
        world.blobs.write(key, jpeg, "image/jpeg")
    draft = (SENT, {"code": code, **facts})
    (event,) = sealed([draft], None, world.clock.now(), "system")
    try:
        world.dossiers.open(code, event, PileState.WAITING)
    except DossierMovedMeanwhile:
        log.info("pile_there pile=%s", code)  # another run was quicker


def load(world: World, code: str) -> Pile:
    """The pile as it stands. Raises PileUnknown."""
    try:
        history = world.dossiers.history(code)
    except DossierUnknown as e:
        raise PileUnknown from e
    if not is_pile(history):
        raise PileUnknown
    return fold(history)


def waiting(world: World) -> list[Pile]:
    """Piles with something to decide, longest waiting first."""
    found = [load(world, code) for code in world.dossiers.in_state(PileState.WAITING)]
    return [pile for pile in found if pile.left()]  # a list may lag behind on AWS


def look(world: World, code: str, officer: str) -> Pile:
    """The pile for an officer's eyes; the look itself goes into the history before anything is shown."""
    return _changed(world, code, officer, lambda _: [(SEEN, {})])


def decide(world: World, code: str, officer: str, body: Mapping[str, Any]) -> Pile:
    """The pile after an officer's word on one doubt; see `review.piles`. Said again: nothing changes."""
    return _changed(world, code, officer, lambda pile: decision(pile, body))


def _changed(
    world: World, code: str, officer: str, judge: Callable[[Pile], Sequence[Draft]]
) -> Pile:
    for _ in range(RACES):
        before = load(world, code)
        events = sealed(judge(before), before, world.clock.now(), f"officer:{officer}")
        if not events:
            return before
        after = reduce(follow, events, before)
        try:
            world.dossiers.append(code, before.version, events, after.state)
        except DossierMovedMeanwhile:
            continue
        log.info("changed pile=%s seq=%d kind=%s", code, after.version, events[-1].kind)
        return after
    raise DossierMovedMeanwhile
