"""Rows of the one DynamoDB table that hold dossiers: how each is written down, and read back. See `dynamodb`.

In: codes, events, states, outgoing messages. Out: rows in DynamoDB's JSON, and back. Refuses an event that is being
rewritten while it is read (`StorageBusy`).
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zlib import crc32

from chalicelib.adapters.rows import events_stored, instant_text, together
from chalicelib.dossier.case import Event, Outgoing
from chalicelib.dossier.states import Standing
from chalicelib.errors import StorageBusy

SHELVES = 4
PIECE = 100_000  # characters, of 4 bytes at most (or bytes): always below the 400 KB of a row

Row = dict[str, dict[str, str]]


def key(pk: str, sk: str = "now") -> Row:
    """Where a row stands."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def listed(shelves: str, name: str, turn: str) -> Row:
    """Where a row stands in the index: on which shelf, and when it is its turn."""
    shelf = crc32(name.encode()) % SHELVES
    return {"shelf": {"S": f"{shelves}#{shelf}"}, "turn": {"S": f"{turn}#{name}"}}


def event_key(code: str, seq: int, piece: int = 0) -> Row:
    """Where a piece of an event stands."""
    return key(f"dossier#{code}", f"event#{seq:08}#{piece:03}")


def dossier_row(code: str, state: Standing, since: str) -> Row:
    """The row of a dossier that is in this state since then."""
    return {
        **key(f"dossier#{code}"),
        **listed(f"state#{state.value}", code, since),
        "state": {"S": state.value},
        "since": {"S": since},
    }


def event_rows(code: str, events: Sequence[Event], form: int) -> Iterator[Any]:
    """The events of one change as they are stored, under the first one's number, in as many rows as they need."""
    for each in together(events, form):
        stored = events_stored(each, form)
        kind = "S" if isinstance(stored, str) else "B"
        for number, start in enumerate(range(0, len(stored), PIECE)):
            piece = stored[start : start + PIECE]
            yield {**event_key(code, each[0].seq, number), "body": {kind: piece}}


def joined(pieces: list[Any]) -> str | bytes:
    """The pieces of one event, all of one form; StorageBusy if it is being rewritten just now."""
    try:
        joined: str | bytes = type(pieces[0])().join(pieces)
    except TypeError as e:
        raise StorageBusy("an event between two forms") from e
    return joined


def counter_ends(day: date) -> str:
    """When nobody can ask for a number of this day any more, by far: a year later."""
    return str(int(datetime(day.year + 1, day.month, 1, tzinfo=UTC).timestamp()))


def outgoing_shelf(number: int) -> str:
    """The partition of this number that outgoing messages wait in."""
    return f"outbox#{number}"


def bundle_key(bundle: Sequence[Outgoing]) -> Row:
    """Where a bundle of outgoing messages waits: in the order of its time, by the name of its first message."""
    first = bundle[0]
    name = first.bundle or first.id
    shelf = outgoing_shelf(crc32(name.encode()) % SHELVES)
    return key(shelf, f"{instant_text(first.due)}#{name}")


def bundle_row(bundle: Sequence[Outgoing]) -> Row:
    """The row of a bundle."""
    messages = json.dumps([[o.id, o.queue, o.body] for o in bundle], ensure_ascii=False)
    return {
        **bundle_key(bundle),
        "messages": {"S": messages},
        "count": {"N": str(len(bundle))},
    }


def bundle_from(row: Any) -> list[Outgoing]:
    """The messages that `bundle_row` wrote."""
    due, _, name = row["sk"]["S"].partition("#")
    at = datetime.fromisoformat(due)
    return [
        Outgoing(i, queue, body, at, name) for i, queue, body in json.loads(row["messages"]["S"])
    ]
