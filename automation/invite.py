"""Calls as iCalendar bytes: the invitation that a mail carries (RFC 5546, iTIP) and the feed that people subscribe to (RFC 5545).

The same input gives the same bytes: stamps come in as arguments. All times are written in UTC, so that no VTIMEZONE is needed
(RFC 5545 3.2.19); each call is an event of its own, because that is how mails speak of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vDuration, vUri

from automation.escape import OUTPUTS
from automation.keys import CallId
from automation.model import Call, Config
from automation.text import Mailbox, one_line

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
PRODUCT = "-//Callkeeper//Callkeeper//EN"
# How often a subscriber may ask again (RFC 7986 5.7); a moved call should be seen within half a day.
REFRESH_HOURS = 12
_EVENT = re.compile(rb"BEGIN:VEVENT\r\n.*?\r\nEND:VEVENT\r\n", re.DOTALL)
_UID = re.compile(rb"\r\nUID:([^\r]*)\r\n")
_STAMPS = re.compile(rb"(?<=\n)(?:DTSTAMP|LAST-MODIFIED):[^\r]*\r\n")
_STAMP = re.compile(rb"\r\nDTSTAMP:(\d{8}T\d{6}Z)\r\n")


def uid(call: CallId) -> str:
    """Return the UID of a call for its whole life, moves included: 43 octets (some clients stop at 202), of no vendor's form, so that no
    calendar takes it for an event of its own."""
    return f"{hashlib.sha256(str(call).encode()).hexdigest()[:32]}@callkeeper"


def itip(
    call: Call,
    *,
    method: Method,
    organizer: str,
    group: str,
    uid: str,
    location: str,
    description: str,
    stamp: datetime,
    url: str = "",
    category: str = "",
) -> bytes:
    """Return the invitation (REQUEST, again with a higher SEQUENCE after a move), its withdrawal (CANCEL) or a mere notice (PUBLISH).

    `organizer` is `address` or `Any name <address>` and should be the mail's From (RFC 6047 3); `group` is the address invited;
    `location` may be the join link, `url` where the call is described, `category` the community's name; `stamp` (aware) is when this
    state of the call came to be, and must grow with SEQUENCE (RFC 5546 2.1.5). PUBLISH has no ATTENDEE (RFC 5546 3.2.1). Raises
    ValueError for REQUEST of a cancelled call, CANCEL of one that is
    not, a naive stamp and an address that is none.
    """
    if method != "PUBLISH" and (method == "CANCEL") != call.cancelled:
        raise ValueError(f"{method} does not fit a call that is {call.status}")
    event = _event(call, uid=uid, location=location, description=description, stamp=stamp, url=url, category=category)
    event.add("organizer", _address(Mailbox.parse(organizer)))
    if method != "PUBLISH":
        event.add("attendee", _attendee(Mailbox.parse(group)))
    if location.startswith("https://"):
        conference = vUri(one_line(location), params={"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Join the call"})
        event.add("conference", conference, encode=False)
    calendar = _calendar(method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def feed(
    config: Config,
    calls: Sequence[Call],
    *,
    location: Callable[[Call], str],
    description: Callable[[Call], str],
    stamps: Callable[[Call], datetime],
    url: Callable[[Call], str] = lambda call: "",
    before: bytes = b"",
    now: datetime | None = None,
) -> bytes:
    """Return the calendar of all given calls, oldest first; cancelled ones stay in with STATUS:CANCELLED, so that subscribers' copies go.

    `before` is the calendar as it was written last. DTSTAMP and LAST-MODIFIED of a call that stands in it and whose text, time or status
    has changed since is `now` (RFC 5545 3.8.7.2: for PUBLISH the two are the same), of an unchanged one what it was; of a new one
    `stamps` gives it: the instant (aware) at which it was last moved, cancelled or restored. The organizer shown is the group, whose
    address is public.
    """
    calendar = _calendar("PUBLISH")
    name = one_line(config.name)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(timedelta(hours=REFRESH_HOURS)), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{REFRESH_HOURS}H")
    known = {found[1]: block for block in _EVENT.findall(before) if (found := _UID.search(block))}
    blocks = []
    for call in sorted(calls, key=lambda call: (call.start, call.id)):
        event = _event(
            call, uid=uid(call.id), location=location(call), description=description(call), stamp=stamps(call), url=url(call),
            category=config.name,
        )  # fmt: skip
        event.add("organizer", _address(Mailbox(name, config.group)))
        blocks.append(_stamped(bytes(event.to_ical()), known.get(uid(call.id).encode()), now))
    end = b"END:VCALENDAR\r\n"
    return bytes(calendar.to_ical()).removesuffix(end) + b"".join(blocks) + end


def _stamped(block: bytes, before: bytes | None, now: datetime | None) -> bytes:
    """The event with the stamps that it had, or, if it says something else than before, with newer ones."""
    old = _STAMP.search(before) if before is not None else None
    if before is None or old is None or now is None:
        return block
    if _STAMPS.sub(b"", before) == _STAMPS.sub(b"", block):
        return before
    stamp = max(_utc(now).strftime("%Y%m%dT%H%M%SZ").encode(), old[1])  # a clock that was set back makes no news old
    return _STAMPS.sub(lambda found: found[0].partition(b":")[0] + b":" + stamp + b"\r\n", block)


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(call: Call, *, uid: str, location: str, description: str, stamp: datetime, url: str, category: str) -> Event:
    text = OUTPUTS["calendar"]
    event = Event()
    event.add("uid", uid)
    event.add("sequence", call.sequence)
    event.add("dtstamp", _utc(stamp))
    event.add("last-modified", _utc(stamp))
    event.add("dtstart", _utc(call.start))
    event.add("dtend", _utc(call.end))
    event.add("status", "CANCELLED" if call.cancelled else "CONFIRMED")
    # A cancelled call takes nobody's time.
    event.add("transp", "TRANSPARENT" if call.cancelled else "OPAQUE")
    event.add("summary", text(one_line(call.series.title)))
    if category:
        event.add("categories", [text(one_line(category))])
    if location:
        event.add("location", one_line(location))
    if url:
        event.add("url", one_line(url))
    if description:
        event.add("description", text(description))
    if call.reason:
        event.add("comment", text(call.reason))
    return event


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a naive time cannot be written into a calendar")
    return moment.astimezone(UTC).replace(microsecond=0)


def _address(mailbox: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.address}")
    if mailbox.name:
        # A parameter value cannot hold a double quote (RFC 5545 3.2).
        address.params["CN"] = mailbox.name.replace('"', "'")
    return address


def _attendee(mailbox: Mailbox) -> vCalAddress:
    address = _address(mailbox)
    address.params.update({"CUTYPE": "GROUP", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"})
    return address
