"""Upkeep of all that is stored: is it whole, and is it in the form that the code wants?

In: a world and its stock. Out: an audit, the progress of a migration. Refuses nothing: what is wrong is told.
Both go on beside people at work; a migration that is killed goes on where it was.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from chalicelib.dossier import pile
from chalicelib.dossier.case import Dossier, broken_link, fold
from chalicelib.errors import BlobUnknown, DossierError
from chalicelib.ports import Stock, World

PAGE = 100
DONE = "done"


@dataclass(frozen=True, slots=True)
class Audit:
    """What is there. `ends`: the hash of each dossier's last event, which stands for its whole history."""

    ends: dict[str, str] = field(default_factory=dict)
    events: int = 0
    blobs: int = 0
    faults: tuple[str, ...] = ()

    def digest(self) -> str:
        """One hash for all histories: equal digests, equal histories."""
        lines = "\n".join(f"{code} {end}" for code, end in sorted(self.ends.items()))
        return sha256(lines.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a migration is."""

    dossiers: int
    rewritten: int


def audit(world: World, stock: Stock) -> Audit:
    """Read every history and every blob that one names; faults are told by code, never by content."""
    ends: dict[str, str] = {}
    faults: list[str] = []
    events = blobs = 0
    for code in codes(stock):
        try:
            history = world.dossiers.history(code)
            broken = broken_link(history)
            if broken:
                faults.append(f"{code}: event {broken} does not follow")
                continue
            found = pile.fold(history) if pile.is_pile(history) else fold(history)
        except DossierError as e:
            faults.append(f"{code}: {e.code}")
            continue
        wrong = [key for key, digest in named(found) if not is_whole(world, key, digest)]
        faults += [f"{code}: blob {key}" for key in wrong]
        ends[code] = found.last_hash
        events, blobs = events + len(history), blobs + len(list(named(found)))
    return Audit(ends, events, blobs, tuple(faults))


def codes(stock: Stock) -> Iterator[str]:
    """All codes."""
    page, cursor = stock.codes(None, PAGE)
    yield from page
    while cursor:
        page, cursor = stock.codes(cursor, PAGE)
        yield from page


def named(dossier: Dossier | pile.Pile) -> Iterator[tuple[str, str | None]]:
    """(key, SHA-256 if it is known) of the blobs that must be there."""
    if isinstance(dossier, pile.Pile):
        yield from ((key, None) for key in dossier.pictures())
        return
    for paper in dossier.papers.values():
        if paper.state in ("stored", "read", "unreadable"):
            yield paper.key, paper.sha256
    for delivery in (*dossier.deliveries.values(), *dossier.news.values()):
        yield delivery.envelope, None


def is_whole(world: World, key: str, digest: str | None) -> bool:
    """Is the blob there, and are its bytes those that were received?"""
    try:
        found = sha256(world.blobs.read(key)).hexdigest()
    except BlobUnknown:
        return False
    return digest in (None, found)


def migrate(
    stock: Stock,
    form: int,
    tell: Callable[[Progress], None] = lambda _: None,
    page_size: int = PAGE,
) -> Progress:
    """Write all events in this form: from where a killed run was, or from the first once a run was done.

    So a second run finds what was written in the old form behind the first one's back; when one finds nothing and
    nobody writes the old form any more, the code may forget it.
    """
    name = f"events-in-form-{form}"
    noted = stock.noted(name)
    cursor = None if noted == DONE else noted
    progress = Progress(0, 0)
    while True:
        page, cursor = stock.codes(cursor, page_size)
        rewritten = sum(stock.recast(code, form) for code in page)
        progress = Progress(progress.dossiers + len(page), progress.rewritten + rewritten)
        stock.note(name, cursor or DONE)
        tell(progress)
        if not cursor:
            return progress
