"""`worker`: the daemon."""

from __future__ import annotations

import click

from automation import late
from automation.cli import Options
from automation.lock import alone
from automation.occupied import occupied
from automation.quiet import fingerprint
from automation.stop import Stop
from automation.worker import Worker


@click.command()
@click.option("--every", default=60, show_default=True, type=click.IntRange(min=1), metavar="SECONDS", help="How often to look what is due.")
@click.pass_obj
def worker(options: Options, every: int) -> int:
    """Do everything that is due, all the time, until stopped.

    SIGTERM, SIGHUP and Ctrl-C stop it cleanly after the step under way, and an upload after the part under way. Changes to community.toml,
    credentials.json and the templates are noticed by themselves; from a broken file nothing is sent, and the log says what is wrong with it.
    A second worker, or `apply` from cron, on the same ledger leaves at once. Everything that it does is logged on standard error.

    Use either this or cron, whichever you like better: both do the same.
    """
    if options.given_now is not None:
        raise click.UsageError("--now stops the clock, and a worker needs one that runs; use --now with plan or apply")
    found = fingerprint(options.config, options.credentials, options.templates)
    with late.press() as press:
        sound = late.read_sound(options.config, options.credentials, options.templates, press, state=options.state, found=found, now=options.now())
    with alone(options.state, "worker") as lock:
        if not lock:
            return occupied(lock, options.state, sound.setup)
        with Stop() as stop:
            Worker(options, every, sound.setup, stop, lock).run()
    return 0
