"""PageStep -> the folder of static files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from automation.archive import Entry, entry_of
from automation.calls import Cast, cast_of
from automation.errors import Permanent
from automation.invite import feed
from automation.keys import Key
from automation.means import Done, Means, Outcome
from automation.model import Call, Config
from automation.page import build_page, write_page
from automation.plan import links_of
from automation.plan_items import Inputs, TemplateSet
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

    ics = calendar_file(config, calls, cast, book, join)
    files = build_page(config, calls, entries(book), join, means.templates, ics, over=lambda call: call.end <= means.now)
    directory = Path(config.page.directory)
    try:
        changed = write_page(directory, files)
    except OSError as error:
        sentence = f"the folder {directory} cannot be written ({error.strerror}); make it writable or change [page] directory"
        raise Permanent("page", sentence) from error
    return Done({"changed": changed})


def entries(book: Book) -> list[Entry]:
    """All archive entries in the ledger."""
    found = []
    for key, receipt in book.receipts.items():
        if key.endswith("/archive") and receipt.proven:
            found.append(entry_of(Key.parse(key).call.community, receipt.data))
    return found


def calendar_file(config: Config, calls: tuple[Call, ...], cast: Cast, book: Book, join: object) -> bytes:
    """calendar.ics. DTSTAMP is when a call last changed, and before any change when it came inside the horizon: never the time of writing,
    so that an unchanged feed stays byte-identical."""

    def stamp(call: Call) -> datetime:
        state = book.calls.get(str(call.id))
        if state is not None and state.changed_at is not None:
            return state.changed_at
        return call.start.astimezone(UTC) - timedelta(days=config.calendar.horizon_days)

    def location(call: Call) -> str:
        link = join(call) if callable(join) else None
        return link or config.links.get("join", "")

    def description(call: Call) -> str:
        talk = f"{call.talk.speaker}: {call.talk.title}\n{call.talk.abstract}".strip() if call.talk else ""
        return "\n\n".join(part for part in (talk, call.reason if call.status != "confirmed" else "") if part)

    return feed(config, list(calls), location=location, description=description, stamps=stamp)
