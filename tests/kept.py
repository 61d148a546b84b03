"""Pages read now against how they were read when that was kept: what CI fails on is a real drop, not a typed number.

In: pages with their truth; the JSON file kept. Out: what fell, in words. `python -m tests.kept` reads the pages and
keeps the outcome anew: on purpose only, after a change that reads better. The same pages are compared field by field:
fields newly wrong against fields newly right, by a sign test, so that a page more or less at its luck is no drop.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any

from tests.card import ALL_KINDS, NOT_BY_HAND, WAYS, Job, draw_job

FOLDER = Path(__file__).resolve().parent
EVERY_PUSH = 5000
STRANGERS = FOLDER / "strangers" / "pictures"
BASELINES = {"card": FOLDER / "eyes" / "small_card.json", "strangers": FOLDER / "eyes" / "strangers.json"}  # fmt: skip
CHANCE = 0.01
Outcome = dict[str, Any]
"""`kinds`: what was found; `fields`: how many there are; `wrong`: keys of those not read right."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One file and what stands on it."""

    name: str
    kind: str
    truth: Mapping[str, object]
    data: bytes


def small_card() -> Iterator[Shown]:
    """A page of every kind, the ways of taking its picture by turns."""
    for n, kind in enumerate(ALL_KINDS):
        way = WAYS[n % len(WAYS)]
        hand = way == "hand" and kind not in NOT_BY_HAND
        job = Job(kind, "scan" if way == "hand" else way, EVERY_PUSH + n, hand)
        drawn, data = draw_job(job)
        yield Shown(f"{kind} {way} {job.seed}", kind, drawn.truth, data)


def strangers() -> Iterator[Shown]:
    """Papers set by a browser in types and words that no drawer of ours knows; committed, so that CI needs none."""
    for name, told in json.loads((STRANGERS / "truths.json").read_text("utf-8")).items():
        data = (STRANGERS / f"{name}.jpg").read_bytes()
        yield Shown(name, told["kind"], told["truth"], data)


SETS = {"card": small_card, "strangers": strangers}


def look(shown: Shown) -> Outcome:
    """Read one file and compare."""
    from chalicelib.reading import read_file

    papers = read_file(shown.data).reading.papers
    mine = next((p for p in papers if p.kind == shown.kind), None)
    found = dict(mine.fields) if mine else {}
    wrong = [k for k, v in shown.truth.items() if k not in found or found[k].value != v]
    return {"kinds": [p.kind for p in papers], "fields": len(shown.truth), "wrong": wrong}


def fallen(before: Mapping[str, Outcome], now: Mapping[str, Outcome]) -> list[str]:
    """What got worse beyond chance: kinds no longer told right, fields newly wrong."""
    said = [
        f"{name}: {now[name]['kinds']} instead of {kept['kinds']}"
        for name, kept in before.items()
        if now[name]["kinds"] != kept["kinds"]
    ]
    lost = sorted(
        f"{n} {k}" for n in before for k in set(now[n]["wrong"]) - set(before[n]["wrong"])
    )
    won = sum(len(set(before[n]["wrong"]) - set(now[n]["wrong"])) for n in before)
    if by_chance(len(lost), won) < CHANCE:
        said.append(f"{len(lost)} fields newly wrong, {won} newly right: {', '.join(lost)}")
    return said


def by_chance(lost: int, won: int) -> float:
    """How probable so many losses are if a change is as often for the better (sign test)."""
    changed = lost + won
    return sum(comb(changed, n) for n in range(lost, changed + 1)) / 2**changed


def main() -> None:
    os.environ["OMP_THREAD_LIMIT"] = "1"
    for name, pages in SETS.items():
        outcomes = {shown.name: look(shown) for shown in pages()}
        lines = (
            f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in outcomes.items()
        )
        BASELINES[name].write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
        total, wrong = (sum(map(count, outcomes.values())) for count in (_fields, _wrong))
        print(f"{name}: {total - wrong} of {total} fields right, {len(outcomes)} pages")


def _fields(outcome: Outcome) -> int:
    return int(outcome["fields"])


def _wrong(outcome: Outcome) -> int:
    return len(outcome["wrong"])


if __name__ == "__main__":
    main()
