"""`status`: every call, what is proven, pending, overdue or in doubt."""

from __future__ import annotations

import json
import sys
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from automation.cli.options import Options
from automation.config.load import read_all
from automation.domain.instants import rfc3339
from automation.domain.keys import role_of, step_of
from automation.plan.status import CallStatus, Status, StepStatus, recent, status_of
from automation.reconcile.inputs import inputs_of
from automation.rendering.conditions import Conditions
from automation.rendering.press import Press

COLOURS = {
    "done": "green",
    "overdue": "bold red",
    "failed": "red",
    "in doubt": "bold magenta",
    "waiting": "cyan",
    "skipped": "dim",
}
# Narrower than this a table has no room for its sentences.
LEAST_WIDTH = 40


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON: every call.")
@click.option("--all", "every", is_flag=True, help="Show every call that is over, not only the last two.")
@click.pass_obj
def status(options: Options, as_json: bool, every: bool) -> int:
    """Show the calls to come and the last two with all their steps: what is proven, pending, overdue or in doubt.

    Of calls that are over longer, those in which something is open are shown too.

    Nobody outside is asked and no credentials are needed: this is what the ledger knows. `pending` is done when its
    time comes, `waiting` waits for something else, `overdue` should have been done hours ago (is the worker or the cron
    job running?), `failed` is tried again, and `in doubt` waits for `resolve`. Exit code 3 means that a person is
    needed.
    """
    files = read_all(options.config, options.credentials, options.templates)
    now = options.now()
    with options.state.copy() as ledger, Press() as press:
        found = status_of(inputs_of(files, ledger.snapshot(), now, applies=Conditions(files, press)))
    if as_json:
        click.echo(json.dumps(_json(found, now), indent=2, ensure_ascii=False))
    else:
        _print(found, found.calls if every else recent(found), options.state.exists())
    return 3 if found.needs_person else 0


def _json(found: Status, now: datetime) -> dict[str, object]:
    return {
        "now": rfc3339(now),
        "calls": [_call_json(call) for call in found.calls],
        "community": [_step_json(step, now.tzinfo) for step in found.community],
        "paused": [
            {
                "service": pause.service,
                "until": rfc3339(pause.until),
                "reason": pause.reason,
                "person": pause.needs_person,
            }
            for pause in found.paused
        ],
        "refused": list(found.refused),
        "person": found.needs_person,
    }


def _call_json(found: CallStatus) -> dict[str, object]:
    call = found.call
    return {
        "series": call.id.series,
        "recurrence_id": call.id.recurrence_id.isoformat(),
        "start": rfc3339(call.local_start),
        "status": call.status,
        "title": call.series.title,
        "reason": call.reason,
        "adopted": found.adopted or None,
        "steps": [_step_json(step, call.series.zone) for step in found.steps],
    }


def _step_json(step: StepStatus, zone: tzinfo | None) -> dict[str, object]:
    done_at = rfc3339(step.done_at.astimezone(zone)) if step.done_at is not None else None
    told: dict[str, object] = {
        "key": step.key,
        "kind": step.kind,
        "state": step.state,
        "due": rfc3339(step.due.astimezone(zone)),
        "done_at": done_at,
    }
    # Whether a mail arrived is not watched.
    return {**told, "reason": step.reason, **({"seen": None} if role_of(step.kind) == "mail" else {})}


def _print(found: Status, calls: tuple[CallStatus, ...], ledger: bool) -> None:
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if console.width < LEAST_WIDTH:
        console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, width=LEAST_WIDTH)
    if not ledger:
        console.print("There is no ledger yet: nothing has been done so far.\n")
    if len(calls) < len(found.calls):
        console.print(
            Text(
                f"{len(found.calls) - len(calls)} earlier calls, in which all is settled, are shown with --all.\n",
                "dim",
            )
        )
    for call in calls:
        console.print(_heading(call))
        if call.adopted:
            console.print(Text(call.adopted, "yellow"))
        if call.steps:
            console.print(_table(call.steps, call.call.series.zone))
        console.print()
    _print_rest(console, found)


def _print_rest(console: Console, found: Status) -> None:
    for step in found.community:
        if step.state in ("failed", "in doubt"):
            console.print(Text(f"{step.key}: {step.state}: {step.reason}", COLOURS[step.state]))
    for pause in found.paused:
        needs = "a person is needed" if pause.needs_person else f"tried again at {pause.until:%Y-%m-%d %H:%M %Z}"
        console.print(Text(f"{pause.service} rests: {pause.reason} ({needs})", "yellow"))
    for sentence in found.refused:
        console.print(Text(f"held back: {sentence}", "yellow"))
    if found.needs_person:
        console.print(Text("A person is needed.", "bold"))


def _heading(found: CallStatus) -> Text:
    call = found.call
    text = Text(f"{call.local_start:%a %Y-%m-%d %H:%M %Z}  {call.series.title}", "bold")
    if call.status != "confirmed":
        text.append(f"  {call.status}", "yellow")
        if call.reason:
            text.append(f" ({call.reason})")
    return text


def _table(steps: tuple[StepStatus, ...], zone: ZoneInfo) -> Table:
    """One line for each step, the reason below it where it needs room; with the time at which it was done, or is
    due."""
    table = Table(box=box.SIMPLE, show_header=False, pad_edge=False, padding=(0, 1), show_edge=False)
    table.add_column("state", no_wrap=True)
    table.add_column("step", overflow="fold", ratio=None)
    table.add_column("due", no_wrap=True)
    for step in steps:
        name = Text(step_of(step.key))
        if step.reason:
            name.append(f"\n{step.reason}", "dim")
        at = step.done_at if step.state == "done" and step.done_at is not None else step.due
        table.add_row(Text(step.state, COLOURS.get(step.state, "")), name, f"{at.astimezone(zone):%m-%d %H:%M}")
    return table
