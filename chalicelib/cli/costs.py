"""`motcua cost`: what so many dossiers a year cost on AWS, by service; and the parts of docs/costs.md that reckon.

In: how many. Out: the sheet, printed or as JSON; a peak day lived by the rules that deliver. Refuses nothing.
"""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from chalicelib.costs import sheet
from chalicelib.costs.days import PEAK, Size
from chalicelib.costs.peak import Day, Peak, Plan
from chalicelib.dispatch import breaker, webhooks
from chalicelib.dossier.agency import Health
from chalicelib.journey import TICK_MOST

console = Console(highlight=False)
CHECKING = "dossiers-to-check"  # where a check goes that is not made while submitting
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
READERS, HANDS = 100, 10  # maximum_concurrency of `read_paper` and of the deliverers (app.py)


def cost(
    dossiers: Annotated[int, typer.Option(min=1, help="Dossiers a year, of four pages.")],
    as_json: Annotated[bool, typer.Option("--json", help="The whole sheet as JSON.")] = False,
) -> None:
    """What so many dossiers a year cost on AWS at list prices, from what was counted (docs/costs.md)."""
    found = sheet.present()
    if as_json:
        told = {**asdict(found), "per_1000": found.per_1000(), "year": found.year(dossiers)}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return
    table = Table("service", "what", "USD per 1,000", title="Handling 1,000 dossiers of four pages")
    for line in found.each:
        table.add_row(line.service, line.what, f"{1000 * line.usd:.4f}")
    table.add_row("", "together", f"{found.per_1000():.4f}", style="bold")
    console.print(table)
    console.print(f"Storing 1,000 dossiers: {found.kept_1000_months():.3f} USD a month")
    console.print(f"Whether or not anybody files: {found.fixed_month():.2f} USD a month")
    console.print(f"[bold]{dossiers:,} dossiers in a year: {found.year(dossiers):,.2f} USD[/bold]")


def peak_day(size: Size, down: str | None, readers: int = READERS) -> Day:
    """Ten mean days' dossiers in one, with the seconds that were counted; one agency down from 9 to 13."""
    counted, assumed = sheet.data("counted")["runs"][-1], sheet.assumed()
    return Peak(plan(counted, assumed, size, down, readers), again, Held).live()


def plan(
    counted: sheet.Counted, assumed: sheet.Counted, size: Size, down: str | None, readers: int
) -> Plan:
    """The plan of a peak day from what was counted."""

    def each(name: str) -> float:
        used = counted["functions"][name]
        memory = sheet.memory_of(used["function"], assumed)
        calls: float = used["calls"]
        return sheet.seconds(used, memory, assumed) / calls

    deliver = each("deliveries-police")
    check = CHECKING if CHECKING in counted["functions"] else "api submit"
    return Plan(
        dossiers=size.mean_day * PEAK, papers=counted["pages"], read_s=each("papers-to-read"),
        check_s=each(check), deliver_s=deliver, held_s=deliver - assumed["wait_s"]["agency"] / 2,
        readers=readers, hands=HANDS, tick_most=TICK_MOST, down=down,
    )  # fmt: skip


def again(attempt: int, now: float, spread: float) -> float | None:
    """When a failed try comes again, by the schedule that delivers."""
    outcome = webhooks.after(attempt, None, None, _clock(now), spread)
    return (outcome.next_at - MIDNIGHT).total_seconds() if outcome.next_at else None


class Held:
    """The breaker that delivers, told the time in seconds."""

    def __init__(self) -> None:
        self._health = Health()

    def note(self, is_good: bool, seconds: float, now: float) -> None:
        """A try was made."""
        self._health = breaker.after(self._health, 204 if is_good else None, seconds, _clock(now))

    def held_until(self, now: float) -> float | None:
        """When the next try may be made; None: now."""
        until = breaker.held_until(self._health, _clock(now))
        return (until - MIDNIGHT).total_seconds() if until else None


def _clock(seconds: float) -> datetime:
    return MIDNIGHT + timedelta(seconds=seconds)
