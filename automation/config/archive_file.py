"""archive.toml, beside community.toml: what is known of past calls. Each mistake is noted with its line."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import cast

from automation.config import validators
from automation.config.series import day_of
from automation.config.table import Problems, Table, nearest
from automation.domain.archive_entry import Consent, Line
from automation.domain.errors import Problem
from automation.domain.instants import instant
from automation.domain.keys import CallId
from automation.domain.model import Config, Series
from automation.files.reading import MEGABYTE, NotReadable, decode, parse_toml, read_bytes

LARGEST = 10 * MEGABYTE
HEADER = re.compile(r"^\s*\[\[\s*call\s*\]\]\s*(?:#.*)?$")
_PLACE = re.compile(r"call\[(\d+)\](?:\.([A-Za-z0-9_-]+))?")


@dataclass(frozen=True)
class ReadArchive:
    """What could be read of archive.toml, and what is wrong with it."""

    lines: tuple[Line, ...] = ()
    problems: tuple[Problem, ...] = ()


def scan_archive(path: Path, config: Config) -> ReadArchive:
    """Every `[[call]]` of the file; none if there is no such file."""
    if not os.path.lexists(path):
        return ReadArchive()
    try:
        text = decode(read_bytes(path, LARGEST))
    except NotReadable as error:
        return ReadArchive(problems=(error.problem(str(path)),))
    return read_archive(text, str(path), config)


def read_archive(text: str, file: str, config: Config) -> ReadArchive:
    """The same for a text that is, or is to be, that of `file`."""
    try:
        values = parse_toml(text)
    except NotReadable as error:
        return ReadArchive(problems=(error.problem(file),))
    problems = Problems(file)
    top = Table(problems, "", values)
    by_uid = {series.uid: series for series in config.series}
    lines: dict[CallId, Line] = {}
    for table in top.tables("call"):
        line = _line(table, config.uid, by_uid)
        if line is not None and line.id in lines:
            table.add("date", f"{line.id.recurrence_id} is in the file already; make one [[call]] of the two.")
        elif line is not None:
            lines[line.id] = line
    top.unknown_keys()
    return ReadArchive(tuple(lines.values()), tuple(_with_line(problem, text) for problem in problems.found))


def _line(table: Table, community: str, by_uid: dict[str, Series]) -> Line | None:
    series = by_uid.get(table.text("series", example=next(iter(by_uid), "monthly-call")))
    day = day_of(table, "date", "2025-03-11")
    held = day_of(table, "held", "2025-03-11") if table.has("held") else None
    recordings = _links(table, "recording")
    line_of = {
        "title": table.text("title", check=validators.one_line_only),
        "speaker": table.text("speaker", check=validators.one_line_only),
        "abstract": table.text("abstract", check=validators.many_lines),
        "slides": table.text("slides", check=validators.web_url),
        "notes": table.text("notes", check=validators.web_url),
    }
    minutes = table.number("duration", 0, 1440, 0, unit=" minutes")
    consent = table.choice("consent", ("publish", "ask", "never"), "publish")
    table.unknown_keys()
    if series is None:
        _unknown_series(table, by_uid)
    if series is None or day is None:
        return None
    on, start = _when(series, day, held)
    return Line(
        id=CallId(community, series.uid, day),
        held=on,
        start=start,
        recordings=recordings,
        minutes=minutes,
        consent=cast("Consent", consent),
        **line_of,
    )


def _unknown_series(table: Table, by_uid: dict[str, Series]) -> None:
    given = table.values.get("series")
    if isinstance(given, str) and given and by_uid:
        meant = nearest(given, by_uid) or next(iter(by_uid))
        table.add(
            "series", f'no [[series]] in community.toml has the uid {table.problems.quoted(given)}; write "{meant}".'
        )


def _when(series: Series, day: date, held: date | None) -> tuple[date, datetime]:
    """The local date on which the call took place and its start, by the clocks there: at the hour of the rule in force,
    or of the move."""
    moved = next((each.move_to for each in series.changes if each.date == day and each.move_to), None)
    if moved is not None and held in (None, moved.date()):
        return moved.date(), instant(moved.date(), moved.time(), series.zone).astimezone(series.zone)
    before = [rule for rule in series.rules if rule.start <= day] or list(series.rules[:1])
    on = held or day
    at = before[-1].at if before else datetime.min.time()
    return on, instant(on, at, series.zone).astimezone(series.zone)


def _links(table: Table, key: str) -> tuple[str, ...]:
    """One link, or a list of several."""
    if isinstance(table.values.get(key), list):
        return table.texts(key, check=validators.web_url)
    found = table.text(key, check=validators.web_url)
    return (found,) if found else ()


def _with_line(problem: Problem, text: str) -> Problem:
    """The problem with the line of its key, or of the `[[call]]` in which something is missing, in place of its key
    path."""
    found = _PLACE.match(problem.place)
    headers = headers_of(text)
    if found is None or int(found[1]) >= len(headers):
        return problem
    number, rows = int(found[1]), text.split("\n")
    first = headers[number]
    last = headers[number + 1] if number + 1 < len(headers) else len(rows)
    key = re.compile(rf'^\s*"?{re.escape(found[2] or "")}"?\s*=')
    line = next((row for row in range(first + 1, last) if found[2] and key.match(rows[row])), first)
    name = f"{found[2]}: " if found[2] else ""
    return Problem(problem.file, f"line {line + 1}", f"{name}{problem.sentence}")


def headers_of(text: str) -> list[int]:
    """The lines, counted from 0, at which a `[[call]]` begins."""
    return [number for number, row in enumerate(text.split("\n")) if HEADER.match(row)]
