"""The list of past calls with what they left behind: a recording, notes. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from automation.domain.archive_entry import Entry, Line, newest_first
from automation.domain.keys import CallId
from automation.domain.model import Config
from automation.domain.text import many_lines
from automation.rendering.escape import line, url


def archive_json(config: Config, entries: Iterable[Entry]) -> bytes:
    """`archive.json`: `{"community", "name", "calls": [{"series", "recurrence_id", "date", "start", "title", "speaker",
    "recording", "notes"}]}`, newest first, UTF-8. Times are RFC 3339 with offset; what is no http or https address is
    null. Of a call in archive.toml also `abstract`, `slides`, `recordings` (where there are several) and `minutes`, as
    far as they are known.

    Raises ValueError for a naive start.
    """
    lines = {each.id: each for each in config.archive}
    calls = [{**_plain(entry), **_more(lines.get(entry.id))} for entry in newest_first(entries)]
    document = {"community": config.uid, "name": line(config.name), "calls": calls}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _plain(entry: Entry) -> dict[str, str | None]:
    if entry.start.tzinfo is None:
        raise ValueError(f"{entry.id}: the start has no zone")
    return {
        "series": entry.id.series,
        "recurrence_id": entry.id.recurrence_id.isoformat(),
        "date": entry.date.isoformat(),
        "start": entry.start.isoformat(),
        "title": line(entry.title),
        "speaker": line(entry.speaker) if entry.speaker else None,
        "recording": url(entry.recording),
        "notes": url(entry.notes),
        "archived_at": entry.archived_at.isoformat() if entry.archived_at else None,
        "updated_at": entry.updated_at.isoformat() if entry.updated_at else None,
    }


def _more(said: Line | None) -> dict[str, object]:
    """What only archive.toml knows of a call, as far as it says so."""
    if said is None:
        return {}
    public = said.recordings if said.consent == "publish" else ()
    found: dict[str, object] = {
        "abstract": many_lines(said.abstract),
        "slides": url(said.slides),
        "recordings": [url(each) for each in public] if len(public) > 1 else None,
        "minutes": said.minutes,
    }
    return {name: value for name, value in found.items() if value}


def read_archive_json(content: bytes, community: str) -> list[Entry]:
    """The entries of an `archive.json` of this community; none of another's. Raises ValueError for anything else."""
    document = json.loads(content)
    try:
        if document["community"] != community:
            return []
        calls = document["calls"]
        return [_entry(community, call) for call in calls]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no archive.json: {error}") from error


def _entry(community: str, data: Mapping[str, Any]) -> Entry:
    """One of `calls`, in which `archived_at` and `updated_at` may be missing. Raises KeyError, TypeError or ValueError
    for what is none."""
    archived_at, updated_at = data.get("archived_at"), data.get("updated_at")
    return Entry(
        id=CallId(community, data["series"], date.fromisoformat(data["recurrence_id"])),
        date=date.fromisoformat(data["date"]),
        start=datetime.fromisoformat(data["start"]),
        title=data["title"],
        speaker=data["speaker"],
        recording=data["recording"],
        notes=data["notes"],
        archived_at=datetime.fromisoformat(archived_at) if archived_at else None,
        updated_at=datetime.fromisoformat(updated_at) if updated_at else None,
    )
