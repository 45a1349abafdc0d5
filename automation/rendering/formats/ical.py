"""Calls as iCalendar bytes: the invitation that a mail carries (RFC 5546, iTIP) and the feed that people subscribe to
(RFC 5545).

The same input gives the same bytes: stamps come in as arguments. All times are written in UTC, so that no VTIMEZONE is
needed (RFC 5545 3.2.19); each call is an event of its own, because that is how mails speak of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from icalendar import Calendar, vCalAddress, vDuration, vText, vUri
from icalendar.parser import Contentline

from automation.domain.keys import CallId
from automation.domain.model import Call, Config
from automation.domain.text import Mailbox, one_line
from automation.rendering.escape import OUTPUTS

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
PRODUCT = "-//Callkeeper//Callkeeper//EN"
# How often a subscriber may ask again (RFC 7986 5.7); a moved call should be seen within half a day.
REFRESH_HOURS = 12
_EVENT = re.compile(rb"BEGIN:VEVENT\r\n.*?\r\nEND:VEVENT\r\n", re.DOTALL)
_UID = re.compile(rb"\r\nUID:([^\r]*)\r\n")
_STAMPS = re.compile(rb"(?<=\n)(?:DTSTAMP|LAST-MODIFIED):[^\r]*\r\n")
_SPECIAL = re.compile(r"[\\;,\r\n]")
_STAMP = re.compile(rb"\r\nDTSTAMP:(\d{8}T\d{6}Z)\r\n")


def uid(call: CallId) -> str:
    """Return the UID of a call for its whole life, moves included: 43 octets (some clients stop at 202), of no vendor's
    form, so that no calendar takes it for an event of its own."""
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
    """Return the invitation (REQUEST, again with a higher SEQUENCE after a move), its withdrawal (CANCEL) or a mere
    notice (PUBLISH).

    `organizer` is `address` or `Any name <address>` and should be the mail's From (RFC 6047 3); `group` is the address
    invited; `location` may be the join link, `url` where the call is described, `category` the community's name;
    `stamp` (aware) is when this state of the call came to be, and must grow with SEQUENCE (RFC 5546 2.1.5). PUBLISH has
    no ATTENDEE (RFC 5546 3.2.1). Raises ValueError for REQUEST of a cancelled call, CANCEL of one that is not, a naive
    stamp and an address that is none.
    """
    if method != "PUBLISH" and (method == "CANCEL") != call.cancelled:
        raise ValueError(f"{method} does not fit a call that is {call.status}")
    more = {"ORGANIZER": _line("ORGANIZER", _address(Mailbox.parse(organizer)))}
    if method != "PUBLISH":
        more["ATTENDEE"] = _line("ATTENDEE", _attendee(Mailbox.parse(group)))
    if location.startswith("https://"):
        conference = vUri(one_line(location), params={"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Join the call"})
        more["CONFERENCE"] = _line("CONFERENCE", conference)
    event = _event(
        call, uid=uid, location=location, description=description, stamp=stamp, url=url, category=category, more=more
    )
    return _whole(_calendar(method), [event])


def calendar_feed(
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
    """Return the calendar of all given calls, oldest first; cancelled ones stay in with STATUS:CANCELLED, so that
    subscribers' copies go.

    `before` is the calendar as it was written last. DTSTAMP and LAST-MODIFIED of a call that stands in it and whose
    text, time or status has changed since is `now` (RFC 5545 3.8.7.2: for PUBLISH the two are the same), of an
    unchanged one what it was; of a new one `stamps` gives it: the instant (aware) at which it was last moved, cancelled
    or restored. The organizer shown is the group, whose address is public.
    """
    calendar = _calendar("PUBLISH")
    name = one_line(config.name)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(timedelta(hours=REFRESH_HOURS)), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{REFRESH_HOURS}H")
    known = {found[1]: block for block in _EVENT.findall(before) if (found := _UID.search(block))}
    blocks, more = [], {"ORGANIZER": _line("ORGANIZER", _address(Mailbox(name, config.group)))}
    for call in sorted(calls, key=lambda call: (call.start, call.id)):
        event = _event(
            call,
            uid=uid(call.id),
            location=location(call),
            description=description(call),
            stamp=stamps(call),
            url=url(call),
            category=config.name,
            more=more,
        )
        blocks.append(_stamped(event, known.get(uid(call.id).encode()), now))
    return _whole(calendar, blocks)


def _whole(calendar: Calendar, events: Sequence[bytes]) -> bytes:
    end = b"END:VCALENDAR\r\n"
    return bytes(calendar.to_ical()).removesuffix(end) + b"".join(events) + end


def _stamped(block: bytes, before: bytes | None, now: datetime | None) -> bytes:
    """The event with the stamps that it had, or, if it says something else than before, with newer ones."""
    old = _STAMP.search(before) if before is not None else None
    if before is None or old is None or now is None:
        return block
    if _STAMPS.sub(b"", before) == _STAMPS.sub(b"", block):
        return before
    stamp = max(_utc(now).encode(), old[1])  # a clock that was set back makes no news old
    return _STAMPS.sub(lambda found: found[0].partition(b":")[0] + b":" + stamp + b"\r\n", block)


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(
    call: Call,
    *,
    uid: str,
    location: str,
    description: str,
    stamp: datetime,
    url: str,
    category: str,
    more: Mapping[str, str],
) -> bytes:
    """One VEVENT, byte for byte what icalendar's `Event` writes; `more` are lines of other properties by name. Its
    objects take ten times as long, which counts with a thousand calls in the feed."""
    text, stamped = OUTPUTS["calendar"], _utc(stamp)
    first = (
        f"SUMMARY:{_escaped(text(one_line(call.series.title)))}",
        f"DTSTART:{_utc(call.start)}",
        f"DTEND:{_utc(call.end)}",
        f"DTSTAMP:{stamped}",
        f"UID:{_escaped(uid)}",
        f"SEQUENCE:{call.sequence}",
    )
    values = {
        "LAST-MODIFIED": stamped,
        "STATUS": "CANCELLED" if call.cancelled else "CONFIRMED",
        # A cancelled call takes nobody's time.
        "TRANSP": "TRANSPARENT" if call.cancelled else "OPAQUE",
        "CATEGORIES": _escaped(text(one_line(category))),
        "LOCATION": _escaped(one_line(location)),
        "URL": one_line(url),
        "DESCRIPTION": _escaped(text(description)),
        "COMMENT": _escaped(text(call.reason)),
    }
    others = {**{name: f"{name}:{value}" for name, value in values.items() if value}, **more}
    lines = ("BEGIN:VEVENT", *first, *(others[name] for name in sorted(others)), "END:VEVENT")
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _line(name: str, value: vCalAddress | vUri) -> str:
    """A whole line, with the value's parameters."""
    return str(Contentline.from_parts(name, value.params, value))


def _escaped(value: str) -> str:
    """RFC 5545 3.3.11."""
    return str(vText(value).to_ical().decode()) if _SPECIAL.search(value) else value


def _folded(line: str) -> bytes:
    """RFC 5545 3.1."""
    return line.encode() if line.isascii() and len(line) < 75 else bytes(Contentline(line).to_ical())  # type: ignore[no-untyped-call]


def _utc(moment: datetime) -> str:
    """RFC 5545 3.3.5, form 2. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("a naive time cannot be written into a calendar")
    return f"{moment.astimezone(UTC).replace(tzinfo=None):%Y%m%dT%H%M%SZ}"


def _address(mailbox: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.address}")
    if mailbox.name:
        # A parameter value cannot hold a double quote (RFC 5545 3.2); a backslash before its end hides the end from
        # some readers.
        address.params["CN"] = mailbox.name.replace('"', "'").replace("\\", "/")
    return address


def _attendee(mailbox: Mailbox) -> vCalAddress:
    address = _address(mailbox)
    address.params.update({"CUTYPE": "GROUP", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"})
    return address
