"""`apply`: one tick, for cron."""

from __future__ import annotations

import json
from typing import Any

import click

from automation import late
from automation.cli import Options
from automation.lock import alone
from automation.quiet import fingerprint, quiet

BUSY = "another Callkeeper is at work on this ledger; nothing to do here"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--force", is_flag=True, help="Do it even if the plan looks like a mistake (`plan` says why).")
@click.pass_obj
def apply(options: Options, as_json: bool, force: bool) -> int:
    """Do everything that is due now, once; for cron.

    Whatever was missed (the machine was off, a service was down) and is still of use is caught up with. Nothing is sent twice.
    """
    now = options.now()
    found = "" if force else fingerprint(options.config, options.credentials, options.templates)
    result = quiet(options.state, found, now)
    if result is None:
        return _whole(options, as_json, force, found)
    with alone(options.state) as free:
        if not free:
            click.echo(BUSY, err=True)
            return 0
    return _finish({"now": now.isoformat(), **result}, as_json)


def _whole(options: Options, as_json: bool, force: bool, found: str) -> int:
    """A tick that has to look at everything."""
    setup = late.read_all(options.config, options.credentials, options.templates, need_credentials=True)
    with alone(options.state) as free:
        if not free:
            click.echo(BUSY, err=True)
            return 0
        result = late.whole_tick(options.state, setup, options.now(), force=force, found=found)
    return _finish(result, as_json)


def _finish(result: dict[str, Any], as_json: bool) -> int:
    """Show it, ping the dead-man's switch if all is well, and say how it went."""
    url, code = result.pop("ping_url"), result.pop("exit_code")
    if result.pop("raced", False):
        click.echo(BUSY, err=True)
    elif not result["failed"]:
        late.ping(url)
    if as_json:
        click.echo(json.dumps(result, indent=2, ensure_ascii=False))
    else:
        _print(result)
    return int(code)


def _print(result: dict[str, Any]) -> None:
    for step in result["done"]:
        click.echo(f"done      {step['key']}")
    for step in result["skipped"]:
        click.echo(f"skipped   {step['key']}: {step['reason']}")
    for step in result["failed"]:
        again = f"; tried again at {step['retry_at']}" if step["retry_at"] else ""
        click.echo(f"failed    {step['key']}: {step['error']}{again}")
    for key in result["in_doubt"]:
        click.echo(f"in doubt  {key}: look whether it happened, then `python run.py resolve {key}` with --happened, --repeat or --skip")
    for sentence in result["refused"]:
        click.echo(f"held back {sentence}")
