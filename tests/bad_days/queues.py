"""Queues on a bad day."""

from chalicelib.errors import StorageBusy
from chalicelib.ports import Message, Queues
from tests.bad_days.luck import Misfortune


class _SameQueues:
    """All goes to the real queues."""

    def __init__(self, real: Queues, times: int = 1) -> None:
        self.real = real
        self.bad = Misfortune(times)

    def put(self, queue: str, body: str) -> None:
        self.real.put(queue, body)

    def take(self, queue: str, limit: int = 1) -> list[Message]:
        return self.real.take(queue, limit)

    def done(self, queue: str, message: Message) -> None:
        self.real.done(queue, message)

    def give_back(self, queue: str, message: Message, seconds: int = 0) -> None:
        self.real.give_back(queue, message, seconds)

    def depth(self, queue: str) -> int:
        return self.real.depth(queue)


class QueuesThatFailOnce(_SameQueues):
    """The first `times` puts do not get through."""

    def put(self, queue: str, body: str) -> None:
        if self.bad.strikes():
            raise StorageBusy("bad day: the queue did not take it")
        super().put(queue, body)


class QueuesThatLoseTheAnswer(_SameQueues):
    """The first `times` puts get through, but the caller is told that they did not."""

    def put(self, queue: str, body: str) -> None:
        super().put(queue, body)
        if self.bad.strikes():
            raise StorageBusy("bad day: put, but the answer was lost")


class QueuesThatDeliverTwice(_SameQueues):
    """The first `times` removals come too late: the message comes again."""

    def done(self, queue: str, message: Message) -> None:
        if self.bad.strikes():
            super().give_back(queue, message)
        else:
            super().done(queue, message)
