"""The doors to the heavy rooms: everything that imports Google's, Jinja2's, Markdown's or icalendar's code is entered through here.

A tick with nothing due goes through none of them and costs little more than starting Python.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import click

    from automation.ledger import Ledger
    from automation.model import Template
    from automation.organizer_files import OrganizerFiles
    from automation.report import Report
    from automation.steps import MailStep


def reconcile(
    ledger: Ledger, setup: OrganizerFiles, now: datetime, *, force: bool = False, stop: Callable[[], bool] = lambda: False
) -> Report:
    """`automation.reconcile.reconcile`."""
    from automation.reconcile import reconcile as carry_out

    return carry_out(ledger, setup, now, force=force, stop=stop)


def observe(ledger: Ledger, setup: OrganizerFiles, now: datetime) -> None:
    """`automation.reconcile.observe`: look outside, changing nothing there."""
    from automation.reconcile import observe as look

    look(ledger, setup, now)


def applies(setup: OrganizerFiles) -> Callable[[Template, MailStep], bool]:
    """What evaluates the `if` of a template."""
    from automation.reconcile import condition
    from automation.render import Renderer

    return condition(Renderer(setup.templates.directory, setup.config), setup.config)


def command(name: str) -> click.Command:
    """`automation.commands.NAME`'s command of the same name."""
    module = import_module(f"automation.commands.{name}")
    found: click.Command = getattr(module, name)
    return found


def ping(url: str) -> None:
    """`automation.ping.ping`, if there is a URL to ping."""
    if url:
        from automation.ping import ping as fetch

        fetch(url)
