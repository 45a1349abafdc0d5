"""What a name says of the time: instants, days, days without a year, months. Pure.

The name is read from the most exact form to the vaguest, and what one form has read no other reads again. Numbers alone
may mean several days; which, `orders.py` settles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from automation.archive.words import ANOTHER, CANCELLED, ELSEWHEN, LONG_MONTHS, MONTHS, WEEKDAYS, any_of, plain

# The order of day, month and year in numbers.
ORDERS = ("mdy", "dmy", "ymd")


@dataclass(frozen=True)
class Day:
    """A day by each order in which its numbers make one; the order is empty where it is written out. `sign` stands
    between the numbers."""

    options: Mapping[str, date]
    sign: str = ""


@dataclass
class Reading:
    """All that one name says. `yearless` are month and day, `months` year and month, the year None if there is
    none; `ahead` is the word before two numbers alone (`Chapter` 7-9), `beside` the one that goes with a month alone
    (March `call`, June `Lee`); `rest` is what no date has used. `elsewhen`: a date of it is that of something to
    come."""

    instants: list[datetime] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    yearless: list[tuple[int, int]] = field(default_factory=list)
    months: list[tuple[int | None, int]] = field(default_factory=list)
    year: int | None = None
    ahead: str = ""
    beside: str = ""
    rest: str = ""
    cancelled: bool = False
    another: bool = False
    elsewhen: bool = False
    odd: str = ""


# Stands where a date was: nothing reads across it.
USED = " | "
# Several days of one month: "Feb 12 & 19", "11-13 March".
_BEFORE = re.compile(r"(?<!\d)(?:\d{1,2}\s*(?:&|\+|\b(?:and|und|y|et|e)\b)\s*|(?<![-./_])\d{1,2}[-\u2013])$")
_BEHIND = re.compile(r"\s*(?:&|\+|(?:and|und|y|et|e)\b|[-\u2013](?=\d))\s*\d{1,2}(?!\d)")
EXTENSION = re.compile(r"\.(?=[a-z0-9]*[a-z])[a-z0-9]{2,4}$", re.IGNORECASE)
_MONTH = rf"(?<![^\W\d_])(?P<month>{any_of(MONTHS)})(?![^\W\d_])\.?"
_DAY = r"(?<!\d)(?P<day>\d{1,2})(?:(?:st|nd|rd|th|er|o|a|e|\.)(?![^\W\d_]))?(?!\d)"
_YEAR4 = r"(?<!\d)(?P<year>20\d\d)(?!\d)"
_YEAR = r"(?<!\d)(?P<year>20\d\d|['\u2019]?\d\d)(?!\d)(?![:.]\d|h|\s*[ap]\.?m)"
_GAP = r"[\s,./_\u2010-\u2015-]{0,3}(?:(?:of|de|del|di|d|the)\b[\s,]*)?"
_WEEKDAY = rf"(?:(?<![^\W\d_])(?P<weekday>{any_of(WEEKDAYS)})\b\.?[\s,_-]*(?:the\s+)?)?"
_SIGN = r"(?P<sign>[-/._ \u2010-\u2013])"
_TIME = r"(?:t|\s*[-_ ]?\s*(?:at\s+)?)(?P<hour>\d\d)[-:.\u2236]?(?P<minute>\d\d)(?:[-:.\u2236]?\d\d)?(?:[.,]\d+)?"
_DATE = r"(?<!\d)(?P<year>20\d\d)[-/]?(?P<month>\d\d)[-/]?(?P<day>\d\d)"


def read(name: str) -> Reading:
    """What the name says; its extension says nothing."""
    found = Reading()
    text = plain(EXTENSION.sub("", name).replace("|", ","))
    found.cancelled, found.another = bool(CANCELLED.search(text)), bool(ANOTHER.search(text.replace("_", " ")))
    for pattern, take in _FORMS:
        text = _taken(text, pattern, take, found)
    found.rest = text
    return found


def _taken(text: str, pattern: re.Pattern[str], take: Callable[[Reading, re.Match[str]], bool], found: Reading) -> str:
    """The text without what the pattern found and `take` could use."""

    def each(match: re.Match[str]) -> str:
        if not take(found, match):
            return match[0]
        found.elsewhen = found.elsewhen or bool(ELSEWHEN.search(match.string[: match.start()]))
        return USED

    return pattern.sub(each, text)


def _instant(found: Reading, match: re.Match[str]) -> bool:
    parts = match.groupdict()
    try:
        at = datetime(*(int(parts[each]) for each in ("year", "month", "day", "hour", "minute")), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return False
    offset = re.fullmatch(r"([+-])(\d{1,2}):?(\d\d)?", parts.get("offset") or "")
    if offset:
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        at = at - ahead if offset[1] == "+" else at + ahead
    found.instants.append(at)
    return True


def _written(found: Reading, match: re.Match[str]) -> bool:
    """A day with its month by name or behind its year; a weekday that is another's makes it none."""
    year = _year(match["year"])
    days = [day for month in _months(match["month"]) if (day := _date(year, month, int(match["day"])))]
    if not days:
        return False
    weekday = match.groupdict().get("weekday")
    fitting = [day for day in days if weekday is None or day.weekday() in WEEKDAYS[weekday]]
    if not fitting:
        found.odd = f"{days[0].isoformat()} is no {weekday.capitalize() if weekday else ''}"
    if _BEFORE.search(match.string[: match.start()]):
        found.odd = "it names several days"
    # A month that means two is left to the calls, like numbers that mean two days.
    found.days.append(Day({f"month {day.month}" if len(days) > 1 else "": day for day in fitting or days}))
    return True


def _numbers(found: Reading, match: re.Match[str]) -> bool:
    one, two, three = match["one"], match["two"], match["three"].strip("'\u2019")
    asked = {"mdy": (three, one, two), "dmy": (three, two, one)}
    if len(three) == len(one) == 2:
        asked["ymd"] = (one, two, three)
    options = {order: day for order, (y, m, d) in asked.items() if (day := _date(_year(y), int(m), int(d)))}
    weekday = match.groupdict().get("weekday")
    if weekday is not None and options:
        fitting = {order: day for order, day in options.items() if day.weekday() in WEEKDAYS[weekday]}
        found.odd = "" if fitting else f"none of its readings is a {weekday.capitalize()}"
        options = fitting or options
    if not options:
        return False
    found.days.append(Day(options, match.groupdict().get("sign") or "none"))
    return True


def _yearless(found: Reading, match: re.Match[str]) -> bool:
    days = [(month, int(match["day"])) for month in _months(match["month"]) if _date(2024, month, int(match["day"]))]
    if _BEHIND.match(match.string[match.end() :]):
        found.odd = "it names several days"
    found.yearless += days
    return bool(days)


def _few_numbers(found: Reading, match: re.Match[str]) -> bool:
    pairs = {(int(match["two"]), int(match["one"]))}
    if match["sign"] != ".":  # nobody puts the month first with full stops
        pairs.add((int(match["one"]), int(match["two"])))
    days = [(month, day) for month, day in sorted(pairs) if _date(2024, month, day)]
    word = re.search(r"([^\W\d_]+)[\W_]*$", match.string[: match.start()])
    found.ahead = word[1] if days and word else found.ahead
    found.yearless += days
    return bool(days)


def _month(found: Reading, match: re.Match[str]) -> bool:
    year = match.groupdict().get("year")
    months = _months(match["month"])
    if not year:
        after = re.match(r"(?:['\u2019]s)?[\s_]+([^\W\d_]+)", match.string[match.end() :])
        before = re.search(r"([^\W\d_]+)[\s_-]*$", match.string[: match.start()])
        word = after or before
        found.beside = word[1] if word else ""
    found.months += [(_year(year) if year else None, month) for month in months]
    return bool(months)


def _bare_year(found: Reading, match: re.Match[str]) -> bool:
    found.year = int(match["year"])
    return True


def _months(text: str) -> list[int]:
    if text.isdigit():
        return [int(text)] if 1 <= int(text) <= 12 else []
    return sorted(MONTHS[text])


def _year(text: str) -> int:
    digits = text.strip("'\u2019")
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _forms() -> Iterator[tuple[str, Callable[[Reading, re.Match[str]], bool]]]:
    yield r"(?<![a-z])gmt" + _DATE + "[-t_]" + r"(?P<hour>\d\d)(?P<minute>\d\d)\d\d(?!\d)", _instant
    yield _DATE + _TIME + r"\s*(?:z(?![a-z])|(?:gmt|utc)\s*(?P<offset>[+-]\d{1,2}(?::?\d\d)?)?(?![a-z0-9]))", _instant
    yield r"(?P<year>20\d\d)\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]", _written
    yield (
        rf"{_WEEKDAY}{_YEAR4}\s?{_SIGN}\s?(?P<month>\d{{1,2}})\s?(?P=sign)\s?(?P<day>\d{{1,2}})(?!\d)"
        rf"(?:{_TIME}(?!\d))?",
        _written,
    )
    yield r"(?<!\d)(?P<year>20\d\d)-?(?P<month>\d\d)-?(?P<day>\d\d)(?:[-t_ ]?\d{4}(?:\d\d)?)?(?!\d)", _written
    yield f"{_WEEKDAY}{_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}", _written
    yield f"{_WEEKDAY}{_DAY}{_GAP}{_MONTH}{_GAP}{_YEAR}", _written
    yield f"{_YEAR4}{_GAP}{_MONTH}{_GAP}{_DAY}", _written
    yield (
        rf"{_WEEKDAY}(?<!\d)(?<!\d[-/.])(?P<one>\d{{1,2}})\s?{_SIGN}\s?(?P<two>\d{{1,2}})\s?(?P=sign)\s?"
        r"(?P<three>20\d\d|['\u2019]?\d\d)(?!\d)(?![-/.]\d)",
        _numbers,
    )
    yield r"(?<!\d)(?P<one>\d\d)(?P<two>\d\d)(?P<three>20\d\d|\d\d)(?!\d)", _numbers
    yield f"{_MONTH}{_GAP}(?<!\\d)(?P<year>20\\d\\d|['\u2019]\\d\\d)(?!\\d)", _month
    yield f"{_YEAR4}{_GAP}{_MONTH}", _month
    yield r"(?<!\d)(?<!\d[-./_])(?P<year>20\d\d)[-./_]?(?P<month>0[1-9]|1[0-2])(?!\d|[-./_]\d)", _month
    yield r"(?<!\d)(?<!\d[-./_])(?P<month>\d{1,2})[-./_](?P<year>20\d\d)(?!\d|[-./_]\d)", _month
    yield r"(?<!\d)(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]", _yearless
    yield f"{_MONTH}[\\s,._-]{{0,2}}{_DAY}", _yearless
    yield f"{_DAY}{_GAP}{_MONTH}", _yearless
    yield r"(?<!\d)(?<!\d[-/.])(?P<one>\d{1,2})(?P<sign>[-/])(?P<two>\d{1,2})(?!\d|[-/.]\d)", _few_numbers
    yield r"(?<![\d.v])(?<!\d[-/])(?P<one>\d\d)(?P<sign>\.)(?P<two>\d\d)(?!\d|[-/.]\d)", _few_numbers
    yield f"(?<![^\\W\\d_])(?P<month>{any_of(LONG_MONTHS)}|may(?= (?:call|meeting)))(?![^\\W\\d_])", _month
    yield rf"^\W*{_YEAR4}\W*$", _bare_year


_FORMS = tuple((re.compile(form), take) for form, take in _forms())
