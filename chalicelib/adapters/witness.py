"""The histories once more, where nobody can change them: a bucket under Object Lock, written from the table's stream.

In: records of DynamoDB's stream, as Lambda hands them over. Out: one object a batch, a line a row of events or a blob
that is a row, its body as the table has it (`{"S": text}`, or `{"B": base64}`, see rows.py). It takes a batch as a
whole or not at all (`StorageBusy`), so a batch that comes again may stand there twice: code, seq and piece tell.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.adapters.aws import AwsPlace
from chalicelib.adapters.dynamodb_blobs import PREFIX
from chalicelib.adapters.s3 import S3Blobs
from chalicelib.ports import Clock


class Witness:
    """Keeps events in the bucket, under the day and the stream's own numbers."""

    def __init__(self, bucket: str, place: AwsPlace, clock: Clock) -> None:
        self._clock = clock
        self._blobs = S3Blobs(bucket, place, clock)

    def keep(self, records: Sequence[Mapping[str, Any]]) -> int:
        """How many rows of events and blobs these records hold; they are kept now."""
        events = [r["dynamodb"] for r in records if _is_kept(r)]
        if not events:
            return 0
        day = self._clock.now().strftime("%Y/%m/%d")
        key = f"history/{day}/{events[0]['SequenceNumber']}-{len(events)}.jsonl"
        self._blobs.write(key, "".join(map(_line, events)).encode(), "application/jsonl")
        return len(events)


def _is_kept(record: Mapping[str, Any]) -> bool:
    keys = record["dynamodb"]["Keys"]
    is_event = keys["pk"]["S"].startswith("dossier#") and keys["sk"]["S"].startswith("event#")
    is_blob = keys["pk"]["S"].startswith(PREFIX)
    return bool(record["eventName"] == "INSERT" and (is_event or is_blob))


def _line(change: Mapping[str, Any]) -> str:
    row = change["NewImage"]
    if row["pk"]["S"].startswith(PREFIX):
        told = {"blob": row["pk"]["S"].removeprefix(PREFIX), "body": row["body"]}
        return json.dumps(told, ensure_ascii=False) + "\n"
    _, seq, piece = row["sk"]["S"].split("#")
    told = {"code": row["pk"]["S"].removeprefix("dossier#"), "seq": int(seq), "piece": int(piece)}
    return json.dumps({**told, "body": row["body"]}, ensure_ascii=False) + "\n"
