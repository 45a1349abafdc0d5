"""`[[series]]` of community.toml -> Series, each mistake noted with its key path."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from automation.config import validators
from automation.config.series_checks import ReadSeries, check_calls
from automation.config.table import Table, kind
from automation.domain.model import Change, Rule, Series, Talk
from automation.schedule.phrases import parse_every
from automation.schedule.rrule import parse_rrule

# Outside these years a date is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 1970, 2199
UTC = ZoneInfo("UTC")


def read_all_series(top: Table) -> tuple[Series, ...]:
    """Every `[[series]]`, with the checks across its rules, changes and talks."""
    tables = top.tables("series")
    if not tables and not top.values.get("series"):
        top.add(
            "series", "is missing; write a [[series]] section with uid, title, zone, minutes and a [[series.rule]]."
        )
    found: list[Series] = []
    for table in tables:
        read = _series(table)
        if read.series.uid and read.series.uid in [other.uid for other in found]:
            table.add("uid", f'"{read.series.uid}" is the uid of another series already; every series needs its own.')
        found.append(read.series)
        check_calls(read)
    return tuple(found)


def _series(table: Table) -> ReadSeries:
    uid = table.text("uid", example="monthly-call", check=validators.uid)
    title = table.text("title", example="Monthly call", check=validators.name)
    zone = zone_of(table.text("zone", example="America/Los_Angeles", check=validators.zone_name))
    minutes = table.number("minutes", 1, 1440, None, unit=" minutes")
    before = len(table.problems.found)
    rules = [(_rule(one), one) for one in table.tables("rule")]
    if not rules and not table.values.get("rule"):
        table.add("rule", "is missing; write a [[series.rule]] section with from, every and at.")
    rules_sound = len(table.problems.found) == before
    changes = [(_change(one), one) for one in table.tables("change")]
    talks = [(_talk(one), one) for one in table.tables("talk")]
    table.unknown_keys()
    good_rules = tuple(sorted((rule for rule, _ in rules if rule), key=lambda rule: rule.start))
    good_changes = tuple(change for change, _ in changes if change)
    good_talks = tuple(talk for talk, _ in talks if talk)
    series = Series(
        uid=uid, title=title, zone=zone, minutes=minutes, rules=good_rules, changes=good_changes, talks=good_talks
    )
    return ReadSeries(
        series=series,
        rules_sound=rules_sound,
        rules=[(rule, place) for rule, place in rules if rule],
        changes=[(change, place) for change, place in changes if change],
        talks=[(talk, place) for talk, place in talks if talk],
    )


def zone_of(name: str) -> ZoneInfo:
    """The zone of a checked name; UTC for the empty one that stands for a mistake noted before."""
    return ZoneInfo(name) if name else UTC


def _rule(table: Table) -> Rule | None:
    start = day_of(table, "from", "2026-09-01")
    at = _clock(table)
    every = table.text("every")
    rrule = table.text("rrule")
    has_every, has_rrule = table.has("every"), table.has("rrule")
    table.unknown_keys()
    if has_every == has_rrule:
        both = "stands beside rrule; keep one of the two."
        table.add(
            "every", both if has_every else 'is missing; write for example: every = "second Tuesday of the month"'
        )
        return None
    if not isinstance(table.values["every" if has_every else "rrule"], str):
        return None
    recur = _recur(table, "every" if has_every else "rrule", every or rrule)
    if start is None or at is None or recur is None:
        return None
    return Rule(start, every or rrule, recur, at)


def _recur(table: Table, key: str, text: str) -> str | None:
    try:
        if key == "every":
            return parse_every(text)
        recur = parse_rrule(text)
    except ValueError as error:
        table.add(key, str(error))
        return None
    if recur.until is not None or recur.count is not None:
        part = "UNTIL" if recur.until is not None else "COUNT"
        table.add(key, f"{part} cannot be used: a rule ends where the next [[series.rule]] begins. Leave {part} out.")
        return None
    return text.strip().upper()


def _change(table: Table) -> Change | None:
    day = day_of(table, "date", "2026-12-08")
    cancel = table.flag("cancel")
    moves = table.has("move_to")
    move_to = _local_time(table) if moves else None
    reason = table.text("reason", check=validators.one_line_only)
    table.unknown_keys()
    if cancel and moves:
        table.add("cancel", "stands beside move_to; keep one of the two.")
        return None
    if not cancel and not moves and table.values.get("cancel", False) is False:
        key = "cancel" if "cancel" in table.values else "move_to"
        remedy = "write cancel = true, or a new time such as move_to = 2026-12-15T11:00:00, or remove the change."
        table.add(key, f"neither cancels nor moves the call; {remedy}")
    if day is None or not (cancel or move_to):
        return None
    return Change(day, cancel, move_to, reason)


def _talk(table: Table) -> Talk | None:
    day = day_of(table, "date", "2026-12-08")
    speaker = table.text("speaker", check=validators.one_line_only)
    title = table.text("title", check=validators.one_line_only)
    abstract = table.text("abstract", check=validators.many_lines)
    table.unknown_keys()
    if not any(str(table.values.get(key, "")).strip() for key in ("speaker", "title")):
        table.add("title", "is missing, and so is speaker; write at least one of them.")
    return Talk(day, speaker, title, abstract) if day else None


def day_of(table: Table, key: str, example: str) -> date | None:
    if not table.has(key):
        table.missing(key, f"{key} = {example}")
        return None
    value = table.values[key]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        table.add(key, f"is a date in quotation marks; write it without them: {key} = {value}")
    elif not isinstance(value, date) or isinstance(value, datetime):
        table.add(
            key,
            f"must be a date without a time and without quotation marks, for example {example}, but is {kind(value)}.",
        )
    elif not FIRST_YEAR <= value.year <= LAST_YEAR:
        table.add(key, f"{value} is too far away; write a date from {FIRST_YEAR} to {LAST_YEAR}.")
    else:
        return value
    return None


def _clock(table: Table) -> time | None:
    if not table.has("at"):
        table.missing("at", "at = 11:00:00")
        return None
    value = table.values["at"]
    if isinstance(value, str) and (found := re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)(:00)?", value)):
        table.add("at", f"is a time in quotation marks; write it without them: at = {found[1]}:{found[2]}:00")
    elif not isinstance(value, time):
        table.add("at", f"must be a time without quotation marks, for example 11:00:00, but is {kind(value)}.")
    elif value.second or value.microsecond:
        table.add("at", f"calls begin on whole minutes; write {value.hour:02}:{value.minute:02}:00.")
    else:
        return value
    return None


def _local_time(table: Table) -> datetime | None:
    value = table.values["move_to"]
    example = "2026-12-15T11:00:00"
    if isinstance(value, datetime) and value.tzinfo is not None:
        plain = value.replace(tzinfo=None).isoformat(timespec="seconds")
        table.add(
            "move_to", f"must be the local time of the series, without an offset or Z at the end, for example {plain}."
        )
    elif isinstance(value, str):
        table.add(
            "move_to", f"must be a date with a time and without quotation marks, for example {example}, but is text."
        )
    elif not isinstance(value, datetime):
        table.add("move_to", f"must be a date with a time, for example {example}, but is {kind(value)}.")
    elif not FIRST_YEAR <= value.year <= LAST_YEAR:
        table.add("move_to", f"{value.date()} is too far away; write a date from {FIRST_YEAR} to {LAST_YEAR}.")
    elif value.second or value.microsecond:
        table.add(
            "move_to", f"calls begin on whole minutes; write {value.replace(second=0, microsecond=0).isoformat()}."
        )
    else:
        return value
    return None
