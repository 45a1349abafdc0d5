"""The presets of `init`: what a weekly and a monthly community start with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from automation.config.community import read_config
from automation.config.starter import Rhythm, init
from automation.config.template_folder import read_templates
from automation.domain.model import Timed
from automation.schedule.due_times import days_before, due_at
from automation.schedule.recurrence import occurrences


@pytest.mark.parametrize("rhythm", ["weekly", "monthly"])
def test_nothing_of_one_call_falls_on_the_day_of_another(tmp_path: Path, rhythm: Rhythm) -> None:
    """Over two years with their clock changes: mails, posts and notes of a call come after the call before it, and after its recap."""
    init(tmp_path, "Rust Zurich", "rust-zurich@googlegroups.com", rhythm)
    config, templates = read_config(tmp_path / "community.toml"), read_templates(tmp_path / "templates")
    [series] = config.series
    assert series.uid == f"{rhythm}-call"
    first = series.rules[0].start
    calls = occurrences(series, first, first + timedelta(days=730))
    sends = [each.send for each in (*templates.mails, *templates.chats) if isinstance(each.send, Timed)]
    assert len(sends) == 5
    for before, call in zip(calls, calls[1:], strict=False):
        for send in sends:
            at = due_at(send, call.start, call.end, series.zone)
            assert at.date() > before.end.date()
            if send.unit == "days" and send.amount > 1:
                assert at.date() > (before.end + timedelta(days=config.recordings.wait_days)).date()
        assert days_before(call.start, config.notes.days_before, series.zone).date() > before.end.date()


def test_a_weekly_calendar_holds_no_quarter_of_a_year(tmp_path: Path) -> None:
    init(tmp_path, "Rust Zurich", "rust-zurich@googlegroups.com", "weekly")
    config = read_config(tmp_path / "community.toml")
    assert (config.series[0].rules[0].every, config.calendar.horizon_days, config.notes.days_before) == ("every Tuesday", 28, 3)
