"""When the calls of a new community are: what `init` is told, checked as `check` does, and the example that it leaves
where nothing is said."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Literal

from automation.config.series import read_all_series, zone_of
from automation.config.table import Problems, Table
from automation.domain.errors import Problem, ProblemsError
from automation.domain.model import Config
from automation.schedule.phrases import parse_every

Rhythm = Literal["weekly", "monthly"]

# The community whose files are shipped, which really meets then.
SHIPPED = "floss-mentoring"
_HOUR = re.compile(r"(\d\d?):(\d\d)(?::(\d\d))?")
_OPTIONS = {"zone": "--timezone", "rule[0].every": "--every", "rule[0].at": "--at"}


@dataclass(frozen=True)
class Schedule:
    """`every` at the hour `at` in `zone`, from the day `since` on."""

    every: str
    at: time
    zone: str
    since: date


EXAMPLES: dict[Rhythm, Schedule] = {
    "monthly": Schedule("second Tuesday of the month", time(11), "America/Los_Angeles", date(2023, 9, 1)),
    "weekly": Schedule("every Tuesday", time(11), "America/Los_Angeles", date(2023, 9, 1)),
}


def first_schedule(every: str, at: str, zone: str, rhythm: Rhythm, now: datetime) -> Schedule:
    """The schedule as it is told in texts, of which those that are empty are as in the example. It begins today (`now`
    is aware), or in the example's past as long as nothing but the example is told. Raises ProblemsError."""
    example = EXAMPLES[rhythm]
    hour = _hour(at) if at else example.at
    _check(every or example.every, hour, zone or example.zone)
    assert isinstance(hour, time)
    told = replace(example, every=every or example.every, at=hour, zone=zone or example.zone)
    if told == example and not (every and at and zone):
        return told
    return replace(told, since=now.astimezone(zone_of(told.zone)).date())


def rhythm_of(every: str) -> Rhythm:
    """The presets that go with a rule: those of a weekly call if there is one in every week."""
    try:
        return "weekly" if re.search(r"FREQ=WEEKLY(?!.*INTERVAL)", parse_every(every)) else "monthly"
    except ValueError:
        return "monthly"


def untouched(config: Config, file: str) -> list[Problem]:
    """A remark for each series of `config`, read from `file`, that is still the example: perhaps nobody has looked."""
    remarks = []
    for number, series in enumerate(config.series):
        rules = [Schedule(rule.every, rule.at, series.zone.key, rule.start) for rule in series.rules]
        if config.uid != SHIPPED and len(rules) == 1 and rules[0] in EXAMPLES.values():
            remarks.append(Problem(file, f"series[{number}].rule[0]", _remark(rules[0])))
    return remarks


def _remark(left: Schedule) -> str:
    return (
        f"{left.every} at {left.at:%H:%M} {left.zone} is what `init` wrote. If you meet at another time, change it; if"
        " you really meet then, write as its from the day since when, and this is not said again."
    )


def _hour(text: str) -> time | str:
    """The time of day that is meant, or the text if it is none."""
    found = _HOUR.fullmatch(text.strip())
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0)) if found else text
    except ValueError:
        return text


def _check(every: str, at: time | str, zone: str) -> None:
    problems = Problems("init")
    rule = {"from": date(2000, 1, 1), "every": every, "at": at}
    series = {"uid": "call", "title": "Call", "zone": zone, "minutes": 60, "rule": [rule]}
    read_all_series(Table(problems, "", {"series": [series]}))
    if problems.found:
        raise ProblemsError([problem._replace(place=_option(problem.place)) for problem in problems.found])


def _option(place: str) -> str:
    return _OPTIONS[place.removeprefix("series[0].")]
