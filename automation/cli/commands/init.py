"""`init`: start a new folder."""

from __future__ import annotations

from pathlib import Path

import click

from automation.cli.options import Options
from automation.config.first_schedule import EXAMPLES, Rhythm, first_schedule, rhythm_of
from automation.config.placeholders import MARK
from automation.config.starter import init as write

NEXT = """\
What to do next, in {directory}:

  1. Open community.toml in an editor. It explains itself: the day and hour of the call, the addresses, the host.
     What is still an example holds the word replace-me.
  2. python {run} check        names every mistake, and what is still an example
  3. python {run} preview      shows every mail before anything is sent
  4. python {run} rehearse     runs months of calls without telling anybody
  5. copy credentials.example.json to credentials.json, `chmod 600` it, fill it in (python {run} login for Google)
  6. python {run} doctor       asks each service whether all is well
  7. python {run} plan, then apply (from cron) or worker
"""


@click.command()
@click.argument("directory", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", default=f"Our community ({MARK})", show_default=True, help="What the community is called.")
@click.option(
    "--group",
    default=f"{MARK}@googlegroups.com",
    show_default=True,
    metavar="ADDRESS",
    help="The list that gets the mails.",
)
@click.option(
    "--rhythm",
    type=click.Choice(["weekly", "monthly"]),
    help="Whose presets to take (default: as --every says).",
)
@click.option(
    "--every", default="", metavar="RULE", help=f"The days of the call (default: {EXAMPLES['monthly'].every})."
)
@click.option("--at", default="", metavar="HH:MM", help=f"Its hour (default: {EXAMPLES['monthly'].at:%H:%M}).")
@click.option(
    "--timezone", default="", metavar="ZONE", help=f"Whose clock counts (default: {EXAMPLES['monthly'].zone})."
)
@click.pass_obj
def init(
    options: Options, directory: Path, name: str, group: str, rhythm: Rhythm | None, every: str, at: str, timezone: str
) -> int:
    """Start a new community in DIRECTORY (new or empty; default: this folder): community.toml, templates and an example
    of the credentials.

    Nothing is asked and nothing is overwritten; edit the files afterwards.

    Example: python run.py init my-community --name "Rust Zurich" --group rust-zurich@googlegroups.com --every "first
    Thursday of the month" --at 18:30 --timezone Europe/Zurich
    """
    preset = rhythm or rhythm_of(every)
    schedule = first_schedule(every, at, zone=timezone, rhythm=preset, now=options.now())
    for path in write(directory, name, group, rhythm=preset, schedule=schedule):
        click.echo(f"wrote {path}")
    run = Path(__file__).resolve().parents[3] / "run.py"
    click.echo()
    click.echo(NEXT.format(directory=directory.resolve(), run=run), nl=False)
    return 0
