"""The recur values that are kept, and the sentences for those that are not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from automation.schedule.matching_dates import first_match, matching_days
from automation.schedule.rrule import Recur, parse_rrule

KEPT = {
    "FREQ=MONTHLY;BYDAY=2TU": Recur("MONTHLY", by_day=((2, 1),)),
    "freq=monthly;byday=-1fr,+1mo": Recur("MONTHLY", by_day=((-1, 4), (1, 0))),
    "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,TH": Recur("WEEKLY", interval=2, week_start=6, by_day=((0, 1), (0, 3))),
    "FREQ=YEARLY;BYMONTH=2,8;BYMONTHDAY=-1": Recur("YEARLY", by_month=(2, 8), by_month_day=(-1,)),
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1": Recur("MONTHLY", by_day=((0, 0), (0, 1), (0, 2), (0, 3), (0, 4)), by_set_pos=(-1,)),
    "FREQ=DAILY;COUNT=3": Recur("DAILY", count=3),
    "FREQ=DAILY;UNTIL=20271231": Recur("DAILY", until=date(2027, 12, 31)),
    "FREQ=DAILY;UNTIL=20271231T235959Z": Recur("DAILY", until=datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)),
}

REFUSED = {
    "": "NAME=VALUE",
    "second Tuesday": "NAME=VALUE",
    "FREQ=": "NAME=VALUE",
    "FREQ=MONTHLY;": "NAME=VALUE",
    "RRULE:FREQ=DAILY": "RRULE:",
    "BYDAY=2TU": "needs FREQ",
    "FREQ=HOURLY": "FREQ has to be one of",
    "FREQ=DAILY;FREQ=DAILY": "twice",
    "FREQ=DAILY;BYHOUR=3": "given by at",
    "FREQ=YEARLY;BYWEEKNO=20": "BYMONTH with BYDAY",
    "FREQ=YEARLY;BYYEARDAY=20": "BYMONTH with BYMONTHDAY",
    "FREQ=YEARLY;BYDY=TU": "BYDY",
    "FREQ=DAILY;INTERVAL=0": "INTERVAL",
    "FREQ=DAILY;INTERVAL=-1": "INTERVAL",
    "FREQ=DAILY;COUNT=x": "COUNT",
    "FREQ=DAILY;COUNT=2;UNTIL=20270101": "keep one",
    "FREQ=DAILY;UNTIL=20270231": "UNTIL",
    "FREQ=DAILY;UNTIL=20270131T100000": "UNTIL",
    "FREQ=MONTHLY;BYDAY=0TU": "BYDAY",
    "FREQ=MONTHLY;BYDAY=TUE": "BYDAY",
    "FREQ=MONTHLY;BYDAY=TU,": "BYDAY",
    "FREQ=MONTHLY;BYDAY=6TU": "more than five",
    "FREQ=YEARLY;BYDAY=54TU": "BYDAY",
    "FREQ=WEEKLY;BYDAY=2TU": "FREQ=MONTHLY",
    "FREQ=WEEKLY;BYMONTHDAY=2": "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYMONTHDAY=32": "BYMONTHDAY",
    "FREQ=MONTHLY;BYMONTHDAY=0": "BYMONTHDAY",
    "FREQ=YEARLY;BYMONTH=13": "BYMONTH",
    "FREQ=YEARLY;BYMONTH=-1": "BYMONTH",
    "FREQ=MONTHLY;BYSETPOS=1": "add one of them",
    "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=0": "BYSETPOS",
    "FREQ=WEEKLY;WKST=2": "WKST",
}


@pytest.mark.parametrize(("text", "recur"), KEPT.items())
def test_the_parts_of_a_recur_value_are_read(text: str, recur: Recur) -> None:
    assert parse_rrule(text) == recur


@pytest.mark.parametrize(("text", "words"), REFUSED.items())
def test_a_recur_value_that_cannot_be_kept_is_refused_with_a_sentence(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as raised:
        parse_rrule(text)
    assert str(raised.value).endswith(".")


def test_a_rule_that_never_matches_has_no_first_day() -> None:
    assert first_match(parse_rrule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), date(2026, 1, 1)) is None
    assert first_match(parse_rrule("FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31"), date(2026, 1, 1)) is None
    assert first_match(parse_rrule("FREQ=DAILY;UNTIL=20251231"), date(2026, 1, 1)) is None


def test_the_rarest_rule_is_found_across_a_century_without_a_leap_day() -> None:
    leap_day_on_a_monday = parse_rrule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO")
    assert first_match(leap_day_on_a_monday, date(2072, 3, 1)) == date(2112, 2, 29)


def test_plain_and_counted_weekdays_are_alternatives() -> None:
    recur = parse_rrule("FREQ=MONTHLY;BYDAY=MO,1TU")
    days = list(matching_days(recur, date(2026, 6, 1), date(2026, 6, 1), date(2026, 6, 30)))
    assert [day.day for day in days] == [1, 2, 8, 15, 22, 29]
