"""A meeting's fields as Zoom writes them, there and back.                (pure)

Zoom API reference, "Create a meeting" and "List meetings".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from automation.domain.services import MeetingFields, SeenMeeting
from automation.domain.text import one_line

LONGEST_TOPIC = 200


def schedule(fields: MeetingFields) -> dict[str, Any]:
    """Return what create and change have in common: topic, time, length and mark. An empty topic or mark is left as it
    is."""
    texts = {"topic": one_line(fields.topic)[:LONGEST_TOPIC], "agenda": fields.agenda}
    return {
        **{name: text for name, text in texts.items() if text},
        # UTC said twice, so that it is read alike by whoever heeds the Z and by whoever heeds the zone. Zoom's own list
        # of zones is short.
        "start_time": fields.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "duration": fields.minutes,
        "timezone": "UTC",
    }


def read_page(answer: Mapping[str, Any]) -> tuple[list[SeenMeeting], str]:
    """Return the meetings of one page of a list and the token of the next page, empty at the end."""
    return [read_meeting(item) for item in answer["meetings"]], str(answer.get("next_page_token") or "")


def read_meeting(item: Mapping[str, Any]) -> SeenMeeting:
    """Return a meeting as Zoom describes it. Raises KeyError, TypeError or ValueError if it is none."""
    return SeenMeeting(
        id=str(int(item["id"])),
        topic=str(item.get("topic") or ""),
        start=_read_start(item),
        minutes=int(item.get("duration") or 0),
        agenda=str(item.get("agenda") or ""),
        join_url=str(item["join_url"]),
        passcode=str(item.get("password") or ""),
    )


def _read_start(item: Mapping[str, Any]) -> datetime | None:
    """The start in UTC; Zoom gives it with Z, or local in `timezone`; a meeting without fixed time has none."""
    text = item.get("start_time")
    if not text:
        return None
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        try:
            found = found.replace(tzinfo=ZoneInfo(item.get("timezone") or "UTC"))
        except ZoneInfoNotFoundError:
            found = found.replace(tzinfo=UTC)
    return found.astimezone(UTC)
