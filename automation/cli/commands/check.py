"""`check`: every mistake in the organizers' files, all at once."""

from __future__ import annotations

import click

from automation.cli.options import Options
from automation.config.community import scan_config
from automation.config.first_schedule import untouched
from automation.config.placeholders import nobodys
from automation.reconcile.check_files import check as find_problems
from automation.reconcile.check_files import past
from automation.rendering.language import notes_the_hour
from automation.rendering.press import Press

SILENT = (
    "Have a look: {file}: community.language: the sentence about another hour after a clock change is not there in"
    ' "{language}", so it is left out; {{% if call.shift %}} in a template is never true.'
)


@click.command()
@click.pass_obj
def check(options: Options) -> int:
    """Check the configuration, the templates and (if they are there) the credentials; nobody outside is asked.

    Every mistake is listed at once, each with its place and what to write instead.
    """
    with Press() as press:
        problems = find_problems(options.config, options.credentials, options.templates, press)
    read = scan_config(options.config)
    if read.config is not None and not read.problems:
        problems += past(read.config, str(options.config), options.state, options.now())
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems or read.config is None:
        return 2
    click.echo("Everything is in order.")
    remarks = nobodys(read.config, str(options.config))
    if remarks:
        click.echo(
            "By the way, good for trying things out, and refused by `apply` and `worker` with credentials of the real"
            " services:"
        )
    for remark in remarks:
        click.echo(f"  {remark}")
    for remark in untouched(read.config, str(options.config)):
        click.echo(f"Have a look: {remark}")
    if not notes_the_hour(read.config.language):
        click.echo(SILENT.format(file=options.config, language=read.config.language))
    return 0
