"""`resolve`: settle a step that is in doubt or needs a decision."""

from __future__ import annotations

import click

from automation.cli.options import Options
from automation.config.load import OrganizerFiles, read_all
from automation.domain.errors import UserError
from automation.plan.resolve import Decision, Resolution
from automation.plan.resolve import resolve as decide
from automation.reconcile.idle import NOTE
from automation.reconcile.inputs import inputs_of
from automation.rendering.conditions import Conditions
from automation.rendering.press import Press

AT_WORK = (
    "another Callkeeper is at work on this very step; wait until it is through (or stop the worker), then run this"
    " again"
)


@click.command()
@click.argument("key")
@click.option(
    "--happened", "decisions", flag_value="happened", multiple=True, help="It went out or is there: it counts as done."
)
@click.option(
    "--repeat", "decisions", flag_value="repeat", multiple=True, help="It did not happen: the next tick does it again."
)
@click.option("--skip", "decisions", flag_value="skip", multiple=True, help="It is not to be done at all.")
@click.pass_obj
def resolve(options: Options, key: str, decisions: tuple[Decision, ...]) -> int:
    """Settle the step KEY, which is in doubt, failed, or needs a decision; `status` and the mails to the organizers
    name it.

    Look first whether it happened: is the mail in the archive of the Group, the post in the channel? Then say so with
    exactly one of the three options. A recording that was given up is looked for again with --repeat. Nothing is sent
    by this command itself; the next tick (`apply`, or the worker) does what follows.

    Example: python run.py resolve floss-mentoring/monthly-call/2026-12-08/mail:reminder --happened
    """
    if len(set(decisions)) != 1:
        raise click.UsageError("say exactly one of --happened, --repeat and --skip")
    files = read_all(options.config, options.credentials, options.templates)
    if not options.state.exists():
        raise UserError(f"there is no ledger at {options.state}, so there is nothing to settle")
    with options.state.exclusive("resolve") as free:
        found = _settle(options, files, key=key, decision=decisions[0], free=bool(free))
    click.echo(AT_WORK if found is None else found.sentence, err=found is None)
    return 0


def _settle(options: Options, files: OrganizerFiles, key: str, decision: Decision, free: bool) -> Resolution | None:
    """What was written down, or None if another process has the step in its hands.

    A worker holds the lock for as long as it lives. Beside it only a step that it has not begun may be settled, and
    only if the receipt is still the one that the decision was about."""
    now = options.now()
    with options.state.open() as ledger:
        snapshot = ledger.snapshot()
        receipt = snapshot.get(key)
        if receipt is not None and receipt.state == "claimed" and not free:
            return None
        with Press() as press:
            found = decide(inputs_of(files, snapshot, now, applies=Conditions(files, press)), key, decision)
        if not ledger.put(found.receipt, now, version=found.version):
            return None
        ledger.remember(found.states, {})
        ledger.meta({NOTE: ""})
    return found
