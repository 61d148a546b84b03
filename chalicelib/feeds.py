"""An agency's feed: pulled by cursor, fetched by id, replayed. For those who can't take webhooks, or were down.

In: an agency and a cursor, range or dossier. Out: entries and envelopes, the same that are pushed. Refused: a cursor
that was never given (`BodyInvalid`), an event that is not this agency's (`EventUnknown`).
"""

from collections.abc import Sequence

from chalicelib.changes import NOTHING, Change, Draft, change
from chalicelib.deliveries import concluded, send_anew
from chalicelib.dossier.agency import Posted
from chalicelib.dossier.case import Dossier
from chalicelib.errors import BodyInvalid
from chalicelib.ports import World

MOST_REPLAYED = 1000


def events(world: World, agency: str, after: int, limit: int) -> list[Posted]:
    """Entries of the agency's feed behind the cursor; all up to the cursor count as taken.

    Raises:
        BodyInvalid: a cursor that we never gave.
    """
    if after:
        known = world.subscriptions.feed(agency, after - 1, 1)
        if not known or known[0].position != after:
            raise BodyInvalid(
                where="after", needed="a cursor of ours", needed_vi="con trỏ đã được cấp"
            )
        _note_pulled(world, agency, after)
    with world.together(
        True
    ):  # a position that was shown is lasting, and with it all that came before
        world.subscriptions.note_pulled(agency, after)
        return world.subscriptions.feed(agency, after, limit)


def latest(world: World, agency: str, count: int) -> list[Posted]:
    """The newest entries of the agency's feed, in order; nothing counts as taken."""
    return world.subscriptions.feed(agency, max(world.subscriptions.last(agency) - count, 0), count)


def _note_pulled(world: World, agency: str, upto: int) -> None:
    """Mark first; the position is remembered after: a crash between the two marks again, which changes nothing."""
    position = world.subscriptions.pulled(agency)
    while position < upto:
        for entry in world.subscriptions.feed(agency, position, 100):
            if entry.position <= upto:
                _mark_pulled(world, entry)
            position = entry.position


def _mark_pulled(world: World, entry: Posted) -> None:
    def pulled(dossier: Dossier) -> Change:
        delivery = dossier.delivery(entry.id)
        if delivery is None or delivery.state == "delivered":
            return NOTHING
        drafts: list[Draft] = [("delivery_pulled", {"agency": entry.agency, "id": entry.id})]
        more, outgoing = concluded(world, dossier, drafts)
        return [*drafts, *more], outgoing

    change(world, entry.code, pulled, f"agency:{entry.agency}")


def envelope_of(world: World, agency: str, id: str) -> bytes:
    """The bytes of one event of the agency's feed. Raises EventUnknown."""
    return world.blobs.read(world.subscriptions.posted(agency, id).envelope)


def replay(world: World, agency: str, chosen: Sequence[Posted]) -> int:
    """These entries of the feed anew to all of the agency's endpoints: same ids, new tries and signatures."""
    for entry in chosen[:MOST_REPLAYED]:
        send_anew(world, entry.code, entry.id, f"agency:{agency}", even_delivered=True)
    return len(chosen[:MOST_REPLAYED])


def chosen(
    world: World, agency: str, after: int, until: int | None, code: str | None
) -> list[Posted]:
    """Entries of a range of the feed, `until` included, of one dossier if told."""
    found: list[Posted] = []
    position = after
    while len(found) <= MOST_REPLAYED:
        page = world.subscriptions.feed(agency, position, 200)
        found += [
            e for e in page if code in (None, e.code) and (until is None or e.position <= until)
        ]
        if len(page) < 200 or (until is not None and page[-1].position >= until):
            break
        position = page[-1].position
    return found
