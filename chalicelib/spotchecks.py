"""A share of what is sure is looked at all the same, after the fact, so that the bound on errors is watched in service.

In: a dossier found right, an officer's word on a value. Out: events, the list of what waits for a look, counts. A
dossier never waits for this: it passes, and its drawn values go onto a list of their own. If a value was wrong, the
agencies that were told it get the dossier anew. Refuses answers about values that were not drawn, and periods of more
than 31 days.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from chalicelib import handover, linked
from chalicelib.changes import NOTHING, Change, Draft, change, load
from chalicelib.dossier.case import Dossier, foreseen
from chalicelib.dossier.paper import Field
from chalicelib.errors import BodyInvalid
from chalicelib.handover import day_in_hanoi
from chalicelib.ports import World
from chalicelib.procedures import data, sureness
from chalicelib.review import lots
from chalicelib.review.bounds import upper_bound

CORRECTED_NEWS = "dossier.corrected"
LONGEST = timedelta(days=31)
WATCHED = timedelta(days=30)


def drawn(world: World, dossier: Dossier) -> list[Draft]:
    """The event of the dossier's lots, and its mark among the day's, so that it is found again."""

    def is_sure(kind: str, key: str, field: Field) -> bool:
        return field.confidence >= sureness.threshold(kind, key, dossier.channel)

    draft = lots.drawn(dossier, is_sure, share())
    if draft is None:
        return []
    world.dossiers.claim(_mark(day_in_hanoi(world.clock.now())), dossier.code)
    return [draft]


def share() -> float:
    """Which share of the sure values is looked at: data."""
    return float(data.load(data.SCHEMAS / "spot_checks.json")["share"])


def note(world: World, code: str, officer: str, body: Mapping[str, Any]) -> Dossier:
    """The dossier with an officer's word on one drawn value; the same word again changes nothing.

    Raises:
        PaperUnknown: the value was not drawn. BodyInvalid: neither right nor a true value.
    """
    actor = f"officer:{officer}"

    def judge(dossier: Dossier) -> Change:
        drafts = lots.answer(dossier, body)
        if not drafts:
            return NOTHING
        misled = _misled(world, dossier, drafts)
        news, told = linked.anew(world, dossier, drafts, misled, CORRECTED_NEWS, actor)
        return [*drafts, *news], told

    return change(world, code, judge, actor)


def _misled(world: World, dossier: Dossier, drafts: Sequence[Draft]) -> list[str]:
    """Agencies whose envelope holds a value that these events change."""
    after = foreseen(dossier, drafts, world.clock.now(), "system")
    before, now = _values(dossier), _values(after)
    changed = {key for key in before | now if before.get(key) != now.get(key)}
    shares = handover.rules_of(dossier).agencies
    return [s.id for s in shares if s.id in dossier.deliveries and changed & set(s.fields)]


def _values(dossier: Dossier) -> dict[str, Any]:
    return {key: field["value"] for key, field in handover.fields_of(dossier).items()}


def waiting(world: World, first: date, last: date) -> list[dict[str, Any]]:
    """Values drawn in these days that nobody has looked at yet: where they stand, no value, no name."""
    if not timedelta(0) <= last - first <= LONGEST:
        raise BodyInvalid(
            where="to", needed="at most 31 days after from", needed_vi="tối đa 31 ngày sau from"
        )
    return [
        {"code": dossier.code, **{k: c[k] for k in ("paper", "index", "kind", "field")}}
        for dossier in _drawn_in(world, first, last)
        for c in dossier.spot_checks
        if c.get("right") is None
    ]


def numbers(world: World) -> dict[str, Any]:
    """The last 31 days: drawn, looked at, wrong, and the share of errors that this can't exclude. Nobody's data."""
    today = day_in_hanoi(world.clock.now())
    checks = [c for d in _drawn_in(world, today - WATCHED, today) for c in d.spot_checks]
    looked = [c["right"] for c in checks if c.get("right") is not None]
    wrong = looked.count(False)
    return {
        "share": share(),
        "drawn": len(checks),
        "looked_at": len(looked),
        "wrong": wrong,
        "at_most": round(upper_bound(wrong, len(looked)), 5),
        "bound": sureness.bound(),
    }


def _drawn_in(world: World, first: date, last: date) -> Iterator[Dossier]:
    for n in range((last - first).days + 1):
        for code in world.dossiers.bearing(_mark(first + timedelta(days=n))):
            yield load(world, code)


def _mark(day: date) -> str:
    return f"spot-checks-{day.isoformat()}"
