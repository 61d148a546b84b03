"""Dates of return: the official cases of facts §4.5, and what must hold for any moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.procedures.calendar import FOLDER, HANOI, work_calendar
from chalicelib.procedures.catalogue import procedure
from chalicelib.procedures.deadlines import (
    Anew,
    Term,
    Wait,
    results_due,
    term_due,
    working_days_due,
)


def birth(moment):
    at = datetime.fromisoformat(moment)
    return results_due(procedure("khai_sinh", at.date()), at)[0]


def linked(moment):
    at = datetime.fromisoformat(moment)
    due = results_due(procedure("lien_thong_ks_tt_bhyt", at.date()), at)
    return {r.agency: r.due.isoformat(timespec="minutes") for r in due}


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2020-03-26T14:59", "2020-03-26T17:30"),
        ("2020-03-26T15:00", "2020-03-26T17:30"),
        ("2020-03-26T15:01", "2020-03-27T17:30"),
        ("2020-04-01T15:30", "2020-04-03T17:30"),
        ("2020-03-26T12:45", "2020-03-26T17:30"),
        ("2020-03-26T07:00", "2020-03-26T17:30"),
        ("2020-03-26T18:00", "2020-03-27T17:30"),
        ("2020-03-27T16:00", "2020-03-30T17:30"),
        ("2020-03-28T09:00", "2020-03-30T17:30"),
        ("2026-01-09T16:00", "2026-01-10T17:30"),
    ],
)
def test_same_day_with_the_15_00_rule(received, due):
    assert birth(received).due == datetime.fromisoformat(f"{due}+07:00")


@pytest.mark.parametrize(
    ("days", "received", "due"),
    [
        (3, "2020-04-27T09:00", "2020-05-04"),
        (5, "2020-08-31T09:00", "2020-09-08"),
        (1, "2024-05-03T09:00", "2024-05-04"),
        (1, "2025-04-25T09:00", "2025-04-26"),
        (1, "2026-08-21T09:00", "2026-08-22"),
        (1, "2026-01-09T09:00", "2026-01-10"),
        (1, "2026-01-01T09:00", "2026-01-06"),
        (1, "2026-11-23T09:00", "2026-11-25"),
        (1, "2020-03-26T18:00", "2020-03-30"),
    ],
)
def test_working_days(days, received, due):
    found = working_days_due(days, datetime.fromisoformat(received))
    assert found.due.isoformat() == f"{due}T17:30:00+07:00"


@pytest.mark.parametrize("day", ["2024-05-04", "2025-04-26", "2026-08-22", "2026-01-10"])
def test_working_saturdays(day):
    assert work_calendar().is_working(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("received", "taken_up"),
    [
        ("2020-03-26T09:30", "2020-03-26T09:30"),
        ("2020-03-26T07:59", "2020-03-26T08:00"),  # before opening → opening
        ("2020-03-26T12:00", "2020-03-26T12:00"),
        ("2020-03-26T12:01", "2020-03-26T13:30"),  # lunch → afternoon
        ("2020-03-26T17:30", "2020-03-26T17:30"),
        ("2020-03-26T17:31", "2020-03-27T08:00"),  # after close → next working day
        ("2020-03-27T17:31", "2020-03-30T08:00"),
        ("2020-04-01T18:00", "2020-04-03T08:00"),  # Giỗ Tổ
        ("2026-01-09T18:00", "2026-01-10T08:00"),  # a Saturday that is worked
    ],
)
def test_when_what_comes_in_is_taken_up(received, taken_up):
    at = work_calendar().taken_up(datetime.fromisoformat(received))
    assert at == datetime.fromisoformat(f"{taken_up}+07:00")


@pytest.mark.parametrize(
    ("hours", "begun", "ended"),
    [
        (8, "2020-03-25T10:00", "2020-03-26T10:00"),  # eight working hours are a day
        (8, "2020-03-27T10:00", "2020-03-30T10:00"),
        (8, "2020-04-01T10:00", "2020-04-03T10:00"),
        (4, "2020-03-25T10:00", "2020-03-25T15:30"),
        (40, "2020-03-23T08:00", "2020-03-27T17:30"),
    ],
)
def test_working_hours(hours, begun, ended):
    begun, ended = (datetime.fromisoformat(f"{t}+07:00") for t in (begun, ended))
    assert work_calendar().later(begun, timedelta(hours=hours)) == ended


def test_what_is_known_of_each_year_as_the_table_says():
    """The days facts §4.5 names, and that no year of the table lacks its fixed holidays."""
    calendar = work_calendar()
    off = ["2020-04-02", "2020-04-30", "2020-05-01", "2020-09-02", "2026-01-02", "2026-11-24"]
    assert all(calendar.day_off(date.fromisoformat(d)) for d in off)
    for year in range(2020, 2027):
        for month, day in ((1, 1), (4, 30), (5, 1), (9, 2)):
            assert not calendar.is_working(date(year, month, day))
        assert not calendar.is_provisional(date(year, 12, 31))
    assert calendar.is_provisional(date(2019, 12, 31)) and calendar.is_provisional(date(2027, 1, 1))


def test_calendar_days_move_off_a_day_off():
    at = datetime(2020, 4, 24, 9)
    assert term_due(Term("days", days=6), at).due.date() == date(2020, 5, 4)
    assert term_due(Term("days", days=3), at).due.date() == date(2020, 4, 27)


def test_linked_results_wait_for_the_birth_and_have_dates_of_their_own():
    assert linked("2020-03-26T15:01") == {
        "ward": "2020-03-27T17:30+07:00",
        "police": "2020-04-20T17:30+07:00",
        "social_insurance": "2020-04-13T17:30+07:00",
    }
    assert linked("2026-11-23T10:00") == {
        "ward": "2026-11-23T17:30+07:00",
        "police": "2026-11-26T17:30+07:00",
        "social_insurance": "2026-11-26T17:30+07:00",
    }
    assert linked("2022-03-01T10:00")["police"] == "2022-03-10T17:30+07:00"


def test_the_answer_shows_its_sum():
    answer = birth("2020-04-01T15:30")
    assert answer.name == ("Giấy khai sinh", "Birth certificate")
    assert (answer.code, answer.agency) == ("KQ.G15.000031", "ward")
    assert any("15:00" in s for s in answer.steps)
    assert any("Giỗ Tổ" in s and "2/4/2020" in s for s in answer.steps)
    assert answer.steps[-1] == "Hẹn trả 17:30 thứ Sáu 3/4/2020"
    assert answer.calendar.startswith("vn_2020_2026+")
    assert not answer.provisional


def test_a_moment_in_another_zone_is_the_same_moment():
    rules = procedure("khai_sinh", date(2020, 4, 1))
    at = datetime(2020, 4, 1, 8, 30, tzinfo=UTC)
    assert results_due(rules, at) == results_due(rules, datetime(2020, 4, 1, 15, 30))


def test_years_beyond_the_table_are_provisional():
    due = working_days_due(2, datetime(2026, 12, 31, 10))
    assert due.provisional
    assert due.due.date() == date(2027, 1, 5)
    assert not working_days_due(1, datetime(2026, 12, 30, 10)).provisional


def test_time_an_agency_waited_for_the_citizen_is_added_and_shown():
    rules = procedure("khai_sinh", date(2020, 3, 26))
    wait = Wait("ward", datetime(2020, 3, 26, 14), datetime(2020, 3, 27, 10))  # 3.5 + 2 hours
    due = results_due(rules, datetime(2020, 3, 26, 9), [wait])[0]
    assert due.due == datetime(2020, 3, 27, 15, 0, tzinfo=HANOI)
    assert due.steps[-2:] == (
        "Chờ công dân bổ sung từ 14:00 thứ Năm 26/3/2020 đến 10:00 thứ Sáu 27/3/2020: "
        "cộng 5 giờ 30 phút làm việc",
        "Hẹn trả 15:00 thứ Sáu 27/3/2020",
    )


def linked_birth(*later):
    rules = procedure("lien_thong_ks_tt_bhyt", date(2026, 11, 2))
    due = results_due(rules, datetime(2026, 11, 2, 9), later)
    return {r.agency: f"{r.due:%d %H:%M}" for r in due}


def test_a_wait_moves_its_agencys_results_and_those_that_begin_with_them_only():
    assert linked_birth() == {
        "ward": "02 17:30",
        "police": "04 17:30",
        "social_insurance": "04 17:30",
    }
    police = Wait("police", datetime(2026, 11, 3, 8), datetime(2026, 11, 3, 17, 30))
    assert linked_birth(police) == {
        "ward": "02 17:30",
        "police": "05 17:30",
        "social_insurance": "04 17:30",
    }
    ward = Wait("ward", datetime(2026, 11, 2, 10), datetime(2026, 11, 3, 10))
    assert linked_birth(ward) == {
        "ward": "03 17:30",
        "police": "05 17:30",
        "social_insurance": "05 17:30",
    }


def test_time_out_of_hours_and_on_days_off_costs_nobody_anything():
    night = Wait("ward", datetime(2026, 11, 2, 17, 30), datetime(2026, 11, 3, 8))
    weekend = Wait("police", datetime(2026, 11, 6, 17, 30), datetime(2026, 11, 9, 8))
    assert linked_birth(night, weekend) == linked_birth()


def test_a_date_promised_anew_takes_the_old_ones_place_and_waits_after_it_count_from_it():
    anew = Anew("giay_khai_sinh", datetime(2026, 11, 5, 17, 30, tzinfo=HANOI))
    assert linked_birth(anew) == {
        "ward": "05 17:30",
        "police": "09 17:30",
        "social_insurance": "09 17:30",
    }
    wait = Wait("ward", datetime(2026, 11, 4, 8), datetime(2026, 11, 4, 12))
    assert linked_birth(anew, wait)["ward"] == "06 12:00"
    assert linked_birth(wait, anew)["ward"] == "05 17:30"


def test_overrides_win(tmp_path):
    for name in ("vn_2020_2026.csv", "hours.json", "overrides.csv"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    with (tmp_path / "overrides.csv").open("a") as file:
        file.write("2020-03-27,T6,off,Đóng cửa phòng dịch,thử\n2020-04-02,T5,work,làm bù,thử\n")
    changed = work_calendar(tmp_path)
    at = datetime(2020, 3, 26, 15, 1)
    due = results_due(procedure("khai_sinh", at.date()), at, calendar=changed)[0]
    assert due.due.date() == date(2020, 3, 30)
    assert any("phòng dịch" in s for s in due.steps)
    assert changed.is_working(date(2020, 4, 2))
    assert changed.version != work_calendar().version


def test_a_closure_of_weeks_stops_every_clock(tmp_path):
    """As in April 2020: the desks are shut, terms and waits stand still, and the sum names each day."""
    for name in ("vn_2020_2026.csv", "hours.json", "overrides.csv"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    shut = [date(2020, 4, 6) + timedelta(days=n) for n in range(12)]
    with (tmp_path / "overrides.csv").open("a") as file:
        file.writelines(f"{d},,off,Giãn cách xã hội,thử\n" for d in shut)
    closed, usual = work_calendar(tmp_path), work_calendar()
    at = datetime(2020, 4, 3, 9)
    assert working_days_due(3, at, usual).due.date() == date(2020, 4, 8)
    due = working_days_due(3, at, closed)
    assert due.due.date() == date(2020, 4, 22)
    assert sum("Giãn cách xã hội" in step for step in due.steps) == 12
    rules = procedure("khai_sinh", date(2020, 4, 3))
    wait = Wait("ward", datetime(2020, 4, 3, 15), datetime(2020, 4, 20, 10))
    # 2.5 hours on 3/4 and 2 on 20/4 are added to 17:30 on 3/4
    due = results_due(rules, at, [wait], closed)[0].due
    assert due == datetime(2020, 4, 20, 14, 0, tzinfo=HANOI)


moments = st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 1))


@settings(max_examples=150, deadline=None)
@given(moments, st.integers(1, 20), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_due_in_opening_hours_never_earlier_for_later_or_longer(at, days, later):
    one, two = working_days_due(days, at), working_days_due(days, at + later)
    assert one.due <= two.due
    assert one.due < working_days_due(days + 1, at).due
    assert work_calendar().is_working(one.due.date())
    assert one.due > at.replace(tzinfo=HANOI)


@settings(max_examples=80, deadline=None)
@given(moments, st.integers(1, 3000))
def test_working_time_added_is_working_time_counted(at, minutes):
    calendar, worked = work_calendar(), timedelta(minutes=minutes)
    assert calendar.worked(at, calendar.later(at, worked)) == worked
