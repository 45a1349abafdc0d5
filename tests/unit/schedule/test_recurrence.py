"""Rules and changes to occurrences: what the calls of a series are, in every zone and across every odd hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from automation.domain.instants import instant
from automation.domain.model import Change, Rule, Series, Talk
from automation.schedule.phrases import parse_every
from automation.schedule.recurrence import first_date, occurrences, original_dates

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def rule(start: date, every: str, at: time = time(11)) -> Rule:
    return Rule(start, every, every if every.startswith("FREQ=") else parse_every(every), at)


def series(*rules: Rule, zone: ZoneInfo = LOS_ANGELES, changes: tuple[Change, ...] = (), talks: tuple[Talk, ...] = ()) -> Series:
    return Series("monthly-call", "Monthly call", zone, 60, rules, changes, talks)


MONTHLY = rule(date(2023, 9, 1), "second Tuesday of the month")


def test_the_hour_is_local_and_the_instant_follows_daylight_time() -> None:
    calls = occurrences(series(MONTHLY), date(2026, 10, 1), date(2026, 11, 30))
    assert [call.start.astimezone(UTC) for call in calls] == [
        datetime(2026, 10, 13, 18, tzinfo=UTC),
        datetime(2026, 11, 10, 19, tzinfo=UTC),
    ]
    assert [call.local_start.hour for call in calls] == [11, 11]
    assert {call.status for call in calls} == {"confirmed"}


def test_the_range_includes_both_ends_and_nothing_beyond() -> None:
    day = date(2026, 12, 8)
    assert [call.recurrence_id for call in occurrences(series(MONTHLY), day, day)] == [day]
    assert occurrences(series(MONTHLY), day + timedelta(1), day + timedelta(1)) == []
    assert occurrences(series(MONTHLY), day - timedelta(1), day - timedelta(1)) == []
    assert occurrences(series(MONTHLY), day, day - timedelta(1)) == []


def test_nothing_takes_place_before_the_first_rule() -> None:
    assert original_dates(series(MONTHLY), date(2020, 1, 1), date(2023, 10, 1)) == [date(2023, 9, 12)]


def test_a_rule_ends_where_the_next_one_begins_in_whatever_order_they_stand() -> None:
    later = rule(date(2026, 5, 1), "second Monday of the month", time(18))
    changed = series(later, MONTHLY)
    calls = occurrences(changed, date(2026, 3, 1), date(2026, 6, 30))
    assert [(call.recurrence_id, call.local_start.hour) for call in calls] == [
        (date(2026, 3, 10), 11),
        (date(2026, 4, 14), 11),
        (date(2026, 5, 11), 18),
        (date(2026, 6, 8), 18),
    ]


def test_a_rule_gives_no_call_on_the_day_from_which_the_next_one_is_valid() -> None:
    changed = series(MONTHLY, rule(date(2026, 12, 8), "second Wednesday of the month"))
    assert original_dates(changed, date(2026, 12, 1), date(2026, 12, 31)) == [date(2026, 12, 9)]


def test_a_rule_that_never_comes_about_has_no_first_date() -> None:
    short = rule(date(2026, 5, 1), "second Tuesday of the month")
    changed = series(short, rule(date(2026, 5, 3), "second Monday of the month"))
    assert first_date(changed, short) is None
    assert first_date(series(MONTHLY), MONTHLY) == date(2023, 9, 12)
    impossible = rule(date(2026, 1, 1), "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    assert first_date(series(impossible), impossible) is None


def test_intervals_count_from_the_first_match_not_from_the_week_or_month_of_from() -> None:
    fortnightly = series(rule(date(2026, 1, 1), "every other Tuesday"))
    assert original_dates(fortnightly, date(2026, 1, 1), date(2026, 2, 10)) == [date(2026, 1, 6), date(2026, 1, 20), date(2026, 2, 3)]
    every_two = series(rule(date(2026, 1, 20), "second Tuesday of every 2 months"))
    assert original_dates(every_two, date(2026, 1, 1), date(2026, 7, 1)) == [date(2026, 2, 10), date(2026, 4, 14), date(2026, 6, 9)]


def test_the_range_asked_for_does_not_shift_an_interval() -> None:
    fortnightly = series(rule(date(2026, 1, 1), "every other Tuesday"))
    whole = original_dates(fortnightly, date(2026, 1, 1), date(2027, 12, 31))
    by_day = [day for number in range(730) for day in original_dates(fortnightly, *[date(2026, 1, 1) + timedelta(number)] * 2)]
    assert by_day == whole


def test_months_without_such_a_day_are_skipped() -> None:
    month_ends = series(rule(date(2026, 1, 1), "day 31 of the month"))
    assert [day.month for day in original_dates(month_ends, date(2026, 1, 1), date(2026, 12, 31))] == [1, 3, 5, 7, 8, 10, 12]
    fifth = series(rule(date(2026, 1, 1), "fifth Friday of the month"))
    assert original_dates(fifth, date(2026, 1, 1), date(2026, 8, 1)) == [date(2026, 1, 30), date(2026, 5, 29), date(2026, 7, 31)]
    leap = series(rule(date(2027, 3, 1), "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"))
    assert original_dates(leap, date(2027, 1, 1), date(2036, 12, 31)) == [date(2028, 2, 29), date(2032, 2, 29), date(2036, 2, 29)]


def test_a_count_and_an_end_are_kept() -> None:
    three = series(rule(date(2026, 1, 1), "FREQ=MONTHLY;BYDAY=2TU;COUNT=3"))
    assert [day.month for day in original_dates(three, date(2026, 2, 1), date(2027, 1, 1))] == [2, 3]
    dated = series(rule(date(2026, 1, 1), "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20260310"))
    assert [day.month for day in original_dates(dated, date(2026, 1, 1), date(2027, 1, 1))] == [1, 2, 3]
    # 11:00 in Los Angeles on 10 March 2026 is 18:00 UTC, one second too late.
    timed = series(rule(date(2026, 1, 1), "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20260310T175959Z"))
    assert [day.month for day in original_dates(timed, date(2026, 1, 1), date(2027, 1, 1))] == [1, 2]


def test_a_cancelled_call_stays_in_its_place_with_the_reason() -> None:
    cancelled = series(MONTHLY, changes=(Change(date(2026, 12, 8), True, None, "Winter break"),))
    (call,) = occurrences(cancelled, date(2026, 12, 1), date(2026, 12, 31))
    assert (call.status, call.reason, call.local_start.date()) == ("cancelled", "Winter break", date(2026, 12, 8))


def test_a_moved_call_keeps_its_recurrence_id_and_is_found_on_its_new_day_only() -> None:
    move = Change(date(2026, 12, 8), False, datetime(2027, 1, 5, 9, 30), "Holidays")
    moved = series(MONTHLY, changes=(move,))
    assert occurrences(moved, date(2026, 12, 1), date(2026, 12, 31)) == []
    call, regular = occurrences(moved, date(2027, 1, 1), date(2027, 1, 31))
    assert (call.recurrence_id, call.status, call.reason) == (date(2026, 12, 8), "moved", "Holidays")
    assert call.start == datetime(2027, 1, 5, 9, 30, tzinfo=LOS_ANGELES)
    assert call.original_start == datetime(2026, 12, 8, 11, tzinfo=LOS_ANGELES)
    assert regular.recurrence_id == date(2027, 1, 12)
    assert original_dates(moved, date(2026, 12, 1), date(2026, 12, 31)) == [date(2026, 12, 8)]


def test_a_change_for_a_day_without_a_call_changes_nothing() -> None:
    stray = series(MONTHLY, changes=(Change(date(2026, 12, 9), False, datetime(2026, 12, 10, 9), ""),))
    assert [call.recurrence_id for call in occurrences(stray, date(2026, 12, 1), date(2026, 12, 31))] == [date(2026, 12, 8)]


def test_a_talk_belongs_to_the_original_date() -> None:
    talk = Talk(date(2026, 12, 8), "Ada", "Engines", "")
    move = Change(date(2026, 12, 8), False, datetime(2026, 12, 15, 11), "")
    (call,) = occurrences(series(MONTHLY, changes=(move,), talks=(talk,)), date(2026, 12, 15), date(2026, 12, 15))
    assert call.talk == talk


def test_a_local_time_that_does_not_exist_is_read_with_the_offset_before_the_gap() -> None:
    """RFC 5545 3.3.5: 02:30 in New York on the first day of daylight time is 03:30 EDT."""
    zone = ZoneInfo("America/New_York")
    start = instant(date(2026, 3, 8), time(2, 30), zone)
    assert start == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert f"{start.astimezone(zone):%H:%M}" == "03:30"


def test_a_local_time_that_exists_twice_is_the_first_of_the_two() -> None:
    zone = ZoneInfo("America/New_York")
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert instant(date(2026, 11, 1), time(1, 30), zone) == first
    assert instant(date(2026, 11, 1), time(1, 30, fold=1), zone) == first


def test_a_call_across_a_clock_change_lasts_its_minutes() -> None:
    night = series(rule(date(2026, 1, 1), "FREQ=DAILY", time(1, 30)), zone=ZoneInfo("America/New_York"))
    for day in (date(2026, 3, 8), date(2026, 11, 1)):
        (call,) = occurrences(night, day, day)
        assert call.end - call.start == timedelta(hours=1)


def test_a_move_into_a_gap_follows_the_same_rule() -> None:
    move = Change(date(2026, 3, 10), False, datetime(2026, 3, 8, 2, 30), "")
    (call,) = occurrences(series(MONTHLY, changes=(move,)), date(2026, 3, 1), date(2026, 3, 31))
    assert call.start.astimezone(UTC) == datetime(2026, 3, 8, 10, 30, tzinfo=UTC)


def test_a_day_that_a_zone_skipped_whole_lands_on_the_next_one() -> None:
    """Samoa had no 30 December 2011: it moved across the date line."""
    fridays = series(rule(date(2011, 12, 1), "every Friday"), zone=ZoneInfo("Pacific/Apia"))
    (call,) = occurrences(fridays, date(2011, 12, 31), date(2012, 1, 1))
    assert (call.recurrence_id, call.local_start.date(), call.local_start.hour) == (date(2011, 12, 30), date(2011, 12, 31), 11)
    assert call.start.astimezone(UTC) == datetime(2011, 12, 30, 21, tzinfo=UTC)
    assert occurrences(fridays, date(2011, 12, 30), date(2011, 12, 30)) == []


def test_half_hour_daylight_time_and_far_zones_keep_the_wall_clock() -> None:
    for name in ("Australia/Lord_Howe", "Pacific/Kiritimati", "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca"):
        calls = occurrences(series(MONTHLY, zone=ZoneInfo(name)), date(2026, 1, 1), date(2026, 12, 31))
        assert [(call.local_start.hour, call.local_start.date()) for call in calls] == [(11, call.recurrence_id) for call in calls]
        assert len(calls) == 12


def test_the_edges_of_the_calendar_do_no_harm() -> None:
    ancient = series(rule(date.min, "every Monday"))
    assert original_dates(ancient, date.min, date(1, 2, 1)) == []
    assert original_dates(ancient, date(9999, 1, 1), date.max) == []
    assert occurrences(ancient, date.min, date(1, 2, 1)) == []
