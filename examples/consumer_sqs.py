"""An agency's events from its queue: MOTCUA_SECRET=whsec_… python consumer_sqs.py QUEUE_URL [SECONDS TO WAIT].

Needs boto3 and standardwebhooks.
"""

import hmac
import json
import os
import sys
from datetime import UTC, datetime

import boto3
from standardwebhooks.webhooks import Webhook

WEBHOOK = Webhook(os.environ["MOTCUA_SECRET"])
HAD = set()  # in earnest: a table with the id as its key, written together with your own record


def genuine(headers, body):
    """Signed by us? How old it is says nothing here: it may have lain in the queue for days."""
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    good = WEBHOOK.sign(headers["webhook-id"], at, body)
    return any(hmac.compare_digest(good, s) for s in headers["webhook-signature"].split(" "))


def take(event):
    print(event["type"], event.get("dossier", {}).get("code", ""), flush=True)


def consume(sqs, url, seconds):
    """Work off what is there; a message that is not deleted comes again."""
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=seconds)
    for message in messages.get("Messages", []):
        told = json.loads(message["Body"])
        event = json.loads(told["body"])
        if genuine(told["headers"], told["body"]) and event["id"] not in HAD:
            take(event)
            HAD.add(event["id"])
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    queues = boto3.client("sqs")
    while True:
        consume(queues, sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20)
