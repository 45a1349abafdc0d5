"""An overlay of made-up changes and talks: merged in the course of time, and every mistake in it named at its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from automation.config.community import read_config
from automation.domain.errors import ProblemsError
from automation.rehearsal.overlay import read_stages

ROOT = Path(__file__).resolve().parents[3]
CONFIG = ROOT / "community.toml"


def overlay(folder: Path, text: str) -> Path:
    path = folder / "overlay.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[tuple[str, str]]:
    with pytest.raises(ProblemsError) as raised:
        read_stages(read_config(CONFIG), CONFIG, overlay(folder, text))
    return [(problem.place, problem.sentence) for problem in raised.value.problems]


def test_without_an_overlay_the_configuration_stays_as_it_is() -> None:
    config = read_config(CONFIG)
    [stage] = read_stages(config, CONFIG, None)
    assert (stage.since, stage.config) == (None, config)


def test_an_entry_counts_from_the_day_on_which_it_appears(tmp_path: Path) -> None:
    text = """
    [community]
    made_up = true
    [[series]]
    uid = "monthly-call"
    [[series.talk]]
    date = 2026-11-10
    speaker = "Ada"
    [[series.change]]
    date = 2026-12-08
    cancel = true
    appears = 2026-12-01
    """
    first, second = read_stages(read_config(CONFIG), CONFIG, overlay(tmp_path, text))
    assert (first.since, second.since) == (None, date(2026, 12, 1))
    assert [talk.speaker for talk in first.config.series[0].talks] == ["Ada"]
    assert first.config.series[0].changes == ()
    assert [change.date for change in second.config.series[0].changes] == [date(2026, 12, 8)]
    assert [len(stage.added) for stage in (first, second)] == [1, 1]
    assert first.config.made_up
    assert second.config.made_up


def test_an_overlay_has_to_call_itself_made_up(tmp_path: Path) -> None:
    assert [place for place, _ in problems(tmp_path, "[[series]]\n[[series.talk]]\ndate = 2026-11-10\ntitle = 'x'\n")] == ["community.made_up"]


def test_every_mistake_is_named_at_its_place_in_the_overlay(tmp_path: Path) -> None:
    text = """
    [community]
    made_up = true
    name = "Other"
    [[series]]
    minutes = 30
    [[series.change]]
    date = 2026-12-08
    cancel = true
    appears = "2026-12-01"
    [[series.change]]
    date = 2026-12-09
    cancel = true
    [[series]]
    uid = "monthly-cal"
    """
    places = dict(problems(tmp_path, text))
    assert set(places) == {"community.name", "series[0].minutes", "series[0].change[0].appears", "series[0].change[1].date", "series[1].uid"}
    assert "is not a day of this call" in places["series[0].change[1].date"]
    assert 'Did you mean "monthly-call"?' in places["series[1].uid"]


def test_a_file_that_is_no_toml_is_named_with_its_line(tmp_path: Path) -> None:
    assert [place for place, _ in problems(tmp_path, "[community]\nmade_up = yes\n")] == ["line 2"]


def test_the_shipped_overlay_fits_the_shipped_configuration() -> None:
    stages = read_stages(read_config(CONFIG), CONFIG, ROOT / "demo" / "overlay.toml")
    changes = stages[-1].config.series[0].changes
    assert len(stages[-1].config.series[0].talks) == 2
    assert sorted(change.cancel for change in changes) == [False, True]
    assert all(stage.config.made_up for stage in stages)
