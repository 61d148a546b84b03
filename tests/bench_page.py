"""What a measured run says of itself: figures in; docs/bench-archive.md out.

"reached" and "not reached" come from the numbers alone; what was measured on less than was wanted says on how much.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.count_costs import processor, said
from tests.tally import table


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


def page(figures: Sequence[Figure], command: str, minutes: float) -> str:
    """The whole page."""
    commit = said("git", "rev-parse", "--short", "HEAD")
    changed = " with changes not committed" if said("git", "status", "--porcelain", "-uno") else ""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    cut = [f"{f.what}: {f.on:,} instead of {f.of:,}" for f in figures if f.on < f.of]
    less = ["Cut down in this run – " + "; ".join(cut) + "."] if cut else []
    return "\n\n".join((
        "# Archives in bulk, measured",
        f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC in {minutes:.0f} minutes; commit {commit}"
        f"{changed}; {processor()}, {os.cpu_count()} cores, load at the end {load} (1, 5, 15 minutes). Other work on "
        "the machine makes all speeds smaller and shares of them less sure; a share over 100 % says that it slowed "
        "what the pool is compared with. CPU seconds hardly feel it.",
        *less,
        table(("what", "measured", "wanted", ""), [f.cells for f in figures]),
    ))  # fmt: skip
