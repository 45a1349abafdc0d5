"""`every` lines: what they mean, and what the error says when they are outside the grammar."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.schedule.phrases import parse_every
from automation.schedule.rrule import parse_rrule

MEANINGS = {
    "second Tuesday of the month": "FREQ=MONTHLY;BYDAY=2TU",
    "first monday of the month": "FREQ=MONTHLY;BYDAY=1MO",
    "THIRD WEDNESDAY OF THE MONTH": "FREQ=MONTHLY;BYDAY=3WE",
    "fourth  Thursday  of  the  month ": "FREQ=MONTHLY;BYDAY=4TH",
    "fifth Friday of the month": "FREQ=MONTHLY;BYDAY=5FR",
    "last Sunday of the month": "FREQ=MONTHLY;BYDAY=-1SU",
    "second Tuesday of every 2 months": "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU",
    "last Saturday of every three months": "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1SA",
    "second Tuesday of every one months": "FREQ=MONTHLY;BYDAY=2TU",
    "second Tuesday of every twenty one months": "FREQ=MONTHLY;INTERVAL=21;BYDAY=2TU",
    "every Tuesday": "FREQ=WEEKLY;BYDAY=TU",
    "every other Tuesday": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
    "day 15 of the month": "FREQ=MONTHLY;BYMONTHDAY=15",
    "day 31 of the month": "FREQ=MONTHLY;BYMONTHDAY=31",
    "Day fifteen of every twelve months": "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=15",
    "day twenty-one of every 3 months": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=21",
    "day thirty one of the month": "FREQ=MONTHLY;BYMONTHDAY=31",
}

MEANT = {
    "2nd Tue of the month": "second Tuesday of the month",
    "second Tusday of the month": "second Tuesday of the month",
    "every forth friday of the month": "fourth Friday of the month",
    "every month on the third Thursday": "third Thursday of the month",
    "second Tuesday": "second Tuesday of the month",
    "second Tuesday of every month": "second Tuesday of the month",
    "second Tuesday of every other month": "second Tuesday of every 2 months",
    "every second month on the last Friday": "last Friday of every 2 months",
    "quarterly on the first Monday": "first Monday of every 3 months",
    "Tuesdays": "every Tuesday",
    "weekly on Wednesday": "every Wednesday",
    "every 2 weeks on Friday": "every other Friday",
    "biweekly Friday": "every other Friday",
    "the 15th of each month": "day 15 of the month",
    "first day of the month": "day 1 of the month",
}

MEANT_RRULE = {
    "every Tuesday and Thursday": "FREQ=WEEKLY;BYDAY=TU,TH",
    "first and third Tuesday of the month": "FREQ=MONTHLY;BYDAY=1TU,3TU",
    "last day of the month": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "every weekday": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "daily": "FREQ=DAILY",
}


@pytest.mark.parametrize(("text", "rrule"), MEANINGS.items())
def test_every_form_of_the_grammar_has_its_rrule(text: str, rrule: str) -> None:
    assert parse_every(text) == rrule
    parse_rrule(rrule)


@pytest.mark.parametrize(("text", "meant"), MEANT.items())
def test_a_near_miss_is_answered_with_the_line_to_write(text: str, meant: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f'"{meant}"')):
        parse_every(text)
    parse_every(meant)


@pytest.mark.parametrize(("text", "rrule"), MEANT_RRULE.items())
def test_what_every_cannot_say_is_answered_with_an_rrule(text: str, rrule: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f'rrule = "{rrule}"')):
        parse_every(text)
    parse_rrule(rrule)


def test_every_second_weekday_is_ambiguous_and_both_readings_are_offered() -> None:
    with pytest.raises(ValueError, match='"every other Tuesday".*"second Tuesday of the month"'):
        parse_every("every second Tuesday")


@pytest.mark.parametrize("text", ["day 0 of the month", "day 32 of the month", "day 00 of every 2 months", "day 9999 of the month"])
def test_a_day_that_no_month_has_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="from 1 to 31"):
        parse_every(text)


@pytest.mark.parametrize("text", ["second Tuesday of every 0 months", "day 3 of every 100 months"])
def test_a_senseless_number_of_months_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="from 1 to 99"):
        parse_every(text)


@pytest.mark.parametrize("text", ["", "blah", "when it suits", "day zwei of the month", "day ² of the month", "every", "x" * 5000])
def test_a_line_that_means_nothing_is_answered_with_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match='"every other Tuesday"') as raised:
        parse_every(text)
    assert len(str(raised.value)) < 400


@given(st.text(max_size=80))
def test_any_text_gives_a_valid_rrule_or_one_printable_sentence(text: str) -> None:
    sentence = ""
    try:
        parse_rrule(parse_every(text))
    except ValueError as error:
        sentence = str(error)
    assert sentence.isprintable()
    assert not sentence or sentence.endswith(".")


PATTERN = ["every", "other", "first", "second", "third", "last", "fifth", "tuesday", "friday", "day", "of", "the", "month", "months"]
AROUND = ["2", "three", "31", "quarter", "weeks", "15th", "and", "on", "weekday"]


@given(st.lists(st.sampled_from(PATTERN + AROUND), max_size=9).map(" ".join))
def test_what_the_error_suggests_is_itself_accepted(text: str) -> None:
    try:
        parse_rrule(parse_every(text))
    except ValueError as error:
        for rrule in re.findall(r'rrule = "([^"…]+)"', str(error)):
            parse_rrule(rrule)
        if "; write" in str(error):
            behind = str(error).split("; write", 1)[1]
            for every in re.findall(r'(?<!= )"([^"]+)"', behind):
                parse_every(every)
