"""The date at which a heading begins, in whatever usual way people write it. Pure.

`2026-11-10`, `2026/11/10`, `November 10, 2026`, `Tue Nov 10th 2026`, `10. November 2026`, `10-Nov-26` and the like, a
weekday before it or not. Numbers alone (`11/10/2026`) mean month or day first, as the other headings of the document
settle it; where they do not, no date is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Literal

Order = Literal["", "month first", "day first"]

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _shortened(names: Iterable[str]) -> str:
    """A pattern for each name and for its beginning of three letters or more: `sept`, `tues`."""
    return "|".join(
        f"{name[:3]}" + "".join(f"(?:{letter}" for letter in name[3:]) + ")?" * len(name[3:]) for name in names
    )


_WEEKDAY = rf"(?:(?:{_shortened(WEEKDAYS)})\b\.?\s*,?\s*(?:the\s+)?)?"
_MONTH = rf"(?P<month>{_shortened(MONTHS)})(?![^\W\d_])\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_END = r"(?![\w]|[-/.]\d)"
_GAP = r"\s*[-/,\s]\s*"
_NAMED = tuple(
    re.compile(f"{_WEEKDAY}{form}{_END}")
    for form in (
        rf"{_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}",
        rf"{_DAY}\.?(?:{_GAP}|\s*)(?:of\s+)?{_MONTH}(?:{_GAP}|(?=\d)){_YEAR}",
        rf"(?P<year>\d{{4}}){_GAP}{_MONTH}{_GAP}{_DAY}",
    )
)
# The year first: the month follows. Behind it a time of day may follow at once, as in ISO 8601.
_ISO = re.compile(
    rf"{_WEEKDAY}(?P<year>\d{{4}})(?P<gap>[-/.\u2010-\u2013]|\s*)(?P<month>\d{{1,2}})(?P=gap)(?P<day>\d{{1,2}})(?:t\d{{2}}:?\d{{2}}|{_END})"
)
_COMPACT = re.compile(r"(?P<year>20\d{2})(?P<month>\d{2})(?P<day>\d{2})(?![\w])")
_NUMBERS = re.compile(
    rf"{_WEEKDAY}(?P<one>\d{{1,2}})(?P<gap>\s*[-/.]\s*)(?P<two>\d{{1,2}})(?P=gap)(?P<year>\d{{4}}|\d{{2}}){_END}"
)


def date_of(heading: str, order: Order = "") -> date | None:
    """The date with which the heading begins; None if there is none, or if its numbers may mean two days."""
    text = _plain(heading)
    for pattern in _NAMED:
        found = pattern.match(text)
        if found:
            return _date(found["year"], str(_month(found["month"])), found["day"])
    found = _ISO.match(text) if not text[:8].isdigit() else _COMPACT.match(text)
    if found:
        return _date(found["year"], found["month"], found["day"])
    found = _NUMBERS.match(text)
    if not found:
        return None
    month_first, day_first = (
        _date(found["year"], found["one"], found["two"]),
        _date(found["year"], found["two"], found["one"]),
    )
    if "." in found["gap"]:  # nobody writes the month first with full stops
        return day_first
    if month_first == day_first or day_first is None or order == "month first":
        return month_first
    return day_first if month_first is None or order == "day first" else None


def order_in(headings: Iterable[str]) -> Order:
    """What numbers alone mean in a document: what its headings with a day above twelve say, if they agree."""
    found: set[Order] = set()
    for heading in headings:
        numbers = _NUMBERS.match(_plain(heading))
        if numbers and "." not in numbers["gap"]:
            one, two = int(numbers["one"]), int(numbers["two"])
            if one > 12 >= two:
                found.add("day first")
            if two > 12 >= one:
                found.add("month first")
    return found.pop() if len(found) == 1 else ""


def _plain(heading: str) -> str:
    """One kind of blanks, small letters, and nothing before the first letter or number: a calendar sign, a bracket."""
    text = " ".join(unicodedata.normalize("NFKC", heading).casefold().split())
    return re.sub(r"^[\W_]+", "", text)


def _month(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, start=1) if month.startswith(name[:3]))


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
