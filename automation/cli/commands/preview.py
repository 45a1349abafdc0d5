"""`preview`: every mail and post of one call, as pages to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click

from automation.cli.options import Options
from automation.config.load import read_all
from automation.domain.errors import UserError
from automation.domain.inputs import Inputs
from automation.domain.model import Call
from automation.plan.steps.context import context_of
from automation.reconcile.inputs import inputs_of
from automation.rendering.press import Press
from automation.rendering.preview import preview as render_all
from automation.rendering.preview import write_preview
from automation.rendering.values import TemplateValues
from automation.schedule.calls import Calls, calls_of


@click.command()
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The call on this local date (default: the next one).",
)
@click.option(
    "--directory",
    default="preview",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    show_default=True,
    help="Where to write to.",
)
@click.pass_obj
def preview(options: Options, day: datetime | None, directory: Path) -> int:
    """Write every mail, post and text of the next call into a folder, to look at in a browser before anything is sent.

    Open the index.html whose path is printed. Nobody outside is asked; links that are not there yet are examples.
    """
    files = read_all(options.config, options.credentials, options.templates)
    now = options.now()
    wanted = day.date() if day is not None else None
    with options.state.copy() as ledger:
        inputs = inputs_of(files, ledger.snapshot(), now)
    calls = calls_of(inputs, wanted)
    call = _call(calls, now, wanted)
    with Press() as press:
        rendered = render_all(press.renderer(files.templates), files.templates, _view(inputs, calls, call))
    click.echo(write_preview(directory, rendered))
    return 0


def _call(calls: Calls, now: datetime, day: date | None) -> Call:
    """The call on that day, or the next one that takes place. Raises UserError."""
    if day is None:
        coming = [call for call in calls.upcoming(now) if not call.cancelled]
        if not coming:
            raise UserError("no call is coming up within the horizon; say which one with --date")
        return coming[0]
    found = [call for call in calls.all if day in (call.day, call.id.recurrence_id)]
    if not found:
        near = ", ".join(
            dict.fromkeys(call.day.isoformat() for call in sorted(calls.all, key=lambda call: abs(call.day - day))[:3])
        )
        raise UserError(
            f"there is no call on {day}; the nearest are on {near}" if near else f"there is no call on {day}"
        )
    return found[0]


def _view(inputs: Inputs, calls: Calls, call: Call) -> TemplateValues:
    """Before the call is over nothing is missing yet."""
    context = context_of(inputs, calls, call)
    return TemplateValues(inputs.config, context if call.end <= inputs.now else replace(context, missing=()))
