"""Checks across the rules, changes and talks of one series: each call once a day, each change and talk for a call that
there is."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from automation.config.table import Table
from automation.domain.instants import instant
from automation.domain.model import Change, Rule, Series, Talk
from automation.schedule.recurrence import first_date, occurrences, original_dates

# In days; beyond this a move is taken for a slip.
FARTHEST_MOVE = 60


@dataclass(frozen=True)
class ReadSeries:
    """A series as far as it could be read, and where each part of it stands in the file. `rules_sound`: no rule had to
    be left out."""

    series: Series
    rules_sound: bool
    rules: Sequence[tuple[Rule, Table]]
    changes: Sequence[tuple[Change, Table]]
    talks: Sequence[tuple[Talk, Table]]


def check_calls(read: ReadSeries) -> None:
    """Note every contradiction. What needs the days of the calls is left out where a rule was wrong, since it would
    only mislead."""
    same_from = _same_from(read.rules)
    _same_date(read.changes, "change")
    _same_date(read.talks, "talk")
    if same_from or not read.rules_sound or not read.rules:
        return
    for rule, table in read.rules:
        _comes_about(read.series, rule, table)
    sound = [_is_call(read.series, change.date, table) for change, table in read.changes]
    for talk, table in read.talks:
        _is_call(read.series, talk.date, table)
    for (change, table), is_call in zip(read.changes, sound, strict=True):
        if is_call and change.move_to is not None and _moves_near(change, table):
            _moves_to_free_day(read.series, change, table)


def _same_from(rules: Sequence[tuple[Rule, Table]]) -> bool:
    seen: dict[date, str] = {}
    double = False
    for rule, table in rules:
        if rule.start in seen:
            table.add(
                "from",
                f"{rule.start} is the first day of {seen[rule.start]} already; two rules cannot begin on one day.",
            )
            double = True
        seen.setdefault(rule.start, table.place)
    return double


def _same_date(parts: Sequence[tuple[Change | Talk, Table]], what: str) -> None:
    seen: dict[date, str] = {}
    for part, table in parts:
        if part.date in seen:
            table.add("date", f"{part.date} has a {what} already at {seen[part.date]}; keep one {what} for a call.")
        seen.setdefault(part.date, table.place)


def _comes_about(series: Series, rule: Rule, table: Table) -> None:
    if first_date(series, rule) is not None:
        return
    following = min((other.start for other in series.rules if other.start > rule.start), default=None)
    key = "every" if "every" in table.values else "rrule"
    day_exists = following is not None and first_date(replace(series, rules=(rule,)), rule) is not None
    if day_exists:
        table.add(
            key, f"gives no call before the next rule begins on {following}; remove this rule or correct its from."
        )
    else:
        table.add(key, "never gives a call, because there is no such day; correct it.")


def _is_call(series: Series, day: date, table: Table) -> bool:
    if original_dates(series, day, day):
        return True
    moved = [
        change for change in series.changes if change.move_to and change.move_to.date() == day and change.date != day
    ]
    if moved:
        sentence = (
            f"{day} is where a call was moved to; write the date on which that call was planned at first,"
            f" {moved[0].date}."
        )
    else:
        near = " and ".join(_written(other) for other in _near(series, day))
        sentence = (
            f"{_written(day)} is not a day of this call. {f'Near it: {near}.' if near else 'No call is near it.'}"
        )
    table.add("date", sentence)
    return False


def _written(day: date) -> str:
    weekdays = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return f"{day} ({weekdays[day.weekday()]})"


def _near(series: Series, day: date) -> list[date]:
    """The last planned day before and the first one after; empty if there is none within 30 years."""
    for reach in (40, 400, 11_000):
        span = timedelta(days=reach)
        around = original_dates(series, day - span, day + span)
        before, after = [one for one in around if one < day][-1:], [one for one in around if one > day][:1]
        if (before and after) or (around and reach == 11_000):
            return before + after
    return []


def _moves_near(change: Change, table: Table) -> bool:
    """Note a move so far away that it is a slip, of the year most often."""
    assert change.move_to is not None
    apart = abs(change.move_to.date() - change.date).days
    if apart <= FARTHEST_MOVE:
        return True
    near = f"write a day within {FARTHEST_MOVE} days of it, or cancel = true"
    meant = f"did you mean {found.date()}?" if (found := meant_by(change)) else f"{near}."
    table.add(
        "move_to",
        f"{change.move_to.date()} is {apart} days from the call of {change.date}, which is more than {FARTHEST_MOVE};"
        f" {meant}",
    )
    return False


def meant_by(change: Change, first: date = date.min) -> datetime | None:
    """The day that was probably meant by a move that is none: the same in the year, or else the month, of the call; not
    before `first`."""
    assert change.move_to is not None
    found = []
    for years in (-1, 0, 1):
        for month in (change.move_to.month, change.date.month):
            with contextlib.suppress(ValueError):  # there is no such day
                found.append(change.move_to.replace(year=change.date.year + years, month=month))
    near = [
        each
        for each in found
        if each != change.move_to and each.date() >= first and abs(each.date() - change.date).days <= FARTHEST_MOVE
    ]
    own = [each for each in near if each.month == change.move_to.month]
    return min(own or near, key=lambda each: abs(each.date() - change.date), default=None)


def _moves_to_free_day(series: Series, change: Change, table: Table) -> None:
    """Note a move onto the day of another call that takes place then; of two calls moved to one free day, only the
    later is noted."""
    assert change.move_to is not None
    day = instant(change.move_to.date(), change.move_to.time(), series.zone).astimezone(series.zone).date()
    for call in occurrences(series, day, day):
        if call.recurrence_id == change.date and call.start == call.original_start:
            table.add(
                "move_to", f"{change.move_to:%Y-%m-%d %H:%M} is when the call takes place anyway; remove the change."
            )
        elif call.recurrence_id == change.date or call.status == "cancelled":
            continue
        elif call.status == "confirmed" or call.recurrence_id < change.date:
            origin = "" if call.status == "confirmed" else f" (the one planned for {call.recurrence_id})"
            table.add("move_to", f"{day} has a call already{origin}; choose another day.")
