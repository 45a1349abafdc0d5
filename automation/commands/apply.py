"""`apply`: one tick, for cron."""

from __future__ import annotations

import json

import click

from automation import late
from automation.cli import Options
from automation.ledger import Ledger
from automation.lock import alone
from automation.organizer_files import read_all
from automation.report import Report
from automation.tick import tick

BUSY = "another Callkeeper is at work on this ledger; nothing to do here"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--force", is_flag=True, help="Do it even if the plan looks like a mistake (`plan` says why).")
@click.pass_obj
def apply(options: Options, as_json: bool, force: bool) -> int:
    """Do everything that is due now, once; for cron.

    Whatever was missed (the machine was off, a service was down) and is still of use is caught up with. Nothing is sent twice.
    """
    setup = read_all(options.config, options.credentials, options.templates, need_credentials=True)
    now = options.now()
    with alone(options.state) as free:
        if not free:
            click.echo(BUSY, err=True)
            return 0
        with Ledger(options.state) as ledger:
            report = tick(ledger, setup, now, force=force)
    show(report, as_json)
    if not report.failed and not report.raced:
            late.ping(setup.config.ping_url)
    return report.exit_code


def show(report: Report, as_json: bool) -> None:
    """The result of a tick, for people or for programs."""
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
        return
    if report.raced:
        click.echo(BUSY, err=True)
    for key in report.done:
        click.echo(f"done      {key}")
    for key, reason in report.skipped.items():
        click.echo(f"skipped   {key}: {reason}")
    for failure in report.failed.values():
        again = f"; next try {failure.retry_at:%Y-%m-%d %H:%M %Z}" if failure.retry_at else ""
        click.echo(f"failed    {failure.key}: {failure.error}{again}")
    for key in report.in_doubt:
        click.echo(f"in doubt  {key}: look whether it happened, then `python run.py resolve {key} --happened`, `--repeat` or `--skip`")
    for sentence in report.refused:
        click.echo(f"held back {sentence}")
