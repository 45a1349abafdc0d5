"""The people's part in a rehearsal: the call takes place, somebody writes notes, a recording is finished. Deciding is
pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from automation.domain.call_state import CallState
from automation.domain.instants import Instants
from automation.domain.keys import CallId
from automation.domain.model import Config
from automation.domain.proofs import NotesProof
from automation.domain.receipts import LedgerSnapshot
from automation.rehearsal.world import World

What = Literal["begin", "write", "hold", "finish", "put"]

EARLY = timedelta(minutes=5)
INTO_THE_CALL = timedelta(minutes=20)
OVERTIME = timedelta(minutes=4)
# Zoom's help pages promise no time; for an hour's call half an hour is common.
PROCESSING = timedelta(minutes=35)
BYTES = 300_000

NAMES = ("Ana", "Björn", "Chipo", "Dmitri", "Emeka", "Fatima", "Giulia", "李雷", "Noor", "Saoirse")
TOPICS = (
    "How do I find a first issue? Labels help, people help more.",
    "What to do when nobody reviews a pull request: ask in the chat after a week.",
    "Whoever writes documentation first learns the code fastest.",
    "Keep pull requests small; two of them are read sooner than one large one.",
)


@dataclass(frozen=True)
class Action(Instants):
    """Something that people (or the provider of meetings) do at `at` about the call `mark`."""

    at: datetime
    mark: str
    what: What


def actions(config: Config, states: Mapping[str, CallState], since: datetime) -> list[Action]:
    """All that people do about these calls as they stand now, in order; nothing before `since`, nothing for a cancelled
    call."""
    found: list[Action] = []
    for mark, state in states.items():
        if not state.cancelled and state.start > since:
            found += _call_actions(config, mark, state)
    return sorted(found, key=lambda action: (action.at, action.mark))


def _call_actions(config: Config, mark: str, state: CallState) -> list[Action]:
    found = []
    if config.notes.mode != "none":
        found.append(Action(state.start + INTO_THE_CALL, mark, "write"))
    if config.meeting.of_its_own:
        found += [Action(state.start - EARLY, mark, "begin"), Action(state.end + OVERTIME, mark, "hold")]
        if config.meeting.recording == "cloud":
            found.append(Action(state.end + OVERTIME + PROCESSING, mark, "finish"))
    if config.recordings.source == "drive":
        found.append(Action(state.end + OVERTIME + PROCESSING, mark, "put"))
    return found


def carry_out(world: World, config: Config, snapshot: LedgerSnapshot, action: Action) -> str:
    """Do it; one sentence about it, or "" if there was nothing to do it with. The world's clock stands at
    `action.at`."""
    state = snapshot.calls[action.mark]
    if action.what == "write":
        return _write(world, config, snapshot=snapshot, action=action, state=state)
    if action.what == "put":
        name = f"{state.start.astimezone(ZoneInfo(state.zone)).date().isoformat()} {state.title}.mp4"
        world.act("drive", "put", folder=config.recordings.folder, name=name, size=BYTES)
        return f"Somebody puts the recording “{name}” into the Drive folder"
    provider, vendor = config.meeting.provider, config.meeting.vendor
    meeting = _meeting(world, provider, action.mark)
    if meeting is None:
        return ""
    if action.what == "begin":
        world.act(provider, "begin", meeting_id=meeting["id"])
        return f"The first people come into the {vendor} meeting"
    if action.what == "hold":
        started, ended = state.start - EARLY, action.at
        world.act(provider, "hold", meeting_id=meeting["id"], start=started.isoformat(), end=ended.isoformat())
        if config.meeting.recording == "cloud":
            world.act(provider, "record", meeting_id=meeting["id"], status="processing", bytes=BYTES)
            return f"The call is over, and {vendor} begins to process the recording"
        return "The call is over"
    world.act(provider, "finish_recording", meeting_id=meeting["id"])
    return f"{vendor} has finished the recording"


def _meeting(world: World, provider: str, mark: str) -> dict[str, Any] | None:
    """The meeting of a call, found by the mark in its agenda as a person finds it by its title."""
    meetings = world.ask("GET", f"state/{provider}")["meetings"]
    found: list[dict[str, Any]] = [one for one in meetings if mark in one["agenda"] and not one["deleted"]]
    return found[-1] if found else None


def _write(world: World, config: Config, snapshot: LedgerSnapshot, action: Action, state: CallState) -> str:
    notes = snapshot.left(f"{action.mark}/notes", NotesProof)
    if notes is None:
        return ""
    turn = CallId.parse(action.mark).recurrence_id.toordinal()
    here = ", ".join(NAMES[(turn + step) % len(NAMES)] for step in range(0, 9, 2))
    text = f"Here: {here}\n{TOPICS[turn % len(TOPICS)]}"
    if config.notes.mode == "running":
        world.act("docs", "write", document=config.notes.document, after_heading=str(notes.day), text=text)
    else:
        world.act("docs", "append", document=notes.file, text=text)
    return f"People write themselves into the notes: {here}"
