"""PageStep -> the folder of static files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from automation.apply.context import StepContext
from automation.apply.outcome import Done, Outcome
from automation.domain.archive_entry import Entry, with_lines
from automation.domain.errors import Permanent
from automation.domain.keys import with_role
from automation.domain.model import Call, Config
from automation.domain.proofs import PageProof
from automation.domain.receipts import LedgerSnapshot
from automation.domain.steps import PageStep
from automation.files.whole import present, put
from automation.rendering.escape import page_address, url
from automation.rendering.formats.ical import calendar_feed
from automation.rendering.formats.page_folder import build_page
from automation.rendering.page_values import anchor


def apply_page(step: PageStep, context: StepContext) -> Outcome:
    """Write index.html, calendar.ics, feed.xml and archive.json; files that have not changed stay untouched."""
    snapshot, config, calls = context.ledger.snapshot(), context.config, step.calls

    def join(call: Call) -> str | None:
        return step.joins.get(str(call.id))

    directory, archived = Path(config.page.directory), entries(snapshot, config)
    ics = calendar_file(
        config,
        calls,
        snapshot=snapshot,
        archived=archived,
        join=join,
        before=present(directory / "calendar.ics") or b"",
        now=context.now,
    )
    files = build_page(
        config,
        calls,
        entries=archived,
        join=join,
        pages=context.renderer.pages,
        ics=ics,
        over=lambda call: call.end <= context.now,
    )
    try:
        changed = write_page(directory, files)
    except OSError as error:
        sentence = (
            f"the folder {directory} cannot be written ({error.strerror}); make it writable or change [page] directory"
        )
        raise Permanent("page", sentence) from error
    return Done(PageProof(changed))


def entries(snapshot: LedgerSnapshot, config: Config) -> list[Entry]:
    """All archive entries: those in the ledger, with what archive.toml says."""
    found = (snapshot.left(key, Entry) for key in with_role(snapshot.receipts, "archive"))
    titles = {series.uid: series.title for series in config.series}
    return with_lines((entry for entry in found if entry is not None), config.archive, titles)


def calendar_file(
    config: Config,
    calls: Sequence[Call],
    snapshot: LedgerSnapshot,
    archived: Sequence[Entry],
    *,
    join: Callable[[Call], str | None],
    before: bytes,
    now: datetime,
) -> bytes:
    """calendar.ics. DTSTAMP tells when what it says of a call last changed, never the time of writing, so that an
    unchanged feed stays byte-identical: `before`, the file as it is there, is the record of that. A call new in it has
    the stamp of its last move, or of the day on which it came inside the horizon."""
    page, entry_of_call = page_address(config), {entry.id: entry for entry in archived}

    def stamp(call: Call) -> datetime:
        state = snapshot.calls.get(str(call.id))
        if state is not None and state.changed_at is not None:
            return state.changed_at
        return call.start - timedelta(days=config.calendar.horizon_days)

    def described(call: Call) -> str:
        return f"{page}#{anchor(call.id)}" if page else ""

    return calendar_feed(
        config,
        calls,
        location=lambda call: join(call) or config.links.get("join", ""),
        description=lambda call: _description(call, entry_of_call.get(call.id)),
        stamps=stamp,
        url=described,
        before=before,
        now=now,
    )


def _description(call: Call, entry: Entry | None) -> str:
    """The talk, why the call is not as planned, and what it left behind."""
    talk = f"{call.talk.speaker}: {call.talk.title}\n{call.talk.abstract}".strip() if call.talk else ""
    links = {"Recording": url(entry.recording), "Notes": url(entry.notes)} if entry is not None else {}
    left = "\n".join(f"{name}: {link}" for name, link in links.items() if link)
    return "\n\n".join(part for part in (talk, call.reason if call.status != "confirmed" else "", left) if part)


def write_page(directory: Path, files: Mapping[str, bytes]) -> bool:
    """Write the files that differ from what is there, in order, each replaced whole; False if there was nothing to
    write. Files of other names are left alone, and so is what a link in the folder leads to. Raises OSError if the
    folder cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    changed = [name for name, content in files.items() if present(directory / name) != content]
    for name in changed:
        put(directory / name, files[name])
    return bool(changed)
