"""The histories once more, where nobody can change them: a bucket under Object Lock, written from the table's stream.

In: records of DynamoDB's stream, as Lambda hands them over. Out: one object a batch, a line an event, its body as the
table has it (`{"S": text}`, or `{"B": base64}` of a stored form, see rows.py). It takes a batch
as a whole or not at all (`StorageBusy`), so a batch that comes again may stand there twice: code, seq and piece tell.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.adapters.aws import AwsPlace
from chalicelib.adapters.s3 import S3Blobs
from chalicelib.ports import Clock


class Witness:
    """Keeps events in the bucket, under the day and the stream's own numbers."""

    def __init__(self, bucket: str, place: AwsPlace, clock: Clock) -> None:
        self._clock = clock
        self._blobs = S3Blobs(bucket, place, clock)

    def keep(self, records: Sequence[Mapping[str, Any]]) -> int:
        """How many events these records hold; they are kept now."""
        events = [r["dynamodb"] for r in records if _is_event(r)]
        if not events:
            return 0
        day = self._clock.now().strftime("%Y/%m/%d")
        key = f"history/{day}/{events[0]['SequenceNumber']}-{len(events)}.jsonl"
        self._blobs.write(key, "".join(map(_line, events)).encode(), "application/jsonl")
        return len(events)


def _is_event(record: Mapping[str, Any]) -> bool:
    keys = record["dynamodb"]["Keys"]
    new = record["eventName"] == "INSERT" and keys["pk"]["S"].startswith("dossier#")
    return bool(new and keys["sk"]["S"].startswith("event#"))


def _line(change: Mapping[str, Any]) -> str:
    row = change["NewImage"]
    _, seq, piece = row["sk"]["S"].split("#")
    told = {"code": row["pk"]["S"].removeprefix("dossier#"), "seq": int(seq), "piece": int(piece)}
    return json.dumps({**told, "body": row["body"]}, ensure_ascii=False) + "\n"
