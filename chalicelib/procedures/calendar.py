"""Working days and hours in Hanoi: a moment in, the moment when work may begin or end out.

Table, overrides and opening hours: `schemas/calendar/` (facts §4.5). Moments are aware, in Asia/Ho_Chi_Minh; a naive
one is taken as Hanoi time. Outside the table's years only weekends and fixed days are known: `is_provisional`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.procedures.data import SCHEMAS, in_force, load, rows

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FOLDER = SCHEMAS / "calendar"
TABLE = "vn_2020_2026"
DAY = timedelta(days=1)
Slot = tuple[time, time]


@dataclass(frozen=True)
class WorkCalendar:
    """The days that differ from Monday-to-Friday, with their names, and the desks' hours."""

    version: str
    off: dict[date, str]
    work: dict[date, str]
    years: tuple[int, int]
    rules: dict[str, Any]

    def is_working(self, day: date) -> bool:
        """Are the desks open on this day?"""
        if day in self.work:
            return True
        return day.weekday() < 5 and self.day_off(day) is None

    def day_off(self, day: date) -> str | None:
        """Why the day is off, if it is a holiday or a closure (weekends are not told)."""
        if day in self.off and day not in self.work:
            return self.off[day]
        return self._fixed(day) if self.is_provisional(day) else None

    def is_provisional(self, day: date) -> bool:
        """Does the day lie outside the years whose holidays are known?"""
        return not self.years[0] <= day.year <= self.years[1]

    def next_working(self, day: date) -> date:
        """The first working day after this one."""
        return next(d for d in (day + n * DAY for n in count(1)) if self.is_working(d))

    def slots(self, day: date) -> list[Slot]:
        """Opening hours of a working day, in order."""
        told = in_force(self.rules["hours"], day)[-1]["slots"]
        return [(time.fromisoformat(a), time.fromisoformat(b)) for a, b in told]

    def closing(self, day: date) -> datetime:
        """When the desks close on this working day."""
        return datetime.combine(day, self.slots(day)[-1][1], HANOI)

    def taken_up(self, moment: datetime) -> datetime:
        """When something that comes in at this moment is taken up: at once, or when the desks open again."""
        moment = in_hanoi(moment)
        day = moment.date()
        if self.is_working(day):
            for opens, closes in self.slots(day):
                if moment.time() <= closes:
                    return max(moment, datetime.combine(day, opens, HANOI))
        following = self.next_working(day)
        return datetime.combine(following, self.slots(following)[0][0], HANOI)

    def later(self, moment: datetime, working: timedelta) -> datetime:
        """The moment after so much working time."""
        while working > timedelta():
            moment = self.taken_up(moment)
            end = next(
                datetime.combine(moment.date(), closes, HANOI)
                for _, closes in self.slots(moment.date())
                if moment.time() <= closes
            )
            if end == moment:  # the very end of a slot: go on in the next
                moment += timedelta(microseconds=1)
                continue
            step = min(working, end - moment)
            moment, working = moment + step, working - step
        return moment

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Working time between two moments."""
        start, end = in_hanoi(start), in_hanoi(end)
        total, day = timedelta(), start.date()
        while day <= end.date():
            for opens, closes in self.slots(day) if self.is_working(day) else ():
                a, b = (datetime.combine(day, t, HANOI) for t in (opens, closes))
                total += max(min(b, end) - max(a, start), timedelta())
            day += DAY
        return total

    def _fixed(self, day: date) -> str | None:
        known = in_force(self.rules["fixed_days_off"], day)
        same = (f for f in known if (f["month"], f["day"]) == (day.month, day.day))
        return next((str(f["name"]) for f in same), None)


def in_hanoi(moment: datetime) -> datetime:
    """The moment as Hanoi's clocks show it; a naive one is already that."""
    return moment.replace(tzinfo=HANOI) if moment.tzinfo is None else moment.astimezone(HANOI)


@lru_cache(maxsize=4)
def work_calendar(folder: Path = FOLDER) -> WorkCalendar:
    """The calendar of a folder: its table, then its overrides, which win."""
    table = rows(folder / f"{TABLE}.csv")
    off: dict[date, str] = {}
    work: dict[date, str] = {}
    for r in (*table, *rows(folder / "overrides.csv")):
        day = date.fromisoformat(r["date"])
        mine, other = (off, work) if r["kind"] == "off" else (work, off)
        mine[day] = r["name"]
        other.pop(day, None)
    years = [int(r["date"][:4]) for r in table]
    rules = load(folder / "hours.json")
    return WorkCalendar(_version(folder), off, work, (min(years), max(years)), rules)


def _version(folder: Path) -> str:
    names = (f"{TABLE}.csv", "overrides.csv", "hours.json")
    content = b"".join((folder / n).read_bytes() for n in names)
    return f"{TABLE}+{sha256(content).hexdigest()[:8]}"
