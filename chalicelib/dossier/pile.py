"""A pile: doubtful papers of one kind out of an archive, on the officers' worklist beside the dossiers.

Like a dossier it is a chain of events: it was sent, officers looked, officers decided. `fold(events)` gives the
`Pile`. Personal data stands in its events, so they are never logged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from chalicelib.dossier.case import GENESIS, TOLD, Event
from chalicelib.dossier.states import PileState
from chalicelib.errors import Broken

SENT, SEEN, DECIDED = "pile_sent", "seen_by_officer", "doubt_decided"
KIND = "kind"
"""The doubt that is none of a field but of the kind of the whole paper."""

# Why a value is doubtful, in words: (Vietnamese, English).
WHY: dict[str, tuple[str, str]] = {
    "unsure": ("Đọc chưa đủ chắc", "Read, but not surely enough"),
    "kind_unknown": ("Không nhận ra loại giấy tờ", "The kind of paper was not recognised"),
    "kind_contradicts": (
        "Loại giấy tờ khác với bản kê",
        "The kind is another than the manifest says",
    ),
}


@dataclass(frozen=True, slots=True)
class Pile:
    """What the events add up to. `words`: what officers said, by (paper, field): action, value, by, at.

    `papers`, as they were sent: paper, where, reasons (of its pages' verdicts), pictures, doubts. Each doubt has
    field, label, read, confidence, needed, why; that of a kind also `choices`.
    """

    code: str
    batch: str
    kind: str
    papers: tuple[Mapping[str, Any], ...]
    sent_at: str
    words: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    version: int = 0
    last_hash: str = GENESIS
    trail: tuple[Mapping[str, Any], ...] = ()

    def doubts(self) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
        """All doubts by (paper, field)."""
        for paper in self.papers:
            yield from (((paper["paper"], d["field"]), d) for d in paper["doubts"])

    def left(self) -> int:
        """How many doubts nobody has decided."""
        return sum(where not in self.words for where, _ in self.doubts())

    @property
    def state(self) -> PileState:
        """It waits until everything is decided."""
        return PileState.WAITING if self.left() else PileState.DONE

    def pictures(self) -> Iterator[str]:
        """Keys of all pictures."""
        for paper in self.papers:
            yield from paper["pictures"]


def is_pile(events: Sequence[Event]) -> bool:
    """Is this a pile's history, not a dossier's?"""
    return bool(events) and events[0].kind == SENT


def fold(events: Sequence[Event]) -> Pile:
    """The pile that these events (in order, from the first) add up to. Raises Broken for unknown events."""
    f = events[0].facts
    pile = Pile(f["code"], f["batch"], f["kind"], tuple(f["papers"]), events[0].at)
    return reduce(follow, events, pile)


def follow(pile: Pile, event: Event) -> Pile:
    """The pile after one more event."""
    told = {key: getattr(event, key) for key in TOLD}
    words = {**pile.words, **_word(event)}
    return replace(
        pile, words=words, version=event.seq, last_hash=event.hash, trail=(*pile.trail, told)
    )


def _word(event: Event) -> dict[tuple[str, str], Mapping[str, Any]]:
    f = event.facts
    if event.kind == DECIDED:
        word = {"action": f["action"], "value": f["value"], "by": event.actor, "at": event.at}
        return {(f["paper"], f["field"]): word}
    if event.kind not in (SENT, SEEN):
        raise Broken(f"unknown kind of event: {event.kind}")
    return {}
