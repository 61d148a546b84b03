"""An agency's queue on AWS: a policy that opens it to this agency's account, for taking only."""

import json

from chalicelib.adapters.provision import create_queues, let_read
from chalicelib.ports import PICK_UP_QUEUES
from tests.contracts.conftest import _fresh

POLICE = "arn:aws:iam::111122223333:root"


def test_only_the_agencys_account_may_take_from_its_queue(place):
    prefix = f"q{next(_fresh)}-"
    create_queues(place, prefix, PICK_UP_QUEUES)
    let_read(place, prefix, "police", POLICE)
    sqs = place.client("sqs")

    def policy(name):
        url = sqs.get_queue_url(QueueName=prefix + name)["QueueUrl"]
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return json.loads(told["Policy"])["Statement"] if told.get("Policy") else None

    (statement,) = policy("events-police")
    assert statement["Principal"] == {"AWS": POLICE} and statement["Effect"] == "Allow"
    assert (
        "sqs:SendMessage" not in statement["Action"] and "sqs:ReceiveMessage" in statement["Action"]
    )
    assert statement["Resource"].endswith(f"{prefix}events-police")
    assert policy("events-ward") is None
