"""The real configuration and templates, run through the sandbox on a virtual clock: months of calls in seconds.

The very `tick` that `apply` runs is run here, on a ledger of its own; what differs is the world outside, the clock, and
that the people's part is played too.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path

from automation.config.credentials import read_credentials
from automation.config.load import OrganizerFiles
from automation.config.template_folder import Templates
from automation.domain.instants import instant, rfc3339
from automation.domain.keys import mark_of
from automation.domain.ledger import Ledger
from automation.domain.model import Config, Page
from automation.domain.receipts import LedgerSnapshot
from automation.ledger.places import own_place
from automation.reconcile.inputs import inputs_of
from automation.reconcile.tick import tick
from automation.rehearsal.clock import is_due, next_instant
from automation.rehearsal.overlay import Stage
from automation.rehearsal.people import Action, actions, carry_out
from automation.rehearsal.story import Happening, Story, Trouble, added_text, done_text
from automation.rehearsal.world import World, seed
from automation.rendering.press import Press

PUBLIC = "public"
ARCHIVE = "archive.json"
MEMORY = Path("/dev/shm")
# After this nobody does anything about a call any more.
OVER = timedelta(days=2)

Progress = Callable[[datetime], None]


@dataclass
class Run:
    """A rehearsal under way; `files` is that of the present day."""

    world: World
    ledger: Ledger
    files: OrganizerFiles
    press: Press
    since: datetime
    until: datetime
    happenings: list[Happening] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    acted: set[tuple[str, str]] = field(default_factory=set)
    snapshot: LedgerSnapshot = field(default_factory=LedgerSnapshot)


def rehearse(
    stages: tuple[Stage, ...],
    templates: Templates,
    since: datetime,
    until: datetime,
    *,
    directory: Path,
    progress: Progress,
) -> Story:
    """Everything that happens from `since` to `until` (aware). The public page is written into `directory`/public;
    nothing else outside of a temporary folder is touched. `progress` is told each instant. Raises AutomationError where
    the rehearsal itself cannot go on.
    """
    public = Page(str(directory.absolute() / PUBLIC), stages[0].config.page.show_join_link)
    # A new ledger takes past calls from the archive on the page, and that of an earlier rehearsal tells of calls to
    # come.
    (directory / PUBLIC / ARCHIVE).unlink(missing_ok=True)
    stages = tuple(replace(stage, config=replace(stage.config, page=public, ping_url="")) for stage in stages)
    with (
        tempfile.TemporaryDirectory(prefix="callkeeper-rehearsal-", dir=_quick_folder()) as folder,
        World(Path(folder) / "sandbox", since) as world,
        own_place(Path(folder)).open() as ledger,
        Press() as press,
    ):
        seed(world, stages[0].config)
        files = _files(stages[0].config, templates, world)
        run = Run(world=world, ledger=ledger, files=files, press=press, since=since, until=until)
        _go(run, stages, progress)
        return Story(
            files=run.files,
            since=since,
            until=until,
            happenings=tuple(run.happenings),
            troubles=tuple(run.troubles),
            problems=tuple(world.problems()),
            snapshot=run.snapshot,
            world=world.state(),
        )


def _quick_folder() -> str | None:
    """Memory, where the system has a folder for that: nothing of a rehearsal's ledger need outlive it, and waiting for
    the disk takes longer than all the rest."""
    return str(MEMORY) if os.access(MEMORY, os.W_OK) else None


def _files(config: Config, templates: Templates, world: World) -> OrganizerFiles:
    return OrganizerFiles(config, read_credentials(world.credentials, config), templates)


def _go(run: Run, stages: tuple[Stage, ...], progress: Progress) -> None:
    zone = run.files.config.series[0].zone
    ahead = [(instant(stage.since, time(8), zone), stage) for stage in stages[1:] if stage.since]
    now = run.since
    while True:
        progress(now)
        run.world.set_now(now)
        while ahead and ahead[0][0] <= now:
            _edit(run, now, ahead.pop(0)[1])
        _people(run, now)
        inputs = inputs_of(run.files, run.snapshot, now)
        if now == run.since or is_due(inputs):
            _tick(run, now)
        if now >= run.until:
            return
        others = [at for at, _ in ahead] + [action.at for action in _actions(run, now)]
        now = next_instant(inputs_of(run.files, run.snapshot, now), others, run.until)


def _edit(run: Run, now: datetime, stage: Stage) -> None:
    """An organizer saves another community.toml."""
    run.files = _files(stage.config, run.files.templates, run.world)
    for addition in stage.added:
        mark = f"{stage.config.uid}/{addition.series}/{addition.values['date'].isoformat()}"
        run.happenings.append(Happening(now, mark, "Organizer", added_text(addition)))


def _actions(run: Run, now: datetime) -> list[Action]:
    """What people do about the calls that are not long over."""
    return actions(
        run.files.config,
        {mark: state for mark, state in run.snapshot.calls.items() if state.end > now - OVER},
        run.since,
    )


def _people(run: Run, now: datetime) -> None:
    for action in _actions(run, now):
        if action.at <= now and (action.mark, action.what) not in run.acted:
            run.acted.add((action.mark, action.what))
            sentence = carry_out(run.world, run.files.config, run.snapshot, action)
            if sentence:
                actor = run.files.config.meeting.vendor if action.what == "finish" else "People"
                run.happenings.append(Happening(now, action.mark, actor, sentence))


def _tick(run: Run, now: datetime) -> None:
    before, seen = run.snapshot, run.snapshot.seen
    if seen.events_at is not None:
        # Ticks look every hour, and in a rehearsal nobody but us touches the calendar in between: that need not be
        # played.
        run.ledger.meta(
            {"events_at": rfc3339(now), **({"meetings_at": rfc3339(now)} if seen.meetings_at is not None else {})}
        )
    report = tick(run.ledger, run.files, now, run.press)
    after = run.snapshot = run.ledger.snapshot()
    for key in report.done:
        text = done_text(key, before.get(key), after.get(key), run.files.config.meeting.vendor)
        run.happenings.append(Happening(at=now, mark=mark_of(key), actor="Callkeeper", text=text, key=key))
    for key, reason in report.skipped.items():
        run.happenings.append(
            Happening(at=now, mark=mark_of(key), actor="Callkeeper", text=reason, key=key, skipped=True)
        )
    run.troubles += [Trouble(now, failure.key, failure.error) for failure in report.failed.values()]
    known = {trouble.key for trouble in run.troubles}
    run.troubles += [
        Trouble(now, key, "it may or may not have happened") for key in report.in_doubt if key not in known
    ]
    run.troubles += [Trouble(now, sentence, "held back") for sentence in report.refused if sentence not in known]
