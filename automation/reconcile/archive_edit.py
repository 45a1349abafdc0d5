"""What a person says of one past call on the command line, put into the text of archive.toml."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from automation.config.archive_file import read_archive
from automation.config.archive_text import Addition, Value, changed
from automation.config.table import suggest
from automation.domain.errors import ProblemsError, UserError
from automation.domain.keys import CallId
from automation.domain.model import Config
from automation.domain.receipts import LedgerSnapshot
from automation.reconcile.backfill import past_calls

KEYS = ("title", "speaker", "abstract", "slides", "recording", "notes", "duration", "consent", "held")


def settings_of(words: Iterable[str]) -> tuple[dict[str, Value], list[str]]:
    """`key=value` each -> the values, and the keys that are to go. Raises UserError for what is none."""
    values: dict[str, Value] = {}
    recordings: list[str] = []
    gone: list[str] = []
    for word in words:
        key, equals, text = word.partition("=")
        if not equals:
            raise UserError(f"{word!r} says nothing; write KEY=VALUE, for example speaker=Emily")
        if key not in KEYS:
            raise UserError(f"{key!r} is no key of a call in archive.toml. {suggest(key, KEYS)}")
        if key in values or key in gone:
            raise UserError(f"{key} is there twice; only recording may be")
        if not text.strip():
            gone.append(key)
        elif key == "recording":
            recordings.append(text)
        else:
            values[key] = _value(key, text)
    if recordings:
        values["recording"] = recordings[0] if len(recordings) == 1 else tuple(recordings)
    return values, gone


def _value(key: str, text: str) -> Value:
    try:
        if key == "duration":
            return int(text)
        return date.fromisoformat(text) if key == "held" else text
    except ValueError:
        wanted = "a whole number of minutes: duration=62" if key == "duration" else "a day: held=2025-03-18"
        raise UserError(f"{key}={text} is not understood; write {wanted}") from None


def call_on(config: Config, snapshot: LedgerSnapshot, day: date, now: datetime, *, series: str) -> CallId:
    """The past call that was planned for that day; if there is none, the one that took place on it. `series` is the uid
    of one, or empty. Raises UserError if there is no such call, or more than one."""
    if series and series not in [each.uid for each in config.series]:
        raise UserError(f"there is no series {series!r}. {suggest(series, [each.uid for each in config.series])}")
    calls = [(call.id, call.held) for call in past_calls(config, snapshot, now)]
    calls += [(line.id, line.held) for line in config.archive]
    those = {call_id: held for call_id, held in calls if series in ("", call_id.series)}
    found = [each for each in those if each.recurrence_id == day] or [
        each for each, held in those.items() if held == day
    ]
    if len(found) == 1:
        return found[0]
    if found:
        named = " or ".join(f"--series {each.series}" for each in sorted(found))
        raise UserError(f"there were several calls on {day}; add {named}")
    nearest = min(those, key=lambda each: abs(each.recurrence_id - day), default=None)
    told = f"; the nearest was on {nearest.recurrence_id}" if nearest else ""
    raise UserError(
        f"there was no call on {day}{told}. For calls before the first rule set its `from` back; for one that was in no"
        " rule write its [[call]] into archive.toml yourself"
    )


def edited(text: str, file: str, *, config: Config, change: Addition, gone: Iterable[str]) -> str:
    """The text with the change. Raises ProblemsError if something in it is then wrong, ValueError as `changed` does."""
    new = changed(text, change, gone)
    problems = read_archive(new, file, config).problems
    if problems:
        raise ProblemsError(list(problems))
    return new
