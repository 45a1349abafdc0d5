"""The text of archive.toml with more in it: what people wrote, their remarks and their order stay as they are. Pure.

A call gets its place by its date; of one that is there already only keys that it lacks are added, so that a person's
line always wins. New lines are put in by hand: `tomlkit`, which changes values in place, would move the remark above a
call to the end of the one before it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import tomlkit

from automation.config.archive_file import headers_of

BEGINNING = """\
# Past calls, oldest first. Callkeeper adds what it finds (`archive import`), and never changes what is here: correct
# and add what you like. Keys: series, date (planned at first), held (if on another day), title, speaker, abstract,
# slides, recording (a link, or a list of links), notes, duration (minutes), consent ("publish", "ask", "never").
"""
Value = str | int | date | tuple[str, ...]


@dataclass(frozen=True)
class Addition:
    """What is to be known of one call: of which series, the day planned at first, and keys with their values."""

    series: str
    day: date
    values: Mapping[str, Value]


def added(text: str, additions: Iterable[Addition]) -> str:
    """The text with the additions in it. Raises ValueError for a text in which the calls cannot be told apart."""
    for addition in sorted(additions, key=lambda each: (each.day, each.series)):
        text = _added(text or BEGINNING, addition)
    return text


def changed(text: str, change: Addition, gone: Iterable[str]) -> str:
    """The text in which the call has these values, whatever it had, and no longer the keys in `gone`. Raises ValueError
    as `added` does."""
    document = tomlkit.parse(text)
    for call in document.get("call", []):
        if call.get("series") == change.series and call.get("date") == change.day:
            for key in gone:
                call.pop(key, None)
            for key, value in change.values.items():
                if key in call:
                    call[key] = list(value) if isinstance(value, tuple) else value
    return added(tomlkit.dumps(document), [change])


def _added(text: str, addition: Addition) -> str:
    calls, headers, rows = tomllib.loads(text).get("call", []), headers_of(text), text.rstrip("\n").split("\n")
    if len(calls) != len(headers):
        raise ValueError("its [[call]] lines cannot be told from text that looks like them")
    for number, call in enumerate(calls):
        if call.get("series") == addition.series and call.get("date") == addition.day:
            missing = {key: value for key, value in addition.values.items() if key not in call}
            end = headers[number + 1] if number + 1 < len(headers) else len(rows)
            return _joined(_inserted(rows, _last_said(rows, headers[number], end) + 1, _keys(missing)))
    values: dict[str, Value] = {"series": addition.series, "date": addition.day, **addition.values}
    block = ["[[call]]", *_keys(values)]
    later = next((place for place, call in zip(headers, calls, strict=True) if call["date"] > addition.day), None)
    if later is None:
        return _joined([*rows, *([""] if rows[-1] else []), *block])
    place = _begin_of(rows, later)
    return _joined(_inserted(rows, place, [*block, ""]))


def _keys(values: Mapping[str, Value]) -> list[str]:
    return [f"{key} = {_written(value)}" for key, value in values.items()]


def _written(value: Value) -> str:
    """A TOML value. A JSON string is a TOML basic string but for DEL (TOML 1.0, String)."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _last_said(rows: Sequence[str], begin: int, end: int) -> int:
    """The last line of a call that is neither empty nor a remark; a text of many lines ends with its quotation
    marks."""
    return max(row for row in range(begin, end) if row == begin or _says(rows[row]))


def _says(row: str) -> bool:
    return bool(row.strip()) and not row.lstrip().startswith("#")


def _begin_of(rows: Sequence[str], header: int) -> int:
    """The first line of the remarks right above a `[[call]]`, but for those at the beginning of the file."""
    place = header
    while place > 0 and rows[place - 1].lstrip().startswith("#"):
        place -= 1
    return header if place == 0 else place


def _inserted(rows: Sequence[str], place: int, new: Iterable[str]) -> list[str]:
    return [*rows[:place], *new, *rows[place:]]


def _joined(rows: Iterable[str]) -> str:
    return "\n".join(rows) + "\n"
