"""The doors to the heavy rooms: everything that imports Google's, Jinja2's, Markdown's or icalendar's code is entered through here.

A tick with nothing due goes through none of them and costs little more than starting Python.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    import click

    from automation.context import View
    from automation.course import Course
    from automation.errors import ServiceError
    from automation.ledger import Ledger
    from automation.means import Means, Outcome, Services
    from automation.organizer_files import OrganizerFiles
    from automation.plan_items import Inputs
    from automation.press import Press
    from automation.report import Report
    from automation.sound import Sound
    from automation.steps import MailStep, Step


def main(argv: list[str]) -> int:
    """`automation.cli.main`: the command line."""
    from automation.cli import main as run

    return run(argv)


def read_all(config: Path, credentials: Path, templates: Path, *, need_credentials: bool = False) -> OrganizerFiles:
    """`automation.organizer_files.read_all`."""
    from automation.organizer_files import read_all as read

    return read(config, credentials, templates, need_credentials=need_credentials)


def read_sound(config: Path, credentials: Path, templates: Path, press: Press, *, state: Path, found: str, now: datetime) -> Sound:
    """`automation.sound.read_sound`."""
    from automation.sound import read_sound as read

    return read(config, credentials, templates, press, state=state, found=found, now=now)


def whole_tick(state: Path, sound: Sound, now: datetime, press: Press, *, force: bool, course: Course) -> dict[str, Any]:
    """`automation.tick.whole_tick`."""
    from automation.tick import whole_tick as run

    return run(state, sound, now, press, force=force, course=course)


def reconcile(ledger: Ledger, setup: OrganizerFiles, now: datetime, press: Press, *, force: bool, course: Course) -> Report:
    """`automation.reconcile.reconcile`."""
    from automation.reconcile import reconcile as carry_out

    return carry_out(ledger, setup, now, press, force=force, course=course)


def tell(ledger: Ledger, setup: OrganizerFiles, now: datetime) -> None:
    """`automation.reconcile.tell`."""
    from automation.reconcile import tell as say

    say(ledger, setup, now)


def connect(setup: OrganizerFiles) -> Services:
    """`automation.adapters.connect`; there have to be credentials."""
    from automation.adapters import connect as wire

    assert setup.credentials is not None
    return wire(setup.config, setup.credentials)


def observe(ledger: Ledger, setup: OrganizerFiles, now: datetime) -> None:
    """`automation.observe.observe`: look outside, changing nothing there."""
    from automation.observe import observe as look

    look(ledger, setup, now)


def rebuild(
    services: Services, ledger: Ledger, inputs: Inputs, *, resting: frozenset[str] = frozenset(), dry: bool = False
) -> list[ServiceError]:
    """`automation.rebuild.rebuild`."""
    from automation.rebuild import rebuild as complete

    return complete(services, ledger, inputs, resting=resting, dry=dry)


def press() -> Press:
    """A `press.Press`, to be left when all is rendered."""
    from automation.press import Press as Made

    return Made()


def view(setup: OrganizerFiles, step: MailStep) -> View:
    """What the `if` of a template may be told about a step."""
    from automation.context import View as Made

    return Made(setup.config, step.call, step.links, step.previous, step.following, step.missing)


def apply(step: Step, means: Means) -> Outcome:
    """`automation.apply.apply`."""
    from automation.apply import apply as do

    return do(step, means)


def command(name: str) -> click.Command:
    """`automation.commands.NAME`'s command of the same name."""
    function = name.replace("-", "_")
    module = import_module(f"automation.commands.{function}")
    found: click.Command = getattr(module, function)
    return found


def ping(url: str) -> None:
    """`automation.ping.ping`, if there is a URL to ping."""
    if url:
        from automation.ping import ping as fetch

        fetch(url)
