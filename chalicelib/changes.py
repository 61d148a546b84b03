"""How a dossier changes: load, decide, save with what must go out, hand on. The journey's only way to write.

A decision is a pure function from the dossier to drafts of events and outgoing messages. If someone else was
quicker, it is asked again on the newer dossier; so it must not act on the outside itself.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import Any

from chalicelib.dossier.case import Dossier, Event, Outgoing, Paper, bundles, fold, follow, sealed
from chalicelib.dossier.pile import is_pile
from chalicelib.dossier.states import PAPERS_MAY_CHANGE
from chalicelib.errors import (
    DossierMovedMeanwhile,
    DossierUnknown,
    MoveNotAllowed,
    PaperUnknown,
    StorageBusy,
)
from chalicelib.ports import World

Draft = tuple[str, Mapping[str, Any]]
Change = tuple[Sequence[Draft], Sequence[Outgoing]]
Decide = Callable[[Dossier], Change]
NOTHING: Change = ((), ())
RACES = 12

log = logging.getLogger("dossiers")


def load(world: World, code: str) -> Dossier:
    """The dossier as it stands. Raises DossierUnknown."""
    history = world.dossiers.history(code)
    if is_pile(history):
        raise DossierUnknown
    return fold(history)


def change(
    world: World,
    code: str,
    decide: Decide,
    actor: str,
    seen: Dossier | None = None,
    then: Decide | None = None,
) -> Dossier:
    """The dossier after `decide`'s events, saved in one transaction with its messages, which are then handed on.

    `seen`: the dossier as it was just loaded, which saves loading it again if nobody was quicker. `then`: what the
    system decides on what `decide` leads to, in the same transaction.

    Raises:
        DossierMovedMeanwhile: others were quicker every time.
    """
    for _ in range(RACES):
        dossier, seen = seen or load(world, code), None
        events, outgoing = _decided(world, dossier, decide, actor)
        after = reduce(follow, events, dossier)
        if then and events:
            more, messages = _decided(world, after, then, "system")
            events, outgoing = [*events, *more], [*outgoing, *messages]
            after = reduce(follow, more, after)
        if not events and not outgoing:
            return dossier
        now = world.clock.now()
        # Of one moment and side by side: one bundle of the outbox.
        outgoing = sorted((replace(o, due=max(o.due, now)) for o in outgoing), key=_due)
        try:
            world.dossiers.append(code, dossier.version, events, after.state, outgoing)
        except DossierMovedMeanwhile:
            continue
        if events:
            kinds = ",".join(event.kind for event in events)
            log.info("changed dossier=%s seq=%d kinds=%s", code, after.version, kinds)
        hand_on(world, [o for o in outgoing if o.due <= now])
        return after
    raise DossierMovedMeanwhile


def _decided(
    world: World, dossier: Dossier, decide: Decide, actor: str
) -> tuple[list[Event], list[Outgoing]]:
    drafts, outgoing = decide(dossier)
    return sealed(drafts, dossier, world.clock.now(), actor), list(outgoing)


def _due(outgoing: Outgoing) -> datetime:
    return outgoing.due


def hand_on(world: World, outgoing: Iterable[Outgoing]) -> int:
    """How many of these messages reached their queues; the others stay in the outbox for the next tick.

    Put first, forget second: a crash between the two sends twice, never not at all. The same holds for a bundle of
    which one message could not be put.
    """
    sent, waiting = 0, bundles(outgoing)
    if not waiting:
        return sent
    with world.together(False):
        for bundle in waiting:
            out = [each for each in bundle if _is_put(world, each)]
            if out:
                world.dossiers.sent(out)
            sent += len(out)
    return sent


def _is_put(world: World, each: Outgoing) -> bool:
    try:
        world.queues.put(each.queue, each.body)
    except StorageBusy:
        log.warning("outbox_waits queue=%s", each.queue)
        return False
    return True


def message(world: World, queue: str, body: str, due: datetime | None = None) -> Outgoing:
    """A message for the outbox, due now unless told."""
    return Outgoing(world.ids.new("out"), queue, body, due or world.clock.now())


def packed(*parts: str) -> str:
    """A message body of several words."""
    return json.dumps(parts)


def queue_of(agency: str) -> str:
    """The queue of an agency's deliveries."""
    return f"deliveries-{agency.replace('_', '-')}"


def paper_of(dossier: Dossier, paper_id: str) -> Paper:
    """The dossier's paper of this id. Raises PaperUnknown."""
    if paper_id not in dossier.papers:
        raise PaperUnknown
    return dossier.papers[paper_id]


def must_take_papers(dossier: Dossier) -> None:
    """Raise MoveNotAllowed unless papers may come and go: while it is prepared, or someone waits for more."""
    if dossier.standing not in PAPERS_MAY_CHANGE:
        raise MoveNotAllowed(state=dossier.state.value)
