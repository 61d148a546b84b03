"""`motcua archive sample`, `judge`, `doubts`, `key`, `keyed`: what officers check before a batch is released.

A sample of the papers by the standard. Doubtful papers, which go to the officers' worklist and come back decided
(`bulk.piles`). Registers that must be certain, typed twice, by officers who do not see each other's values
(`bulk.keying`).
"""

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chalicelib import wiring
from chalicelib.archive import sampling
from chalicelib.bulk import keying, piles, shelves, tables
from chalicelib.bulk.files import record_of, write
from chalicelib.cli.archive import opened
from chalicelib.cli.upkeep import settings_of
from chalicelib.dossier.batch import Row
from chalicelib.errors import BatchUnfinished, SampleUnjudged
from chalicelib.ports import Ledger

_SHEET = "sample.csv"
_HEAD = ("id", "kind", "pdf", "read", "right")


def draw(out: Path, level: str, aql: str) -> int:
    """Write sample.csv for officers to fill in, and show the plan. The same lot gives the same sample.

    What they filled in already stays, where the paper still says the same.
    """
    ledger = _settled(out)
    rows = {r.id: r for r in ledger.papers()}
    plan, seed = sampling.plan(len(rows), level, aql), piles.seed(ledger, rows)
    ids = sampling.chosen(rows, plan.sample, seed)
    lines = _filled(out / _SHEET) if (out / _SHEET).exists() else []
    filled = {(line["id"], line["read"]): line["right"] for line in lines}
    write(out / _SHEET, _sheet(out, [rows[id] for id in ids], filled).encode("utf-8-sig"))
    told = {"standard": sampling.STANDARD, **asdict(plan), "seed": seed, "verdict": None}
    ledger.note("sampling", json.dumps(told))
    _say(told)
    return 0


def judge(out: Path) -> int:
    """Count the faulty papers of the filled-in sheet; 0 if the batch is released, 1 if it is not."""
    ledger = opened(out)
    told: dict[str, Any] = json.loads(ledger.note("sampling") or "{}")
    lines = _filled(out / _SHEET)
    ids = [r.id for r in ledger.papers()]
    wanted = sampling.chosen(ids, told.get("sample", 0), told.get("seed", ""))
    blank = [line["id"] for line in lines if line["right"].strip().lower() not in ("y", "n")]
    same = sorted(wanted) == sorted(line["id"] for line in lines)
    if blank or not same or piles.seed(ledger, ids) != told.get("seed"):
        raise SampleUnjudged(blank=len(blank))
    faulty = sum(line["right"].strip().lower() == "n" for line in lines)
    told |= {"faulty": faulty, "verdict": "accepted" if faulty <= told["accept"] else "rejected"}
    ledger.note("sampling", json.dumps(told))
    _say(told)
    return int(told["verdict"] == "rejected")


def doubts(out: Path, data: Path | None, size: int) -> int:
    """Exchange doubts for decisions with the officers' worklist; 1 while some are open. Raises BatchUnfinished."""
    ledger = _settled(out)
    world = wiring.join(settings_of(data))
    piles.put(ledger, out, world.ids, size)
    piles.exchange(ledger, out, world, out.resolve().name)
    made = shelves.fill(ledger, out)
    told = made.get("piles", {})
    _say({"piles": told, "doubts_left": made["fields"]["doubtful"]})
    return int(told.get(piles.OPEN, 0) > 0)


def key(out: Path, officer: str, everything: bool, kind: str | None, most: int) -> int:
    """Hand fields to an officer; 1 if there are none for this one. Raises BatchUnfinished, KeyingSheetWrong."""
    ledger, officer = opened(out), officer.casefold()  # Lan is lan
    keying.take_in_old(ledger, out, officer)  # a name that is none begins nothing
    _settled(out)
    if everything or kind or not keying.mode(ledger):
        keying.begin(ledger, everything, kind)
    handed = keying.hand_out(ledger, out, officer, most, kind)
    _say({"officer": officer, "fields": handed, "sheet": str(out / "keying" / f"{officer}.csv")})
    return int(handed == 0)


def key_back(out: Path, officer: str) -> int:
    """What an officer has not typed goes to others. Raises KeyingSheetWrong."""
    ledger, officer = opened(out), officer.casefold()
    keying.take_in_old(ledger, out, officer)
    _say({"officer": officer, "given_back": keying.take_back(ledger, out, officer)})
    return 0


def keyed(out: Path, officer: str) -> int:
    """Take in an officer's sheet and make records certain; 1 while fields are open. Raises KeyingSheetWrong."""
    ledger, officer = opened(out), officer.casefold()
    typed = keying.take_in(ledger, out, officer)
    told = shelves.fill(ledger, out).get("keying", {})
    _say({"officer": officer, "typed": typed, **told})
    return int(told.get("certain", 0) < sum(told.values()))


def _settled(out: Path) -> Ledger:
    """The batch, when all its pages are read or refused. Raises BatchUnfinished."""
    ledger = opened(out)
    counts = ledger.counts()
    if counts.settled < counts.total:
        raise BatchUnfinished(pages=counts.total - counts.settled)
    return ledger


def _sheet(out: Path, rows: Sequence[Row], filled: Mapping[tuple[str, str], str]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_HEAD)
    for row in rows:
        fields = record_of(out, row)["fields"]
        read = "; ".join(f"{key} = {f['value']}" for key, f in fields.items() if f["value"])
        right = filled.get((row.id, read), "")
        table.writerow((tables.id_shown(row.id), row.kind, row.files["pdf"], read, right))
    return text.getvalue()


def _filled(sheet: Path) -> list[dict[str, str]]:
    try:
        lines = [line for _, line in tables.lines_of(tables.text_of(sheet))]
    except (FileNotFoundError, tables.TableBroken) as e:
        raise SampleUnjudged(blank="?") from e
    return [
        {"id": tables.id_read(r.get("id")), **{k: r.get(k) or "" for k in ("read", "right")}}
        for r in lines
    ]


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
