"""The restore drill: `python -m tests.upkeep.drill` (`make restore-drill`), on moto over HTTP.

Files dossiers, backs the table up, files one more, then does harm: histories deleted, an event altered, one torn out of
the middle, objects deleted and overwritten. Then follows docs/recovery.md: restores the table beside the live one,
heals, audits. Writes what it measured into docs/recovery.md. Exit status 1 if anything was lost.

moto's point-in-time restore copies the table as it is now (its own words), so the drill takes an on-demand backup where
AWS would be told a moment; the steps after it are the same.
"""

import hashlib
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from chalicelib import journey, wiring
from chalicelib.adapters.aws import emulator
from chalicelib.adapters.dynamodb_blobs import PREFIX
from chalicelib.changes import load
from chalicelib.dossier.paper import Field, PageQuality, PaperRead, Reading, as_plain
from chalicelib.intake import Announced
from chalicelib.ports import World
from chalicelib.settings import Settings
from chalicelib.upkeep import Audit, audit
from infra.restore import heal_bucket, heal_table
from tests.journeys.house import PAPERS
from tests.moto_server import LockedMoto

PAGE = Path(__file__).resolve().parents[2] / "docs" / "recovery.md"
JPEG = b"\xff\xd8\xff\xe0"


@dataclass
class Told:
    """What a drill found. `seconds`: by step. `lost`: codes whose history is not what it was."""

    before: Audit
    harmed: Audit
    after: Audit
    late: str
    healed: Counter[str]
    seconds: dict[str, float] = field(default_factory=dict)

    def lost(self) -> list[str]:
        wrong = [c for c, end in self.before.ends.items() if self.after.ends.get(c) != end]
        return [*wrong, *self.after.faults, *([] if self.late in self.after.ends else [self.late])]


def file_one(world: World, number: int) -> str:
    """A submitted dossier, checked, as if its papers had been read without fault."""
    applicant = {"name": "Nguyễn Thị Mẫu", "phone": "0900000001"}
    dossier, _ = journey.open_dossier(
        world, "lien_thong_ks_tt_bhyt", "Phường Hoàn Kiếm", "mobile", applicant, {}
    )
    for kind, values in PAPERS.items():
        own = {"number": dossier.code} if kind == "giay_chung_sinh" else {}
        _bring(world, dossier.code, kind, {**values, **own}, JPEG + f"{kind} {number}".encode())
    journey.submit(world, dossier.code)
    return dossier.code


def _bring(world: World, code: str, kind: str, values: dict[str, Any], data: bytes) -> None:
    wish = Announced("giay.jpg", len(data), "image/jpeg", hashlib.sha256(data).hexdigest())
    _, paper = journey.announce_paper(world, load(world, code), wish, None)
    for part in journey.missing_parts(world, paper)[1]:
        assert requests.put(part.url, data=data, headers=part.headers, timeout=10).ok
    journey.complete_paper(world, code, paper.id)
    fields = {k: Field(v, str(v or ""), 0.9999, 1, (10, 10, 100, 20)) for k, v in values.items()}
    reading = Reading(1, (PaperRead(kind, 0.99, (1,), fields),), (PageQuality(1, "good"),), 0.1)
    journey._note_reading(world, code, paper.id, "paper_read", {"reading": as_plain(reading)})


class Drill:
    """One table and one versioned bucket on an emulator."""

    def __init__(self, endpoint: str, table: str = "motcua") -> None:
        self.settings = Settings("https://motcua.example.vn", table=table, aws_endpoint=endpoint)
        wiring.provision(self.settings)
        self.place, self.world = emulator(endpoint), wiring.on_aws(self.settings)
        self.db = self.place.client("dynamodb")
        self.s3 = self.place.client("s3", s3={"addressing_style": "path"})
        versioning = {"Status": "Enabled"}
        self.s3.put_bucket_versioning(
            Bucket=self.settings.bucket, VersioningConfiguration=versioning
        )
        self.seconds: dict[str, float] = {}

    def run(self, dossiers: int) -> Told:
        codes = [file_one(self.world, n) for n in range(dossiers)]
        before = self.audited()
        backup = self.db.create_backup(TableName=self.settings.table, BackupName="drill")
        late = file_one(self.world, dossiers)
        self.harm(codes)
        harmed = self.audited()
        self.timed("restore the table beside the live one", lambda: self.restore(backup))
        table, bucket = self.settings.table, self.settings.bucket
        rows = self.timed("heal the table", lambda: heal_table(self.place, "restored", table))
        objects = self.timed("heal the bucket", lambda: heal_bucket(self.place, bucket))
        after = self.timed("audit", self.audited)
        return Told(before, harmed, after, late, rows + objects, self.seconds)

    def audited(self) -> Audit:
        return audit(self.world, wiring.stock(self.settings))

    def timed(self, step: str, work: Any) -> Any:
        begin = time.monotonic()
        done = work()
        self.seconds[step] = time.monotonic() - begin
        return done

    def restore(self, backup: Any) -> None:
        arn = backup["BackupDetails"]["BackupArn"]
        self.db.restore_table_from_backup(TargetTableName="restored", BackupArn=arn)
        self.db.get_waiter("table_exists").wait(TableName="restored", WaiterConfig={"Delay": 1})

    def harm(self, codes: list[str]) -> None:
        """What an error or an intruder may do; the bucket keeps older versions, the table does not."""
        first, second, third, fourth = codes[:4]
        rows = {c: self.rows(c) for c in codes}
        papers = list(load(self.world, fourth).papers.values())
        for row in rows[first]:
            self.delete(row)
        self.delete(rows[second][3])
        altered = {**rows[third][2], "body": {"S": "{}"}}
        self.db.put_item(TableName=self.settings.table, Item=altered)
        self.s3.delete_object(Bucket=self.settings.bucket, Key=papers[0].key)
        self.s3.put_object(Bucket=self.settings.bucket, Key=papers[1].key, Body=b"other")

    def rows(self, code: str) -> list[Any]:
        asked = {":pk": {"S": f"dossier#{code}"}}
        found = self.db.query(
            TableName=self.settings.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=asked,
        )
        return list(found["Items"])

    def envelopes(self) -> list[Any]:
        every = self.db.scan(TableName=self.settings.table)["Items"]
        return [row for row in every if row["pk"]["S"].startswith(PREFIX)]

    def delete(self, row: Any) -> None:
        key = {"pk": row["pk"], "sk": row["sk"]}
        self.db.delete_item(TableName=self.settings.table, Key=key)


def page(told: Told) -> str:
    """The drill's part of docs/recovery.md."""
    healed = ", ".join(f"{n} × {kind}" for kind, n in sorted(told.healed.items()))
    steps = [f"| {step} | {seconds:.2f} |" for step, seconds in told.seconds.items()]
    lost = ", ".join(told.lost()) or "nothing"
    return "\n".join([
        f"{len(told.before.ends)} dossiers ({told.before.events} events, {told.before.blobs} files) backed up, one more"
        f" filed after it; the harm showed as {len(told.harmed.faults)} faults and"
        f" {len(told.before.ends) + 1 - len(told.harmed.ends)} missing or broken histories. Put right: {healed}."
        f" **Lost: {lost}.** Every history's last hash is as it was, and so is every file's SHA-256.", "",
        "| step (moto, this machine) | seconds |", "|---|---|", *steps,
        f"| together | {sum(told.seconds.values()):.2f} |",
    ])  # fmt: skip


def main() -> int:
    with LockedMoto() as url:
        told = Drill(url).run(6)
    text = page(told)
    print(text)
    marked = re.compile(r"(<!-- drill -->\n).*(<!-- /drill -->)", re.S)
    found = marked.sub(lambda m: f"{m[1]}{text}\n{m[2]}", PAGE.read_text("utf-8"))
    PAGE.write_text(found, "utf-8")
    return 1 if told.lost() else 0


if __name__ == "__main__":
    sys.exit(main())
