"""`check`: every mistake in the organizers' files, all at once."""

from __future__ import annotations

from collections.abc import Mapping

import click

from automation.check import check as find_problems
from automation.cli import Options
from automation.config import scan_config
from automation.dry import copy_of
from automation.errors import LedgerError, Problem
from automation.follow import CallState
from automation.past_moves import past_moves


@click.command()
@click.pass_obj
def check(options: Options) -> int:
    """Check the configuration, the templates and (if they are there) the credentials; nobody outside is asked.

    Every mistake is listed at once, each with its place and what to write instead.
    """
    problems = [*find_problems(options.config, options.credentials, options.templates), *_past_moves(options)]
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        return 2
    click.echo("Everything is in order.")
    return 0


def _past_moves(options: Options) -> list[Problem]:
    """What is wrong today and may have been right when it was written, as the ledger tells, if there is one."""
    read = scan_config(options.config)
    if read.config is None or read.problems:
        return []
    known: Mapping[str, CallState] = {}
    try:
        if options.state.exists():
            with copy_of(options.state) as ledger:
                known = ledger.book().calls
    except LedgerError:
        pass  # `status` and `apply` say what is wrong with it
    return past_moves(read.config, known, options.now(), str(options.config))
