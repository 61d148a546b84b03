"""Table, bucket, queues and sender on an emulator; on AWS the template makes them.

In: names and a place. Out: resources that are there, however often it is called. Refuses nothing
itself.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.adapters.aws import AwsPlace, in_our_words
from chalicelib.adapters.dynamodb import INDEX
from chalicelib.ports import PICK_UP_QUEUES, QUEUES, QueueSpec

KEPT_SECONDS = 14 * 86_400  # the longest that SQS can; its default is 4 days, less than a week down


READING = (
    "ReceiveMessage",
    "DeleteMessage",
    "ChangeMessageVisibility",
    "GetQueueAttributes",
    "GetQueueUrl",
)


class _ThereAlready(Exception):
    """It was made before."""


_THERE: dict[str, type[Exception]] = dict.fromkeys(
    ("ResourceInUseException", "BucketAlreadyOwnedByYou", "AlreadyExistsException"), _ThereAlready
)


def create_resources(
    place: AwsPlace,
    table: str,
    bucket: str,
    prefix: str,
    sender: str | None = None,
    specs: Iterable[QueueSpec] = (*QUEUES, *PICK_UP_QUEUES),
    readers: Mapping[str, str] | None = None,
) -> None:
    """Make everything that the AWS adapters need. Again: nothing changes."""
    create_table(place, table)
    create_bucket(place, bucket)
    create_queues(place, prefix, specs)
    for agency, principal in (readers or {}).items():
        let_read(place, prefix, agency, principal)
    if sender:
        _unless_there(place.client("sesv2").create_email_identity, EmailIdentity=sender)


def create_table(place: AwsPlace, table: str) -> None:
    """The table with its index."""
    keys = {name: {"AttributeName": name} for name in ("pk", "sk", "shelf", "turn")}
    db = place.client("dynamodb")
    _unless_there(
        db.create_table,
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{**key, "AttributeType": "S"} for key in keys.values()],
        KeySchema=[{**keys["pk"], "KeyType": "HASH"}, {**keys["sk"], "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": INDEX,
                "KeySchema": [
                    {**keys["shelf"], "KeyType": "HASH"},
                    {**keys["turn"], "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    with in_our_words():
        db.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1})


def create_bucket(place: AwsPlace, bucket: str, origins: tuple[str, ...] = ("*",)) -> None:
    """The bucket, closed to the public; browsers of `origins` may PUT to presigned addresses."""
    s3 = place.client("s3", s3={"addressing_style": "path" if place.path_style else "virtual"})
    where: dict[str, Any] = {}
    if place.region not in (None, "us-east-1"):
        where = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
    _unless_there(s3.create_bucket, Bucket=bucket, **where)
    rule = {
        "AllowedMethods": ["GET", "PUT"],
        "AllowedOrigins": list(origins),
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
    }
    with in_our_words():
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})


def create_queues(place: AwsPlace, prefix: str, specs: Iterable[QueueSpec] = QUEUES) -> None:
    """Each queue with its dead letters; messages are kept for 14 days."""
    sqs = place.client("sqs")
    for spec in specs:
        with in_our_words():
            dead = sqs.create_queue(
                QueueName=prefix + spec.dead,
                Attributes={"MessageRetentionPeriod": str(KEPT_SECONDS)},
            )["QueueUrl"]
            arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
            redrive = {
                "deadLetterTargetArn": arn["Attributes"]["QueueArn"],
                "maxReceiveCount": spec.max_receives,
            }
            sqs.create_queue(
                QueueName=prefix + spec.name,
                Attributes={
                    "VisibilityTimeout": str(spec.visibility),
                    "MessageRetentionPeriod": str(KEPT_SECONDS),
                    "RedrivePolicy": json.dumps(redrive),
                },
            )


def let_read(place: AwsPlace, prefix: str, agency: str, principal: str) -> None:
    """This account or role of the agency (an ARN) may take events from its queue, and nothing else."""
    sqs, name = place.client("sqs"), f"{prefix}events-{agency.replace('_', '-')}"
    with in_our_words():
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        policy = json.dumps(reading_policy(told["Attributes"]["QueueArn"], principal))
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def reading_policy(queue_arn: str, principal: str) -> dict[str, Any]:
    """The queue's policy: this principal (an ARN) may take and delete, over TLS; nobody else may do anything by it.

    Our own functions write by their role's policy, not by this one.
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TheAgencyTakesItsEvents",
                "Effect": "Allow",
                "Principal": {"AWS": principal},
                "Action": [f"sqs:{a}" for a in READING],
                "Resource": queue_arn,
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            }
        ],
    }


def _unless_there(call: Any, **arguments: Any) -> None:
    try:
        with in_our_words(**_THERE):
            call(**arguments)
    except _ThereAlready:
        return
