"""How a meeting looks in Zoom's answers."""

from __future__ import annotations

from typing import Any

from automation.sandbox.world.state import HEX, URL_SAFE, World
from automation.sandbox.zoom.store import AGENDA_IN_LISTS, Meeting, host_id, stamp


def meeting_json(world: World, meeting: Meeting) -> dict[str, Any]:
    """Return the meeting as create and get answer it; `start_url` is a secret and dies after two hours."""
    settings = {
        "host_video": False,
        "participant_video": False,
        "join_before_host": False,
        "jbh_time": 0,
        "mute_upon_entry": False,
        "watermark": False,
        "use_pmi": False,
        "approval_type": 2,
        "audio": "both",
        "auto_recording": "none",
        "waiting_room": False,
        **meeting.body.get("settings", {}),
    }
    if settings["waiting_room"]:
        settings["join_before_host"] = False
    secret = world.new_id("zoom start", 40, URL_SAFE)
    shown = {
        **list_json(meeting),
        "agenda": meeting.body.get("agenda", ""),
        "host_email": meeting.host,
        "status": "started" if meeting.live else "waiting",
        "start_url": f"https://example.zoom.us/s/{meeting.id}?zak={secret}",
        "password": meeting.password,
        "h323_password": meeting.password if meeting.password.isdigit() else "123456",
        "pstn_password": meeting.password if meeting.password.isdigit() else "123456",
        "encrypted_password": encrypted(meeting.password),
        "settings": settings,
        "pre_schedule": False,
    }
    if meeting.body.get("tracking_fields"):
        shown["tracking_fields"] = meeting.body["tracking_fields"]
    return shown


def list_json(meeting: Meeting) -> dict[str, Any]:
    """Return the meeting as lists show it: no passcode, the agenda cut to 250 characters."""
    shown = {
        "uuid": meeting.uuid,
        "id": meeting.id,
        "host_id": host_id(meeting.host),
        "topic": meeting.body.get("topic", "My Meeting"),
        "type": 1 if meeting.start is None else meeting.body.get("type", 2),
        "duration": meeting.body.get("duration", 60),
        "timezone": meeting.body.get("timezone", "UTC"),
        "agenda": meeting.body.get("agenda", "")[:AGENDA_IN_LISTS],
        "created_at": stamp(meeting.created),
        "join_url": f"https://example.zoom.us/j/{meeting.id}?pwd={encrypted(meeting.password)}",
    }
    if meeting.start is not None:
        shown["start_time"] = stamp(meeting.start)
    return shown


def encrypted(password: str) -> str:
    """Return what stands in join links in place of a passcode: nothing from which it could be read."""
    digits = "".join(HEX[(ord(letter) * 7 + place) % 16] for place, letter in enumerate(password))
    return f"Sb{digits}Q.1" if password else ""
