"""`apply`: one tick, for cron."""

from __future__ import annotations

import click

from automation.cli.occupied import occupied
from automation.cli.options import Options
from automation.cli.outcome import finish
from automation.config.load import read_all
from automation.reconcile.course import begun
from automation.reconcile.idle import files_fingerprint, idle_result
from automation.reconcile.sound import read_sound
from automation.reconcile.stop import Stop
from automation.reconcile.tick import whole_tick
from automation.rendering.press import Press


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--force", is_flag=True, help="Do it even if the plan looks like a mistake (`plan` says why).")
@click.pass_obj
def apply(options: Options, as_json: bool, force: bool) -> int:
    """Do everything that is due now, once; for cron.

    Whatever was missed (the machine was off, a service was down) and is still of use is caught up with. Nothing is sent
    twice. SIGTERM, SIGHUP and Ctrl-C stop it after the step under way, and an upload after the part under way; the next
    tick goes on from there.
    """
    now = options.now()
    found = files_fingerprint(options.config, options.credentials, options.templates)
    result = None if force else idle_result(options.state, found, now)
    if result is None:
        return _whole(options, as_json, force, found)
    with options.state.exclusive("apply") as lock:
        if not lock:
            return occupied(lock, options.state, read_all(options.config, options.credentials, options.templates))
    return finish({"now": now.isoformat(), **result}, as_json)


def _whole(options: Options, as_json: bool, force: bool, found: str) -> int:
    """A tick that has to look at everything."""
    with Press() as press:
        sound = read_sound(
            options.config,
            options.credentials,
            options.templates,
            press,
            state=options.state,
            found=found,
            now=options.now(),
            force=force,
        )
        with options.state.exclusive("apply") as lock:
            if not lock:
                return occupied(lock, options.state, sound.files)
            with Stop() as stop:
                course = begun(stop, options.machine, given=options.given_now is not None, alive=lock.speak)
                result = whole_tick(options.state, sound, options.now(), press, force=force, course=course)
    return finish(result, as_json)
