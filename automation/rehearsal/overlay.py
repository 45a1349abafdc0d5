"""A made-up overlay laid over the real configuration, for rehearsals: changes and talks, some of which an organizer
adds on a later day.

An overlay is TOML with `[community] made_up = true` and `[[series]]` sections (`uid` of a real series; without it the
first one) that hold `[[series.change]]` and `[[series.talk]]` as in community.toml, each with an optional `appears =
DATE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from automation.config.community import LARGEST_CONFIG
from automation.config.series import read_all_series
from automation.config.table import Problems, Table, kind, suggest
from automation.domain.errors import Problem, ProblemsError
from automation.domain.model import Config
from automation.files.reading import NotReadable, decode, parse_toml, read_bytes

KINDS = ("change", "talk")


@dataclass(frozen=True)
class Addition:
    """One entry of an overlay: it goes to the list `kind` of the series `series`, from the local date `appears` on
    (None = from the start). `place` is its key path in the overlay."""

    series: str
    kind: str
    values: Mapping[str, Any]
    appears: date | None
    place: str


@dataclass(frozen=True)
class Stage:
    """The configuration as it stands from the local date `since` on (None = from the start), and what was added for
    it."""

    since: date | None
    config: Config
    added: tuple[Addition, ...] = ()


def read_stages(config: Config, config_path: Path, overlay_path: Path | None) -> tuple[Stage, ...]:
    """The checked `config`, which stands in `config_path`, with the overlay laid over it, as it changes in the course
    of time. Raises ProblemsError with every problem in the overlay."""
    if overlay_path is None:
        return (Stage(None, config),)
    problems = Problems(str(overlay_path))
    try:
        overlay = parse_toml(decode(read_bytes(overlay_path, LARGEST_CONFIG)))
        base = parse_toml(decode(read_bytes(config_path, LARGEST_CONFIG)))
    except NotReadable as error:
        raise ProblemsError([error.problem(str(overlay_path))]) from None
    additions = _additions(Table(problems, "", overlay), [series.uid for series in config.series])
    stages = []
    for since in [None, *sorted({each.appears for each in additions if each.appears})]:
        there = [each for each in additions if each.appears is None or (since is not None and each.appears <= since)]
        new = tuple(each for each in there if each.appears == since)
        stages.append(Stage(since, _laid_over(config, base, there, problems), new))
    if problems.found:
        raise ProblemsError(list(problems.found))
    return tuple(stages)


def _additions(top: Table, uids: list[str]) -> list[Addition]:
    community = top.table("community")
    if not community.flag("made_up"):
        community.add("made_up", "must say that this is no real call: made_up = true")
    community.unknown_keys()
    found: list[Addition] = []
    for series in top.tables("series"):
        uid = series.text("uid", uids[0])
        if uid not in uids:
            series.add("uid", f'there is no series "{uid}" in the configuration. {suggest(uid, uids)}')
            continue
        for name in KINDS:
            found += [
                Addition(series=uid, kind=name, values=_entry(one), appears=_appears(one), place=one.place)
                for one in series.tables(name)
            ]
        series.unknown_keys()
    top.unknown_keys()
    return found


def _entry(table: Table) -> dict[str, Any]:
    return {key: value for key, value in table.values.items() if key != "appears"}


def _appears(table: Table) -> date | None:
    if not table.has("appears"):
        return None
    value = table.values["appears"]
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    table.add("appears", f"must be a date without quotation marks, for example 2026-12-03, but is {kind(value)}.")
    return None


def _laid_over(config: Config, base: Mapping[str, Any], additions: list[Addition], problems: Problems) -> Config:
    """The config with these additions; what is wrong with them is noted at their place in the overlay."""
    values = deepcopy(dict(base))
    places: dict[str, str] = {}
    for each in additions:
        number, series = next((n, one) for n, one in enumerate(values["series"]) if one["uid"] == each.series)
        entries = series.setdefault(each.kind, [])
        places[f"series[{number}].{each.kind}[{len(entries)}]"] = each.place
        entries.append(dict(each.values))
    found = Problems(problems.file)
    series_read = read_all_series(Table(found, "", values))
    for problem in found.found:
        problems.add(_place(problem, places), problem.sentence)
    return replace(config, series=series_read, made_up=True)


def _place(problem: Problem, places: Mapping[str, str]) -> str:
    for merged, own in places.items():
        if problem.place == merged or problem.place.startswith(f"{merged}."):
            return own + problem.place.removeprefix(merged)
    return problem.place
