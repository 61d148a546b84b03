"""When each result is due: a procedure and the moment it was received in, dates with their sums out.

The algorithm is facts §4.5: taken up in opening hours; the day of reception doesn't count; a same-day result received
after 15:00 is due the next working day; a linked result's term begins when the one before it ends. What came later is
reckoned in the order it came: time an agency waited for the citizen (`Wait`) is added in working hours, a date promised
anew with an apology (`Anew`) takes the place of the old one. Due at closing time, Asia/Ho_Chi_Minh.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from chalicelib.procedures.calendar import DAY, WorkCalendar, in_hanoi, work_calendar
from chalicelib.procedures.catalogue import Pair, Procedure, Result, Term

MINUTE = timedelta(minutes=1)
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True)
class Due:
    """A date of return and its sum: `steps` tell a Vietnamese reader how it came about.

    `provisional`: it lies in a year whose holidays are not yet known.
    """

    due: datetime
    steps: tuple[str, ...]
    calendar: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class ResultDue:
    """A result and when its agency owes it. `name` is (Vietnamese, English), `term` Vietnamese.

    `after`: the result it begins with.
    """

    id: str
    name: Pair
    code: str
    agency: str
    term: str
    due: datetime
    steps: tuple[str, ...]
    calendar: str
    provisional: bool
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """This agency waited for the citizen, between two aware moments: the time doesn't count for its results."""

    agency: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Anew:
    """This result was promised anew, with an apology, for `due` (aware)."""

    result: str
    due: datetime


Later = Wait | Anew


def results_due(
    procedure: Procedure,
    received: datetime,
    later: Sequence[Later] = (),
    calendar: WorkCalendar | None = None,
) -> list[ResultDue]:
    """Every result of the procedure with its date, in the procedure's order; `later` in the order it happened."""
    calendar = calendar or work_calendar()
    done: dict[str, Due] = {}
    for result in procedure.results:
        before = done.get(result.after or "")
        due = (
            _after(result.term, before, calendar)
            if before
            else term_due(result.term, received, calendar)
        )
        for each in later:
            due = _moved(due, result, each, calendar)
        done[result.id] = due
    return [_owed(r, done[r.id]) for r in procedure.results]


def later_by(due: datetime, wait: Wait, calendar: WorkCalendar | None = None) -> datetime:
    """A date moved by the working time of a wait."""
    calendar = calendar or work_calendar()
    return calendar.later(due, _waited(wait, calendar))


def linked_due(
    procedure: Procedure, ended: str, at: datetime, calendar: WorkCalendar | None = None
) -> list[ResultDue]:
    """When the results are due that begin with the result `ended`, which came out at this moment."""
    calendar = calendar or work_calendar()
    begun = Due(
        in_hanoi(at), (f"Có kết quả trước {moment_said(in_hanoi(at))}",), calendar.version, False
    )
    following = [r for r in procedure.results if r.after == ended]
    return [_owed(r, _after(r.term, begun, calendar)) for r in following]


def term_due(term: Term, received: datetime, calendar: WorkCalendar | None = None) -> Due:
    """When something received at this moment is due by this term."""
    calendar = calendar or work_calendar()
    begun = calendar.taken_up(received)
    steps = [f"Tiếp nhận {moment_said(in_hanoi(received))}"]
    if begun != in_hanoi(received):
        steps.append(f"Ngoài giờ làm việc: tính từ {moment_said(begun)}")
    if term.kind == "same_day":
        last, told = _same_day(term, begun, calendar)
    else:
        last, told = _counted(term, begun.date(), calendar)
    return _told(last, [*steps, *told], begun.date(), calendar)


def working_days_due(days: int, received: datetime, calendar: WorkCalendar | None = None) -> Due:
    """When something that may take so many working days is due."""
    return term_due(Term("working_days", days), received, calendar)


def term_said(term: Term) -> str:
    """The term in words, for a slip."""
    if term.kind == "same_day":
        return f"Trong ngày (nhận sau {_clock(_limit(term))}: ngày làm việc tiếp theo)"
    return f"{term.days} {'ngày làm việc' if term.kind == 'working_days' else 'ngày'}"


def _owed(result: Result, due: Due) -> ResultDue:
    return ResultDue(
        id=result.id,
        name=result.name,
        code=result.code,
        agency=result.agency,
        term=term_said(result.term),
        due=due.due,
        steps=due.steps,
        calendar=due.calendar,
        provisional=due.provisional,
        after=result.after,
    )


def _after(term: Term, before: Due, calendar: WorkCalendar) -> Due:
    # The step before ends at closing time, so this one counts from the following working day.
    start = before.due.date()
    last, told = _counted(replace(term, days=max(term.days, 1)), start, calendar)
    due = _told(last, [*before.steps, *told], start, calendar)
    return replace(due, provisional=due.provisional or before.provisional)


def _same_day(term: Term, begun: datetime, calendar: WorkCalendar) -> tuple[date, list[str]]:
    limit, day = _limit(term), begun.date()
    # To the minute, as clocks and slips show it: 15:00:59 still is 15:00.
    if begun.time().replace(second=0, microsecond=0) <= limit:
        return day, [f"Trả trong ngày, vì tiếp nhận không sau {_clock(limit)}"]
    following = calendar.next_working(day)
    told = [f"Tiếp nhận sau {_clock(limit)}: trả vào ngày làm việc tiếp theo"]
    return following, [*told, *_days_off(day, following, calendar)]


def _counted(term: Term, start: date, calendar: WorkCalendar) -> tuple[date, list[str]]:
    last = start
    if term.kind == "working_days":
        for _ in range(term.days):
            last = calendar.next_working(last)
    else:
        last = start + term.days * DAY
        last = last if calendar.is_working(last) else calendar.next_working(last)
    told = [f"Cộng {term_said(term)}, không tính ngày {_date(start)}"]
    return last, [*told, *_days_off(start, last, calendar)]


def _days_off(after: date, until: date, calendar: WorkCalendar) -> list[str]:
    days = [after + n * DAY for n in range(1, (until - after).days)]
    off = [f"Nghỉ {_date(d)}: {calendar.day_off(d)}" for d in days if calendar.day_off(d)]
    swapped = [d for d in [*days, until] if d in calendar.work]
    return off + [f"Làm việc {_date(d)}: {calendar.work[d]}" for d in swapped]


def _told(last: date, steps: list[str], first: date, calendar: WorkCalendar) -> Due:
    due = calendar.closing(last)
    is_provisional = calendar.is_provisional(first) or calendar.is_provisional(last)
    if is_provisional:
        steps = [*steps, "Tạm tính: chưa có lịch nghỉ lễ chính thức của năm này"]
    return Due(due, (*steps, f"Hẹn trả {moment_said(due)}"), calendar.version, is_provisional)


def _moved(due: Due, result: Result, by: Later, calendar: WorkCalendar) -> Due:
    if isinstance(by, Anew):
        told = "Xin lỗi và hẹn lại"
        return _due_then(due, in_hanoi(by.due), [told], calendar) if by.result == result.id else due
    waited = _waited(by, calendar)
    if by.agency != result.agency or not waited:
        return due
    span = f"từ {moment_said(in_hanoi(by.since))} đến {moment_said(in_hanoi(by.until))}"
    told = f"Chờ công dân bổ sung {span}: cộng {_hours(waited)} làm việc"
    return _due_then(due, calendar.later(due.due, waited), [told], calendar)


def _waited(wait: Wait, calendar: WorkCalendar) -> timedelta:
    """In whole minutes, as slips show them; a minute begun counts."""
    return -(-calendar.worked(wait.since, wait.until) // MINUTE) * MINUTE


def _hours(span: timedelta) -> str:
    hours, minutes = divmod(span // MINUTE, 60)
    return " ".join(
        [*([f"{hours} giờ"] if hours else []), *([f"{minutes} phút"] if minutes else [])]
    )


def _due_then(due: Due, moment: datetime, told: list[str], calendar: WorkCalendar) -> Due:
    is_provisional = due.provisional or calendar.is_provisional(moment.date())
    steps = (*due.steps, *told, f"Hẹn trả {moment_said(moment)}")
    return replace(due, due=moment, steps=steps, provisional=is_provisional)


def _limit(term: Term) -> time:
    return time.fromisoformat(term.received_by or "15:00")


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


def _date(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day.day}/{day.month}/{day.year}"


def moment_said(at: datetime) -> str:
    """`17:30 thứ Sáu 3/4/2020`, of a moment in Hanoi."""
    return f"{at:%H:%M} {_date(at.date())}"
