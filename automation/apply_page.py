"""PageStep -> the folder of static files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from automation.archive import Entry, entry_of
from automation.calls import cast_of
from automation.errors import Permanent
from automation.escape import page_address, url
from automation.invite import feed
from automation.keys import Key
from automation.means import Done, Means, Outcome
from automation.model import Call, Config
from automation.page import build_page, write_page
from automation.page_values import anchor
from automation.plan import links_of
from automation.plan_items import Inputs, TemplateSet
from automation.put import present
from automation.receipts import Book
from automation.refuse import as_before, refused_changes
from automation.steps import PageStep


def apply_page(step: PageStep, means: Means) -> Outcome:
    """Write index.html, calendar.ics, feed.xml and archive.json; files that have not changed stay untouched."""
    book, config = means.ledger.book(), means.config
    inputs = Inputs(config, TemplateSet((), ()), book, means.now)
    wished = cast_of(inputs)
    cast = as_before(inputs, wished, refused_changes(inputs, wished))
    calls = cast.shown(means.now)

    def join(call: Call) -> str | None:
        return links_of(inputs, call).join if config.page.show_join_link and not call.cancelled else None

    directory, archived = Path(config.page.directory), entries(book)
    ics = calendar_file(config, calls, book, archived, join, present(directory / "calendar.ics") or b"", means.now)
    files = build_page(config, calls, archived, join, means.renderer.pages, ics, over=lambda call: call.end <= means.now)
    try:
        changed = write_page(directory, files)
    except OSError as error:
        sentence = f"the folder {directory} cannot be written ({error.strerror}); make it writable or change [page] directory"
        raise Permanent("page", sentence) from error
    return Done({"changed": changed})


def entries(book: Book) -> list[Entry]:
    """All archive entries in the ledger."""
    found = []
    for key in book.receipts:
        if key.endswith("/archive") and book.proven(key):
            found.append(entry_of(Key.parse(key).call.community, book.receipts[key].data))
    return found


def calendar_file(
    config: Config, calls: Sequence[Call], book: Book, archived: Sequence[Entry], join: Callable[[Call], str | None], before: bytes, now: datetime
) -> bytes:
    """calendar.ics. DTSTAMP tells when what it says of a call last changed, never the time of writing, so that an unchanged feed stays
    byte-identical: `before`, the file as it is there, is the record of that. A call new in it has the stamp of its last move, or of the day
    on which it came inside the horizon."""
    page, entry_of_call = page_address(config), {entry.id: entry for entry in archived}

    def stamp(call: Call) -> datetime:
        state = book.calls.get(str(call.id))
        if state is not None and state.changed_at is not None:
            return state.changed_at
        return call.start - timedelta(days=config.calendar.horizon_days)

    def described(call: Call) -> str:
        return f"{page}#{anchor(call.id)}" if page else ""

    return feed(
        config, calls, location=lambda call: join(call) or config.links.get("join", ""),
        description=lambda call: _description(call, entry_of_call.get(call.id)), stamps=stamp, url=described, before=before, now=now,
    )  # fmt: skip


def _description(call: Call, entry: Entry | None) -> str:
    """The talk, why the call is not as planned, and what it left behind."""
    talk = f"{call.talk.speaker}: {call.talk.title}\n{call.talk.abstract}".strip() if call.talk else ""
    links = {"Recording": url(entry.recording), "Notes": url(entry.notes)} if entry is not None else {}
    left = "\n".join(f"{name}: {link}" for name, link in links.items() if link)
    return "\n\n".join(part for part in (talk, call.reason if call.status != "confirmed" else "", left) if part)
