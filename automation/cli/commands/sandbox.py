"""`sandbox`: the made-up services, as a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

import click

from automation.cli.options import Options

ROOT = Path(__file__).resolve().parents[3]

HOW = """\
The sandbox is running. It stands for Google, Zoom, Discord and a mail server; nothing that is sent to it goes \
any further.
Its credentials are in {path}

In another terminal, in this folder:

  python run.py --credentials {path} --state sqlite:///{ledger} plan
  python run.py --credentials {path} --state sqlite:///{ledger} apply

What has arrived:  {base}/_sandbox/state   (mails: {base}/_sandbox/state/gmail)
Ctrl-C ends it; it forgets everything.
"""


@click.command()
@click.option(
    "--port", default=0, type=click.IntRange(0, 65535), help="Port on 127.0.0.1; 0 takes a free one.", show_default=True
)
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep credentials and files here.",
)
@click.pass_obj
def sandbox(options: Options, port: int, directory: Path | None) -> int:
    """Run the made-up Google, Zoom, Discord and mail server on this machine, until Ctrl-C.

    It refuses what the real ones would refuse, so a configuration can be tried out with `plan` and `apply` before
    anybody gets mail. Use its credentials file and a ledger of its own, as it says when it starts. `--now` sets its
    clock.
    """
    command = [sys.executable, "-m", "automation.sandbox", "--port", str(port), "--until-stdin-closes"]
    if directory is not None:
        command += ["--directory", str(directory.resolve())]
    if options.given_now is not None:
        command += ["--now", options.given_now.isoformat()]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        _end_with_us(process)
        assert process.stdout is not None
        path = process.stdout.readline().strip()
        if not path:
            return 1
        click.echo(_how(Path(path)))
        return 0 if process.wait() in (0, -signal.SIGTERM) else 1


def _end_with_us(process: subprocess.Popen[str]) -> None:
    def end(number: int, frame: FrameType | None) -> None:
        process.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def _how(path: Path) -> str:
    """What to do next; the address is taken from the credentials, where it is the base of Gmail."""
    endpoints = json.loads(path.read_text(encoding="utf-8"))["endpoints"]
    return HOW.format(path=path, base=endpoints["gmail"].rstrip("/"), ledger=path.parent / "ledger.sqlite3")
