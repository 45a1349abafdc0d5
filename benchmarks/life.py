"""Every request of one call's life, beside the least with which the vendors' interfaces let it be done.

The life: made, put into the calendar, notes, three mails and posts before the call, recording found and filed,
archived, recap. Looks (one list of events, one of meetings) and tokens are counted apart: they are shared by all calls
and all steps of a tick.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.conftest import ROOT, Sandbox
from tests.end_to_end.month import People
from tests.end_to_end.stage import Stage

__all__ = ["Stage", "report", "world"]

# (service, method, path) -> (what it is, the least possible number for one call, why that many)
LEAST: tuple[tuple[str, str, str, str, int, str], ...] = (
    ("zoom", "POST", r"/v2/users/[^/]+/meetings", "create the meeting", 1, ""),
    ("calendar", "POST", r".*/events", "create the event", 1, ""),
    (
        "calendar",
        "GET",
        r".*/events(?=\?between)",
        "is there one made by hand?",
        1,
        "first contact must not double an event",
    ),
    ("calendar", "PATCH", r".*/events/[^/]+", "the notes link into the event", 1, ""),
    (
        "calendar",
        "PATCH.mark",
        r".*/events/[^/]+",
        "marks of posts and mails on the event",
        10,
        "begun and done of three posts, one before each of four mails, so that no lost or old ledger repeats them",
    ),
    (
        "docs",
        "GET",
        r"/v1/documents/.*",
        "read the document before and after writing",
        2,
        "the revision guards the write, and heading ids are read back",
    ),
    ("docs", "POST", r"/v1/documents/.*:batchUpdate", "write the section", 1, ""),
    ("gmail", "POST.draft", r".*/drafts", "create drafts", 4, "a draft can be asked after, a sent mail cannot"),
    ("gmail", "POST.send", r".*/drafts/send", "send drafts", 4, ""),
    ("discord", "POST", r"/api/webhooks/.*", "posts", 3, ""),
    ("gmail", "GET", r".*/users/[^/]+/profile", "whose login it is", 1, "asked where the ledger does not know it yet"),
    (
        "gmail",
        "GET",
        r".*/users/[^/]+/messages/[^/]+",
        "the Message-ID that Gmail gave",
        1,
        "later mails about the call refer to its announcement",
    ),
    (
        "zoom",
        "GET.past",
        r"/v2/past_meetings/.*",
        "which instance took place",
        1,
        "asked until Zoom has finished the recording",
    ),
    ("zoom", "GET.recording", r"/v2/meetings/[^/]+/recordings", "the recording of that instance", 1, "likewise"),
    ("zoom", "GET.file", r"/(rec|file|zoom|download).*", "download, with Zoom's redirect", 2, ""),
    ("drive", "POST", r".*/upload/.*", "begin the upload", 1, ""),
    ("drive", "PUT", r".*/upload/.*", "the bytes, one chunk", 1, ""),
)


@contextmanager
def world(folder: Path) -> Iterator[Stage]:
    """A stage in `folder` with a sandbox of its own."""
    place = folder / "sandbox"
    place.mkdir()
    command = [sys.executable, "-m", "automation.sandbox", "--directory", str(place), "--until-stdin-closes"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Stage(folder, Sandbox(Path(process.stdout.readline().strip())))
        process.terminate()


def live(stage: Stage) -> list[dict[str, str]]:
    """One call, from before it comes inside the horizon to after its recap; the requests in order."""
    stage.state.unlink(missing_ok=True)
    stage.sandbox.post("reset")
    stage.edit("horizon_days = 92", "horizon_days = 20")
    people, now = People(stage), datetime(2026, 11, 20, tzinfo=UTC)
    while now < datetime(2026, 12, 9, 12, tzinfo=UTC):
        people.until(now)
        stage.tick(now)
        now += timedelta(hours=1)
    log: list[dict[str, str]] = stage.sandbox.log()
    return log


def kind_of(entry: dict[str, str]) -> str:
    """The row of the table that a request belongs to; `look`, `token`, or what is not in the table."""
    service, method, path, query = entry["service"], entry["method"], entry["path"], entry["query"]
    if path.endswith("/token"):
        return "token"
    if method == "GET" and ("callkeeper-community" in query or re.fullmatch(r"/v2/users/[^/]+/meetings", path)):
        return "look"
    if service == "calendar" and method == "GET" and "timeMax" in query:
        return "is there one made by hand?"
    if service == "calendar" and method == "PATCH" and _marks(entry):
        return "marks of posts and mails on the event"
    for of, verb, pattern, name, _, _ in LEAST:
        if of == service and verb.partition(".")[0] == method and "?" not in pattern and re.fullmatch(pattern, path):
            return name
    return f"{service} {method} {path}"


def _marks(entry: dict[str, object]) -> bool:
    body = entry.get("body")
    return isinstance(body, dict) and set(body) == {"extendedProperties"}


def report(stage: Stage) -> bool:
    """Print the table; True if a request was made that it does not know."""
    counts = Counter(kind_of(entry) for entry in live(stage))
    known = {name: least for _, _, _, name, least, _ in LEAST}
    print("Requests for one call's whole life      made  least")
    for _, _, _, name, least, why in LEAST:
        print(f"  {name:44} {counts[name]:3}  {least:3}   {why}".rstrip())
    made, total = sum(counts[name] for name in known), sum(known.values())
    print(f"  {'together':44} {made:3}  {total:3}")
    print(f"  apart from these: looks {counts['look']}, tokens {counts['token']}")
    others = {name: count for name, count in counts.items() if name not in known and name not in ("look", "token")}
    for name, count in sorted(others.items()):
        print(f"  not in the table: {name} {count}")
    return bool(others)
