"""What stands around every handler of queues, streams and the clock: failures are named, and messages given back.

In: an event and its handler. Out: the handler's answer. A handler that fails gives its message back for a wait that
doubles, and raises `HandlerFailed`: what kind of fault, where. Never the fault's own text, which Lambda would write to
the log and which may quote a citizen.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.doors import log, place_of
from chalicelib.errors import DossierError
from chalicelib.ports import PICK_UP_QUEUES, QUEUES, Message
from chalicelib.wiring import world

PATIENCE = 60
_NAMES = [name for q in (*QUEUES, *PICK_UP_QUEUES) for name in (q.name, q.dead)]


class HandlerFailed(Exception):
    """A handler failed; what it was, without anyone's data."""


def wait(tries: int) -> int:
    """Seconds until a message is tried again."""
    return int(min(PATIENCE, 2**tries))


def guarded(event: Any, handler: Callable[[Any], Any]) -> Any:
    """The handler's answer. Raises HandlerFailed."""
    try:
        return handler(event)
    except Exception as e:  # noqa: BLE001 - the edge: whatever it was, the message is tried again
        said = e.code if isinstance(e, DossierError) else place_of(e)
        for record in event.to_dict().get("Records", []):
            said += _given_back(record)
        raise HandlerFailed(f"handler_failed error={said}") from None


def _given_back(record: Any) -> str:
    if record.get("eventSource") != "aws:sqs":
        return ""
    tries = int(record["attributes"]["ApproximateReceiveCount"])
    arn = str(record["eventSourceARN"])
    queue = next(name for name in _NAMES if arn.endswith((f":{name}", f"-{name}")))
    try:
        message = Message(record["messageId"], record["body"], record["receiptHandle"], tries)
        world().queues.give_back(queue, message, wait(tries))
    except DossierError as e:  # then its time brings it back
        log.warning("not_given_back queue=%s error=%s", queue, e.code)
    return f" queue={queue} try={tries}"
