"""`worker`: the daemon."""

from __future__ import annotations

import click

from automation.cli.occupied import occupied
from automation.cli.options import Options
from automation.config.paths import Paths
from automation.reconcile.idle import files_fingerprint
from automation.reconcile.sound import read_sound
from automation.reconcile.stop import Stop
from automation.reconcile.worker import Worker
from automation.rendering.press import Press


@click.command()
@click.option(
    "--every",
    default=60,
    show_default=True,
    type=click.IntRange(min=1),
    metavar="SECONDS",
    help="How often to look what is due.",
)
@click.pass_obj
def worker(options: Options, every: int) -> int:
    """Do everything that is due, all the time, until stopped.

    SIGTERM, SIGHUP and Ctrl-C stop it cleanly after the step under way, and an upload after the part under way. Changes
    to community.toml, credentials.json and the templates are noticed by themselves; from a broken file nothing is sent,
    and the log says what is wrong with it. A second worker, or `apply` from cron, on the same ledger leaves at once.
    Everything that it does is logged on standard error.

    Use either this or cron, whichever you like better: both do the same.
    """
    if options.given_now is not None:
        raise click.UsageError("--now stops the clock, and a worker needs one that runs; use --now with plan or apply")
    found = files_fingerprint(options.config, options.credentials, options.templates)
    with Press() as press:
        sound = read_sound(
            options.config,
            options.credentials,
            options.templates,
            press,
            state=options.state,
            found=found,
            now=options.now(),
        )
    paths = Paths(options.config, options.credentials, options.templates, options.state)
    with options.state.exclusive("worker") as lock:
        if not lock:
            return occupied(lock, options.state, sound.files)
        with Stop() as stop:
            Worker(paths=paths, every=every, files=sound.files, stop=stop, lock=lock).run()
    return 0
