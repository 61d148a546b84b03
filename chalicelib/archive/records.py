"""What is kept of one paper of an archive: its record and its row of the index.

In: a `PaperRead`, where it came from, what the manifest says, thresholds. Out: the record, of the shape
`schemas/archive/paper.schema.json`, and a `Row`. Never fills in what was not read: what the manifest says stands
apart, and where it contradicts the reading that is a doubt. Refuses records that the schema does not allow (`Broken`).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from chalicelib.archive.wording import date_words, joined, mark_word, name_words
from chalicelib.dossier.batch import Row, Task
from chalicelib.dossier.paper import Field, PageQuality, PaperRead
from chalicelib.errors import Broken

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
SHAPE = "motcua/archive/paper/1"
UNKNOWN = "khac"
_PLACES = ("place", "address", "agency", "facility", "issuer")
_SHOWN_PLACES = (
    "registered_at", "child.birth_place", "declared_at", "address", "deceased.last_residence",
)  # fmt: skip

Thresholds = Callable[[str, str], float]


def paper_id(task: Task, pages: Sequence[int], entry: int = 0) -> str:
    """The same for the same pages (and entry) of the same bytes, whatever the file is called."""
    told = f"{task.sha256}:{','.join(map(str, pages))}" + (f":{entry}" if entry else "")
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def file_name(kind: str, id: str) -> str:
    """What the paper's files are called: the national code of its kind where one is known, else the kind."""
    return f"{code_of(kind) or kind}_{id}"


def code_of(kind: str) -> str | None:
    """The national code of a result or component of a dossier; None where none is known to us."""
    told: Mapping[str, str | None] = _codes()["codes"]
    return told.get(kind)


def record(
    task: Task,
    paper: PaperRead,
    quality: Iterable[PageQuality],
    sure: tuple[Thresholds, float],
    entry: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The paper's record, without its files. `sure`: threshold of a field by (kind, key), and that of kinds.

    `entry`: for an entry of a register, where it stands: row, page's paper, register, book, page, year.
    """
    id = paper_id(task, paper.pages, entry["row"] if entry else 0)
    return {
        "schema": SHAPE,
        "id": id,
        "name": file_name(paper.kind, id),
        "code": code_of(paper.kind),
        "kind": paper.kind,
        "kind_confidence": round(paper.kind_confidence, 4),
        "source": {"file": task.path, "sha256": task.sha256, "pages": list(paper.pages)},
        "given": dict(task.given),
        "fields": {key: _field(f) for key, f in paper.fields.items()},
        "quality": [
            {"page": q.page, "verdict": q.verdict, "reasons": list(q.reasons)} for q in quality
        ],
        "doubts": doubts(task, paper, sure),
        **({"entry": dict(entry)} if entry else {}),
    }


def doubts(task: Task, paper: PaperRead, sure: tuple[Thresholds, float]) -> list[str]:
    """Keys of fields that an officer must look at; `kind` if that is not sure or contradicts the manifest."""
    threshold, kind_threshold = sure
    told = task.given.get("kind")
    unsure = paper.kind_confidence < kind_threshold or paper.kind == UNKNOWN
    contradicts = told and paper.kind not in (told, registers().get(told))
    kind = ["kind"] if unsure or contradicts else []
    fields = [k for k, f in paper.fields.items() if f.confidence < threshold(paper.kind, k)]
    return kind + fields


def checked(made: dict[str, Any]) -> dict[str, Any]:
    """The whole record. Raises Broken if it is not of the published shape."""
    for error in _validator().iter_errors(made):
        raise Broken(f"record {made['id']}: {'/'.join(map(str, error.absolute_path))}")
    return made


def as_bytes(made: Mapping[str, Any]) -> bytes:
    """The record as its file has it."""
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


def row_of(made: Mapping[str, Any]) -> Row:
    """The index's row of a whole record."""
    fields, kind = made["fields"], made["kind"]
    by_use: dict[str, list[str]] = {"names": [], "places": [], "marks": []}
    for key, f in fields.items():
        if isinstance(f["value"], str):
            _sort(by_use, grammar(kind).get(key, ""), key, f["value"])
    by_use["marks"] += _marks(made)
    return Row(
        id=made["id"],
        kind=kind,
        code=made["code"] or "",
        pages=tuple(made["source"]["pages"]),
        fields=len(fields),
        doubts=tuple(made["doubts"]),
        names=joined(w for n in by_use["names"] for w in name_words(n)),
        places=joined(w for p in by_use["places"] for w in name_words(p)),
        marks=joined(by_use["marks"]),
        shown=_shown(made),
        files={"pdf": made["pdf"]["file"], "thumbnail": made["thumbnail"]},
        bytes={"pdf": made["pdf"]["bytes"], "source": made["pdf"]["source_bytes"]},
        pdfa=made["pdf"]["pdfa"],
        entry=_entry_of(made.get("entry")),
    )


def row_again(row: Row, made: Mapping[str, Any]) -> Row:
    """The row of a record that was changed; its files, and what doubles are found by, are as before."""
    again = replace(row_of(made), files=row.files, bytes=row.bytes)
    return replace(again, traits=row.traits, sheet=row.sheet)


def _entry_of(place: Mapping[str, Any] | None) -> int:
    """The entry's row on its page; less than 0 for the right half of one that is told with its left half."""
    row = int(place["row"]) if place else 0
    return -row if place and "goes_on_from" in place else row


def _marks(made: Mapping[str, Any]) -> list[str]:
    """What the manifest and the register's page say of where the paper belongs."""
    given, page = made["given"], made.get("entry", {})
    told = [("b", given.get("book")), ("u", given.get("unit")), ("b", page.get("book"))]
    words = [mark_word(letter, value) for letter, value in told if value]
    years = [w for value in (given.get("year"), page.get("year")) for w in date_words(value or "")]
    return [*words, *years, mark_word("k", made["kind"])]


def _sort(by_use: dict[str, list[str]], grammar: str, key: str, value: str) -> None:
    """Put a value where it is searched: by its grammar, as `schemas/papers/` tells it."""
    if grammar == "name":
        by_use["names"].append(value)
    elif grammar in _PLACES:
        by_use["places"].append(value)
    elif grammar in ("date", "year"):
        by_use["marks"] += date_words(value)
    elif key.endswith("book"):
        by_use["marks"].append(mark_word("b", value))
    elif key.endswith("number"):
        by_use["marks"].append(mark_word("n", value))


def _shown(made: Mapping[str, Any]) -> dict[str, str]:
    """What a list shows of the paper, all as text; blank where nothing was read."""
    fields, kind = made["fields"], made["kind"]
    names, page = [k for k in fields if grammar(kind).get(k) == "name"], made.get("entry", {})
    dates = [k for k in fields if k.endswith(("birth_date", "died_on", "death_date"))]

    def first(keys: Sequence[str]) -> str:
        return next((str(fields[k]["value"]) for k in keys if fields.get(k, {}).get("value")), "")

    return {
        "name": first(names),
        "date": first(dates) or first([k for k in fields if grammar(kind).get(k) == "date"]),
        "place": first(_SHOWN_PLACES),
        "number": first(["number"]),
        "book": first(["book"]) or page.get("book") or made["given"].get("book", ""),
        "page_number": first(["page"]) or str(page.get("page") or ""),
        "year": made["given"].get("year", "") or first(["year"]) or page.get("year") or "",
        "unit": made["given"].get("unit", ""),
        "file": made["source"]["file"],
    }


def _field(f: Field) -> dict[str, Any]:
    return {
        "value": f.value,
        "raw": f.raw,
        "confidence": round(f.confidence, 4),
        "page": f.page,
        "box": list(f.box) if f.box else None,
        "source": f.source,
    }


@cache
def grammar(kind: str) -> dict[str, str]:
    """Field → grammar, as the kind's description says: a paper's, a register's head, or its columns."""
    return {key: f.get("grammar", "") for key, f in _described(kind).items()}


def label(kind: str, field: str) -> str:
    """What is printed before the field, or above its column; the key itself where nobody described it."""
    told = _described(kind).get(field, {})
    return str(told.get("title") or next(iter(told.get("says", ())), field))


def kinds() -> list[str]:
    """All kinds of paper, without registers."""
    return sorted(p.stem for p in (SCHEMAS / "papers").glob("*.json"))


@cache
def _described(kind: str) -> dict[str, dict[str, Any]]:
    for register in _registers():
        part = {register["register"]: "head", register["entry"]: "columns"}.get(kind)
        if part:
            return {c["field"]: c for c in register[part]}
    told = json.loads((SCHEMAS / "papers" / f"{kind}.json").read_text("utf-8"))
    return dict(told.get("fields", {}))


def registers() -> dict[str, str]:
    """The kinds of register pages, each with the kind of its entries."""
    return {r["register"]: r["entry"] for r in _registers()}


@cache
def _registers() -> list[dict[str, Any]]:
    paths = sorted((SCHEMAS / "registers").glob("so_*.json"))
    return [json.loads(p.read_text("utf-8")) for p in paths]


@cache
def _codes() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((SCHEMAS / "archive" / "codes.json").read_text("utf-8"))
    return told


@cache
def _validator() -> Draft202012Validator:
    shape = json.loads((SCHEMAS / "archive" / "paper.schema.json").read_text("utf-8"))
    return Draft202012Validator(shape)
