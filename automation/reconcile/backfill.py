"""What the folder of recordings and the notes document know of calls that were held before Callkeeper, or that it
missed: asked, matched, and put into words for archive.toml. Nothing outside is changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from automation.apply.page import entries
from automation.archive.kinds import is_video, kind_of
from automation.archive.match import propose
from automation.archive.records import HeldCall, Kind, Match, Proposal, Source, Unmatched
from automation.config.archive_text import Addition, Value
from automation.domain.archive_entry import Entry
from automation.domain.keys import CallId
from automation.domain.model import Config, Talk
from automation.domain.outside import Services
from automation.domain.receipts import LedgerSnapshot
from automation.schedule.recurrence import occurrences

# Drive began in 2012; files keep the time of their first upload.
EVER = datetime(2000, 1, 1, tzinfo=UTC)
_FILE = re.compile(r"/(?:d|folders)/([\w-]{10,})")
_NO_KIND = "it is no recording, no notes and no slides"


@dataclass(frozen=True)
class Known:
    """What the archive has already: its links, and which kinds of each call; `withheld` are the calls whose recording
    is to stand nowhere."""

    links: frozenset[str]
    kinds: Mapping[str, frozenset[Kind]]
    withheld: frozenset[str]


def past_calls(config: Config, snapshot: LedgerSnapshot, now: datetime) -> list[HeldCall]:
    """Every call of the schedule that is over, as it was moved or cancelled, whoever did it."""
    found = []
    for series in config.series:
        begin = min((rule.start for rule in series.rules), default=now.date())
        zones = {UTC, *config.zones}
        for call in occurrences(series, begin, now.astimezone(series.zone).date()):
            call_id = CallId(config.uid, series.uid, call.recurrence_id)
            state = snapshot.calls.get(str(call_id))
            start, end = (state.start, state.end) if state is not None else (call.start, call.end)
            if end <= now:
                found.append(
                    HeldCall(
                        id=call_id,
                        held=start.astimezone(series.zone).date(),
                        start=start,
                        end=end,
                        title=series.title,
                        days=frozenset(start.astimezone(zone).date() for zone in zones),
                        cancelled=state.cancelled if state is not None else call.status == "cancelled",
                    )
                )
    return sorted(found, key=lambda call: (call.start, call.id))


def ask(config: Config, services: Services) -> tuple[list[Source], list[Unmatched]]:
    """All files of the folder, the oldest first, and all headings of all tabs, in order; and the files that are neither
    recording nor notes nor slides. Raises ServiceError."""
    found: list[Source] = []
    others: list[Unmatched] = []
    if config.recordings.folder:
        for file in services.drive.in_folder(config.recordings.folder, EVER):
            kind = kind_of(file.name, file.mime_type)
            source = Source(
                source="drive",
                name=file.name,
                link=file.link,
                kind=kind or "recording",
                created=file.created,
                mark=file.mark,
            )
            if kind is None:
                others.append(Unmatched(source, _NO_KIND))
            else:
                found.append(source)
    if config.notes.mode == "running" and config.notes.document:
        for heading in services.notes.headings(config.notes.document):
            found.append(Source(source="notes", name=heading.text, link=heading.link, kind="notes"))
    return found, others


def proposed(
    config: Config, snapshot: LedgerSnapshot, now: datetime, asked: tuple[list[Source], list[Unmatched]]
) -> Proposal:
    """What is not in the archive yet and belongs to a call; and what belongs to none, with the reason."""
    sources, others = asked
    known = _known(config, entries(snapshot, config))
    found = propose(sources, past_calls(config, snapshot, now))
    matches, unmatched = [], [*others, *found.unmatched]
    for match in found.matches:
        if _address(match.source.link) in known.links:
            continue
        why = _not_now(match, known, snapshot)
        if why:
            unmatched.append(Unmatched(match.source, why))
        else:
            matches.append(match)
    left = [each for each in unmatched if _address(each.source.link) not in known.links]
    return Proposal(tuple(matches), tuple(left))


def _not_now(match: Match, known: Known, snapshot: LedgerSnapshot) -> str:
    mark = str(match.call.id)
    if mark in snapshot.open:
        return f"Callkeeper is still at work on the call of {match.call.held} and finds it by itself"
    if match.source.kind == "recording" and mark in known.withheld:
        return f'the call of {match.call.held} has consent = "never"'
    if match.source.kind in known.kinds.get(mark, frozenset()):
        return f"the archive has a link of this kind for the call of {match.call.held} already"
    return ""


def _known(config: Config, archived: Iterable[Entry]) -> Known:
    links: set[str] = set()
    kinds: dict[str, set[Kind]] = {}
    for entry in archived:
        pairs: list[tuple[Kind, str | None]] = [("recording", entry.recording), ("notes", entry.notes)]
        for kind, link in pairs:
            if link:
                links.add(_address(link))
                kinds.setdefault(str(entry.id), set()).add(kind)
    for line in config.archive:
        links |= {_address(link) for link in (*line.recordings, line.notes, line.slides) if link}
        given: list[tuple[Kind, object]] = [
            ("recording", line.recordings),
            ("notes", line.notes),
            ("slides", line.slides),
        ]
        kinds.setdefault(str(line.id), set()).update(kind for kind, link in given if link)
    withheld = frozenset(str(line.id) for line in config.archive if line.consent == "never")
    return Known(frozenset(links), {mark: frozenset(found) for mark, found in kinds.items()}, withheld)


def _address(link: str) -> str:
    """A file by its id, however its address is written; a section by its whole address."""
    found = _FILE.search(link)
    return link if found is None or "heading=" in link or "/document/" in link else found[1]


def additions(config: Config, snapshot: LedgerSnapshot, matches: Iterable[Match]) -> list[Addition]:
    """What to write into archive.toml, call by call."""
    archived = {entry.id for entry in entries(snapshot, config)}
    by_call: dict[CallId, list[Match]] = {}
    for match in matches:
        by_call.setdefault(match.call.id, []).append(match)
    return [
        Addition(call_id.series, call_id.recurrence_id, _values(config, those, known=call_id in archived))
        for call_id, those in by_call.items()
    ]


def _values(config: Config, matches: list[Match], *, known: bool) -> dict[str, Value]:
    call = matches[0].call
    found: dict[str, Value] = {}
    if call.held != call.id.recurrence_id:
        found["held"] = call.held
    if not known:
        talk = _talk(config, call)
        found["title"] = talk.title if talk and talk.title else call.title
        speaker = talk.speaker if talk else next((match.speaker for match in matches if match.speaker), "")
        found |= {"speaker": speaker} if speaker else {}
    recordings = [match.source for match in matches if match.source.kind == "recording"]
    # Sound alone is for calls of which there is no more.
    links = tuple(each.link for each in recordings if is_video(each.name)) or tuple(each.link for each in recordings)
    if links:
        found["recording"] = links[0] if len(links) == 1 else links
    # The section in the running document goes before a document of its own.
    notes = sorted(
        (match.source for match in matches if match.source.kind == "notes"), key=lambda each: each.source, reverse=True
    )
    slides = [match.source for match in matches if match.source.kind == "slides"]
    found |= {"notes": notes[0].link} if notes else {}
    found |= {"slides": slides[0].link} if slides else {}
    return found


def _talk(config: Config, call: HeldCall) -> Talk | None:
    talks = (talk for series in config.series if series.uid == call.id.series for talk in series.talks)
    return next((talk for talk in talks if talk.date == call.id.recurrence_id), None)
