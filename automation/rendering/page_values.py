"""All that a page template may see: `community`, `links`, `next_call`, `upcoming`, `years`, `older`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from automation.domain.archive_entry import Entry, newest_first
from automation.domain.instants import instant
from automation.domain.keys import CallId
from automation.domain.model import Call, Config
from automation.rendering import values as context
from automation.rendering.add_to_calendar import google, outlook
from automation.rendering.escape import Url, line, page_address, paragraphs, subscription, url
from automation.rendering.language import language_of
from automation.rendering.time_words import ENGLISH, English
from automation.schedule.vocabulary import WEEKDAYS

# Templates may take 2000 turns of a loop. A monthly call reaches this in fifty years, a weekly one in twelve;
# archive.json has them all.
MOST_ROWS = 600
MOST_UPCOMING = 100


@dataclass(frozen=True)
class PageCommunity:
    """`community`; `group` is the Group's address, `about` who we are, or empty; `language` and `direction` as in
    mails."""

    name: str
    group: str
    about: str
    language: str
    direction: str


@dataclass(frozen=True)
class PageLinks:
    """`links`: the Group's page, the chat, the public page itself and its calendar to be subscribed to (`webcal`); None
    for what is not there or not known."""

    group: Url | None
    chat: Url | None
    page: Url | None
    subscribe: Url | None


@dataclass(frozen=True)
class Listed(context.CallValues):
    """A call that is yet to come. `anchor` names it on the page, `join` leads into the room or is None, `usual` says
    when such calls take place (`second Tuesday of the month at 11:00 (Los Angeles)`), or is empty. `google` and
    `outlook` put it into a calendar there; None for a call that does not take place."""

    anchor: str
    join: Url | None
    usual: str
    google: Url | None
    outlook: Url | None


@dataclass(frozen=True)
class PastCall:
    """A past call. `day` is `Tuesday 8 December`, `date` ISO. `cancelled` with its `reason`, or `pending` while its
    recording and notes are still waited for."""

    anchor: str
    date: str
    day: str
    title: str
    speaker: str
    recording: Url | None
    notes: Url | None
    cancelled: bool
    reason: str
    pending: bool


@dataclass(frozen=True)
class Year:
    """The past calls of one year, newest first."""

    year: int
    rows: tuple[PastCall, ...]


# The type of each name, for the check of page templates.
NAMES: Mapping[str, Any] = {
    "community": PageCommunity,
    "links": PageLinks,
    "next_call": Listed,
    "upcoming": tuple[Listed, ...],
    "years": tuple[Year, ...],
    "older": int,
}


def page_values(
    config: Config,
    calls: Sequence[Call],
    entries: Iterable[Entry],
    join: Callable[[Call], str | None],
    over: Callable[[Call], bool],
) -> dict[str, Any]:
    """The names for page templates. `over` tells the past calls from those to come; `next_call` is the first of these
    that is not cancelled, `upcoming` are the others in order of start; `older` counts the past calls that are left to
    archive.json.
    """
    language = language_of(config)
    coming = sorted((call for call in calls if not over(call)), key=lambda call: (call.start, call.id))[:MOST_UPCOMING]
    listed = tuple(_listed(config, call, join(call) if config.page.show_join_link else None) for call in coming)
    rows = _rows([call for call in calls if over(call)], entries, language)
    following = next((call for call in listed if not call.cancelled), None)
    return {
        "community": PageCommunity(
            name=line(config.name),
            group=line(config.group),
            about=paragraphs(config.about),
            language=language.tag,
            direction=language.direction,
        ),
        "links": PageLinks(
            group=url(config.links.get("join")),
            chat=url(config.links.get("chat")),
            page=url(page_address(config)),
            subscribe=subscription(config),
        ),
        "next_call": following,
        "upcoming": tuple(call for call in listed if call is not following),
        "years": tuple(
            Year(int(year), tuple(found)) for year, found in groupby(rows[:MOST_ROWS], key=lambda row: row.date[:4])
        ),
        "older": max(0, len(rows) - MOST_ROWS),
    }


def _listed(config: Config, call: Call, join: str | None) -> Listed:
    values: Mapping[str, Any] = vars(context.call_values(call, config.zones, language_of(config)))
    place = join or ""
    return Listed(
        **values,
        anchor=anchor(call.id),
        join=None if call.cancelled else url(join),
        usual=_usual(call, language_of(config)),
        google=None if call.cancelled else google(call, place),
        outlook=None if call.cancelled else outlook(call, place),
    )


def _usual(call: Call, language: English) -> str:
    """From the rule that is in force for this call, where it is written in words, which are English ones."""
    if language.tag.partition("-")[0] != ENGLISH.tag:
        return ""
    rules = [rule for rule in call.series.rules if rule.start <= call.id.recurrence_id]
    rule = max(rules, key=lambda rule: rule.start, default=None)
    if rule is None or "=" in rule.every:
        return ""
    place = language.place(call.series.zone.key, "")
    at = instant(call.day, rule.at, call.series.zone)
    words = " ".join(word.capitalize() if word in WEEKDAYS else word for word in rule.every.casefold().split())
    return line(f"{words} at {language.clock(at, call.series.zone)} ({place})")


def _rows(past: Iterable[Call], entries: Iterable[Entry], language: English) -> list[PastCall]:
    """Archived calls, and those of `past` that were cancelled or are not archived yet; newest first."""
    archived = newest_first(entries)
    known = {entry.id for entry in archived}
    rows = [(entry.start, _archived(entry, language)) for entry in archived]
    rows += [(call.start, _unarchived(call, language)) for call in past if call.id not in known]
    return [row for _, row in sorted(rows, key=lambda pair: (pair[0], pair[1].anchor), reverse=True)]


def _archived(entry: Entry, language: English) -> PastCall:
    return PastCall(
        anchor=anchor(entry.id),
        date=entry.date.isoformat(),
        day=language.short_day(entry.date),
        title=line(entry.title),
        speaker=line(entry.speaker or ""),
        recording=url(entry.recording),
        notes=url(entry.notes),
        cancelled=False,
        reason="",
        pending=False,
    )


def _unarchived(call: Call, language: English) -> PastCall:
    talk = call.talk
    return PastCall(
        anchor=anchor(call.id),
        date=call.day.isoformat(),
        day=language.short_day(call.day),
        title=line(talk.title if talk and talk.title else call.series.title),
        speaker=line(talk.speaker) if talk else "",
        recording=None,
        notes=None,
        cancelled=call.cancelled,
        reason=line(call.reason).rstrip("."),
        pending=not call.cancelled,
    )


def anchor(call: CallId) -> str:
    """The fragment by which the page names a call."""
    return f"{call.series}-{call.recurrence_id.isoformat()}"
