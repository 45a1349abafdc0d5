"""The command line: arguments in, results on standard output, one sentence for every mistake, an exit code.

Commands are loaded one at a time, so an idle tick pays for none of the others. Only this module and `worker` read the
clock.
"""

from __future__ import annotations

import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path

import click

from automation.cli.defaults import DEFAULTS
from automation.cli.logs import start_logging
from automation.cli.options import Options
from automation.domain.errors import AutomationError, LedgerBusyError, LedgerError, UserError
from automation.domain.ledger import Place
from automation.domain.version import VERSION
from automation.ledger.places import FORMS, place_of

COMMANDS = {
    "check": "Check the configuration, the templates and the credentials; asks nobody.",
    "plan": "Show what is due now and what comes; changes nothing.",
    "apply": "Do everything that is due now, once; for cron.",
    "worker": "Do it all the time, until stopped.",
    "status": "Show every call: what is proven, pending, overdue or in doubt.",
    "archive": "Find what earlier calls left behind, and list it.",
    "resolve": "Settle a step that is in doubt or needs a decision.",
    "adopt-account": "Hand over to another Google account, calendar, Zoom account or Group.",
    "rehearse": "Run the real configuration through months of calls, offline.",
    "preview": "Write every mail and post of the next call as pages to look at.",
    "doctor": "Ask each service whether everything that is needed is allowed.",
    "login": "Get the Google part of credentials.json, in a browser.",
    "init": "Start a new folder with a configuration and templates.",
    "sandbox": "Run the made-up Google, Zoom, Discord and mail server.",
}

DEFAULT_STATE = DEFAULTS["state"]
File = click.Path(path_type=Path)


def _command(name: str) -> click.Command:
    """The command of that name, from the file of that name; a tick in which nothing is due pays for none of the
    others."""
    function = name.replace("-", "_")
    found: click.Command = getattr(import_module(f"automation.cli.commands.{function}"), function)
    return found


class Commands(click.Group):
    """Commands by name, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _command(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


class Now(click.ParamType[datetime]):
    name = "ISO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            now = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no RFC 3339 time; write for example 2026-12-08T11:00:00-08:00", param, ctx)
        if now.tzinfo is None:
            self.fail(f"{value!r} has no offset; write for example {value}Z or {value}-08:00", param, ctx)
        return now


class State(click.ParamType[Place]):
    name = "URL"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        place = place_of(str(value))
        if place is None:
            self.fail(f"{value!r} is not {FORMS}; write for example {DEFAULT_STATE}", param, ctx)
        return place


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config", default=DEFAULTS["config"], type=File, metavar="F", show_default=True, help="The configuration."
)
@click.option(
    "--credentials", default=DEFAULTS["credentials"], type=File, metavar="F", show_default=True, help="The credentials."
)
@click.option(
    "--templates",
    default=DEFAULTS["templates"],
    type=File,
    metavar="DIR",
    show_default=True,
    help="The folder of templates.",
)
@click.option(
    "--state",
    default=DEFAULT_STATE,
    type=State(),
    metavar="URL",
    show_default=True,
    help=f"The ledger, as {FORMS}.",
)
@click.option("--now", type=Now(), metavar="ISO", help="Set the clock (RFC 3339), for rehearsals and tests.")
@click.version_option(package_name=None, version=VERSION, prog_name="Callkeeper")
@click.pass_context
def callkeeper(
    ctx: click.Context, config: Path, credentials: Path, templates: Path, state: Place, now: datetime | None
) -> None:
    """Callkeeper runs a community's regular call: meeting, calendar, mails, notes, recording, archive.

    Start with `check`, then `rehearse`, then `doctor`; `apply` (from cron) or `worker` does the work. Exit codes: 0
    fine, 1 something failed and is tried again, 2 a mistake in a file or on the command line, 3 a person is needed.
    """
    ctx.obj = Options(config=config, credentials=credentials, templates=templates, state=state, given_now=now)


def main(argv: list[str]) -> int:
    """Run one command. Returns the exit code; results are on standard output, everything else on standard error."""
    start_logging()
    try:
        result = callkeeper.main(argv, prog_name="run.py", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        print("stopped", file=sys.stderr)
        return 1
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except LedgerError as error:
        print(error, file=sys.stderr)
        return 1 if isinstance(error, LedgerBusyError) else 3
    except AutomationError as error:
        print(error, file=sys.stderr)
        return 1
    return result if isinstance(result, int) else 0
