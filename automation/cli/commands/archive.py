"""`archive`: what past calls left behind, found and listed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from automation.adapters.connect import connect
from automation.apply.page import entries
from automation.archive.records import Match, Proposal, Unmatched
from automation.cli.options import Options
from automation.config.archive_text import Addition, added
from automation.config.load import OrganizerFiles, read_all
from automation.config.paths import ARCHIVE
from automation.domain.archive_entry import Entry, newest_first
from automation.domain.errors import ServiceError, UserError
from automation.domain.receipts import LedgerSnapshot
from automation.files.whole import behind_link, present, put
from automation.reconcile.archive_edit import call_on, edited, settings_of
from automation.reconcile.backfill import additions, ask, proposed
from automation.rendering.formats.archive_json import archive_json

LEAST_WIDTH = 60


@click.group()
def archive() -> None:
    """The record of past calls: archive.toml, beside community.toml.

    One [[call]] a call, oldest first, with title, speaker, recording, notes and more; safe to commit. Page, feeds and
    archive.json show it together with what Callkeeper archived by itself, and where both say something, archive.toml
    holds. Begin with `archive import`.
    """


@archive.command("import", short_help="Find what earlier calls left behind; asks before writing.")
@click.option("--yes", is_flag=True, help="Write every match without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON; without --yes nothing is written.")
@click.pass_obj
def import_(options: Options, yes: bool, as_json: bool) -> int:
    """Find what earlier calls left behind, and write it into archive.toml.

    Reads the names of the files in the folder of recordings and the headings of the notes document, and finds the calls
    that they belong to, from the first rule of each series on. If your calls began earlier, set `from` of the first
    rule back, or put a rule before it. A table shows each match, how sure it is and why, and what belongs to no call;
    then you are asked. What may mean two calls is never matched: give the file a name with a full date (2025-03-11), or
    write the call into archive.toml yourself, and run this again. It proposes nothing twice, and changes nothing but
    archive.toml.

    Example: python run.py archive import
    """
    files = read_all(options.config, options.credentials, options.templates, need_credentials=True)
    found, snapshot = _looked(options, files)
    if found is None:
        return 1
    path = options.config.with_name(ARCHIVE)
    if as_json:
        click.echo(json.dumps(_json(found), indent=2, ensure_ascii=False))
    else:
        _print(found)
    if not found.matches or (as_json and not yes):
        return 0
    if not yes and not _asked(path, found.matches):
        return 2
    new = additions(files.config, snapshot, found.matches)
    _write(path, lambda before: added(before, new))
    if not as_json:
        click.echo(f"Written into {path}. The page shows it after the next tick; correct there what you like.")
    return 0


def _looked(options: Options, files: OrganizerFiles) -> tuple[Proposal | None, LedgerSnapshot]:
    """What is proposed, None if a service does not answer; and what the ledger knows."""
    config = files.config
    if not config.recordings.folder and not (config.notes.mode == "running" and config.notes.document):
        raise UserError(
            f"{options.config}: there is nowhere to look: write folder under [recordings], or document under [notes]"
            ' with mode = "running"'
        )
    assert files.credentials is not None
    with options.state.copy() as ledger:
        snapshot = ledger.snapshot()
    try:
        asked = ask(config, connect(config, files.credentials))
    except ServiceError as error:
        click.echo(f"{error.what}; nothing was written, run this again later", err=True)
        return None, snapshot
    return proposed(config, snapshot, options.now(), asked), snapshot


def _asked(path: Path, matches: Iterable[Match]) -> bool:
    """Whether a person says yes; without a terminal nobody can."""
    if not sys.stdin.isatty():
        click.echo("nothing was written: there is no terminal to ask on; look at the matches, then add --yes", err=True)
        return False
    calls = len({match.call.id for match in matches})
    if click.confirm(f"Write {calls} {'call' if calls == 1 else 'calls'} into {path}?"):
        return True
    click.echo("Nothing was written.", err=True)
    return False


def _write(path: Path, edit: Callable[[str], str]) -> None:
    """Put the text that `edit` makes into the file. Raises UserError, with the file as it was."""
    try:
        place = behind_link(path)
        before = (present(place) or b"").decode("utf-8-sig").replace("\r\n", "\n")
        put(place, edit(before).encode())
    except ValueError as error:
        raise UserError(f"{path}: {error}; nothing was written") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}); nothing was written") from error


def _json(found: Proposal) -> dict[str, object]:
    return {
        "matches": [_match(match) for match in found.matches],
        "unmatched": [_left(each) for each in found.unmatched],
    }


def _match(match: Match) -> dict[str, object]:
    call = match.call
    return {
        "source": match.source.source,
        "name": match.source.name,
        "series": call.id.series,
        "recurrence_id": call.id.recurrence_id.isoformat(),
        "speaker": match.speaker or None,
        "confidence": match.confidence,
        "reason": match.reason,
        "kind": match.source.kind,
        "link": match.source.link,
    }


def _left(each: Unmatched) -> dict[str, object]:
    return {"source": each.source.source, "name": each.source.name, "reason": each.reason}


def _print(found: Proposal) -> None:
    console = _console()
    if found.matches:
        table = _table("Call", "Kind", "Name", *("Speaker", "Sure", "Why"))
        for match in found.matches:
            cells = (match.call.held.isoformat(), match.source.kind, match.source.name, match.speaker)
            table.add_row(*map(Text, (*cells, f"{match.confidence:.0%}", match.reason)))
        console.print(table)
    else:
        console.print("There is nothing new to write.")
    if found.unmatched:
        table = _table("Belongs to no call", "Why")
        for each in found.unmatched:
            table.add_row(Text(each.source.name), Text(each.reason))
        console.print(table)


def _table(*heads: str) -> Table:
    return Table(*heads, box=box.SIMPLE, pad_edge=False)


def _console() -> Console:
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    return (
        console
        if console.width >= LEAST_WIDTH
        else Console(file=sys.stdout, highlight=False, markup=False, emoji=False, width=LEAST_WIDTH)
    )


@archive.command("set")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@click.argument("settings", nargs=-1, required=True, metavar="KEY=VALUE...")
@click.option("--series", default="", metavar="UID", help="Which series, where several had a call on that day.")
@click.pass_obj
def set_(options: Options, day: datetime, settings: tuple[str, ...], series: str) -> int:
    """Say something about the call of DATE in archive.toml.

    The keys are title, speaker, abstract, slides, recording, notes, duration (in minutes), consent (publish, ask,
    never) and held (the day on which the call took place, if it was another). Several recording=... make a list;
    nothing behind the = takes the key away. DATE is the day planned at first, or that on which the call took place.
    Remarks and order of the file stay as they are.

    Example: python run.py archive set 2025-03-11 speaker=Emily recording=https://video.example.net/w/1
    """
    files = read_all(options.config, options.credentials, options.templates)
    values, gone = settings_of(settings)
    with options.state.copy() as ledger:
        call = call_on(files.config, ledger.snapshot(), day.date(), options.now(), series=series)
    change = Addition(call.series, call.recurrence_id, values)
    path = options.config.with_name(ARCHIVE)
    _write(path, lambda before: edited(before, str(path), config=files.config, change=change, gone=gone))
    click.echo(f"Written into {path}. The page shows it after the next tick.")
    return 0


@archive.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print it in the form of archive.json.")
@click.pass_obj
def list_(options: Options, as_json: bool) -> int:
    """List every past call with its links, newest first; asks nobody.

    That is what Callkeeper archived, with what archive.toml says, in which a person's line always wins.
    """
    files = read_all(options.config, options.credentials, options.templates)
    with options.state.copy() as ledger:
        found = newest_first(entries(ledger.snapshot(), files.config))
    if as_json:
        click.echo(archive_json(files.config, found).decode(), nl=False)
    elif found:
        _console().print(_listed(found))
    else:
        click.echo("The archive is empty; `archive import` looks for what earlier calls left behind.")
    return 0


def _listed(found: Iterable[Entry]) -> Table:
    table = _table("Call", "Title", "Speaker", *("Recording", "Notes"))
    for entry in found:
        links = (Text(entry.recording or "-"), Text(entry.notes or "-"))
        table.add_row(entry.date.isoformat(), Text(entry.title), Text(entry.speaker or ""), *links)
    return table
