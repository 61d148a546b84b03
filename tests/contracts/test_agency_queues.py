"""An agency's queue on AWS: a policy that opens it to this agency's account, for taking only; and a consumer of it.

moto keeps policies but does not enforce them: that a stranger is refused has to be seen on a real account.
"""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.adapters.provision import create_queues, let_read
from chalicelib.adapters.sqs import SqsQueues
from chalicelib.dispatch import webhooks
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
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "true"}}
    assert statement["Principal"] == {"AWS": POLICE} and statement["Effect"] == "Allow"
    assert (
        "sqs:SendMessage" not in statement["Action"] and "sqs:ReceiveMessage" in statement["Action"]
    )
    assert statement["Resource"].endswith(f"{prefix}events-police")
    assert policy("events-ward") is None


def test_events_wait_two_weeks_in_the_queue(place):
    prefix = f"q{next(_fresh)}-"
    create_queues(place, prefix, PICK_UP_QUEUES)
    sqs = place.client("sqs")
    url = sqs.get_queue_url(QueueName=prefix + "events-ward")["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["MessageRetentionPeriod"])
    assert told["Attributes"]["MessageRetentionPeriod"] == str(14 * 86_400)


def test_the_example_consumer_takes_what_we_signed_days_ago_and_nothing_else(place, moto):
    """As `subscriptions.post` puts it: {"headers", "body"}."""
    prefix, key = f"q{next(_fresh)}-", webhooks.new_secret(b"q" * 32)
    create_queues(place, prefix, PICK_UP_QUEUES)
    queues, sqs = SqsQueues(prefix, place), place.client("sqs")
    url = sqs.get_queue_url(QueueName=prefix + "events-ward")["QueueUrl"]
    days_ago = datetime.now(UTC) - timedelta(days=6)

    def put(id, secret, body=None):
        event = json.dumps({"id": id, "type": "dossier.verified", "dossier": {"code": f"HS-{id}"}})
        headers = webhooks.signed_headers(id, days_ago, event.encode(), [secret])
        queues.put("events-ward", json.dumps({"headers": headers, "body": body or event}))

    put("msg_1", key)
    put("msg_1", key)
    put("msg_2", webhooks.new_secret(b"x" * 32))
    put("msg_3", key, json.dumps({"id": "msg_3", "type": "changed"}))
    put("msg_4", key)
    keys = {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    script = Path(__file__).parents[2] / "examples" / "consumer_sqs.py"
    process = subprocess.Popen(
        [sys.executable, str(script), url, "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **keys, "MOTCUA_SECRET": key, "AWS_ENDPOINT_URL": moto},
    )  # fmt: skip
    until = time.monotonic() + 60
    while queues.depth("events-ward") and process.poll() is None and time.monotonic() < until:
        time.sleep(0.2)
    process.kill()
    said, faults = process.communicate()
    assert sorted(said.split()) == sorted(
        ["dossier.verified", "HS-msg_1", "dossier.verified", "HS-msg_4"]
    ), faults
    assert queues.depth("events-ward") == 0
