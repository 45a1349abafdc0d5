"""One instant as each zone's clocks show it on that very date, in English words. Pure.

The abbreviation is the zone's own for that date, from the tz database; zones without one (the database then holds
`+03`) are written `UTC+3`. Hours are on the 24-hour clock, `00:00` being the first minute of the day named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
_UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal"})


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


def short_day(day: date) -> str:
    """`Tuesday 8 December`."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def long_day(day: date) -> str:
    """`Tuesday 8 December 2026`."""
    return f"{short_day(day)} {day.year}"


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
    """`11:00`."""
    local = start.astimezone(zone)
    return f"{local.hour:02d}:{local.minute:02d}"


def clock_and_zone(start: datetime, zone: ZoneInfo) -> str:
    """`11:00 PST`."""
    return f"{clock(start, zone)} {abbreviation(start, zone)}"


def zone_times(start: datetime, home: ZoneInfo, zones: Sequence[ZoneInfo]) -> tuple[ZoneTime, ...]:
    """`start` (aware) in each of `zones`, in their order; `home` is the series' zone, whose date the others are
    compared with."""
    home_day = start.astimezone(home).date()
    return tuple(_zone_time(start, home_day, zone) for zone in zones)


def times_line(times: Sequence[ZoneTime]) -> str:
    """`11:00 PST · 14:00 EST · 19:00 UTC`."""
    return " · ".join(time.text for time in times)


def shift_sentence(call: Call, previous: Call | None, zones: Sequence[ZoneInfo]) -> str:
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
        before, owner = instant(previous.day, usual, home), "the usual"
    changed = [zone for zone in zones if clock(call.start, zone) != clock(before, zone)]
    if not changed:
        return ""
    new = _words([clock_and_zone(call.start, zone) for zone in changed])
    old = _words([clock(before, zone) for zone in changed])
    return f"Note the hour: {new} instead of {owner} {old}."


def _zone_time(start: datetime, home_day: date, zone: ZoneInfo) -> ZoneTime:
    day = start.astimezone(zone).date()
    short = abbreviation(start, zone)
    differs = day != home_day
    text = f"{clock(start, zone)} {short}" + (f" ({WEEKDAYS[day.weekday()]})" if differs else "")
    return ZoneTime(
        zone=zone.key,
        place=_place(zone.key, short),
        abbreviation=short,
        time=clock(start, zone),
        day=short_day(day),
        day_differs=differs,
        text=text,
    )


def _place(key: str, short: str) -> str:
    if key in _UTC_NAMES:
        return "Universal time"
    if key.startswith("Etc/"):
        # Their signs are the reverse of what people write: Etc/GMT+3 is UTC-3.
        return short
    return key.rsplit("/", 1)[-1].replace("_", " ")


def _last(call: Call, previous: Call) -> str:
    gap = (call.day - previous.day).days
    months = (call.day.year - previous.day.year) * 12 + call.day.month - previous.day.month
    if gap <= 10:
        return "last week's" if gap >= 4 else "the last call's"
    return "last month's" if months == 1 and gap >= 20 else "the last call's"


def _words(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
