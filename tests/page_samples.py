"""A community with calls to come, a moved and a cancelled one, and an archive, for the tests of the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from automation.domain.archive_entry import Entry
from automation.domain.keys import CallId
from automation.domain.model import Calendar, Call, Config, Mail, Meeting, Notes, Page, Recordings, Rule, Series, Talk

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
HOME = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ICS = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
ABSTRACT = (
    "How a small library with three maintainers and forty thousand dependents plans its releases, says no, and stays friendly.\n\n"
    "Bring your own questions; half of the hour is for them."
)

SERIES = Series(
    "monthly-call",
    "FLOSS-Mentoring monthly call",
    HOME,
    60,
    (Rule(date(2023, 9, 1), "second Tuesday of the month", "FREQ=MONTHLY;BYDAY=2TU", time(11)),),
)
CONFIG = Config(
    uid="floss-mentoring",
    name="FLOSS-Mentoring",
    group="floss-mentoring@googlegroups.com",
    organizers=("organizer@example.org",),
    zones=(HOME, ZoneInfo("America/New_York"), ZoneInfo("UTC"), ZoneInfo("Asia/Tokyo")),
    links={"join": "https://groups.google.com/g/floss-mentoring", "chat": "https://discord.gg/xJsZChXXpF"},
    series=(SERIES,),
    calendar=Calendar(),
    meeting=Meeting(),
    mail=Mail("gmail", "organizer@example.org"),
    notes=Notes(),
    recordings=Recordings(),
    page=Page("/nowhere"),
)


def call(day: date, original: date | None = None, **fields: object) -> Call:
    start = datetime(day.year, day.month, day.day, 11, tzinfo=HOME)
    plain = Call(CallId(CONFIG.uid, SERIES.uid, original or day), SERIES, start, start + timedelta(hours=1), "confirmed", "", None)
    return replace(plain, **fields)  # type: ignore[arg-type]


def entry(day: date, **fields: object) -> Entry:
    start = datetime(day.year, day.month, day.day, 11, tzinfo=HOME)
    plain = Entry(CallId(CONFIG.uid, SERIES.uid, day), day, start, SERIES.title, archived_at=start.astimezone(UTC) + timedelta(days=2))
    return replace(plain, **fields)  # type: ignore[arg-type]


MOVED = call(
    date(2026, 12, 15),
    date(2026, 12, 8),
    status="moved",
    reason="Two holidays in one week.",
    previous_start=datetime(2026, 12, 8, 11, tzinfo=HOME),
    sequence=1,
    talk=Talk(date(2026, 12, 8), "Ada Lovelace", "Keeping a small library alive for twenty years", ABSTRACT),
)
CALLS = (
    call(date(2026, 10, 13)),
    call(date(2026, 8, 11), status="cancelled", reason="Summer break"),
    call(date(2026, 11, 10)),
    MOVED,
    call(date(2027, 1, 12), status="cancelled", reason="Winter break"),
    call(date(2027, 2, 9), talk=Talk(date(2027, 2, 9), "Grace Hopper", "Reading other people's code", "")),
)
ENTRIES = (
    entry(
        date(2026, 10, 13),
        recording="https://drive.google.com/file/d/1/view",
        notes="https://docs.google.com/document/d/2/edit?tab=t.0#heading=h.3",
    ),
    entry(date(2026, 7, 14), title="Mentoring across time zones", speaker="Dennis Ritchie", recording="https://drive.google.com/file/d/9/view"),
    entry(date(2025, 12, 9), notes="https://docs.google.com/document/d/2/edit?tab=t.0#heading=h.1"),
    entry(date(2025, 11, 11)),
)


def over(call: Call) -> bool:
    return call.end <= NOW
