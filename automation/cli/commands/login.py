"""`login`: the Google part of credentials.json."""

from __future__ import annotations

from pathlib import Path

import click

from automation.adapters.google.login import log_in, scopes
from automation.cli.options import Options
from automation.config.community import read_config
from automation.config.credentials_file import read_client, read_sections, write_section

BEFORE = """\
Callkeeper asks Google for these permissions, because community.toml needs them:
{scopes}
A browser window opens. Log in with the account that is to send the mails and own the calendar.
Google may say that it has not verified this app. It is your own: choose Advanced, then "Go to ... (unsafe)", then \
tick every box.
"""
AFTER = """\
Done: the section "google" is in {path}.
As long as the app is in the status Testing, Google ends this login after 7 days. To make it last, open the Google \
Cloud console,
"Google Auth Platform", Audience, and choose "Publish app". If you did that only now, run `login` once more.
"""


@click.command()
@click.argument("client_file", type=click.Path(path_type=Path), metavar="CLIENT_FILE")
@click.option(
    "--port",
    default=0,
    type=click.IntRange(0, 65535),
    show_default=True,
    help="Port on this machine for the way back; 0 takes a free one.",
)
@click.option("--no-browser", is_flag=True, help="Only print the address to open.")
@click.pass_obj
def login(options: Options, client_file: Path, port: int, no_browser: bool) -> int:
    """Log in at Google in a browser, and write the section "google" of credentials.json.

    CLIENT_FILE is the OAuth client that you made in the Google Cloud console (https://console.cloud.google.com): a
    project with the Calendar, Gmail, Docs and Drive APIs enabled; "Google Auth Platform", Clients, Create client, type
    "Desktop app", Download JSON. Only the permissions that community.toml needs are asked for. The other sections of
    credentials.json stay as they are.
    """
    wanted = scopes(read_config(options.config))
    client, sections = read_client(client_file), read_sections(options.credentials)
    click.echo(BEFORE.format(scopes="".join(f"  {scope}\n" for scope in wanted)))
    write_section(options.credentials, sections, log_in(client, wanted, port=port, browser=not no_browser))
    click.echo(AFTER.format(path=options.credentials), nl=False)
    return 0
