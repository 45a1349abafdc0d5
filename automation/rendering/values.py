"""All that a template may see, built in one place: the words of the README's table of template values.

Every text from people is cleaned and cut here; every hour is worked out for the very date that it belongs to. A field
that a template asks for and that is not in these records is an error, found by `check`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from automation.domain import model
from automation.domain.steps import CallContext
from automation.rendering import escape
from automation.rendering.escape import Url
from automation.rendering.language import language_of
from automation.rendering.time_words import English, ZoneTime, shift_sentence, times_line, zone_times


@dataclass(frozen=True)
class TemplateValues:
    """What templates are shown: a call with what surrounds it, in its community."""

    config: model.Config
    context: CallContext

    @property
    def call(self) -> model.Call:
        return self.context.call


@dataclass(frozen=True)
class TalkValues:
    """`call.talk`; any of the three may be empty, and `abstract` may have several paragraphs. `line` is `Ada Lovelace:
    “Engines”`, or the one of both that there is."""

    speaker: str
    title: str
    abstract: str
    line: str


@dataclass(frozen=True)
class StartWords:
    """A start in words: `day` `Tuesday 8 December 2026`, `short_day` without the year, `date` ISO, `time` `11:00 PST`,
    `times` in each zone of the config, `unix` seconds for Discord's timestamps."""

    day: str
    short_day: str
    date: str
    time: str
    times: tuple[ZoneTime, ...]
    times_line: str
    start: datetime
    unix: int


@dataclass(frozen=True)
class CallValues(StartWords):
    """`call` and `next_call`. `previous` is the start before the last move, or None; `shift` one sentence, or empty."""

    title: str
    end: datetime
    minutes: int
    status: str
    cancelled: bool
    moved: bool
    reason: str
    talk: TalkValues | None
    previous: StartWords | None
    shift: str
    sequence: int
    by_person: bool


@dataclass(frozen=True)
class LinkValues:
    """`links`; None for what is not there. `group` and `chat` are the community's."""

    join: Url | None
    passcode: str | None
    notes: Url | None
    recording: Url | None
    event: Url | None
    group: Url | None
    chat: Url | None


@dataclass(frozen=True)
class CommunityValues:
    """`community`. `leave` is the address that a mail to leaves the Google Group, or empty where the group is none of
    Google's; `links` holds [links] of the config. `language` (BCP 47) is that of days and hours, `direction` how it
    runs: `ltr` or `rtl`."""

    name: str
    group: str
    leave: str
    links: Mapping[str, Url | None]
    language: str
    direction: str


# The names that a template may use, and the type of each.
NAMES: Mapping[str, Any] = {
    "call": CallValues,
    "links": LinkValues,
    "community": CommunityValues,
    "next_call": CallValues,
    "missing": tuple[str, ...],
}


def values_of(values: TemplateValues, *, passcode: bool = False) -> dict[str, Any]:
    """What the names stand for. The passcode is there for mails only."""
    config, context = values.config, values.context
    language = language_of(config)
    shift = shift_sentence(context.call, context.previous, config.zones, language)
    return {
        "call": call_values(context.call, config.zones, language, shift),
        "links": _links(values, passcode),
        "community": _community(config),
        "next_call": call_values(context.following, config.zones, language) if context.following else None,
        "missing": tuple(escape.line(word) for word in context.missing),
    }


def call_values(call: model.Call, zones: Sequence[ZoneInfo], language: English, shift: str = "") -> CallValues:
    """A call as templates see it, in the words of that language."""
    home = call.series.zone
    talk = call.talk
    return CallValues(
        **_start_words(call.start, home, zones, language),
        title=escape.line(call.series.title),
        end=call.local_end,
        minutes=call.minutes,
        status=call.status,
        cancelled=call.cancelled,
        moved=call.status == "moved",
        reason=escape.line(call.reason).rstrip("."),
        talk=_talk(talk) if talk else None,
        previous=_previous(call, zones, language),
        shift=shift,
        sequence=call.sequence,
        by_person=call.by_person,
    )


def _talk(talk: model.Talk) -> TalkValues:
    speaker, title = escape.line(talk.speaker), escape.line(talk.title)
    parts = [speaker, f"“{title}”" if title else ""]
    return TalkValues(speaker, title, escape.paragraphs(talk.abstract), ": ".join(part for part in parts if part))


def _previous(call: model.Call, zones: Sequence[ZoneInfo], language: English) -> StartWords | None:
    before = call.previous_start
    return StartWords(**_start_words(before, call.series.zone, zones, language)) if before is not None else None


def _start_words(start: datetime, home: ZoneInfo, zones: Sequence[ZoneInfo], language: English) -> dict[str, Any]:
    local = start.astimezone(home)
    times = zone_times(start, home, zones, language)
    return {
        "day": language.long_day(local.date()),
        "short_day": language.short_day(local.date()),
        "date": local.date().isoformat(),
        "time": language.clock_and_zone(start, home),
        "times": times,
        "times_line": times_line(times),
        "start": local,
        "unix": int(start.timestamp()),
    }


def _links(values: TemplateValues, passcode: bool) -> LinkValues:
    links, community = values.context.links, values.config.links
    return LinkValues(
        join=escape.url(links.join),
        passcode=escape.line(links.passcode) if passcode and links.passcode else None,
        notes=escape.url(links.notes),
        recording=escape.url(links.recording),
        event=escape.url(links.event),
        group=escape.url(community.get("join")),
        chat=escape.url(community.get("chat")),
    )


def _community(config: model.Config) -> CommunityValues:
    name, _, domain = config.group.partition("@")
    # Documented by Google: a mail to GROUP+unsubscribe leaves the group.
    leave = f"{name}+unsubscribe@{domain}" if domain.lower() == "googlegroups.com" else ""
    links = {key: escape.url(address) for key, address in config.links.items()}
    language = language_of(config)
    return CommunityValues(
        name=escape.line(config.name),
        group=escape.address(config.group),
        leave=escape.address(leave),
        links=links,
        language=language.tag,
        direction=language.direction,
    )
