"""Queues on AWS: the port `Queues` over SQS.

In: short messages. Out: messages to work on. Refuses messages over 256 KiB and queues that do
not exist (`Broken`). Visibility, tries and dead letters are attributes of the queues, set where
they are made (`provision.py`, the template).
"""

from typing import Any

from chalicelib.adapters.aws import AwsPlace, in_our_words
from chalicelib.adapters.rows import check_message
from chalicelib.ports import Message

MOST_AT_ONCE = 10
LONGEST_HIDDEN = 43_200  # seconds; SQS allows 12 hours


class _Stale(Exception):
    """The receipt is no longer good: someone else has the message, or nobody has it any more."""


_STALE: dict[str, type[Exception]] = dict.fromkeys(
    ("InvalidParameterValue", "MessageNotInflight", "ReceiptHandleIsInvalid"), _Stale
)


class SqsQueues:
    """The port `Queues`. SQS's name is `prefix` and our name; its URL is asked for once.

    `wait` is the long poll in seconds: 0 for moto, where a waiting consumer stops everyone.
    """

    def __init__(self, prefix: str, place: AwsPlace, wait: int = 0) -> None:
        self._prefix = prefix
        self._wait = wait
        self._sqs = place.client("sqs")
        self._urls: dict[str, str] = {}

    def put(self, queue: str, body: str) -> None:
        """Add a message."""
        check_message(body)
        with in_our_words():
            self._sqs.send_message(QueueUrl=self._url(queue), MessageBody=body)

    def take(self, queue: str, limit: int = 1) -> list[Message]:
        """Up to `limit` (at most 10) visible messages, hidden for the queue's visibility time."""
        with in_our_words():
            answer = self._sqs.receive_message(
                QueueUrl=self._url(queue),
                MaxNumberOfMessages=min(limit, MOST_AT_ONCE),
                WaitTimeSeconds=self._wait,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
        return [_message(each) for each in answer.get("Messages", [])]

    def done(self, queue: str, message: Message) -> None:
        """Remove a taken message. A stale receipt is no error and removes nothing."""
        self._with_receipt("delete_message", queue, message)

    def give_back(self, queue: str, message: Message, seconds: int = 0) -> None:
        """Make a taken message visible again after so many seconds (12 hours at most)."""
        self._with_receipt(
            "change_message_visibility",
            queue,
            message,
            VisibilityTimeout=min(seconds, LONGEST_HIDDEN),
        )

    def depth(self, queue: str) -> int:
        """How many messages are in the queue, hidden and delayed ones included; approximate."""
        names = [f"ApproximateNumberOfMessages{x}" for x in ("", "NotVisible", "Delayed")]
        with in_our_words():
            answer = self._sqs.get_queue_attributes(QueueUrl=self._url(queue), AttributeNames=names)
        return sum(int(answer["Attributes"].get(name, 0)) for name in names)

    def _with_receipt(self, operation: str, queue: str, message: Message, **more: Any) -> None:
        call = getattr(self._sqs, operation)
        try:
            with in_our_words(**_STALE):
                call(QueueUrl=self._url(queue), ReceiptHandle=message.receipt, **more)
        except _Stale:
            return

    def _url(self, queue: str) -> str:
        if queue not in self._urls:
            answer = self._sqs.get_queue_url(QueueName=self._prefix + queue)
            self._urls[queue] = answer["QueueUrl"]
        return self._urls[queue]


def _message(raw: Any) -> Message:
    receives = int(raw["Attributes"]["ApproximateReceiveCount"])
    return Message(raw["MessageId"], raw["Body"], raw["ReceiptHandle"], receives)
