"""What officers were handed of a batch and what they said, tables of the ledger's file. Used by `sqlite_ledger` alone.

In: fields to be typed twice (`Key`), doubts in piles (`Doubt`). Out: all of them, in the order they were handed out.
What was said is never taken back by handing it out again.
"""

import json
import sqlite3
from collections.abc import Iterable

from chalicelib.dossier.batch import Doubt, Key

OFFICERS_SCHEMA = """
create table if not exists keyed (
  seq integer primary key, paper text not null, field text not null, officer text not null, value text,
  unique (paper, field, officer));
create table if not exists piled (
  seq integer primary key, paper text not null, field text not null, pile text not null, word text,
  unique (paper, field));
"""


def add_keys(db: sqlite3.Connection, keys: Iterable[Key]) -> None:
    """Handed out, or typed."""
    db.executemany(
        "insert into keyed (paper, field, officer, value) values (?, ?, ?, ?) "
        "on conflict do update set value = coalesce(excluded.value, value)",
        [(k.paper, k.field, k.officer, k.value) for k in keys],
    )


def all_keys(db: sqlite3.Connection) -> list[Key]:
    """Handed out or typed."""
    found = db.execute("select paper, field, officer, value from keyed order by seq")
    return [Key(*row) for row in found]


def add_doubts(db: sqlite3.Connection, doubts: Iterable[Doubt]) -> None:
    """Put into a pile, or decided; a doubt stays in its first pile."""
    told = ((d, json.dumps(d.word, ensure_ascii=False) if d.word else None) for d in doubts)
    db.executemany(
        "insert into piled (paper, field, pile, word) values (?, ?, ?, ?) "
        "on conflict do update set word = coalesce(excluded.word, word)",
        [(d.paper, d.field, d.pile, word) for d, word in told],
    )


def all_doubts(db: sqlite3.Connection) -> list[Doubt]:
    """In piles, decided or not."""
    found = db.execute("select paper, field, pile, word from piled order by seq")
    return [Doubt(p, f, pile, json.loads(word) if word else None) for p, f, pile, word in found]
