"""Heals a live table and its bucket: what was deleted or altered comes back from a restored table and older versions.

In: a table restored to a moment before the harm (PITR or a backup), the live table, the bucket. Out: how many rows and
objects were put right. What was written after that moment stays: events are only ever added, and a key's first version
is the true one, so healing never takes anything away. Again: nothing changes.

Run: `python -m infra.restore --from RESTORED --table LIVE --bucket BUCKET` (boto3's own chain of keys and region), or
`--evidence BUCKET` in place of `--from` if only the histories under Object Lock are left.
"""

import argparse
import base64
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.adapters.aws import AwsPlace, emulator
from chalicelib.adapters.dynamodb import DynamoDossiers
from chalicelib.adapters.dynamodb_blobs import PREFIX, blob_key
from chalicelib.adapters.dynamodb_rows import dossier_row, event_key
from chalicelib.adapters.rows import events_from
from chalicelib.dossier.case import fold
from chalicelib.errors import Broken

Row = dict[str, Any]


def heal_table(place: AwsPlace, restored: str, live: str) -> Counter[str]:
    """Rows of `live` put right from a restored table, by kind."""
    return _heal(place, _rows(place.client("dynamodb"), restored), live)


def heal_from_evidence(place: AwsPlace, bucket: str, live: str) -> Counter[str]:
    """Events of `live` put right from the histories under Object Lock: should table and backups be gone."""
    return _heal(place, _evidence(place, bucket), live)


def _heal(place: AwsPlace, rows: Iterable[Row], live: str) -> Counter[str]:
    db, healed, touched = place.client("dynamodb"), Counter[str](), set()
    there = {_key(row): row for row in _rows(db, live)}
    for row in rows:
        better = _better(row, there.get(_key(row)))
        if better is not None:
            db.put_item(TableName=live, Item=better)
            there[_key(row)] = better
            healed[_kind(row)] += 1
            touched.add(row["pk"]["S"])
    for pk in sorted(p for p in touched if p.startswith("dossier#")):
        _set_state(db, place, live, pk.removeprefix("dossier#"))
    return healed


def _kind(row: Row) -> str:
    pk, sk = (part.split("#")[0] for part in _key(row))
    return sk if pk == "dossier" and sk == "event" else pk


def _evidence(place: AwsPlace, bucket: str) -> Iterator[Row]:
    """Rows of events and blobs as `adapters/witness.py` kept them; events once, all pieces of one in one form."""
    s3 = place.client("s3", s3=_style(place))
    first: dict[tuple[str, int], str] = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="history/"):
        for each in page.get("Contents", ()):
            lines = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read().decode()
            for told in map(json.loads, lines.splitlines()):
                ((kind, body),) = told["body"].items()
                if "blob" in told:
                    yield {**blob_key(told["blob"]), "body": {kind: base64.b64decode(body)}}
                elif first.setdefault((told["code"], told["seq"]), kind) == kind:
                    found = {kind: base64.b64decode(body) if kind == "B" else body}
                    yield {**event_key(told["code"], told["seq"], told["piece"]), "body": found}


def _style(place: AwsPlace) -> dict[str, str]:
    return {"addressing_style": "path" if place.path_style else "virtual"}


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
    if old["pk"]["S"].startswith(PREFIX):
        return old if now["body"] != old["body"] else None
    if "codes" in old:
        codes = sorted({*old["codes"]["SS"], *now["codes"]["SS"]})
        return {**now, "codes": {"SS": codes}} if set(codes) != set(now["codes"]["SS"]) else None
    if "last" in old:  # a counter never goes back
        return old if int(old["last"]["N"]) > int(now["last"]["N"]) else None
    return None


def _says(row: Row) -> Any:
    """What events say, whatever form they are stored in; a piece of larger ones stands for itself."""
    body = next(iter(row["body"].values()))
    try:
        return events_from(body)
    except Broken:
        return body


def _set_state(db: Any, place: AwsPlace, table: str, code: str) -> None:
    """The dossier's row as its events say."""
    events = DynamoDossiers(table, place).history(code)
    db.put_item(TableName=table, Item=dossier_row(code, fold(events).state, events[-1].at))


def heal_bucket(place: AwsPlace, bucket: str) -> Counter[str]:
    """Objects whose newest version is not their first: un-deleted, or written anew as they were."""
    s3, healed = place.client("s3", s3=_style(place)), Counter[str]()
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
    source = said.add_mutually_exclusive_group(required=True)
    source.add_argument("--from", dest="restored", help="a table restored to a good moment")
    source.add_argument("--evidence", help="the bucket of histories under lock: events only")
    said.add_argument("--table", required=True)
    said.add_argument("--bucket", required=True)
    said.add_argument("--endpoint", help="an emulator instead of AWS")
    given = said.parse_args()
    place = emulator(given.endpoint) if given.endpoint else AwsPlace()
    if given.restored:
        healed = heal_table(place, given.restored, given.table)
    else:
        healed = heal_from_evidence(place, given.evidence, given.table)
    healed += heal_bucket(place, given.bucket)
    lines = [f"{kind}: {number}" for kind, number in sorted(healed.items())]
    sys.stdout.write("\n".join([*lines, f"{healed.total()} put right\n"]))


if __name__ == "__main__":
    main()
