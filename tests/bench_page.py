"""What measured runs say of themselves: figures in; docs/bench-archive.json and .md out.

Each part carries its own day, commit and load, so that one of an hour need not be measured again with the others.
"reached" and "not reached" come from the numbers alone; what was measured on less than was wanted says on how much.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests import processor
from tests.count_costs import said
from tests.tally import table

TITLES = {
    "search": "Search over a generated index",
    "pool": "The pool, beside OCRmyPDF",
    "registers": "Register books",
    "doubles": "Papers scanned twice",
    "kills": "Killed on the way",
    "memory": "Memory",
    "nightly": "The nightly batch",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: what, measured, wanted; `reached` None where nothing is wanted. `on`, `of`: how many, of how many."""

    what: str
    measured: object
    wanted: object = ""
    reached: bool | None = None
    on: int = 0
    of: int = 0

    @property
    def verdict(self) -> str:
        """Reached or not; on how much, where that is less than wanted."""
        if self.reached is None:
            return ""
        cut = f", cut down: {self.on:,} of {self.of:,}" if self.on < self.of else ""
        return f"{'reached' if self.reached else '**not reached**'}{cut}"

    @property
    def cells(self) -> tuple[object, ...]:
        """As the table has it."""
        return self.what, self.measured, self.wanted, self.verdict


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one part, and what they were measured with."""

    figures: Sequence[Figure]
    command: str
    minutes: float
    when: str
    commit: str
    machine: str
    note: str = ""

    @classmethod
    def of(cls, figures: Sequence[Figure], command: str, minutes: float) -> "Part":
        """Measured just now, here."""
        changed = said("git", "status", "--porcelain", "-uno")
        commit = said("git", "rev-parse", "--short", "HEAD")
        load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
        return cls(
            figures, command, round(minutes, 1), f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            commit + (" with changes not committed" if changed else ""),
            f"{processor.name()}, {os.cpu_count()} cores, load at the end {load}",
        )  # fmt: skip

    def told(self, title: str) -> str:
        """Its section of the page."""
        head = (
            f"`{self.command}` on {self.when} in {self.minutes:.0f} minutes; commit {self.commit}; {self.machine}. "
            f"{self.note}".rstrip()
        )
        rows = [f.cells for f in self.figures]
        return "\n\n".join((f"## {title}", head, table(("what", "measured", "wanted", ""), rows)))


def keep(at: Path, measured: Mapping[str, Part]) -> None:
    """Put these parts in place of older ones; the page anew."""
    parts = {name: p for name, p in (kept(at) | dict(measured)).items() if name in TITLES}
    plain = json.dumps({n: asdict(p) for n, p in parts.items()}, ensure_ascii=False, indent=1)
    at.with_suffix(".json").write_text(plain + "\n", "utf-8")
    at.write_text(page(parts) + "\n", "utf-8")


def kept(at: Path) -> dict[str, Part]:
    """What was measured before."""
    data = at.with_suffix(".json")
    told = json.loads(data.read_text("utf-8")) if data.exists() else {}
    return {
        name: Part(**{**part, "figures": [Figure(**f) for f in part["figures"]]})
        for name, part in told.items()
    }


def page(parts: Mapping[str, Part]) -> str:
    """The whole page."""
    cut = [
        f"{f.what}: {f.on:,} instead of {f.of:,}"
        for part in parts.values() for f in part.figures if f.on < f.of
    ]  # fmt: skip
    return "\n\n".join((
        "# Archives in bulk, measured",
        "Written by `make bench-archive`, each part with its own command, day, commit and load (the last 1, 5, 15 "
        "minutes). Other work on the machine makes all speeds smaller and shares of them less sure; a share over 100 % "
        "says that it slowed what the pool is compared with. CPU seconds hardly feel it.",
        *(["Cut down – " + "; ".join(cut) + "."] if cut else []),
        *(f"Not measured yet: {title}." for name, title in TITLES.items() if name not in parts),
        *(parts[name].told(title) for name, title in TITLES.items() if name in parts),
    ))  # fmt: skip
