"""A rehearsal's story -> what its report shows, as plain records: every time in the call's own zone, every row in
words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from automation.domain.keys import step_of
from automation.domain.model import Call
from automation.domain.proofs import ChatProof
from automation.plan.steps.context import links_of
from automation.reconcile.inputs import inputs_of
from automation.rehearsal.chat import Post, posts
from automation.rehearsal.mails import Mail
from automation.rehearsal.story import Happening, Story
from automation.rendering.time_words import (
    MONTHS,
    WEEKDAYS,
    clock,
    clock_and_zone,
    long_day,
    short_day,
    times_line,
    zone_times,
)
from automation.schedule.calls import calls_of

NOTICES = {
    "invitation": "Google mails the invitation to the Group",
    "update": "Google mails the change to the Group",
    "cancellation": "Google mails the cancellation to the Group",
}


@dataclass(frozen=True)
class ReportRow:
    """One line of a timeline. `day` (`Tue 8 Dec 2026`) and `clock` (`11:00`) in the series' zone; at most one of `mail`
    and `post`; `iso` is RFC 3339 with the zone's offset."""

    iso: str
    day: str
    clock: str
    actor: str
    text: str
    mail: Mail | None = None
    post: Post | None = None


@dataclass(frozen=True)
class Skip:
    """Steps that were not done, on purpose, and why: `mail recap, chat recap`."""

    steps: str
    reason: str


@dataclass(frozen=True)
class Event:
    """A calendar event as it stands; `notices` are the mails that Google sent about it, in words."""

    title: str
    when: str
    status: str
    location: str
    description: str
    guests: str
    notices: tuple[str, ...]


@dataclass(frozen=True)
class CallView:
    """One call: where it stands, and all that happened."""

    anchor: str
    title: str
    day: str
    short: str
    times: str
    status: str
    was: str
    reason: str
    talk: str
    rows: tuple[ReportRow, ...]
    skips: tuple[Skip, ...]
    event: Event | None
    recording: str | None
    notes: str | None
    past: bool

    @property
    def mails(self) -> list[Mail]:
        return [row.mail for row in self.rows if row.mail is not None]


def call_views(story: Story) -> list[CallView]:
    """Every call that the rehearsal reached, in order; those of which only the meeting and the calendar entry were made
    are not `past`."""
    by_key = {mail.key: mail for mail in story.mails}
    by_message = {post.id: post for post in posts(story.world, story.files.config.series[0].zone)}
    calls = calls_of(inputs_of(story.files, story.snapshot, story.until))
    views = []
    for call in calls.all:
        told = [happening for happening in story.happenings if happening.mark == str(call.id)]
        if told:
            views.append(_call_view(story, call, told=told, by_key=by_key, by_message=by_message))
    return views


def _call_view(
    story: Story, call: Call, told: list[Happening], by_key: Mapping[str, Mail], by_message: Mapping[str, Post]
) -> CallView:
    inputs = inputs_of(story.files, story.snapshot, story.until)
    zone, links = call.series.zone, links_of(inputs, call)
    raw = _event_of(story, call)
    done = [happening for happening in told if not happening.skipped]
    last = {happening.key: number for number, happening in enumerate(done)}
    rows = [
        # A post that was edited is shown once, as it stands, where it was edited last.
        (
            one.at,
            number,
            _row(story, one, zone=zone, by_key=by_key, by_message=by_message if last[one.key] == number else {}),
        )
        for number, one in enumerate(done)
    ]
    rows += _notices(story, raw, zone, len(done))
    moved = call.start != _planned(story, call)
    return CallView(
        anchor=f"{call.id.series}-{call.id.recurrence_id.isoformat()}",
        title=call.series.title,
        day=long_day(call.day),
        short=f"{call.day.day} {MONTHS[call.day.month - 1][:3]}",
        times=times_line(zone_times(call.start, zone, story.files.config.zones)),
        status=call.status,
        was=long_day(call.id.recurrence_id) if moved or call.cancelled else "",
        reason=call.reason,
        talk=(
            ": ".join(part for part in (call.talk.speaker, f"“{call.talk.title}”" if call.talk.title else "") if part)
            if call.talk
            else ""
        ),
        rows=tuple(row for _, _, row in sorted(rows, key=lambda each: each[:2])),
        skips=_skips(happening for happening in told if happening.skipped),
        event=_event(raw, zone, _told_by_google(story, raw)) if raw else None,
        recording=links.recording,
        notes=links.notes,
        past=call.end <= story.until,
    )


def _planned(story: Story, call: Call) -> datetime:
    state = story.snapshot.calls.get(str(call.id))
    return state.original_start if state is not None else call.start


def _row(
    story: Story, happening: Happening, zone: ZoneInfo, by_key: Mapping[str, Mail], by_message: Mapping[str, Post]
) -> ReportRow:
    mail, post, text = by_key.get(happening.key), None, happening.text
    posted = story.snapshot.left(happening.key, ChatProof)
    if posted is not None:
        post = by_message.get(str(posted.message))
    if mail is not None:
        text = "Mail to the Group" if mail.to == story.files.config.group else f"Mail to {mail.to}"
    return row_at(happening.at, zone, actor=happening.actor, text=text, mail=mail, post=post)


def row_at(
    at: datetime, zone: ZoneInfo, actor: str, text: str, *, mail: Mail | None = None, post: Post | None = None
) -> ReportRow:
    """A row in the zone's own time."""
    local = at.astimezone(zone)
    return ReportRow(
        iso=local.isoformat(timespec="minutes"),
        day=brief_day(local.date()),
        clock=clock(at, zone),
        actor=actor,
        text=text,
        mail=mail,
        post=post,
    )


def brief_day(day: date) -> str:
    """`Tue 8 Dec 2026`."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def _event_of(story: Story, call: Call) -> Mapping[str, Any] | None:
    mark = str(call.id)
    everywhere = [
        *story.world["calendar"]["events"],
        *(event for events in story.world["calendar"]["others"].values() for event in events),
    ]
    found = [
        one for one in everywhere if one.get("extendedProperties", {}).get("private", {}).get("callkeeper") == mark
    ]
    return found[-1] if found else None


def _told_by_google(story: Story, raw: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    return [notice for notice in story.world["calendar"]["notices"] if raw is not None and notice["event"] == raw["id"]]


def _notices(
    story: Story, raw: Mapping[str, Any] | None, zone: ZoneInfo, after: int
) -> list[tuple[datetime, int, ReportRow]]:
    """Google's own mails about the event, as rows behind what Callkeeper did at the same instant."""
    rows = []
    for notice in _told_by_google(story, raw):
        at = datetime.fromisoformat(notice["at"])
        rows.append((at, after, row_at(at, zone, "Google", NOTICES.get(notice["kind"], notice["kind"]))))
    return rows


def _event(raw: Mapping[str, Any], zone: ZoneInfo, told: list[Mapping[str, Any]]) -> Event:
    start = datetime.fromisoformat(raw["start"]["dateTime"])
    notices = (
        f"{short_day(at.astimezone(zone).date())}, {clock_and_zone(at, zone)}: {notice['kind']} to"
        f" {', '.join(notice['to'])}"
        for notice in told
        for at in [datetime.fromisoformat(notice["at"])]
    )
    return Event(
        title=raw.get("summary", ""),
        when=f"{long_day(start.astimezone(zone).date())}, {clock_and_zone(start, zone)}",
        status=raw["status"],
        location=raw.get("location", ""),
        description=raw.get("description", ""),
        guests=", ".join(guest["email"] for guest in raw.get("attendees", [])),
        notices=tuple(notices),
    )


def _skips(skipped: Iterable[Happening]) -> tuple[Skip, ...]:
    by_reason: dict[str, list[str]] = {}
    for happening in skipped:
        by_reason.setdefault(happening.text, []).append(step_of(happening.key).replace(":", " "))
    return tuple(Skip(", ".join(steps), reason) for reason, steps in by_reason.items())
