"""The people's part in a call's life, and the instants at which the program is run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.end_to_end.stage import Stage

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
OVERTIME = timedelta(minutes=4)
# Zoom says that it takes about twice as long as the call.
PROCESSING = timedelta(minutes=130)
HOUR = timedelta(hours=1)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def local(day: date, hour: int, minute: int = 0, zone: ZoneInfo = LOS_ANGELES) -> datetime:
    return datetime.combine(day, time(hour, minute), zone)


def instants(start: datetime, end: datetime, busy: Iterable[date], coarse: timedelta = timedelta(hours=6)) -> Iterator[datetime]:
    """Every hour on busy (UTC) days, in `coarse` steps between."""
    days = set(busy)
    now = start
    while now <= end:
        yield now
        coming = now + coarse
        first_busy = next((moment for moment in _hours(now, coming) if moment.date() in days), coming)
        now = now + HOUR if now.date() in days else min(first_busy, coming)


def _hours(start: datetime, end: datetime) -> Iterator[datetime]:
    while (start := start + HOUR) < end:
        yield start


@dataclass
class People:
    """Members and organizers: they come to the call, write notes, and Zoom records them. They look at Zoom and the document alone."""

    stage: Stage
    cloud: bool = True
    writes: bool = True
    puts: bool = False
    held: dict[int, datetime] = field(default_factory=dict)
    finished: set[int] = field(default_factory=set)
    ask_at: datetime | None = None

    def until(self, now: datetime) -> None:
        """Do everything up to `now`. Zoom is asked when something is due, and once a day for what has moved."""
        if self.ask_at is not None and now < self.ask_at:
            return
        sandbox, self.ask_at = self.stage.sandbox, now + timedelta(days=1)
        sandbox.post("clock", {"now": now.isoformat()})
        for meeting in self.stage.meetings():
            if meeting["deleted"]:
                continue
            number, start = int(meeting["id"]), datetime.fromisoformat(meeting["start_time"])
            end = start + timedelta(minutes=meeting["duration"]) + OVERTIME
            coming = [moment for moment in (end, end + PROCESSING) if moment > now]
            self.ask_at = min([self.ask_at, *coming])
            if number not in self.held and end <= now:
                sandbox.people("zoom", "hold", meeting_id=number, start=start.isoformat(), end=end.isoformat())
                if self.cloud:
                    sandbox.people("zoom", "record", meeting_id=number, status="processing", bytes=300_000)
                self.held[number] = end
                self._write(str(meeting["agenda"]).rpartition("/")[2])
            if number in self.held and number not in self.finished and now >= end + PROCESSING:
                if self.cloud:
                    sandbox.people("zoom", "finish_recording", meeting_id=number)
                self.finished.add(number)

    def _write(self, day: str) -> None:
        """Below the heading that was there when the call was announced: a section stays where it is when a call moves."""
        if self.writes:
            self.stage.sandbox.people("docs", "write", after_heading=day, text=f"Ana, Bo and Chi were here on {day}")


def play(stage: Stage, moments: Iterable[datetime], people: People, also: Any = None) -> list[Any]:
    """Run a tick at every moment, the people's part before it; `also(now)` is called before both. The reports of the ticks."""
    reports = []
    for now in moments:
        if also is not None:
            also(now)
        people.until(now)
        reports.append(stage.tick(now))
    return reports
