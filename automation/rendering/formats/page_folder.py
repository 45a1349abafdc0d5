"""The public page and feeds: one folder of files, ready for any static host.

The files are made as bytes first and written in one go, so that nothing changes on the disk, not even a date, where
nothing changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from automation.domain.archive_entry import Entry
from automation.domain.model import Call, Config
from automation.rendering.formats.archive_json import archive_json
from automation.rendering.formats.atom import atom_feed
from automation.rendering.page_values import page_values

# The name of the page itself; written last, after what it links to.
INDEX = "index.html"


def build_page(
    config: Config,
    calls: Sequence[Call],
    entries: Iterable[Entry],
    join: Callable[[Call], str | None],
    *,
    pages: Callable[[Mapping[str, Any]], Mapping[str, str]],
    ics: bytes,
    over: Callable[[Call], bool],
) -> dict[str, bytes]:
    """File name -> content: `archive.json`, `calendar.ics` (`ics` as given), `atom_feed.xml` and what `pages` makes of
    the values of `page_values`, HTML by name; `index.html` comes last.

    `calls` are the past year's and the upcoming ones, cancelled ones too; `over` says which of them are past, and is
    the only thing that depends on the clock. `join` gives a call's join link, which is used only with `show_join_link`.
    Addresses that are neither http nor https are left out. Raises ProblemsError, with file and line, for a template
    that cannot be rendered.
    """
    entries = tuple(entries)
    values = page_values(config, calls, entries=entries, join=join, over=over)
    files = {"archive.json": archive_json(config, entries), "calendar.ics": ics, "feed.xml": atom_feed(config, entries)}
    rendered = pages(values)
    for name in sorted(rendered, key=lambda name: (name == INDEX, name)):
        files[name] = rendered[name].encode()
    return files
