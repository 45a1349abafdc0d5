"""Every disturbance: a death, a dropped connection or a refusal, at one request or one ledger write of the life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import Any, Literal

from tests.chaos.trial import Chapter

Family = Literal["kill", "drop", "fault", "late", "drip", "disk", "ledger"]


@dataclass(frozen=True)
class Point:
    """Where and what. `write` is a number of a ledger write, `request` one of a request; the other is 0. `old`: the ledger is put back as it
    was before that chapter, -1 for none at all; `whole`: with all of its folder. `stop`: the program is killed at the request. `unlisted`: for
    so many seconds lists do not show what is new."""

    chapter: int
    family: Family
    what: str
    request: int = 0
    write: int = 0
    after: bool = False
    fault: dict[str, Any] = field(default_factory=dict, hash=False)
    name: str = ""
    old: int = -1
    whole: bool = False
    stop: bool = False
    unlisted: int = 0

    def __str__(self) -> str:
        if self.family == "ledger":
            return self.what
        where = f"ledger write {self.write}" if self.write else f"request {self.request} ({self.name})"
        return f"{self.what} at {where}"


LOST: tuple[str, ...] = ("drop_before", "drop_after", "half", "garbage")
# What makes or sends something: by RST as well. How the transport takes each of these is tried adapter by adapter elsewhere.
LOST_MAKING: tuple[str, ...] = (*LOST, "reset_before", "reset_after")
LOST_READING: tuple[str, ...] = ("drop_after", "garbage")

REFUSALS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("503", {"status": 503}),
    ("429 for 7 seconds", {"status": 429, "headers": {"Retry-After": "7"}}),
    ("503 after it was done", {"do": "status_after", "status": 503}),
)
# RFC 9110 10.2.3 allows a date; Zoom's daily limit names an ISO 8601 instant. Both lie minutes after the moment.
DATED: tuple[tuple[str, str], ...] = (("429 until an HTTP date", "http"), ("429 until an ISO date-time", "iso"))
GOOGLE = ("calendar", "gmail", "docs", "drive")
SMTP_REFUSALS: tuple[tuple[str, dict[str, Any]], ...] = (("451", {"status": 451}),)


# The first tick after the disturbance comes after 61 seconds.
LATE: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("done 59 s late", {"do": "late", "seconds": 59}, 0),
    ("done 2 minutes late", {"do": "late", "seconds": 119}, 0),
    ("done 2 minutes late and listed a minute later", {"do": "late", "seconds": 119}, 60),
    ("listed 4 minutes late", {"do": "drop_after"}, 240),
)

_MINUTES = timedelta(minutes=4)


def is_reading(request: str) -> bool:
    return request.split(" ")[1] == "GET"


def is_making(request: str) -> bool:
    service, method, path = request.split(" ", 2)
    return method in ("POST", "DATA") and not path.endswith("token")


def kills(chapter: Chapter) -> Iterator[Point]:
    """Death before and after each request, and before and after each ledger write."""
    for number, name in enumerate(chapter.requests, start=1):
        for do in ("drop_before", "drop_after"):
            what = f"death {do.removeprefix('drop_')}"
            yield Point(chapter.number, "kill", what, request=number, fault={"do": do}, name=name, stop=True)
    for number in range(1, chapter.writes + 1):
        for after in (False, True):
            yield Point(chapter.number, "kill", f"death {'after' if after else 'before'}", write=number, after=after)


def drops(chapter: Chapter) -> Iterator[Point]:
    """The connection lost in every way."""
    for number, name in enumerate(chapter.requests, start=1):
        for do in LOST_READING if is_reading(name) else LOST_MAKING if is_making(name) else LOST:
            if do == "garbage" and name.startswith("smtp RCPT"):
                continue
            yield Point(chapter.number, "drop", do, request=number, fault={"do": do}, name=name)


def drips(chapter: Chapter) -> Iterator[Point]:
    """The answer comes a byte every five seconds, as if for ever. Each of these lasts as long as the program's patience: two minutes."""
    for number, name in enumerate(chapter.requests, start=1):
        if chapter.moment.name == "announcement" and (name.endswith("drafts/send") or name.startswith("calendar GET")):
            yield Point(chapter.number, "drip", "an answer that drips", request=number, fault={"do": "drip", "seconds": 5.0}, name=name)


def faults(chapter: Chapter) -> Iterator[Point]:
    """The vendor refuses, in the ways that pass by themselves."""
    for number, name in enumerate(chapter.requests, start=1):
        for what, fault in _refusals(chapter, name):
            yield Point(chapter.number, "fault", what, request=number, fault={"do": "status", **fault}, name=name)


def lates(chapter: Chapter) -> Iterator[Point]:
    """What makes or sends something is carried out only after the first look for it, or is not listed until after that; the program lives on, or
    is killed."""
    for number, name in enumerate(chapter.requests, start=1):
        if not is_making(name) or name.startswith("smtp "):
            continue
        for stop in (False, True):
            for what, fault, unlisted in LATE:
                said = f"{what}, {'killed' if stop else 'no answer'}"
                yield Point(chapter.number, "late", said, request=number, fault=fault, name=name, stop=stop, unlisted=unlisted)


def disks(chapter: Chapter) -> Iterator[Point]:
    """The disk is full, or the state folder is moved away, at each ledger write; it is as before at the next tick."""
    for number in range(1, chapter.writes + 1):
        for what in ("disk full", "folder moved away"):
            yield Point(chapter.number, "disk", what, write=number)


def ledgers(chapter: Chapter) -> Iterator[Point]:
    """The ledger lost, or put back as it was before an earlier moment."""
    if chapter.number:
        yield Point(chapter.number, "ledger", "ledger lost")
    for old in range(1, chapter.number):
        yield Point(chapter.number, "ledger", f"ledger as before moment {old}", old=old)
        yield Point(chapter.number, "ledger", f"state folder as before moment {old}", old=old, whole=True)


def _refusals(chapter: Chapter, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    service = name.partition(" ")[0]
    if service == "smtp":
        yield from SMTP_REFUSALS
        return
    if is_reading(name):
        yield REFUSALS[0]
        return
    yield from REFUSALS
    for what, form in DATED if is_making(name) else ():
        yield what, {"status": 429, "headers": {"Retry-After": _until(chapter, form)}}
    if service in GOOGLE:
        error = {
            "error": {
                "code": 403,
                "message": "Rate Limit Exceeded",
                "errors": [{"domain": "usageLimits", "reason": "rateLimitExceeded", "message": "…"}],
            }
        }
        yield "403 rateLimitExceeded", {"status": 403, "body": error}


def _until(chapter: Chapter, form: str) -> str:
    until = (chapter.moment.at + _MINUTES).astimezone(UTC)
    return format_datetime(until, usegmt=True) if form == "http" else until.strftime("%Y-%m-%dT%H:%M:%SZ")
