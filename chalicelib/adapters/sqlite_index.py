"""The papers of a batch and their search index, tables of the ledger's file. Used by `sqlite_ledger` alone.

In: rows of papers. Out: rows again, by words. The index holds no text of its own but points into the papers' table,
so both change in one transaction.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations, groupby, pairwise
from operator import itemgetter

from chalicelib.dossier.batch import Found, Row

INDEX_SCHEMA = """
create table if not exists paper (
  seq integer primary key, id text not null unique, file integer not null references file(id),
  kind text not null, fields integer not null, doubts integer not null, names text not null,
  places text not null, marks text not null, body text not null);
create index if not exists paper_file on paper (file);
create table if not exists trait (
  number integer not null, paper integer not null, primary key (number, paper)) without rowid;
create virtual table if not exists words using fts5(
  names, places, marks, content='paper', content_rowid='seq', detail=column,
  tokenize="unicode61 tokenchars '_'")
"""
_FEW = 8
_Place = tuple[int, int]  # file, and seq: of one file in order of its pages


def forget_papers(db: sqlite3.Connection, file: int) -> list[str]:
    """Take the file's papers out of the index; the files that they had."""
    rows = db.execute(
        "select seq, names, places, marks, body from paper where file = ?", (file,)
    ).fetchall()
    for seq, names, places, marks, body in rows:
        db.execute(
            "insert into words (words, rowid, names, places, marks) values ('delete', ?, ?, ?, ?)",
            (seq, names, places, marks),
        )
        _forget_traits(db, seq, row_from(body))
    db.execute("delete from paper where file = ?", (file,))
    return [path for *_, body in rows for path in row_from(body).files.values()]


def add_paper(db: sqlite3.Connection, file: int, row: Row) -> None:
    """Put a paper and its words in."""
    searched = (row.names, row.places, row.marks)
    seq = db.execute(
        "insert into paper (id, file, kind, fields, doubts, names, places, marks, body) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.id,
            file,
            row.kind,
            row.fields,
            len(row.doubts),
            *searched,
            json.dumps(asdict(row), ensure_ascii=False),
        ),
    ).lastrowid
    db.execute(
        "insert into words (rowid, names, places, marks) values (?, ?, ?, ?)", (seq, *searched)
    )
    _add_traits(db, seq or 0, row)


def _add_traits(db: sqlite3.Connection, seq: int, row: Row) -> None:
    db.executemany("insert into trait values (?, ?)", [(t, seq) for t in row.traits])


def _forget_traits(db: sqlite3.Connection, seq: int, row: Row) -> None:
    db.executemany(
        "delete from trait where number = ? and paper = ?", [(t, seq) for t in row.traits]
    )


def amend_paper(db: sqlite3.Connection, row: Row) -> None:
    """Put another row, with other words, in a paper's place."""
    found = db.execute(
        "select seq, names, places, marks, body from paper where id = ?", (row.id,)
    ).fetchone()
    if found is None:
        return
    *found, before = found
    _forget_traits(db, found[0], row_from(before))
    _add_traits(db, found[0], row)
    put = "insert into words (words, rowid, names, places, marks) values ('delete', ?, ?, ?, ?)"
    db.execute(put, found)
    searched = (row.names, row.places, row.marks)
    body = json.dumps(asdict(row), ensure_ascii=False)
    db.execute(
        "update paper set kind = ?, fields = ?, doubts = ?, names = ?, places = ?, marks = ?, body = ? "
        "where seq = ?",
        (row.kind, row.fields, len(row.doubts), *searched, body, found[0]),
    )
    db.execute(
        "insert into words (rowid, names, places, marks) values (?, ?, ?, ?)", (found[0], *searched)
    )


def row_from(body: str) -> Row:
    """A paper as it was put in."""
    return Row.from_plain(json.loads(body))


def find_papers(
    db: sqlite3.Connection, asked: Mapping[str, Sequence[str]], limit: int
) -> list[Found]:
    """Papers whose columns have all the words asked of them."""
    terms = [f'{column}:"{w}"' for column, words in asked.items() for w in words if w]
    if not terms:
        return []
    rows = db.execute(
        "select body from paper where seq in "
        "(select rowid from words where words match ? limit ?) order by seq",
        (" AND ".join(terms), limit),
    ).fetchall()
    found = [row_from(body) for (body,) in rows]
    return [Found(r.id, r.kind, {**r.shown, **r.files}) for r in found]


def alike_papers(db: sqlite3.Connection, shared: int) -> Iterator[tuple[Row, Row]]:
    """Papers with so many traits in common, two by two, in order of the earlier ones."""
    found = db.execute(
        "select number, file, seq from trait join paper on seq = paper where number in "
        "(select number from trait group by number having count(*) > 1) order by number, file, seq"
    )
    counted: Counter[tuple[_Place, _Place]] = Counter()
    for _, group in groupby(found, key=itemgetter(0)):
        counted.update(_two_by_two([(file, seq) for _, file, seq in group]))
    for one, other in sorted(pair for pair, times in counted.items() if times >= shared):
        bodies = db.execute(
            "select one.body, other.body from paper one, paper other where one.seq = ? and other.seq = ?",
            (one[1], other[1]),
        )
        for both in bodies:  # none: a run in another process has just taken one out
            yield row_from(both[0]), row_from(both[1])


def _two_by_two(papers: Sequence[_Place]) -> Iterator[tuple[_Place, _Place]]:
    """Every two of a few; of many each with the first and its neighbour, so that work grows only with their number."""
    if len(papers) <= _FEW:
        yield from combinations(papers, 2)
        return
    yield from ((papers[0], paper) for paper in papers[1:])
    yield from pairwise(papers[1:])
