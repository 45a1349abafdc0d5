"""RFC 5545 3.3.10 recur values: the parts that the recurrence of a call can need, read and checked.

A call has one start time a day, so rules speak of days: FREQ from DAILY to YEARLY with INTERVAL, BYDAY, BYMONTHDAY,
BYMONTH, BYSETPOS, WKST, COUNT and UNTIL. Everything else is refused with a sentence. `matching_dates` works the days
out. No library is used, because an idle tick works out the calls each time and the import of a calendar library would
cost more than the whole tick.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal, cast

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_NOT_HERE = {
    "BYHOUR": "the time of day is given by at",
    "BYMINUTE": "the time of day is given by at",
    "BYSECOND": "the time of day is given by at",
    "DTSTART": "the first day is given by from",
    "EXDATE": "cancel single calls with a change",
    "RDATE": "move single calls with a change",
    "BYYEARDAY": "use BYMONTH with BYMONTHDAY",
    "BYWEEKNO": "use BYMONTH with BYDAY",
    "BYEASTER": "it is not part of RFC 5545",
    "RSCALE": "only the Gregorian calendar is known",
    "SKIP": "days that do not exist are left out",
}


@dataclass(frozen=True)
class Recur:
    """A recur value. `by_day` holds (position or 0, weekday with Monday 0). `until` is a local date (inclusive) or an
    aware UTC time (inclusive)."""

    freq: Frequency
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 0


@lru_cache(maxsize=64)
def parse_rrule(text: str) -> Recur:
    """The recur value in `text` (without DTSTART and without `RRULE:`), for example `FREQ=MONTHLY;BYDAY=2TU`. Case does
    not matter. Raises ValueError with one sentence that says what is wrong and what to write instead."""
    parts = _parts(text)
    for name in parts:
        if name not in _READERS:
            why = f"; {_NOT_HERE[name]}" if name in _NOT_HERE else f". Known are {', '.join(_READERS)}"
            raise ValueError(f"{name} cannot be used in rrule{why}.")
    if "FREQ" not in parts:
        raise ValueError(f"rrule needs FREQ, one of {', '.join(FREQUENCIES)}.")
    values = {_FIELDS[name]: _READERS[name](name, value) for name, value in parts.items()}
    recur = Recur(**values)  # type: ignore[arg-type]  # each reader gives the type of its field
    _check_together(recur)
    return recur


def _parts(text: str) -> Mapping[str, str]:
    plain = text.strip().upper()
    if plain.startswith(("RRULE:", "RRULE=")):
        raise ValueError('Leave out the "RRULE:" in front and begin with FREQ=.')
    parts: dict[str, str] = {}
    for part in plain.split(";"):
        name, equals, value = part.partition("=")
        if not re.fullmatch(r"[A-Z-]{1,30}", name) or not equals or not value:
            raise ValueError(
                "rrule has to be NAME=VALUE parts with semicolons between them, for example FREQ=MONTHLY;BYDAY=2TU."
            )
        if name in parts:
            raise ValueError(f"{name} stands twice in rrule; keep one.")
        parts[name] = value
    return parts


def _freq(name: str, value: str) -> Frequency:
    if value not in FREQUENCIES:
        raise ValueError(f"FREQ has to be one of {', '.join(FREQUENCIES)}.")
    return cast("Frequency", value)


def _positive(name: str, value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", value) or int(value) == 0:
        raise ValueError(f"{name} has to be a whole number from 1 to 9999.")
    return int(value)


def _until(name: str, value: str) -> date | datetime:
    try:
        if re.fullmatch(r"[0-9]{8}", value):
            return date(int(value[:4]), int(value[4:6]), int(value[6:]))
        if re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", value):
            return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        pass
    raise ValueError("UNTIL has to be a date such as 20271231, or a UTC time such as 20271231T235959Z.")


def _weekdays(name: str, value: str) -> tuple[tuple[int, int], ...]:
    found = [re.fullmatch(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", item) for item in value.split(",")]
    days = tuple(
        (int(item[1] or 0), DAYS.index(item[2])) for item in found if item and (item[1] is None or int(item[1]) != 0)
    )
    if len(days) != len(found) or any(abs(position) > 53 for position, _ in days):
        raise ValueError("BYDAY has to be weekdays such as TU or TU,TH, or counted ones such as 2TU or -1FR.")
    return days


def _numbers(low: int, high: int, *, signed: bool) -> Callable[[str, str], tuple[int, ...]]:
    def read(name: str, value: str) -> tuple[int, ...]:
        items = value.split(",")
        if all(re.fullmatch(r"[+-]?[0-9]{1,3}" if signed else r"[0-9]{1,3}", item) for item in items):
            numbers = tuple(int(item) for item in items)
            if all(low <= abs(number) <= high for number in numbers):
                return numbers
        raise ValueError(
            f"{name} has to be numbers from {low} to"
            f" {high}{', or negative ones counted from the end' if signed else ''}."
        )

    return read


def _week_start(name: str, value: str) -> int:
    if value not in DAYS:
        raise ValueError(f"WKST has to be one of {', '.join(DAYS)}.")
    return DAYS.index(value)


_READERS: Mapping[str, Callable[[str, str], object]] = {
    "FREQ": _freq,
    "INTERVAL": _positive,
    "COUNT": _positive,
    "UNTIL": _until,
    "BYDAY": _weekdays,
    "BYMONTHDAY": _numbers(1, 31, signed=True),
    "BYMONTH": _numbers(1, 12, signed=False),
    "BYSETPOS": _numbers(1, 366, signed=True),
    "WKST": _week_start,
}
_FIELDS = {
    "FREQ": "freq",
    "INTERVAL": "interval",
    "COUNT": "count",
    "UNTIL": "until",
    "BYDAY": "by_day",
    "BYMONTHDAY": "by_month_day",
    "BYMONTH": "by_month",
    "BYSETPOS": "by_set_pos",
    "WKST": "week_start",
}


def _check_together(recur: Recur) -> None:
    """Combinations that RFC 5545 3.3.10 rules out, or that can never match."""
    counted = any(position for position, _ in recur.by_day)
    if recur.count is not None and recur.until is not None:
        raise ValueError("COUNT and UNTIL cannot stand together in rrule; keep one.")
    if counted and recur.freq in ("DAILY", "WEEKLY"):
        raise ValueError(
            f"With FREQ={recur.freq}, BYDAY takes plain weekdays; for counted ones such as 2TU write FREQ=MONTHLY."
        )
    if recur.by_month_day and recur.freq == "WEEKLY":
        raise ValueError("BYMONTHDAY cannot stand with FREQ=WEEKLY; write FREQ=MONTHLY.")
    if recur.by_set_pos and not (recur.by_day or recur.by_month_day or recur.by_month):
        raise ValueError("BYSETPOS picks from what BYDAY, BYMONTHDAY or BYMONTH give; add one of them.")
    by_the_month = recur.freq == "MONTHLY" or bool(recur.by_month)
    if by_the_month and any(abs(position) > 5 for position, _ in recur.by_day):
        raise ValueError("No month has more than five of one weekday; write BYDAY from 1 to 5, or -1 to -5.")
