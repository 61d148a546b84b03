"""How events and instants are written down, the same in both sets of adapters.

In: events and aware datetimes. Out: JSON text and sortable ISO 8601 text, and back. Refuses
events that would leave a gap, messages too long for the tighter of the two sets, and forms it does
not know.

What is stored says its form: form 1 is an event as text (JSON), form 2 begins with the byte 2 and holds
that text deflated, form 3 begins with the byte 3 and holds the events of one change, deflated after words
that dossiers are full of (`packing`). Which one is written is a setting, so that old and new code may run
side by side (docs/recovery.md, migrations).
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime

from chalicelib.adapters.packing import packed, unpacked
from chalicelib.dossier.agency import Posted, Subscription, subscription_from
from chalicelib.dossier.case import Event, Outgoing
from chalicelib.errors import Broken

MESSAGE_BYTES = 256 * 1024
FORMS = (1, 2, 3)  # that are read
NEWEST = FORMS[-1]
TOGETHER = 3  # from this form on, the events of one change are stored together


def event_text(event: Event) -> str:
    """The event as one JSON object."""
    return json.dumps(asdict(event), ensure_ascii=False, separators=(",", ":"))


def events_stored(events: Sequence[Event], form: int = NEWEST) -> str | bytes:
    """Events of one change in a stored form; of the older forms, one event.

    Raises:
        Broken: a form that nobody knows, or more events than one in an older form.
    """
    if form not in FORMS or (form < TOGETHER and len(events) != 1):
        raise Broken(f"{len(events)} events in stored form {form}")
    if form < TOGETHER:
        text = event_text(events[0])
        return text if form == 1 else bytes([form]) + zlib.compress(text.encode())
    return bytes([form]) + packed(f"[{','.join(map(event_text, events))}]".encode())


def together(events: Sequence[Event], form: int) -> list[list[Event]]:
    """These events of one change, as that form stores them: all together, or each by itself."""
    apart = [[event] for event in events]
    return apart if form < TOGETHER or not events else [list(events)]


def form_of(stored: str | bytes) -> int:
    """The number of a stored form."""
    return 1 if isinstance(stored, str) else stored[0]


def events_from(stored: str | bytes) -> list[Event]:
    """The events that `events_stored` wrote, in any form we read.

    Raises:
        Broken: a form that newer code wrote, one that was given up, or harm done to it.
    """
    try:
        form = form_of(stored)
        if form not in FORMS:
            raise Broken(f"stored form {form}")
        if form == TOGETHER:
            return [Event(**each) for each in json.loads(unpacked(bytes(stored[1:])))]  # type: ignore[arg-type]
        text = stored if isinstance(stored, str) else zlib.decompress(stored[1:])
        return [Event(**json.loads(text))]
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
