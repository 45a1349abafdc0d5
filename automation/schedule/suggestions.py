"""What somebody probably meant by an `every` line that is outside the grammar: near misses such as `2nd Tue of each
month`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from automation.schedule.vocabulary import ORDINALS, WEEKDAYS, number

_ORDINAL_FORMS = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth", "final": "last"}
_ALTERNATING = {"other", "alternate", "alternating", "biweekly", "bi-weekly", "fortnightly", "fortnight"}
_MONTH_WORDS = {"month", "months", "monthly", "quarter", "quarterly", "bimonthly"}


@dataclass(frozen=True)
class _Words:
    """What could be recognised in the line, in the order in which it stood."""

    all: tuple[str, ...]
    ordinals: tuple[str, ...]
    weekdays: tuple[str, ...]
    day: int | None
    months: int

    @property
    def monthly(self) -> bool:
        return not _MONTH_WORDS.isdisjoint(self.all)

    @property
    def alternating(self) -> bool:
        two_weeks = re.search(r"\b(2|two|second) weeks?\b", " ".join(self.all)) is not None
        other_month = "other month" in " ".join(self.all)
        return two_weeks or (not _ALTERNATING.isdisjoint(self.all) and not other_month)


def what_was_meant(text: str) -> list[str]:
    """Ready-to-copy spellings, each in its quotes; empty if nothing could be made of the text."""
    words = _read(text)
    if len(words.weekdays) > 1 or len(words.ordinals) > 1:
        return _several(words)
    if words.weekdays:
        return _one_weekday(words)
    if "weekday" in words.all or "weekdays" in words.all:
        return ['rrule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR" in place of every']
    if "day" in words.all and words.ordinals == ("last",):
        return ['rrule = "FREQ=MONTHLY;BYMONTHDAY=-1" in place of every']
    if words.day is not None or ("day" in words.all and words.ordinals and words.monthly):
        day = words.day if words.day is not None else ORDINALS[words.ordinals[0]]
        return [f'"day {day} of {_period(words.months)}"'] if 1 <= day <= 31 else []
    if "daily" in words.all or words.all in (("every", "day"), ("each", "day")):
        return ['rrule = "FREQ=DAILY" in place of every']
    return []


def _one_weekday(words: _Words) -> list[str]:
    weekday = words.weekdays[0].capitalize()
    nth = [f'"{ordinal} {weekday} of {_period(words.months)}"' for ordinal in words.ordinals]
    if words.alternating and not nth:
        return [f'"every other {weekday}"']
    if words.ordinals == ("second",) and not words.monthly and "every" in words.all:  # people read it both ways
        return [f'"every other {weekday}" (each two weeks)', f"{nth[0]} (once a month)"]
    if nth:
        return nth
    if words.monthly:
        return [f'"first {weekday} of {_period(words.months)}" (or second, third, fourth, fifth, last)']
    return [f'"every {weekday}"']


def _several(words: _Words) -> list[str]:
    codes = [WEEKDAYS[weekday] for weekday in words.weekdays]
    if not codes:
        return []
    if not words.ordinals:
        interval = "INTERVAL=2;" if words.alternating else ""
        return [f'rrule = "FREQ=WEEKLY;{interval}BYDAY={",".join(codes)}" in place of every']
    interval = f"INTERVAL={words.months};" if words.months > 1 else ""
    days = ",".join(f"{ORDINALS[ordinal]}{code}" for code in codes for ordinal in words.ordinals)
    return [f'rrule = "FREQ=MONTHLY;{interval}BYDAY={days}" in place of every']


def _period(months: int) -> str:
    return "the month" if months == 1 else f"every {months} months"


def _read(text: str) -> _Words:
    words = tuple(re.findall(r"[a-z0-9-]+", text[:200].casefold()))
    weekdays = tuple(dict.fromkeys(weekday for word in words if (weekday := _weekday(word))))
    line = " ".join(words)
    counted = re.findall(
        r"[a-z0-9-]+", re.sub(r"\bsecond (month|week)", r"\1", line)
    )  # "every second month" counts no weekday
    ordinals = tuple(dict.fromkeys(ordinal for word in counted if (ordinal := _ordinal(word))))
    return _Words(
        all=words,
        ordinals=ordinals,
        weekdays=weekdays,
        day=_month_day(line) if not weekdays else None,
        months=_months(line),
    )


def _weekday(word: str) -> str | None:
    stem = word.removesuffix("s")
    for weekday in WEEKDAYS:
        if stem == weekday or (3 <= len(word) <= 5 and weekday.startswith(word)):
            return weekday
    near = get_close_matches(stem, WEEKDAYS, n=1, cutoff=0.75) if len(word) >= 5 and stem != "weekday" else []
    return near[0] if near else None


def _ordinal(word: str) -> str | None:
    if word in ORDINALS:
        return word
    if word in _ORDINAL_FORMS:
        return _ORDINAL_FORMS[word]
    near = get_close_matches(word, ORDINALS, n=1, cutoff=0.8) if len(word) >= 4 else []
    return near[0] if near else None


def _months(line: str) -> int:
    if "quarter" in line:
        return 3
    if "bimonthly" in line or "other month" in line or "second month" in line:
        return 2
    found = re.search(r"(\S+) months?\b", line)
    count = number(found[1]) if found else None
    return count if count is not None and 1 <= count <= 99 else 1


def _month_day(line: str) -> int | None:
    """The day in `the 15th of each month`, `day 15`, `on 15`."""
    found = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)\b", line) or re.search(r"\b(?:day|on|the) (\d{1,2}|[a-z-]+)\b", line)
    return number(found[1]) if found else None
