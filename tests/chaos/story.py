"""One call's whole life: the instants at which something is to be done, and what people and organizers do before each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
ZONE = ZoneInfo("America/Los_Angeles")
MARK = "floss-mentoring/monthly-call/2026-12-08"

Via = Literal["gmail", "smtp"]
Action = Literal["", "move", "cancel", "begin", "hold", "finish"]


@dataclass(frozen=True)
class Moment:
    """A tick at `at`, after `action`. `within`: how long after it a tick may still make up for what went wrong."""

    name: str
    at: datetime
    action: Action = ""
    within: timedelta = timedelta(hours=3)


def local(day: str, hour: int, minute: int = 0) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=ZONE)


# The call of 8 December, 11:00, moved to the 9th after its announcement, held and recorded.
HELD = (
    Moment("inside the horizon", local("2026-11-20", 12)),
    Moment("announcement", local("2026-12-01", 9)),
    Moment("moved", local("2026-12-02", 10), "move"),
    Moment("reminder", local("2026-12-08", 11)),
    Moment("starting soon", local("2026-12-09", 10), within=timedelta(minutes=55)),
    Moment("over", local("2026-12-09", 12, 5), "hold"),
    Moment("recorded", local("2026-12-09", 16), "finish"),
    Moment("days later", local("2026-12-12", 12)),
)

# The same call cancelled after its announcement.
CANCELLED = (
    Moment("inside the horizon", local("2026-11-20", 12)),
    Moment("announcement", local("2026-12-01", 9)),
    Moment("cancelled", local("2026-12-02", 10), "cancel"),
    Moment("its hour", local("2026-12-08", 13)),
)

CHANGES: dict[Action, str] = {
    "move": 'date = 2026-12-08\nmove_to = 2026-12-09T11:00:00\nreason = "The room is taken"',
    "cancel": 'date = 2026-12-08\ncancel = true\nreason = "Winter break"',
}

# Enough for one call; the next one, on 12 January, stays outside.
HORIZON = 20


def config(via: Via) -> str:
    """The shipped configuration, with a horizon that holds one call."""
    text = (ROOT / "community.toml").read_text(encoding="utf-8")
    for old, new in (("horizon_days = 92", f"horizon_days = {HORIZON}"), ('via = "gmail"', f'via = "{via}"')):
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def changed(text: str, action: Action) -> str:
    """The configuration after an organizer's edit."""
    return text.replace("\n[calendar]", f"\n[[series.change]]\n{CHANGES[action]}\n\n[calendar]", 1) if action in CHANGES else text
