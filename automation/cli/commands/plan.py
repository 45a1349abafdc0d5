"""`plan`: what is due now and what comes, changing nothing."""

from __future__ import annotations

import json
from datetime import date, datetime

import click

from automation.cli.options import Options
from automation.config.load import read_all
from automation.domain.instants import rfc3339
from automation.domain.model import Config
from automation.plan.describe import call_json, describe, item_json, notices
from automation.plan.steps.step_state import Item
from automation.reconcile.dry_run import DryRun, dry_run


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Show what comes up to this local date (default: the horizon).",
)
@click.option("--force", is_flag=True, help="Plan as `apply --force` would.")
@click.pass_obj
def plan(options: Options, as_json: bool, until: datetime | None, force: bool) -> int:
    """Show what `apply` would do now, and what comes after; nothing is changed anywhere."""
    files = read_all(options.config, options.credentials, options.templates)
    now = options.now()
    found = dry_run(options.state, files, now, until.date() if until else None, force=force)
    if as_json:
        click.echo(
            json.dumps(_json(found, files.config, now, until.date() if until else None), indent=2, ensure_ascii=False)
        )
    else:
        _print(found, files.config, until.date() if until else None)
    return 3 if found.plan.needs_person else 0


def coming(found: DryRun, until: date | None) -> list[Item]:
    """What is not due yet, in order of time, to `until` inclusive."""
    due = {item.key for item in found.due}
    items = []
    for item in found.plan.items:
        if (
            item.state not in ("pending", "waiting")
            or item.key in due
            or item.window.due <= found.plan.now
            and item.state == "pending"
        ):
            continue
        if until is None or item.window.due.astimezone(item.zone).date() <= until:
            items.append(item)
    return sorted(items, key=lambda item: (item.window.due, item.key))


def in_doubt(found: DryRun) -> list[Item]:
    """What waits for `resolve`."""
    return [item for item in found.plan.items if item.state == "in doubt"]


def _json(found: DryRun, config: Config, now: datetime, until: date | None) -> dict[str, object]:
    return {
        "now": rfc3339(now),
        "looked": found.looked,
        "calls": [call_json(call) for call in found.calls],
        "due": [item_json(item, config) for item in found.due],
        "notices": sum(len(item.notices) for item in found.due),
        "coming": [item_json(item, config) for item in coming(found, until)],
        "in_doubt": [item.key for item in in_doubt(found)],
        "refused": [
            {"reason": refusal.sentence, "calls": list(refusal.marks), "keys": list(refusal.keys)}
            for refusal in found.plan.refused
        ],
    }


def _print(found: DryRun, config: Config, until: date | None) -> None:
    if found.blind:
        click.echo(f"Nothing outside was looked at: {found.blind}.\n")
    click.echo("Calls")
    for call in found.calls:
        reason = f" ({call.reason})" if call.reason else ""
        status = "" if call.status == "confirmed" else f"  {call.status}{reason}"
        click.echo(f"  {call.local_start:%a %Y-%m-%d %H:%M %Z}  {call.series.title}{status}")
    click.echo("\nDue now")
    for item in found.due:
        click.echo(f"  {describe(item, config)}\n      {item.key}")
    if not found.due:
        click.echo("  nothing")
    told = notices(found.due)
    if told:
        click.echo(f"  With these, Google mails the Group {told}.")
    click.echo("\nComing")
    for item in coming(found, until):
        reason = f"  (waits: {item.reason})" if item.state == "waiting" else ""
        click.echo(
            f"  {item.window.due.astimezone(item.zone):%a %Y-%m-%d %H:%M %Z}  {describe(item, config)}{reason}\n     "
            f" {item.key}"
        )
    if in_doubt(found):
        click.echo("\nIn doubt, until a person settles it with `resolve KEY`")
    for item in in_doubt(found):
        click.echo(f"  {item.key}\n      {item.reason}")
    for refusal in found.plan.refused:
        click.echo(f"\nHeld back: {refusal.sentence}")
