"""`doctor`: does each service let us do what will be needed?"""

from __future__ import annotations

import click

from automation.adapters.connect import connect
from automation.adapters.doctor import examine
from automation.cli.options import Options
from automation.config.load import read_all


@click.command()
@click.pass_obj
def doctor(options: Options) -> int:
    """Ask each service that is configured one harmless question, and say what to do where it refuses.

    Nothing is written, sent or posted. Run it after setting up, and whenever `status` says that a service rests. Exit
    code 3 means that something has to be done.
    """
    files = read_all(options.config, options.credentials, options.templates, need_credentials=True)
    assert files.credentials is not None
    sound = True
    for finding in examine(files.config, connect(files.config, files.credentials), options.now()):
        click.echo(f"{'ok  ' if finding.sound else 'DO  '}  {finding.name}: {finding.said}")
        sound = sound and finding.sound
    click.echo("All services are ready." if sound else "Put right what is marked DO, then run `doctor` again.")
    return 0 if sound else 3
