"""Plain-English recurrence, `second Tuesday of the month`, to an RFC 5545 recur value, `FREQ=MONTHLY;BYDAY=2TU`.

The grammar is small on purpose: each form has one meaning for everybody who reads it. What falls outside is an error
that says what was probably meant (`suggestions`), never a guess.
"""

from __future__ import annotations

import re

from automation.schedule.suggestions import what_was_meant
from automation.schedule.vocabulary import ORDINALS, WEEKDAYS, number

FORMS = (
    "second Tuesday of the month",
    "last Friday of every 2 months",
    "every Tuesday",
    "every other Tuesday",
    "day 15 of the month",
)
MOST_MONTHS = 99

_PERIOD = r"of (?:the month|every (?P<months>\S+|twenty \S+) months)"
_NTH_WEEKDAY = re.compile(rf"(?P<ordinal>{'|'.join(ORDINALS)}) (?P<weekday>{'|'.join(WEEKDAYS)}) {_PERIOD}")
_WEEKLY = re.compile(rf"every (?P<other>other )?(?P<weekday>{'|'.join(WEEKDAYS)})")
_MONTH_DAY = re.compile(rf"day (?P<day>\S+|(?:twenty|thirty) \S+) {_PERIOD}")


def parse_every(text: str) -> str:
    """The RFC 5545 3.3.10 recur value, without DTSTART, for what an organizer wrote behind `every`.

    Upper and lower case and the amount of blank space do not matter. Months without such a day (a fifth Friday, a day
    31) are skipped, as the RFC says. Raises ValueError with one sentence that says what was probably meant.
    """
    plain = " ".join(text.casefold().split())
    if found := _WEEKLY.fullmatch(plain):
        interval = "INTERVAL=2;" if found["other"] else ""
        return f"FREQ=WEEKLY;{interval}BYDAY={WEEKDAYS[found['weekday']]}"
    if found := _NTH_WEEKDAY.fullmatch(plain):
        position, weekday = ORDINALS[found["ordinal"]], WEEKDAYS[found["weekday"]]
        return f"FREQ=MONTHLY;{_interval(text, found['months'])}BYDAY={position}{weekday}"
    if found := _MONTH_DAY.fullmatch(plain):
        day = number(found["day"])
        if day is not None:
            if not 1 <= day <= 31:
                raise ValueError(f"{_quoted(text)}: no month has a day {day}; write a day from 1 to 31.")
            return f"FREQ=MONTHLY;{_interval(text, found['months'])}BYMONTHDAY={day}"
    raise ValueError(_not_understood(text))


def _interval(text: str, months: str | None) -> str:
    if months is None:
        return ""
    count = number(months)
    if count is None:
        raise ValueError(_not_understood(text))
    if not 1 <= count <= MOST_MONTHS:
        raise ValueError(f"{_quoted(text)}: the number of months has to be from 1 to {MOST_MONTHS}.")
    return f"INTERVAL={count};" if count > 1 else ""


def _not_understood(text: str) -> str:
    meant = what_was_meant(text)
    if meant:
        return f"{_quoted(text)} is not understood; write {' or '.join(meant)}."
    forms = ", ".join(f'"{form}"' for form in FORMS)
    return f'{_quoted(text)} is not understood; write it like one of {forms}, or give an RFC 5545 rule as rrule = "…".'


def _quoted(text: str) -> str:
    """The organizer's words, short enough for one line and without control characters."""
    plain = "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))
    return f'"{plain}"' if len(plain) <= 60 else f'"{plain[:59]}…"'
