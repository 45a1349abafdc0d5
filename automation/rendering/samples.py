"""Made-up calls that templates are tried on: one with everything there is, one with as little as a call can have.
Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from automation.domain.archive_entry import Entry
from automation.domain.instants import instant
from automation.domain.keys import CallId
from automation.domain.model import (
    Calendar,
    Call,
    Config,
    Links,
    Mail,
    Meeting,
    Notes,
    Page,
    Recordings,
    Rule,
    Series,
    Talk,
    Template,
)
from automation.domain.steps import CallContext
from automation.rendering.page_values import page_values
from automation.rendering.values import TemplateValues

_DAY, _BEFORE, _AFTER = date(2026, 11, 10), date(2026, 10, 13), date(2026, 12, 8)
_ABSTRACT = "How a small project finds its people, and how they stay.\n\nWith time for your questions."
FULL_LINKS = Links(
    join="https://zoom.example/j/81234567890?pwd=example.1",
    passcode="Example.1",
    notes="https://docs.example/document/d/example/edit?tab=t.0#heading=h.example",
    recording="https://drive.example/file/d/example/view",
    event="https://calendar.example/event?eid=example",
)


def sample_config() -> Config:
    """A small community, for a folder of templates whose config cannot be read."""
    zone = ZoneInfo("America/Los_Angeles")
    rule = Rule(date(2023, 9, 1), "second Tuesday of the month", "FREQ=MONTHLY;BYDAY=2TU", time(11))
    return Config(
        uid="example",
        name="Example",
        group="example@googlegroups.com",
        organizers=(),
        zones=(zone, ZoneInfo("UTC")),
        links={"join": "https://groups.example/g/example", "chat": "https://chat.example/"},
        series=(Series(uid="monthly-call", title="Example call", zone=zone, minutes=60, rules=(rule,)),),
        calendar=Calendar(),
        meeting=Meeting(),
        mail=Mail("gmail", "organizer@example.org"),
        notes=Notes(),
        recordings=Recordings(),
        page=Page(),
    )


def sample_values(config: Config, template: Template | None = None) -> tuple[TemplateValues, ...]:
    """The calls on which `template` (or, for None, every other file) must render."""
    full = _full(config)
    bare = TemplateValues(config, CallContext(replace(full.call, talk=None), missing=("the recording", "the notes")))
    if template is None or template.role == "chat":
        return full, bare, as_moved(full), as_moved(bare), as_cancelled(full), as_cancelled(bare)
    if template.send == "cancelled":
        return as_cancelled(full), as_cancelled(bare)
    if template.send == "moved":
        return as_moved(full), as_moved(bare)
    return full, bare, as_moved(full), as_moved(bare)


def page_sample(config: Config) -> Mapping[str, Any]:
    """What a page is told: a call to come, a cancelled one after it, and a past one with its links."""
    full = _full(config)
    series, past = config.series[0], _call(config, config.series[0], _BEFORE, None)
    entry = Entry(
        id=past.id,
        date=past.day,
        start=past.start,
        title=series.title,
        speaker="Ada Example",
        recording=FULL_LINKS.recording,
        notes=FULL_LINKS.notes,
    )
    calls = (past, full.call, replace(_call(config, series, _AFTER, None), status="cancelled", reason="Winter break"))
    return page_values(
        config, calls, entries=[entry], join=lambda call: FULL_LINKS.join, over=lambda call: call is past
    )


def _full(config: Config) -> TemplateValues:
    series = config.series[0]
    talk = Talk(_DAY, "Ada Example", "Finding people for a small project", _ABSTRACT)
    call = _call(config, series, _DAY, talk)
    before, after = _call(config, series, _BEFORE, None), _call(config, series, _AFTER, talk)
    return TemplateValues(config, CallContext(call, FULL_LINKS, before, after))


def _call(config: Config, series: Series, day: date, talk: Talk | None) -> Call:
    start = instant(day, series.rules[-1].at, series.zone)
    end = start + timedelta(minutes=series.minutes)
    return Call(
        id=CallId(config.uid, series.uid, day),
        series=series,
        start=start,
        end=end,
        status="confirmed",
        reason="",
        talk=talk,
    )


def as_moved(values: TemplateValues) -> TemplateValues:
    """The same call, moved by two days and an hour for a made-up reason."""
    call = values.call
    later = timedelta(days=2, hours=1)
    moved = replace(
        call,
        start=call.start + later,
        end=call.end + later,
        status="moved",
        reason="Public holiday",
        sequence=1,
        previous_start=call.start,
    )
    return _telling_of(values, moved)


def as_cancelled(values: TemplateValues) -> TemplateValues:
    """The same call, cancelled for a made-up reason."""
    return _telling_of(values, replace(values.call, status="cancelled", reason="Winter break", sequence=1))


def _telling_of(values: TemplateValues, call: Call) -> TemplateValues:
    return replace(values, context=replace(values.context, call=call))
