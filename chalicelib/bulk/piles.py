"""Doubts of a batch as piles on the officers' worklist: papers of one kind together, and what officers said of them.

In: a ledger and its folder, the world of the officers. Out: piles there; records and rows of the index changed by what
was decided. Which doubt is in which pile stands in the ledger before anything is sent, and decisions are put into the
records anew each time; so a kill, a file read again, or doing it twice changes nothing. Papers of kinds that are
keyed twice (`bulk.keying`) are left to that: one officer's word is not enough for them. Refuses nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from chalicelib import piles
from chalicelib.archive import records
from chalicelib.archive.sampling import seed_of
from chalicelib.bulk import facing, keying
from chalicelib.bulk.entries import HALF
from chalicelib.bulk.files import record_of, write
from chalicelib.dossier.batch import Doubt, Row
from chalicelib.dossier.pile import KIND, Pile
from chalicelib.errors import PileUnknown
from chalicelib.ports import Ids, Ledger, World
from chalicelib.procedures import sureness
from chalicelib.review.piles import UNREADABLE

OPEN = "open"
_UNREAD = {"raw": "", "page": 0, "box": None, "source": "ocr"}
_PLACE = ("unit", "book", "page_number", "year")


def put(ledger: Ledger, folder: Path, ids: Ids, size: int) -> None:
    """Put doubts that are in no pile yet into new ones, each of one kind and so many papers at most."""
    facing.join(ledger, folder)
    known, told = {(d.paper, d.field) for d in ledger.piled()}, keying.mode(ledger)
    by_kind: dict[str, list[list[tuple[str, str]]]] = defaultdict(list)
    for row in ledger.papers():
        doubts = [(row.id, field) for field in row.doubts if field != HALF]
        new = [doubt for doubt in doubts if doubt not in known]
        if new and not keying.which(told, row.kind):
            by_kind[row.kind].append(new)
    for papers in by_kind.values():
        for first in range(0, len(papers), size):
            code = ids.new("pile")
            ledger.pile(Doubt(*d, code) for paper in papers[first : first + size] for d in paper)


def exchange(ledger: Ledger, folder: Path, world: World, batch: str) -> None:
    """Send the piles that are not on the worklist yet; remember what officers said on the others."""
    unsent: dict[str, list[Doubt]] = {}
    for code, doubts in _by(lambda d: d.pile, ledger.piled()).items():
        if all(d.word for d in doubts):  # done: nobody can say anything else
            continue
        try:
            ledger.pile(_said(piles.load(world, code)))
        except PileUnknown:
            unsent[code] = doubts
    if unsent:
        _send(ledger, folder, world, batch, unsent)


def _said(pile: Pile) -> list[Doubt]:
    return [Doubt(*where, pile.code, word) for where, word in pile.words.items()]


def _by(key: Callable[[Doubt], str], doubts: Iterable[Doubt]) -> dict[str, list[Doubt]]:
    found: dict[str, list[Doubt]] = defaultdict(list)
    for doubt in doubts:
        found[key(doubt)].append(doubt)
    return found


# ---- what officers see -------------------------------------------------------------------------


def _send(
    ledger: Ledger, folder: Path, world: World, batch: str, unsent: Mapping[str, Sequence[Doubt]]
) -> None:
    wanted = {d.paper for doubts in unsent.values() for d in doubts}
    rows = {r.id: r for r in ledger.papers() if r.id in wanted}
    halves = {_at(r.shown["file"], r.pages[0], -r.entry): r for r in ledger.papers() if r.entry < 0}
    for code, doubts in unsent.items():
        papers: list[dict[str, Any]] = []
        pictures: dict[str, bytes] = {}
        for id, own in _by(lambda d: d.paper, doubts).items():
            row = rows.get(id)
            fields = [d.field for d in own if row and d.field in row.doubts]
            if row and fields:  # since it was put there it may have been read again, and surely
                made = record_of(folder, row)
                paths = enumerate(_pictures(row, made, halves), start=1)
                shown = {f"piles/{code}/{id}-{n}.jpg": (folder / p).read_bytes() for n, p in paths}
                papers.append(_paper(row, made, fields, list(shown)))
                pictures |= shown
        if papers:
            kind = rows[papers[0]["paper"]].kind
            facts = {"batch": batch, "kind": kind, "papers": papers}
            piles.send(world, code, facts, pictures)


def _at(file: str, page: int, row: int) -> str:
    return f"{row} {page} {file}"


def _pictures(row: Row, made: Mapping[str, Any], halves: Mapping[str, Row]) -> list[str]:
    """Pictures of the doubtful places: of the paper, and of the page it goes on at, in a file of its own."""
    facing_at = made.get("entry", {}).get("facing")
    half = halves.get(_at(facing_at["file"], facing_at["page"], row.entry)) if facing_at else None
    return [r.files["doubts"] for r in (row, half) if r and "doubts" in r.files]


def _paper(
    row: Row, made: Mapping[str, Any], fields: Sequence[str], pictures: Sequence[str]
) -> dict[str, Any]:
    place = {"file": Path(row.shown["file"]).name, "pages": list(row.pages), "row": row.entry}
    place |= {key: row.shown[key] for key in _PLACE}
    return {
        "paper": row.id,
        "where": {key: value for key, value in place.items() if value},
        "reasons": sorted({r for q in made["quality"] for r in q["reasons"]}),
        "pictures": list(pictures),
        "doubts": [
            _kind_doubt(made) if field == KIND else _field_doubt(made, field) for field in fields
        ],
    }


def _field_doubt(made: Mapping[str, Any], field: str) -> dict[str, Any]:
    kind, read = made["kind"], made["fields"][field]
    return {
        "field": field,
        "label": records.label(kind, field),
        "read": read["value"],
        "confidence": read["confidence"],
        "needed": sureness.threshold(kind, field),
        "why": "unsure",
    }


def _kind_doubt(made: Mapping[str, Any]) -> dict[str, Any]:
    kind, given, registers = made["kind"], made["given"].get("kind"), records.registers()
    contradicts = given and kind not in (given, registers.get(given))
    why = "kind_contradicts" if contradicts else "unsure"
    is_book = kind in registers or kind in registers.values()  # another kind must be read anew
    return {
        "field": KIND,
        "label": "Loại giấy tờ",
        "read": kind,
        "confidence": made["kind_confidence"],
        "needed": sureness.kind_threshold(),
        "why": "kind_unknown" if kind == records.UNKNOWN else why,
        "choices": [kind] if is_book else records.kinds(),
    }


# ---- what they said ----------------------------------------------------------------------------


def apply(ledger: Ledger, folder: Path) -> dict[str, int]:
    """Put decided values into records and index; how many doubts are open, how many decided in which way."""
    piled, told = ledger.piled(), keying.mode(ledger)
    by_paper, counts = _by(lambda d: d.paper, piled), Counter({OPEN: 0})
    for row in [r for r in ledger.papers() if r.id in by_paper and r.entry >= 0]:
        if keying.which(told, row.kind):
            continue
        doubts, made = by_paper[row.id], record_of(folder, row)
        counts.update(d.word["action"] for d in doubts if d.word)
        counts[OPEN] += sum(d.word is None and d.field in row.doubts for d in doubts)
        decided = _decided(made, doubts)
        if decided != made:
            write(folder / row.files["record"], records.as_bytes(records.checked(decided)))
            ledger.amend(records.row_again(row, decided))
    return {"all": len({d.pile for d in piled}), **counts} if piled else {}


def _decided(made: dict[str, Any], doubts: Iterable[Doubt]) -> dict[str, Any]:
    """The record with what officers said; what nobody could read stays a doubt."""
    after = {**made, "fields": dict(made["fields"])}
    for field, word in ((d.field, d.word) for d in doubts if d.word):
        if word["action"] == UNREADABLE:
            continue
        value = word["value"]
        if field == KIND:
            after |= {"kind": value, "code": records.code_of(value), "kind_confidence": 1.0}
        else:
            before = after["fields"].get(field, _UNREAD)
            typed = keying.typed_value(after["kind"], field, value)
            after["fields"][field] = {
                **before, "value": typed, "confidence": 1.0, "confirmed_by": word["by"]
            }  # fmt: skip
        after["doubts"] = [d for d in after["doubts"] if d != field]
    return after


def seed(ledger: Ledger, ids: Iterable[str]) -> str:
    """What a sample is drawn by: the batch's papers, and what officers decided; another word, another sample."""
    words = (
        f"{d.paper} {d.field} {d.word['action']} {d.word['value']}"
        for d in ledger.piled()
        if d.word
    )
    return seed_of([*ids, *words])
