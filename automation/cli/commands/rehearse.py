"""`rehearse`: months of calls in seconds, offline, with the real configuration and templates."""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta
from pathlib import Path

import click
from dateutil.relativedelta import relativedelta
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from automation.cli.options import Options
from automation.config.community import read_config
from automation.config.template_folder import Templates, read_templates
from automation.domain.errors import ProblemsError, UserError
from automation.reconcile.check_files import check
from automation.rehearsal.overlay import Stage, read_stages
from automation.rehearsal.report import INDEX, MADE_BY, group_mails, write_report, wrongs
from automation.rehearsal.run import PUBLIC
from automation.rehearsal.run import rehearse as carry_out
from automation.rehearsal.story import Story
from automation.rehearsal.table import timeline
from automation.rendering.press import Press

# Where the output is no terminal, lines are as wide as this.
WIDTH = 120
DAY = timedelta(days=1)


@click.command()
@click.option(
    "--from", "since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The first day (default: today)."
)
@click.option(
    "--months", type=click.IntRange(1, 60), default=6, show_default=True, metavar="N", help="How many months."
)
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    default="rehearsal",
    show_default=True,
    help="Where the report goes.",
)
@click.option(
    "--overlay",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Made-up changes and talks, laid over the configuration.",
)
@click.pass_obj
def rehearse(options: Options, since: datetime | None, months: int, directory: Path, overlay: Path | None) -> int:
    """Run the real configuration and templates through months of calls, offline.

    Google, Zoom, the chat and the mail server are played by the sandbox on this computer, and so are the people;
    nothing is sent to anybody. The report shows each mail, the calendar, the notes, the chat and the archive as members
    would see them.
    """
    with Press() as press:
        problems = check(options.config, None, options.templates, press, filled_in=False)
    if problems:
        raise ProblemsError(problems)
    config = read_config(options.config)
    stages = read_stages(config, options.config, overlay)
    _is_free(directory, Path(config.page.directory))
    zone = config.series[0].zone
    first: date = since.date() if since else options.now().astimezone(zone).date()
    start = datetime.combine(first, time(0), zone)
    end = datetime.combine(first + relativedelta(months=months), time(0), zone)
    # What fails is in the report and at the end of the output, each with its time on the virtual clock.
    logging.getLogger("callkeeper").setLevel(logging.CRITICAL)
    story = _with_progress(stages, read_templates(options.templates), start=start, end=end, directory=directory)
    path = write_report(story, directory)
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    console.print(timeline(story))
    _result(story, path)
    return 0 if story.went_well else 1


def _is_free(directory: Path, public: Path) -> None:
    """Raise UserError if the report would be written over something else than an earlier rehearsal."""
    if (directory / PUBLIC).absolute() == public.absolute():
        raise UserError(
            f"{directory}/{PUBLIC} is the real page's folder; choose another --directory, for example rehearsal"
        )
    index = directory / INDEX
    if index.exists() and MADE_BY not in index.read_text(encoding="utf-8", errors="replace"):
        raise UserError(
            f"{index} was not written by a rehearsal and is left alone; choose another --directory, for example"
            " rehearsal"
        )


def _with_progress(
    stages: tuple[Stage, ...], templates: Templates, start: datetime, end: datetime, directory: Path
) -> Story:
    columns = (TextColumn("Rehearsing"), BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=(end - start) / DAY)

        def tell(now: datetime) -> None:
            bar.update(task, completed=(now - start) / DAY, description=f"{now.astimezone(start.tzinfo):%Y-%m-%d}")

        return carry_out(stages, templates, start, end, directory=directory, progress=tell)


def _result(story: Story, path: Path) -> None:
    wrong = wrongs(story)
    for sentence in wrong:
        click.echo(f"went wrong: {sentence}", err=True)
    own, by_google = group_mails(story)
    click.echo(f"\nMails to the Group: {own} by Callkeeper; {by_google} by Google about the calendar entries.")
    kind = "a rehearsal with made-up data" if story.files.config.made_up else "a rehearsal"
    verdict = (
        f"{len(wrong)} {'thing' if len(wrong) == 1 else 'things'} went wrong"
        if wrong
        else "everything went as it should"
    )
    click.echo(f"This was {kind}; nothing was sent to anybody, and {verdict}.")
    click.echo(f"The report: {path.resolve()}")
