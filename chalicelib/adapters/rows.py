"""How events and instants are written down, the same in both sets of adapters.

In: events and aware datetimes. Out: JSON text and sortable ISO 8601 text, and back. Refuses
events that would leave a gap, messages too long for the tighter of the two sets, and forms it does
not know.

An event's stored form says its number: form 1 is text (JSON), form 2 begins with the byte 2 and holds
that text deflated. Readers take the newest form and the one before; which one is written is a setting,
so that old and new code may run side by side (docs/recovery.md, migrations).
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime

from chalicelib.dossier.agency import Posted, Subscription, subscription_from
from chalicelib.dossier.case import Event, Outgoing
from chalicelib.errors import Broken

MESSAGE_BYTES = 256 * 1024
FORMS = (1, 2)  # that are read: the newest and the one before
NEWEST = FORMS[-1]


def event_text(event: Event) -> str:
    """The event as one JSON object."""
    return json.dumps(asdict(event), ensure_ascii=False, separators=(",", ":"))


def event_stored(event: Event, form: int = NEWEST) -> str | bytes:
    """The event in a stored form."""
    if form not in FORMS:
        raise Broken(f"stored form {form}")
    text = event_text(event)
    return text if form == 1 else bytes([form]) + zlib.compress(text.encode())


def form_of(stored: str | bytes) -> int:
    """The number of a stored form."""
    return 1 if isinstance(stored, str) else stored[0]


def event_from(stored: str | bytes) -> Event:
    """The event that `event_stored` wrote, in any form we read.

    Raises:
        Broken: a form that newer code wrote, one that was given up, or harm done to it.
    """
    try:
        if form_of(stored) not in FORMS:
            raise Broken(f"stored form {form_of(stored)}")
        text = stored if isinstance(stored, str) else zlib.decompress(stored[1:])
        return Event(**json.loads(text))
    except (ValueError, TypeError, IndexError, zlib.error) as e:  # their texts may quote values
        raise Broken("a stored event that can't be read") from e


def subscription_text(subscription: Subscription) -> str:
    """The subscription as one JSON object; its version stands beside it."""
    return json.dumps(asdict(subscription), ensure_ascii=False, separators=(",", ":"))


def subscription_of(text: str, version: int) -> Subscription:
    """The subscription that `subscription_text` wrote."""
    return replace(subscription_from(json.loads(text)), version=version)


def posted_text(entry: Posted) -> str:
    """The entry as one JSON object; its position stands beside it."""
    return json.dumps(asdict(entry), ensure_ascii=False, separators=(",", ":"))


def posted_of(text: str, position: int) -> Posted:
    """The entry that `posted_text` wrote."""
    return replace(Posted(**json.loads(text)), position=position)


def instant_text(instant: datetime) -> str:
    """UTC, microseconds always written: the order of the texts is the order of the instants."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def check_sequence(events: Sequence[Event], version: int) -> None:
    """Do the events' numbers follow `version` without a gap?

    Raises:
        Broken: they do not.
    """
    if [e.seq for e in events] != list(range(version + 1, version + 1 + len(events))):
        raise Broken(f"events do not follow number {version}")


def check_outgoing(outgoing: Sequence[Outgoing]) -> None:
    """Does every outgoing message fit?

    Raises:
        Broken: one does not.
    """
    for each in outgoing:
        check_message(each.body)


def check_message(body: str) -> None:
    """Does the message fit into a queue and an outbox row on AWS?

    SQS took 256 KiB until 2025; a DynamoDB row holds 400 KB.

    Raises:
        Broken: over 256 KiB as UTF-8. Larger things belong under a key of `Blobs`.
    """
    if len(body.encode()) > MESSAGE_BYTES:
        raise Broken("a message of more than 256 KiB")
