"""What a batch leaves beside its papers: index, refused.csv, books.csv, doubles.csv, doubts by kind, report.json.

In: a ledger and its folder. Out: those files, written anew each time, the same for the same papers. Parquet is
written by DuckDB where that is installed (`pip install motcua[parquet]`); without it there is none.
"""

import csv
import importlib.util
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.archive import books
from chalicelib.bulk import doubles, facing, keying, piles
from chalicelib.bulk.files import beside, write
from chalicelib.dossier.batch import Counts, Row
from chalicelib.ports import Ledger

COLUMNS = (
    "id", "code", "kind", "name", "date", "place", "number", "book", "page_number", "year", "unit", "file", "pages",
    "entry", "fields", "doubts", "pdfa", "pdf", "record", "thumbnail",
)  # fmt: skip
_BOOK = ("unit", "register", "book", "year", "pages", "first", "last", "entries")


@dataclass
class _Tally:
    """What the report says of the papers, counted one by one: a batch may have a million."""

    ids: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    doubtful: dict[str, list[Sequence[object]]] = field(default_factory=dict)
    bound: books.Leaves = field(default_factory=dict)
    papers: int = 0
    entries: int = 0
    pages: int = 0
    pdfa: int = 0
    sure: int = 0

    def lines(self, rows: Iterable[Row]) -> Iterator[Sequence[object]]:
        """The index's lines, each paper counted as it passes."""
        for row in rows:
            self.ids.append(row.id)
            self.kinds[row.kind] += row.entry >= 0
            books.put(self.bound, row)
            self.sure += row.entry >= 0 and not row.doubts
            self.entries += row.entry > 0
            if not row.entry:  # an entry's pages and files are its page's
                self.papers += 1
                self.bytes.update(row.bytes)
                self.pages += len(row.pages)
                self.pdfa += row.pdfa
            if row.doubts:
                look = (row.id, " ".join(row.doubts), row.files["pdf"], row.files["record"])
                self.doubtful.setdefault(row.kind, []).append(look)
            yield _line(row)


def fill(ledger: Ledger, folder: Path) -> dict[str, Any]:
    """Write everything; the report. What officers decided and keyed stands in records and index first."""
    facing.join(ledger, folder)
    piled = piles.apply(ledger, folder)
    keyed, tally = keying.apply(ledger, folder), _Tally()
    _write_csv(folder / "index.csv", COLUMNS, tally.lines(ledger.papers()))
    _write_csv(folder / "refused.csv", ("file", "page", "reason"), ledger.refused())
    for kind, lines in tally.doubtful.items():
        _write_csv(folder / "doubts" / f"{kind}.csv", ("id", "look_at", "pdf", "record"), lines)
    for old in (folder / "doubts").glob("*.csv"):
        if old.stem not in tally.doubtful:
            old.unlink()
    _write_parquet(folder)
    told = books.told(list(tally.bound.values()))
    _write_books(folder, told)
    twice = doubles.probable(ledger, folder)
    _write_csv(folder / "doubles.csv", doubles.COLUMNS, map(doubles.line, twice))
    seed = piles.seed(ledger, tally.ids)
    made = _report(ledger.counts(), tally, ledger.note("sampling"), seed)
    made |= {"books": _books(told), "probable_doubles": len(twice)}
    if piled:
        made |= {"piles": piled, "released": made["released"] and not piled[piles.OPEN]}
    if keyed:
        made |= {
            "keying": keyed, "released": made["released"] and keyed["certain"] == sum(keyed.values())
        }  # fmt: skip
    write(folder / "report.json", (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode())
    return made


def _report(counts: Counts, tally: _Tally, sampling: str | None, seed: str) -> dict[str, Any]:
    """The batch in figures. `closes`: pages in = pages read + pages refused, and the papers' pages are those read."""
    judged = json.loads(sampling) if sampling else None
    read, refused = counts.pages.get("read", 0), counts.pages.get("refused", 0)
    source, pdf = tally.bytes["source"], tally.bytes["pdf"]
    return {
        "files": counts.files,
        "pages": {
            "in": counts.total,
            "read": read,
            "refused": refused,
            "open": counts.total - read - refused,
        },
        "closes": counts.total == read + refused and tally.pages == read,
        "reasons": dict(counts.reasons),
        "papers": {
            "all": tally.papers,
            "entries": tally.entries,
            "by_kind": dict(sorted(tally.kinds.items())),
            "without_doubt": tally.sure,
            "pdfa": tally.pdfa,
        },
        "fields": {"all": counts.fields, "doubtful": counts.doubts},
        "bytes": {
            "source": source,
            "pdf": pdf,
            "ratio": round(pdf / source, 3) if source else None,
        },
        "sampling": judged,
        "released": bool(judged and judged["verdict"] == "accepted" and judged["seed"] == seed),
    }


def _books(told: Sequence[books.Told]) -> dict[str, Any]:
    """Register books in figures: what is wrong with them, counted."""
    wrong = Counter(p.what for book in told for p in book.problems)
    entries = sum(book.entries for book in told)
    return {"all": len(told), "entries": entries, "problems": dict(sorted(wrong.items()))}


def _write_books(folder: Path, told: Sequence[books.Told]) -> None:
    """books.csv: a line a book; books_problems.csv: a line for everything that is wrong with one."""
    _write_csv(folder / "books.csv", _BOOK, ([getattr(b, key) for key in _BOOK] for b in told))
    head = (*_BOOK[:3], "problem", "number", "file", "page")
    lines = (
        (b.unit, b.register, b.book, p.what, p.number, p.file, p.page or "")
        for b in told
        for p in b.problems
    )
    _write_csv(folder / "books_problems.csv", head, lines)


def _line(row: Row) -> Sequence[object]:
    told: Mapping[str, object] = {
        **row.shown,
        **row.files,
        "id": row.id,
        "code": row.code,
        "kind": row.kind,
        "pages": " ".join(map(str, row.pages)),
        "page_number": row.shown.get("page_number", ""),
        "entry": row.entry if row.entry else "",
        "fields": row.fields,
        "doubts": len(row.doubts),
        "pdfa": int(row.pdfa),
    }
    return [told[c] for c in COLUMNS]


def _write_csv(path: Path, head: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    # the mark at the beginning makes Excel read Vietnamese letters
    with beside(path) as made, made.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(head)
        table.writerows([_plain(v) for v in line] for line in lines)


def _plain(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets a quote before it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _write_parquet(folder: Path) -> None:
    if not importlib.util.find_spec("duckdb"):
        return
    import duckdb

    with beside(folder / "index.parquet") as made, duckdb.connect() as db:
        source = db.read_csv(str(folder / "index.csv"), all_varchar=True)
        whole = {c: "INTEGER" for c in ("fields", "doubts", "pdfa")}
        columns = ", ".join(f'"{c}"::{whole.get(c, "VARCHAR")} AS "{c}"' for c in COLUMNS)
        source.project(columns).write_parquet(str(made))
