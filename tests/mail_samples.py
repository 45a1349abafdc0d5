"""The community, calls and folders that the tests of templates share.

`python -m tests.mail_samples` writes tests/golden/ anew from the shipped templates; look at the difference before committing it.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from automation.config.template_folder import scan_templates
from automation.domain.keys import CallId
from automation.domain.model import Calendar, Call, Config, Links, Mail, Meeting, Notes, Page, Recordings, Rule, Series, Talk
from automation.domain.steps import CallContext
from automation.rendering.preview import preview
from automation.rendering.render import Renderer
from automation.rendering.values import TemplateValues

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "templates"
GOLDEN = ROOT / "tests" / "golden"
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
ZONES = (LOS_ANGELES, ZoneInfo("America/New_York"), ZoneInfo("UTC"))
SERIES = Series(
    "monthly-call",
    "FLOSS-Mentoring monthly call",
    LOS_ANGELES,
    60,
    (Rule(date(2023, 9, 1), "second Tuesday of the month", "FREQ=MONTHLY;BYDAY=2TU", time(11)),),
)
CONFIG = Config(
    uid="floss-mentoring",
    name="FLOSS-Mentoring",
    group="floss-mentoring@googlegroups.com",
    organizers=("organizer@example.org",),
    zones=ZONES,
    links={"join": "https://groups.google.com/g/floss-mentoring", "chat": "https://discord.gg/xJsZChXXpF"},
    series=(SERIES,),
    calendar=Calendar(),
    meeting=Meeting(),
    mail=Mail("gmail", "organizer@example.org"),
    notes=Notes(),
    recordings=Recordings(),
    page=Page(),
)
LINKS = Links(
    join="https://us02web.zoom.us/j/81234567890?pwd=QWxhZGRpbjpvcGVuIHNlc2FtZQ.1&from=addon",
    passcode="Fl0ss.Call",
    notes="https://docs.google.com/document/d/1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo/edit?tab=t.0#heading=h.abc123def",
    recording="https://drive.google.com/file/d/1abcDEF/view?usp=drivesdk",
    event="https://www.google.com/calendar/event?eid=abc",
)
TALK = Talk(
    date(2026, 11, 10),
    "Zoë Müller-O’Brien",
    "Saying no, kindly: triage in small projects",
    "Most patches that we turn down come from people whom we would like to see again.\n\n"
    "Zoë shows how her project answers within two days, and what became of the people.",
)
SHIPPED_MAILS = ("announcement", "cancelled", "moved", "recap", "reminder", "restored", "starting-soon")


def call(day: date, at: time = time(11), series: Series = SERIES, **fields: Any) -> Call:
    """A call of one hour at a local time; `fields` replace others of the record."""
    start = datetime.combine(day, at, tzinfo=series.zone)
    plain = Call(CallId("floss-mentoring", series.uid, day), series, start, start + timedelta(minutes=series.minutes), "confirmed", "", None)
    return replace(plain, **fields)


# The first call after the clocks went back in the United States.
NOVEMBER = TemplateValues(CONFIG, CallContext(call(date(2026, 11, 10), talk=TALK), LINKS, call(date(2026, 10, 13)), call(date(2026, 12, 8))))


def november(**around: Any) -> TemplateValues:
    """The same with other surroundings, or another call."""
    return replace(NOVEMBER, context=replace(NOVEMBER.context, **around))


def folder(directory: Path, **mails: str) -> Path:
    """A copy of the shipped templates with more mails, each given as its text below the front matter."""
    copy = directory / "templates"
    shutil.copytree(SHIPPED, copy)
    for name, body in mails.items():
        (copy / "mail" / f"{name}.md").write_text(f'+++\nsubject = "Subject"\nsend = "1 day before"\n+++\n{body}\n', encoding="utf-8")
    return copy


def renderer(directory: Path = SHIPPED) -> Renderer:
    """What renders the templates of a folder, in this very process."""
    templates = scan_templates(directory).templates
    assert templates is not None
    return Renderer(templates)


def golden_files() -> dict[str, str]:
    """What the shipped templates give for the November call, without the index page."""
    templates = scan_templates(SHIPPED).templates
    assert templates is not None
    files = preview(renderer(), templates, NOVEMBER)
    return {name if name.startswith("mail-") else f"template-{name}": text for name, text in files.items() if name != "index.html"}


if __name__ == "__main__":
    for name, text in golden_files().items():
        (GOLDEN / name).write_text(text, encoding="utf-8", newline="\n")
