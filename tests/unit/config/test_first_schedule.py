"""When the calls of a new community are: what `init` is told, checked as `check` would, and what it left if nobody said anything."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from automation.config.community import read_config
from automation.config.first_schedule import Schedule, first_schedule, rhythm_of, untouched
from automation.config.starter import Rhythm, init
from automation.domain.errors import ProblemsError
from automation.domain.model import Config
from tests.end_to_end.stage import ROOT

NOW, TOMORROW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC), date(2026, 11, 25)
NAME, GROUP = "Rust Zurich", "rust-zurich@googlegroups.com"


def made(folder: Path, schedule: Schedule | None = None, rhythm: Rhythm = "monthly") -> Config:
    init(folder, NAME, GROUP, rhythm, schedule)
    return read_config(folder / "community.toml")


def told(every: str = "", at: str = "", zone: str = "", rhythm: Rhythm = "monthly") -> Schedule | None:
    return first_schedule(every, at, zone, rhythm, NOW)


def edited(folder: Path, old: str, new: str) -> Config:
    file = folder / "community.toml"
    text = file.read_text(encoding="utf-8")
    assert re.search(old, text, re.MULTILINE), old
    file.write_text(re.sub(old, new, text, count=1, flags=re.MULTILINE), encoding="utf-8")
    return read_config(file)


@pytest.mark.parametrize("at", ["18:30", "18:30:00"])
def test_what_is_told_is_what_the_config_says(tmp_path: Path, at: str) -> None:
    config = made(tmp_path, told("Last Friday of every 2 months", at, "Europe/Zurich"))
    [series] = config.series
    [rule] = series.rules
    assert (rule.start, rule.every, rule.at, series.zone.key) == (TOMORROW, "Last Friday of every 2 months", time(18, 30), "Europe/Zurich")
    assert [zone.key for zone in config.zones] == ["Europe/Zurich", "UTC"]
    assert untouched(config, "c") == []


def test_what_is_not_told_stays_as_in_the_example(tmp_path: Path) -> None:
    [series] = made(tmp_path, told(zone="UTC")).series
    assert (series.rules[0].every, series.rules[0].at, series.zone.key) == ("second Tuesday of the month", time(11), "UTC")


@pytest.mark.parametrize(
    ("every", "rhythm"),
    [("", "monthly"), ("every Friday", "weekly"), ("Every friday", "weekly"), ("every other Friday", "monthly"), ("nonsense", "monthly")],
)
def test_a_call_of_every_week_gets_the_presets_for_one(every: str, rhythm: Rhythm) -> None:
    assert rhythm_of(every) == rhythm


def test_every_mistake_is_named_at_once_with_the_sentence_of_check(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as raised:
        told("second Tusday of the month", "11:00:30", "Europe/Zuerich")
    config = made(tmp_path)
    assert config.uid == "rust-zurich"
    for old, new in ((r"^zone = .*", 'zone = "Europe/Zuerich"'), ("^  every = .*", '  every = "second Tusday of the month"')):
        with pytest.raises(ProblemsError) as checked:
            edited(tmp_path, old, new)
    with pytest.raises(ProblemsError) as checked:
        edited(tmp_path, "^  at = .*", "  at = 11:00:30")
    assert [problem.place for problem in raised.value.problems] == ["--timezone", "--at", "--every"]
    assert {problem.sentence for problem in raised.value.problems} == {problem.sentence for problem in checked.value.problems}


@pytest.mark.parametrize("at", ["25:00", "noon", "11"])
def test_an_hour_that_is_none_is_named(at: str) -> None:
    with pytest.raises(ProblemsError, match=r"--at: must be a time .*for example 11:00:00"):
        told(at=at)


@pytest.mark.parametrize(("rhythm", "every"), [("monthly", "second Tuesday of the month"), ("weekly", "every Tuesday")])
def test_the_example_is_named_until_somebody_has_looked_at_it(tmp_path: Path, rhythm: Rhythm, every: str) -> None:
    [remark] = untouched(made(tmp_path, rhythm=rhythm), "c.toml")
    assert str(remark).startswith(f"c.toml: series[0].rule[0]: {every} at 11:00 America/Los_Angeles is what `init` wrote")
    assert untouched(edited(tmp_path, "^  from = 2023-09-01", "  from = 2026-12-01"), "c") == [], "it is theirs, they say"


@pytest.mark.parametrize(
    ("old", "new"),
    [("^  every = .*", '  every = "first Monday of the month"'), ("^  at = .*", "  at = 12:00:00"), ("^zone = .*", 'zone = "UTC"')],
)
def test_a_schedule_that_somebody_has_edited_is_not_named(tmp_path: Path, old: str, new: str) -> None:
    made(tmp_path)
    assert untouched(edited(tmp_path, old, new), "c") == []


def test_who_says_the_example_in_so_many_words_means_it(tmp_path: Path) -> None:
    whole = told("second Tuesday of the month", "11:00", "America/Los_Angeles")
    assert untouched(made(tmp_path / "whole", whole), "c") == []
    assert untouched(made(tmp_path / "part", told("second Tuesday of the month")), "c") != []


def test_the_shipped_community_really_meets_then() -> None:
    assert untouched(read_config(ROOT / "community.toml"), "c") == []
