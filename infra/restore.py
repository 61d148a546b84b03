"""Heals a live table and its bucket: what was deleted or altered comes back from a restored table and older versions.

In: a table restored to a moment before the harm (PITR or a backup), the live table, the bucket. Out: how many rows and
objects were put right. What was written after that moment stays: events are only ever added, and a key's first version
is the true one, so healing never takes anything away. Again: nothing changes.

Run: `python -m infra.restore --from RESTORED --table LIVE --bucket BUCKET` (boto3's own chain of keys and region).
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from chalicelib.adapters.aws import AwsPlace, emulator
from chalicelib.adapters.dynamodb import DynamoDossiers
from chalicelib.adapters.dynamodb_rows import dossier_row
from chalicelib.adapters.rows import event_from
from chalicelib.dossier.case import fold
from chalicelib.errors import Broken

Row = dict[str, Any]


def heal_table(place: AwsPlace, restored: str, live: str) -> Counter[str]:
    """Rows of `live` put right, by kind."""
    db, healed, touched = place.client("dynamodb"), Counter[str](), set()
    there = {_key(row): row for row in _rows(db, live)}
    for row in _rows(db, restored):
        better = _better(row, there.get(_key(row)))
        if better is not None:
            db.put_item(TableName=live, Item=better)
            kind = (
                row["sk"]["S"].split("#")[0]
                if row["pk"]["S"].startswith("dossier#")
                else row["pk"]["S"]
            )
            healed["event" if kind == "event" else kind.split("#")[0]] += 1
            touched.add(row["pk"]["S"])
    for pk in sorted(p for p in touched if p.startswith("dossier#")):
        _set_state(db, place, live, pk.removeprefix("dossier#"))
    return healed


def _rows(db: Any, table: str) -> Iterator[Row]:
    for page in db.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def _key(row: Row) -> tuple[str, str]:
    return row["pk"]["S"], row["sk"]["S"]


def _better(old: Row, now: Row | None) -> Row | None:
    """The row as it should be, if it is not so."""
    if now is None:
        return old
    if old["sk"]["S"].startswith("event#"):
        return old if _says(now) != _says(old) else None
    if "codes" in old:
        codes = sorted({*old["codes"]["SS"], *now["codes"]["SS"]})
        return {**now, "codes": {"SS": codes}} if set(codes) != set(now["codes"]["SS"]) else None
    if "last" in old:  # a counter never goes back
        return old if int(old["last"]["N"]) > int(now["last"]["N"]) else None
    return None


def _says(row: Row) -> Any:
    """What an event says, whatever form it is stored in; a piece of a larger one stands for itself."""
    body = next(iter(row["body"].values()))
    try:
        return event_from(body)
    except Broken:
        return body


def _set_state(db: Any, place: AwsPlace, table: str, code: str) -> None:
    """The dossier's row as its events say."""
    events = DynamoDossiers(table, place).history(code)
    db.put_item(TableName=table, Item=dossier_row(code, fold(events).state, events[-1].at))


def heal_bucket(place: AwsPlace, bucket: str) -> Counter[str]:
    """Objects whose newest version is not their first: un-deleted, or written anew as they were."""
    s3, healed = (
        place.client("s3", s3={"addressing_style": "path" if place.path_style else "virtual"}),
        Counter[str](),
    )
    versions: dict[str, list[Row]] = {}
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            versions.setdefault(each["Key"], []).append(each)
    for key, found in versions.items():
        if len(found) == 1 and "ETag" in found[0]:
            continue
        newest = next(v for v in found if v["IsLatest"])
        written = [
            v for v in reversed(found) if "ETag" in v
        ]  # S3 lists the newest first, to the second
        true = min(written, key=lambda v: v["LastModified"], default=None)
        if true is None or (
            "ETag" in newest and _read(s3, bucket, newest) == _read(s3, bucket, true)
        ):
            continue
        source = {"Bucket": bucket, "Key": key, "VersionId": true["VersionId"]}
        s3.copy_object(Bucket=bucket, Key=key, CopySource=source)
        healed["altered object" if "ETag" in newest else "deleted object"] += 1
    return healed


def _read(s3: Any, bucket: str, version: Row) -> bytes:
    """Bytes are compared, not ETags: that of an upload in parts is none of its bytes' own."""
    found = s3.get_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    return bytes(found["Body"].read())


def main() -> None:
    """Heal as the command line says, and tell what was put right."""
    said = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    said.add_argument("--from", dest="restored", required=True)
    said.add_argument("--table", required=True)
    said.add_argument("--bucket", required=True)
    said.add_argument("--endpoint", help="an emulator instead of AWS")
    given = said.parse_args()
    place = emulator(given.endpoint) if given.endpoint else AwsPlace()
    healed = heal_table(place, given.restored, given.table) + heal_bucket(place, given.bucket)
    lines = [f"{kind}: {number}" for kind, number in sorted(healed.items())]
    sys.stdout.write("\n".join([*lines, f"{healed.total()} put right\n"]))


if __name__ == "__main__":
    main()
