"""The local runner: what Lambda's event sources do on AWS, done by threads and reader processes here.

One thread per queue takes a message, builds the event Lambda would send, and calls the same handler of `app.py`.
A handler that fails gives its message back; after the queue's last try it lies in the dead letters. Reading runs in
processes of its own, so that no picture can take the API down; one that dies is started again.
"""

import subprocess
import sys
from collections.abc import Callable, Mapping
from threading import Event, Thread
from typing import Any

from chalice import Chalice
from chalice.local import LambdaContext

from chalicelib.doors import log, place_of
from chalicelib.doors.queues import HandlerFailed, wait
from chalicelib.errors import DossierError
from chalicelib.ports import Message, World

READING = ("papers-to-read", "papers-to-read-dead", "archive-to-read", "archive-to-read-dead")
IDLE = 0.15
HANDS = (
    3  # per queue of deliveries: one more than tries to one endpoint at once, so one is always free
)


def handlers(app: Chalice) -> dict[str, Callable[[Any, Any], Any]]:
    """The app's handlers by the queue they serve."""
    return {
        source.queue_arn: app.handler_map[source.name]
        for source in app.event_sources
        if getattr(source, "queue_arn", None)
    }


def event_of(queue: str, message: Message) -> dict[str, Any]:
    """One message as the event that Lambda would hand to the handler."""
    record = {
        "messageId": message.id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(message.receives)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:local:000000000000:{queue}",
        "awsRegion": "local",
    }
    return {"Records": [record]}


def work_once(world: World, queue: str, handler: Callable[[Any, Any], Any]) -> bool:
    """Take and handle one message; was there one?"""
    for message in world.queues.take(queue, 1):
        try:
            handler(event_of(queue, message), LambdaContext(queue, 2048))
        except Exception as e:  # noqa: BLE001 - the edge: whatever it was, the message is kept and tried again
            said = e if isinstance(e, HandlerFailed) else f"handler_failed error={place_of(e)}"
            log.warning("%s", said)
            world.queues.give_back(queue, message, wait(message.receives))
        else:
            world.queues.done(queue, message)
        return True
    return False


def work(world: World, app: Chalice, queues: tuple[str, ...], stop: Callable[[], bool]) -> None:
    """Handle these queues' messages until `stop` says so."""
    by_queue = handlers(app)
    pause = Event()
    while not stop():
        try:
            busy = [work_once(world, q, by_queue[q]) for q in queues]
        except DossierError as e:
            log.warning("queue_failed error=%s", e.code)
            busy = []
        if not any(busy):
            pause.wait(IDLE)


class Runner:
    """Threads for the light queues and the clock, processes for reading."""

    def __init__(
        self,
        world: World,
        app: Chalice,
        environment: Mapping[str, str],
        readers: int,
        reader_died: Callable[[], object],
    ) -> None:
        self._world, self._app = world, app
        self._environment = dict(environment)
        self._stopped = Event()
        self._readers: list[subprocess.Popen[bytes]] = []
        self._count = readers
        self._reader_died = reader_died

    def start(self) -> None:
        """Start everything; returns at once."""
        for queue in handlers(self._app):
            hands = HANDS if queue.startswith("deliveries-") else 1
            for _ in range(hands if queue not in READING else 0):
                self._thread(work, self._world, self._app, (queue,), self._stopped.is_set)
        self._thread(self._tick)
        self._thread(self._watch_readers)

    def stop(self) -> None:
        """Tell all to end after what they are doing."""
        self._stopped.set()
        for reader in self._readers:
            reader.terminate()

    def _thread(self, function: Callable[..., None], *args: Any) -> None:
        Thread(target=function, args=args, daemon=True).start()

    def _tick(self) -> None:
        while not self._stopped.wait(0.5):
            try:
                self._app.handler_map["tick"](_TICK, LambdaContext("tick", 256))
            except HandlerFailed as e:
                log.warning("%s", e)

    def _watch_readers(self) -> None:
        while not self._stopped.wait(0.3):
            alive = [r for r in self._readers if r.poll() is None]
            if len(alive) < len(self._readers):
                log.warning("reader_died")
                self._reader_died()
            self._readers = [*alive, *(self._reader() for _ in range(self._count - len(alive)))]

    def _reader(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "chalicelib.cli.main", "work"]
        return subprocess.Popen(command, env=self._environment)  # noqa: S603 - our own program


_TICK = {
    "version": "0", "account": "", "region": "local", "detail": {}, "detail-type": "Scheduled Event",
    "source": "aws.events", "time": "", "id": "", "resources": [],
}  # fmt: skip
