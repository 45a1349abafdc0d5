"""One instant as each zone's clocks show it on that very date, in English words or those of another language. Pure.

The abbreviation is the zone's own for that date, from the tz database; zones without one (the database then holds
`+03`) are written `UTC+3`. Hours are on the 24-hour clock, `00:00` being the first minute of the day named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from automation.domain.instants import instant
from automation.domain.model import Call

# strftime's names follow the process's locale; members read English.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_NUMERIC = re.compile(r"([+-])(\d\d)(\d\d)?(\d\d)?")
UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal"})


# Whose hour the other one was.
Owner = Literal["last week", "last month", "last call", "usual"]
_OWNERS: Mapping[Owner, str] = {
    "last week": "last week's",
    "last month": "last month's",
    "last call": "the last call's",
    "usual": "the usual",
}


@dataclass(frozen=True)
class ZoneTime:
    """One instant in one zone: `zone` is the IANA name, `place` its city in words, `time` `HH:MM`, `day` the local date
    in words. `day_differs` if that date is not the series' local date; `text` is `11:00 PST`, then with the weekday:
    `04:00 JST (Wednesday)`.
    """

    zone: str
    place: str
    abbreviation: str
    time: str
    day: str
    day_differs: bool
    text: str


class English:
    """How days and hours are written where no other language is asked for; `language` writes them in others."""

    tag = "en"
    direction = "ltr"

    def short_day(self, day: date) -> str:
        """`Tuesday 8 December`."""
        return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"

    def long_day(self, day: date) -> str:
        """`Tuesday 8 December 2026`."""
        return f"{self.short_day(day)} {day.year}"

    def weekday(self, day: date) -> str:
        return WEEKDAYS[day.weekday()]

    def clock(self, start: datetime, zone: ZoneInfo) -> str:
        """`11:00`."""
        local = start.astimezone(zone)
        return f"{local.hour:02d}:{local.minute:02d}"

    def clock_and_zone(self, start: datetime, zone: ZoneInfo) -> str:
        """`11:00 PST`."""
        return f"{self.clock(start, zone)} {abbreviation(start, zone)}"

    def place(self, key: str, short: str) -> str:
        """The city of a zone in words; `short` is its abbreviation on that day."""
        if key in UTC_NAMES:
            return "Universal time"
        if key.startswith("Etc/"):
            # Their signs are the reverse of what people write: Etc/GMT+3 is UTC-3.
            return short
        return key.rsplit("/", 1)[-1].replace("_", " ")

    def listed(self, items: Sequence[str]) -> str:
        return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"

    def note_the_hour(self, new: str, old: str, owner: Owner) -> str:
        """The sentence about hours that are others than those of the call that `owner` names; "" if there is none."""
        return f"Note the hour: {new} instead of {_OWNERS[owner]} {old}."


ENGLISH = English()


def short_day(day: date) -> str:
    """`Tuesday 8 December`, in English."""
    return ENGLISH.short_day(day)


def long_day(day: date) -> str:
    """`Tuesday 8 December 2026`, in English."""
    return ENGLISH.long_day(day)


def abbreviation(start: datetime, zone: ZoneInfo) -> str:
    """`PST`; `UTC+3` or `UTC+5:45` where the tz database has only a number."""
    name = start.astimezone(zone).tzname() or ""
    numeric = _NUMERIC.fullmatch(name)
    if not numeric:
        return name
    sign, hours, minutes, _seconds = numeric.groups()
    if int(hours) == 0 and int(minutes or 0) == 0:
        return "UTC"
    return f"UTC{sign}{int(hours)}" + (f":{minutes}" if minutes else "")


def clock(start: datetime, zone: ZoneInfo) -> str:
    """`11:00`, in English."""
    return ENGLISH.clock(start, zone)


def clock_and_zone(start: datetime, zone: ZoneInfo) -> str:
    """`11:00 PST`, in English."""
    return ENGLISH.clock_and_zone(start, zone)


def zone_times(
    start: datetime, home: ZoneInfo, zones: Sequence[ZoneInfo], language: English = ENGLISH
) -> tuple[ZoneTime, ...]:
    """`start` (aware) in each of `zones`, in their order; `home` is the series' zone, whose date the others are
    compared with."""
    home_day = start.astimezone(home).date()
    return tuple(_zone_time(start, home_day, zone, language) for zone in zones)


def times_line(times: Sequence[ZoneTime]) -> str:
    """`11:00 PST · 14:00 EST · 19:00 UTC`."""
    return " · ".join(time.text for time in times)


def shift_sentence(call: Call, previous: Call | None, zones: Sequence[ZoneInfo], language: English = ENGLISH) -> str:
    """Says that some zone's clocks show another hour than at the `previous` call, the last one that was not cancelled:
    `Note the hour: 19:00 UTC instead of last month's 18:00.` Empty if none does, if there was no call before, or if the
    call itself was moved to another hour, which is told elsewhere."""
    if previous is None or call.cancelled:
        return ""
    home = call.series.zone
    same_hour = clock(call.start, home) == clock(previous.start, home)
    if call.status == "moved" and not same_hour:
        return ""
    before, owner = previous.start, _last(call, previous)
    if previous.status == "moved" and not same_hour:
        # That hour was an exception: the usual one of that day is what people remember.
        usual = call.start.astimezone(home).time()
        before, owner = instant(previous.day, usual, home), "usual"
    changed = [zone for zone in zones if clock(call.start, zone) != clock(before, zone)]
    if not changed:
        return ""
    new = language.listed([language.clock_and_zone(call.start, zone) for zone in changed])
    old = language.listed([language.clock(before, zone) for zone in changed])
    return language.note_the_hour(new, old, owner)


def _zone_time(start: datetime, home_day: date, zone: ZoneInfo, language: English) -> ZoneTime:
    day = start.astimezone(zone).date()
    short = abbreviation(start, zone)
    differs = day != home_day
    text = language.clock_and_zone(start, zone) + (f" ({language.weekday(day)})" if differs else "")
    return ZoneTime(
        zone=zone.key,
        place=language.place(zone.key, short),
        abbreviation=short,
        time=language.clock(start, zone),
        day=language.short_day(day),
        day_differs=differs,
        text=text,
    )


def _last(call: Call, previous: Call) -> Owner:
    gap = (call.day - previous.day).days
    months = (call.day.year - previous.day.year) * 12 + call.day.month - previous.day.month
    if gap <= 10:
        return "last week" if gap >= 4 else "last call"
    return "last month" if months == 1 and gap >= 20 else "last call"
