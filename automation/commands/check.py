"""`check`: every mistake in the organizers' files, all at once."""

from __future__ import annotations

import click

from automation.check import check as find_problems
from automation.cli import Options


@click.command()
@click.pass_obj
def check(options: Options) -> int:
    """Check the configuration, the templates and (if they are there) the credentials; nobody outside is asked.

    Every mistake is listed at once, each with its place and what to write instead.
    """
    problems = find_problems(options.config, options.credentials, options.templates)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        return 2
    click.echo("Everything is in order.")
    return 0
