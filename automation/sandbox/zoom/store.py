"""What the Zoom sandbox keeps: meetings, the instances that took place, their recordings, and the day's writes."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import request

from automation.sandbox.world.state import BASE64, DIGITS, World

SERVICE = "zoom"
WRITES_PER_DAY = 100
# A scheduled meeting expires 30 days after the day it was scheduled for.
EXPIRY = timedelta(days=30)
AGENDA_IN_LISTS = 250
USER_ID = re.compile(r"[A-Za-z0-9_-]{20,64}")


class ZoomRefusal(Exception):
    """An answer of Zoom's that is no success: HTTP status, Zoom's own code, message, errors by field, headers."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take the parts of {code, message, errors}."""
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.errors, self.headers = errors or [], dict(headers or {})


@dataclass
class RecordedFile:
    """One file of a recording; `status` is completed or processing; `path` holds the bytes."""

    id: str
    file_type: str
    recording_type: str
    status: str
    path: Path
    download_key: str
    access_key: str


@dataclass
class Instance:
    """One time that a meeting took place. Times are aware; `recording` is empty where none was made."""

    uuid: str
    start: datetime
    end: datetime
    recording: list[RecordedFile] = field(default_factory=list)
    with_share_url: bool = True
    passcode: str = ""


@dataclass
class Meeting:
    """A meeting as its host sees it; `start` is None for an instant meeting. Deleted ones stay, for tests to see."""

    id: int
    uuid: str
    host: str
    body: dict[str, Any]
    start: datetime | None
    created: datetime
    password: str
    instances: list[Instance] = field(default_factory=list)
    live: bool = False
    deleted: bool = False
    account: str = ""


@dataclass
class Store:
    """Meetings by id, tokens with their ends, writes per (host, UTC day), scopes that the app lacks, hosts that left.
    `apps`: the login of each further account's app by account id; `theirs`: the tokens of those.
    `ranges`: downloads honour Range; `rate`: at how many bytes a second they come, 0 = as fast as they can."""

    folder: Path
    meetings: dict[int, Meeting] = field(default_factory=dict)
    tokens: dict[str, datetime] = field(default_factory=dict)
    writes: Counter[tuple[str, str]] = field(default_factory=Counter)
    missing_scopes: set[str] = field(default_factory=set)
    gone_hosts: set[str] = field(default_factory=set)
    apps: dict[str, tuple[str, str]] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    page_tokens: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    misread: list[timedelta] = field(default_factory=list)
    ranges: bool = True
    rate: float = 0.0


def fresh(world: World) -> Store:
    """Return a store without meetings, and an empty folder for recordings."""
    store = Store(world.directory / "zoom-bytes")
    shutil.rmtree(store.folder, ignore_errors=True)
    store.folder.mkdir(parents=True)
    return store


def stamp(instant: datetime) -> str:
    """RFC 3339 in UTC by the second, as Zoom writes times."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def host_id(host: str) -> str:
    """Return the user id of a host: stable for an e-mail address."""
    return "z" + host.encode().hex()[:21]


def check_host(store: Store, host: str) -> str:
    """Return the host, an e-mail address or a user id. Raises ZoomRefusal for `me` and for users that do not exist."""
    if host == "me":
        raise ZoomRefusal(400, 300, "Server-to-Server OAuth apps cannot use me; give the user id or e-mail address.")
    if not ("@" in host or USER_ID.fullmatch(host)) or host in store.gone_hosts:
        raise ZoomRefusal(404, 1001, f"User does not exist: {host}.")
    return host


def asking(store: Store) -> str:
    """Return the account that the request being carried out comes from; "" for the first one, and for people."""
    return store.theirs.get(request.headers.get("Authorization", "").removeprefix("Bearer "), "")


def find(store: Store, reference: str) -> Meeting:
    """Return the meeting with this number. Raises ZoomRefusal 300 for no number, 3001 where it is gone."""
    if not reference.isdigit():
        raise ZoomRefusal(400, 300, f"Invalid meeting id: {reference}.")
    meeting = store.meetings.get(int(reference))
    if meeting is None or meeting.deleted or meeting.account != asking(store):
        raise ZoomRefusal(404, 3001, f"Meeting does not exist: {reference}.")
    return meeting


def find_instance(store: Store, uuid: str) -> tuple[Meeting, Instance]:
    """Return the instance with this uuid, of a meeting that may have been deleted since. Raises ZoomRefusal 3001."""
    for meeting in store.meetings.values():
        for instance in meeting.instances:
            if instance.uuid == uuid:
                return meeting, instance
    raise ZoomRefusal(404, 3001, f"Meeting does not exist: {uuid}.")


def count_write(world: World, store: Store, host: str) -> None:
    """Count a create or update. Raises ZoomRefusal 429 beyond 100 a day and host; Retry-After is an ISO date-time."""
    today = world.now().astimezone(UTC).date()
    if store.writes[host, today.isoformat()] >= WRITES_PER_DAY:
        tomorrow = datetime(today.year, today.month, today.day, tzinfo=UTC) + timedelta(days=1)
        headers = {
            "Retry-After": stamp(tomorrow),
            "X-RateLimit-Category": "Light",
            "X-RateLimit-Type": "Daily-limit",
            "X-RateLimit-Limit": str(WRITES_PER_DAY),
            "X-RateLimit-Remaining": "0",
        }
        message = (
            f"You have exceeded the daily rate limit of ({WRITES_PER_DAY}) for Meeting Create/Update API requests. "
            "You can resume these requests at GMT 00:00:00."
        )
        raise ZoomRefusal(429, 429, message, headers=headers)
    store.writes[host, today.isoformat()] += 1


def new_meeting(world: World, host: str, body: dict[str, Any], start: datetime | None, password: str) -> Meeting:
    """Add a meeting with an eleven-digit number and return it."""
    number = int("8" + world.new_id("zoom meeting", 10, DIGITS))
    store: Store = world.stores[SERVICE]
    meeting = Meeting(
        id=number,
        uuid=new_uuid(world),
        host=host,
        body=body,
        start=start,
        created=world.now(),
        password=password,
        account=asking(store),
    )
    store.meetings[number] = meeting
    return meeting


def new_uuid(world: World) -> str:
    """Return base64 of 16 bytes, without slashes."""
    return world.new_id("zoom uuid", 22, BASE64).replace("/", "a") + "=="


def new_instance_uuid(world: World) -> str:
    """Return a uuid; in turn one begins with a slash, one holds two, one is plain, one holds a single slash."""
    plain = new_uuid(world)
    forms = (plain, "/" + plain[1:], f"{plain[:7]}//{plain[9:]}", f"{plain[:9]}/{plain[10:]}")
    return forms[world.count("zoom instance") % 4]


def make_password(world: World) -> str:
    """Return a passcode of Zoom's own: six digits."""
    return world.new_id("zoom passcode", 6, DIGITS)
