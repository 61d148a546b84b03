"""Double keying of a batch: sheets for officers, what they typed, and records made certain by it.

In: a ledger and its folder. Out: `keying/OFFICER.csv` with the fields that this officer is to type and no value of
anybody; records and rows of the index changed where two agree. What was typed stays in the ledger and is put into the
records anew each time, so a kill or a reading anew loses nothing. Refuses sheets that are not there or not ours
(`KeyingSheetWrong`).
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from chalicelib.archive import keying, records
from chalicelib.archive.wording import iso_day
from chalicelib.bulk import tables
from chalicelib.bulk.files import record_of, write
from chalicelib.dossier.batch import Key, Row
from chalicelib.errors import KeyingSheetWrong
from chalicelib.ports import Ledger

HEAD = ("id", "kind", "field", "pdf", "page", "box", "value")
DOUBTFUL, EVERY = "doubtful", "all"
_MODE = "keying"


def begin(ledger: Ledger, everything: bool, kind: str | None) -> None:
    """From now on the batch is not released before these fields are certain. More kinds may be added."""
    told = mode(ledger)
    told[kind or "*"] = EVERY if everything else DOUBTFUL
    ledger.note(_MODE, json.dumps(told))


def mode(ledger: Ledger) -> dict[str, str]:
    """Kind (`*`: all) → which of its fields are keyed; nothing while nobody asked for it."""
    return dict(json.loads(ledger.note(_MODE) or "{}"))


def hand_out(ledger: Ledger, folder: Path, officer: str, most: int, kind: str | None = None) -> int:
    """Write the officer's sheet: fields (of this kind) handed out before and not typed yet, then new ones; how many.

    Raises KeyingSheetWrong.
    """
    sheet, known = sheet_of(folder, officer), keying.by_field(ledger.keyed())
    lines: list[Sequence[object]] = []
    new: list[Key] = []
    every = mode(ledger)
    told = {kind: every.get(kind, every.get("*", DOUBTFUL))} if kind else every
    for row, made in _papers(ledger, folder, told):
        for field in wanted(told, row, made):
            if len(lines) < most and keying.is_for(known.get((row.id, field), []), officer):
                lines.append(_line(row, made, field))
                new.append(Key(row.id, field, officer, None))
        if len(lines) >= most:
            break
    ledger.key(new)
    write(sheet, _as_csv(lines).encode("utf-8-sig"))
    return len(lines)


def take_back(ledger: Ledger, folder: Path, officer: str) -> int:
    """What this officer has not typed is for others; how many fields. Raises KeyingSheetWrong."""
    sheet_of(folder, officer).unlink(missing_ok=True)
    return ledger.unkey(officer)


def which(told: Mapping[str, str], kind: str) -> str | None:
    """Which fields of papers of this kind are keyed; None: none, and one officer's word is enough."""
    return told.get(kind, told.get("*"))


def wanted(told: Mapping[str, str], row: Row, made: Mapping[str, Any]) -> list[str]:
    """The fields of a paper that are to be keyed."""
    fields, how = made["fields"], which(told, row.kind)
    if how == EVERY:
        return list(fields)
    # what one officer alone decided, before keying began, was doubtful too
    typed = [k for k, f in fields.items() if f["source"] == "keyed" or "confirmed_by" in f]
    return [k for k in fields if k in row.doubts or k in typed] if how else []


def take_in_old(ledger: Ledger, folder: Path, officer: str) -> None:
    """Before a sheet is written anew: what stands in the one that is there. Raises KeyingSheetWrong."""
    if sheet_of(folder, officer).exists():
        take_in(ledger, folder, officer)


def take_in(ledger: Ledger, folder: Path, officer: str) -> int:
    """Remember what the officer typed; how many fields. Raises KeyingSheetWrong."""
    mine = {(k.paper, k.field) for k in ledger.keyed() if k.officer == officer}
    typed = []
    for line in _read(sheet_of(folder, officer)):
        value = (line.get("value") or "").strip()
        key = (tables.id_read(line.get("id")), line.get("field", ""))
        if key not in mine:
            raise KeyingSheetWrong(officer=officer)
        if value:
            typed.append(Key(*key, officer, value))
    ledger.key(typed)
    return len(typed)


def apply(ledger: Ledger, folder: Path) -> dict[str, int]:
    """Put certain values into records and index; how many fields are certain, open, unresolved."""
    told, known, counts = mode(ledger), keying.by_field(ledger.keyed()), Counter[str]()
    for row, made in _papers(ledger, folder, told):
        found = {f: keying.verdict(known.get((row.id, f), [])) for f in wanted(told, row, made)}
        counts.update(v.state for v in found.values())
        certain = {f: v for f, v in found.items() if v.state == "certain"}
        if changed := _made_certain(made, certain):
            record = records.checked(changed)
            write(folder / row.files["record"], records.as_bytes(record))
            ledger.amend(records.row_again(row, record))
    return {state: counts[state] for state in ("certain", "open", "unresolved")} if told else {}


def _made_certain(
    made: Mapping[str, Any], certain: Mapping[str, keying.Verdict]
) -> dict[str, Any] | None:
    """The record with these values; None if it has them already."""
    fields = dict(made["fields"])
    for key, v in certain.items():
        value = typed_value(made["kind"], key, v.value)
        fields[key] = {
            **fields[key], "value": value, "confidence": 1.0, "source": "keyed", "keyed_by": list(v.officers)
        }  # fmt: skip
    if fields == made["fields"]:
        return None
    return {**made, "fields": fields, "doubts": [d for d in made["doubts"] if d not in certain]}


def typed_value(kind: str, key: str, value: Any) -> Any:
    """As readers write it: days as ISO, whole numbers as numbers; what is no text stays."""
    grammar = records.grammar(kind).get(key, "")
    if not isinstance(value, str):
        return value
    if value and grammar == "integer" and value.isdigit():
        return int(value)
    return (iso_day(value) or value) if value and grammar in ("date", "year") else value


def _papers(
    ledger: Ledger, folder: Path, told: Mapping[str, str]
) -> Iterator[tuple[Row, dict[str, Any]]]:
    """The papers of kinds that are keyed, with their records."""
    rows = [r for r in ledger.papers() if which(told, r.kind) and r.entry >= 0]
    for row in rows if told else ():
        yield row, record_of(folder, row)


def _line(row: Row, made: Mapping[str, Any], field: str) -> Sequence[object]:
    f = made["fields"][field]
    box = " ".join(map(str, f["box"])) if f["box"] else ""
    return tables.id_shown(row.id), row.kind, field, row.files["pdf"], f["page"], box, ""


def sheet_of(folder: Path, officer: str) -> Path:
    """Where the officer's sheet lies. Raises KeyingSheetWrong: of a name that is none."""
    if not officer.isidentifier():
        raise KeyingSheetWrong(officer=officer)
    return folder / "keying" / f"{officer}.csv"


def _as_csv(lines: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEAD)
    table.writerows(lines)
    return text.getvalue()


def _read(sheet: Path) -> list[Mapping[str, str]]:
    try:
        return [line for _, line in tables.lines_of(tables.text_of(sheet))]
    except (FileNotFoundError, tables.TableBroken) as e:
        raise KeyingSheetWrong(officer=sheet.stem) from e
