"""Links with which a member puts a call into a calendar of their own, without a file: Google's and Outlook's.

Neither is documented by its vendor any more, and both have been in use for years; whoever meets one that has changed
has the calendar file beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from automation.domain.model import Call
from automation.rendering.escape import Url, line, url

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"


def google(call: Call, place: str) -> Url | None:
    """Google Calendar's form with the call written into it; `place` is where to go, or ""."""
    times = f"{_basic(call.start)}/{_basic(call.end)}"
    return _link(GOOGLE, action="TEMPLATE", text=_title(call), dates=times, location=place)


def outlook(call: Call, place: str) -> Url | None:
    """The same of Outlook on the web."""
    start, end = _utc(call.start), _utc(call.end)
    way = "/calendar/action/compose"
    return _link(OUTLOOK, path=way, rru="addevent", subject=_title(call), startdt=start, enddt=end, location=place)


def _title(call: Call) -> str:
    return line(call.series.title, 200)


def _link(address: str, **values: str) -> Url | None:
    return url(f"{address}?{urlencode({name: value for name, value in values.items() if value}, quote_via=quote)}")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _basic(at: datetime) -> str:
    """RFC 5545 3.3.5, form 2."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
