"""What a batch leaves beside its papers: index.csv, index.parquet, refused.csv, doubts by kind, report.json.

In: a ledger and its folder. Out: those files, written anew each time, the same for the same papers. Parquet is
written by DuckDB where that is installed (`pip install motcua[parquet]`); without it there is none.
"""

import csv
import importlib.util
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from chalicelib.archive.sampling import seed_of
from chalicelib.bulk.hand import write
from chalicelib.dossier.batch import Counts, Row
from chalicelib.ports import Ledger

COLUMNS = (
    "id", "code", "kind", "name", "date", "place", "number", "book", "year", "unit", "file", "pages",
    "fields", "doubts", "pdfa", "pdf", "record", "thumbnail",
)  # fmt: skip


def fill(ledger: Ledger, folder: Path) -> dict[str, Any]:
    """Write everything; the report."""
    rows = list(ledger.papers())
    _write_csv(folder / "index.csv", COLUMNS, (_line(r) for r in rows))
    refused = ledger.refused()
    _write_csv(folder / "refused.csv", ("file", "page", "reason"), refused)
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        if row.doubts:
            by_kind.setdefault(row.kind, []).append(row)
    for kind, doubtful in by_kind.items():
        lines = [(r.id, " ".join(r.doubts), r.files["pdf"], r.files["record"]) for r in doubtful]
        _write_csv(folder / "doubts" / f"{kind}.csv", ("id", "look_at", "pdf", "record"), lines)
    for old in (folder / "doubts").glob("*.csv"):
        if old.stem not in by_kind:
            old.unlink()
    _write_parquet(folder)
    made = report(ledger.counts(), rows, ledger.note("sampling"))
    write(folder / "report.json", (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode())
    return made


def report(counts: Counts, rows: Sequence[Row], sampling: str | None) -> dict[str, Any]:
    """The batch in figures. `closes`: pages in = pages read + pages refused, and the papers' pages are those read."""
    judged = json.loads(sampling) if sampling else None
    read, refused = counts.pages.get("read", 0), counts.pages.get("refused", 0)
    on_papers = sum(len(r.pages) for r in rows)
    kinds: dict[str, int] = {}
    for row in rows:
        kinds[row.kind] = kinds.get(row.kind, 0) + 1
    source, pdf = (sum(r.bytes[k] for r in rows) for k in ("source", "pdf"))
    return {
        "files": counts.files,
        "pages": {
            "in": counts.total,
            "read": read,
            "refused": refused,
            "open": counts.total - read - refused,
        },
        "closes": counts.total == read + refused and on_papers == read,
        "reasons": dict(counts.reasons),
        "papers": {
            "all": counts.papers,
            "by_kind": kinds,
            "without_doubt": sum(not r.doubts for r in rows),
            "pdfa": sum(r.pdfa for r in rows),
        },
        "fields": {"all": counts.fields, "doubtful": counts.doubts},
        "bytes": {
            "source": source,
            "pdf": pdf,
            "ratio": round(pdf / source, 3) if source else None,
        },
        "sampling": judged,
        "released": bool(
            judged
            and judged["verdict"] == "accepted"
            and judged["seed"] == seed_of(r.id for r in rows)
        ),
    }


def _line(row: Row) -> Sequence[object]:
    told: Mapping[str, object] = {
        **row.shown,
        **row.files,
        "id": row.id,
        "code": row.code,
        "kind": row.kind,
        "pages": " ".join(map(str, row.pages)),
        "fields": row.fields,
        "doubts": len(row.doubts),
        "pdfa": int(row.pdfa),
    }
    return [told[c] for c in COLUMNS]


def _write_csv(path: Path, head: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(head)
    table.writerows([_plain(v) for v in line] for line in lines)
    write(path, text.getvalue().encode("utf-8-sig"))  # the mark makes Excel read Vietnamese letters


def _plain(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets a quote before it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _write_parquet(folder: Path) -> None:
    if not importlib.util.find_spec("duckdb"):
        return
    import duckdb

    beside = folder / ".index.parquet"
    with duckdb.connect() as db:
        source = db.read_csv(str(folder / "index.csv"), all_varchar=True)
        whole = {c: "INTEGER" for c in ("fields", "doubts", "pdfa")}
        columns = ", ".join(f'"{c}"::{whole.get(c, "VARCHAR")} AS "{c}"' for c in COLUMNS)
        source.project(columns).write_parquet(str(beside))
    beside.replace(folder / "index.parquet")
