"""`motcua archive plan`: what lies there, kinds guessed on a sample, time and money expected. Writes nothing.

The sample is really read and put together, one page after the other; its share of doubts and sizes is taken for the
whole. Money is for AWS, at list prices (`schemas/costs/prices.json`); on a machine of one's own only time counts.
"""

import hashlib
import json
import resource
import sys
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from chalicelib import reading, registers, wiring
from chalicelib.bulk import sources
from chalicelib.bulk.papers import finish
from chalicelib.costs import sheet
from chalicelib.dossier.batch import WHOLE_FILE, Row, Source, Task
from chalicelib.errors import DossierError
from chalicelib.imaging import nursery

console = Console(highlight=False)
ASSUMED = Path(__file__).resolve().parents[2] / "schemas" / "archive" / "assumed.json"
_bucket = cache(wiring.scans)


@dataclass
class Sample:
    """First pages of some files, really read: what they were, what they cost, what came out."""

    pages: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    fields: int = 0
    doubts: int = 0
    files: int = 0
    bytes: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, rows: Sequence[Row], kind: str) -> None:
        """One page."""
        self.pages += 1
        self.kinds[kind] += 1
        self.fields += sum(r.fields for r in rows)
        self.doubts += sum(len(r.doubts) for r in rows)
        self.files += len({path for r in rows for path in r.files.values()})
        self.bytes += sum(r.bytes["pdf"] for r in rows)

    def told(self) -> dict[str, Any]:
        """As the plan shows it."""
        return {
            "pages": self.pages,
            "kinds": dict(self.kinds),
            "fields": self.fields,
            "doubtful": self.doubts,
            "seconds_a_page": round(self.each(self.seconds), 2),
            "cpu_seconds_a_page": round(self.each(self.cpu), 2),
        }

    def each(self, amount: float) -> float:
        """So much for every page of the sample; 0 without one."""
        return amount / self.pages if self.pages else 0.0


def plan(place: str, most: int, workers: int, as_json: bool) -> int:
    """Show files, pages, kinds, time and money expected."""
    found = list(sources.find(place, _bucket))
    told = totals(found)
    sample = _sampled([s for s in found if not s.refused], most)
    told["sample"] = sample.told()
    told["expected"] = expected(told["pages_to_read"], told["files"], sample, workers)
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        console.print(two_columns(told))
    return 0


def totals(found: Iterable[Source]) -> dict[str, Any]:
    """Files, pages, bytes; what will be refused, and why."""
    known: set[str] = set()
    told = Counter[str]()
    refused, given = Counter[str](), Counter[str]()
    for s in found:
        twin = s.sha256 in known and not s.refused
        told.update(files=1, pages=s.pages, bytes=s.bytes, double_scans=int(twin))
        told["pages_to_read"] += 0 if twin or s.refused else s.pages
        known.add(s.sha256)
        refused.update([s.refused] if s.refused else [])
        given.update([s.given["kind"]] if s.given.get("kind") else [])
    keys = ("files", "pages", "bytes", "double_scans", "pages_to_read")
    counted = {key: told[key] for key in keys}
    return {**counted, "refused": dict(refused), "kinds_in_manifest": dict(given)}


def expected(pages: int, files: int, sample: Sample, workers: int) -> dict[str, Any]:
    """Time on this machine, officers' time for doubts, and money on AWS; nothing without a sample."""
    if not sample.pages:
        return {}
    assumed = json.loads(ASSUMED.read_text("utf-8"))
    doubts = pages * sample.each(sample.doubts)
    lines = list(_lines(pages, files, sample, assumed))
    kept = sheet.Prices(sheet.data("prices"))
    stored = pages * sample.each(sample.bytes) / sheet.GB
    return {
        "workers": workers,
        "hours_here": round(pages * sample.each(sample.seconds) / workers / 3600, 2),
        "doubts": round(doubts),
        "officer_hours": round(doubts * assumed["seconds_a_doubt"] / 3600, 1),
        "usd_on_aws": round(sum(line.usd for line in lines), 2),
        "usd_by_part": {f"{line.service}: {line.what}": round(line.usd, 4) for line in lines},
        "usd_a_month_kept": round(kept.line("S3", "papers", stored, "s3_gb_month").usd, 4),
        "prices": f"{sheet.FOLDER.name}/prices.json, {sheet.data('prices')['region']}",
    }


def _lines(pages: int, files: int, sample: Sample, assumed: dict[str, Any]) -> Iterator[sheet.Line]:
    """What the fan-out on AWS will be charged for (chalicelib/fanout.py)."""
    at, lambdas = sheet.Prices(sheet.data("prices")), sheet.assumed()
    memory = sheet.memory_of(assumed["function"], lambdas)
    share = min(1.0, memory / lambdas["full_cpu_mb"])
    spent = pages * sample.each(sample.cpu) / share * memory / 1024
    yield at.line("Lambda", "reading", spent, "lambda_arm_gb_s")
    yield at.line("Lambda", "calls", files, "lambda_request")
    yield at.line("S3", "writes", pages * sample.each(sample.files), "s3_tier1")
    yield at.line("S3", "reads", files, "s3_tier2")
    yield at.line("SQS", "requests", files * assumed["sqs_requests_a_file"], "sqs_request")
    writes = files * assumed["table_writes_a_file"]
    yield at.line("DynamoDB", "writes", writes, "dynamodb_write")


def _sampled(readable: Sequence[Source], most: int) -> Sample:
    """Pages spread evenly over the batch, read here and now, one after the other."""
    sample, start, used = Sample(), time.monotonic(), cpu()
    for source, number in _spread(readable, most):
        try:
            rows = _read(source, number)
            sample.add(rows, rows[0].kind if rows else "?")
        except DossierError as e:
            sample.add([], f"! {e.code}")
        except OSError:  # it was there when it was counted
            sample.add([], "! file_moved")
    sample.seconds, sample.cpu = time.monotonic() - start, cpu() - used
    return sample


def _spread(readable: Sequence[Source], most: int) -> Iterator[tuple[Source, int]]:
    """So many of all pages, each as far from the next; a book of 300 has more of them than a card."""
    ends = list(accumulate(s.pages for s in readable))
    pages = ends[-1] if ends else 0
    for n in range(min(most, pages)):
        at = (2 * n + 1) * pages // (2 * min(most, pages))
        source = bisect_right(ends, at)
        yield readable[source], at - (ends[source - 1] if source else 0) + 1


def _read(source: Source, number: int) -> list[Row]:
    """The rows of a page."""
    with sources.opened(source.path, _bucket) as file:
        data = file.read()
    seen, book = registers.read_page(reading.see_page(data, number), source.given.get("kind", ""))
    digest = hashlib.sha256(data).hexdigest()
    task = Task(0, source.path, digest, source.pages, WHOLE_FILE, source.given, (number,))
    before = [reading.unread(n) for n in range(1, number)]
    return [
        paper.row for paper in finish(task, data, [*before, seen], {number: book} if book else {})
    ]


def cpu() -> float:
    """CPU seconds of this process, its ended children and its decoders."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used) + nursery.spent()


def two_columns(told: dict[str, Any]) -> Table:
    """A table of names and values, dictionaries on one line."""
    table = Table(box=None, show_header=False, padding=(0, 2))
    for key, value in told.items():
        nested = isinstance(value, dict)
        table.add_row(
            key, ", ".join(f"{k}: {v}" for k, v in value.items()) if nested else str(value)
        )
    return table
