"""What Zoom accepts in the body of a meeting, and what it makes of start_time (POST and PATCH of meetings)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request

from automation.sandbox.zoom.store import ZoomRefusal
from automation.sandbox.zoom.zones import ZONES

MEETING: dict[str, type] = {
    "agenda": str,
    "default_password": bool,
    "duration": int,
    "password": str,
    "pre_schedule": bool,
    "recurrence": dict,
    "schedule_for": str,
    "settings": dict,
    "start_time": str,
    "template_id": str,
    "timezone": str,
    "topic": str,
    "tracking_fields": list,
    "type": int,
}
BOOLEAN_SETTINGS = [
    "allow_multiple_devices",
    "alternative_hosts_email_notification",
    "alternative_host_update_polls",
    "close_registration",
    "cn_meeting",
    "email_notification",
    "enforce_login",
    "focus_mode",
    "host_save_video_order",
    "host_video",
    "in_meeting",
    "internal_meeting",
    "join_before_host",
    "meeting_authentication",
    "mute_upon_entry",
    "participant_video",
    "participant_focused_meeting",
    "private_meeting",
    "push_change_to_calendar",
    "registrants_confirmation_email",
    "registrants_email_notification",
    "show_share_button",
    "use_pmi",
    "waiting_room",
    "watermark",
    "email_in_attendee_report",
    "auto_start_meeting_summary",
    "auto_start_ai_companion_questions",
    "device_testing",
    "show_join_info",
    "allow_host_control_participant_mute_state",
]
SETTINGS: dict[str, type] = {
    **dict.fromkeys(BOOLEAN_SETTINGS, bool),
    **dict.fromkeys(("jbh_time", "approval_type", "registration_type", "calendar_type"), int),
    **dict.fromkeys(("alternative_hosts", "audio", "audio_conference_info", "authentication_domains"), str),
    **dict.fromkeys(("authentication_option", "auto_recording", "contact_email", "contact_name"), str),
    **dict.fromkeys(("encryption_type", "enforce_login_domains"), str),
    **dict.fromkeys(("additional_data_center_regions", "authentication_exception", "global_dial_in_countries"), list),
    **dict.fromkeys(("meeting_invitees", "resources"), list),
    **dict.fromkeys(("approved_or_denied_countries_or_regions", "breakout_room", "continuous_meeting_chat"), dict),
    **dict.fromkeys(("language_interpretation", "sign_language_interpretation"), dict),
}
WORDS: dict[str, tuple[Any, ...]] = {
    "auto_recording": ("local", "cloud", "none"),
    "audio": ("both", "telephony", "voip", "thirdParty"),
    "encryption_type": ("enhanced_encryption", "e2ee"),
    "jbh_time": (0, 5, 10),
    "approval_type": (0, 1, 2),
    "type": (1, 2, 3, 8, 10),
}
MOST_AGENDA, MOST_TOPIC, MOST_MINUTES = 2000, 200, 1440
PASSCODE = re.compile(r"[A-Za-z0-9@\-_*]{0,10}")
START = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?")


def read_meeting() -> dict[str, Any]:
    """Return the request's body, checked. Raises ZoomRefusal 300 that lists every field at fault."""
    try:
        body = json.loads(request.get_data() or b"{}")
    except ValueError as error:
        raise ZoomRefusal(400, 300, "Request Body should be a valid JSON object.") from error
    if not isinstance(body, dict):
        raise ZoomRefusal(400, 300, "Request Body should be a valid JSON object.")
    errors = wrong_fields(body, MEETING, "")
    if isinstance(body.get("settings"), dict):
        errors += wrong_fields(body["settings"], SETTINGS, "settings.")
    errors = errors or wrong_values(body)
    if errors:
        raise ZoomRefusal(400, 300, "Validation Failed.", errors)
    return body


def wrong_fields(body: dict[str, Any], known: dict[str, type], prefix: str) -> list[dict[str, str]]:
    """List unknown names, wrong types and words that Zoom does not know."""
    errors = []
    for name, value in body.items():
        message = ""
        if name not in known:
            message = "Unknown field."
        elif not isinstance(value, known[name]) or (known[name] is int and isinstance(value, bool)):
            message = f"Invalid field: expected {known[name].__name__}."
        elif name in WORDS and value not in WORDS[name]:
            message = f"Invalid field: {value!r} is not one of {WORDS[name]}."
        if message:
            errors.append({"field": prefix + name, "message": message})
    return errors


def wrong_values(body: dict[str, Any]) -> list[dict[str, str]]:
    """List values of the right type that break a limit."""
    checks = (
        ("agenda", len(body.get("agenda", "")) <= MOST_AGENDA, f"at most {MOST_AGENDA} characters"),
        ("topic", len(body.get("topic", "")) <= MOST_TOPIC, f"at most {MOST_TOPIC} characters"),
        ("duration", 1 <= body.get("duration", 60) <= MOST_MINUTES, f"1 to {MOST_MINUTES} minutes"),
        ("password", PASSCODE.fullmatch(body.get("password", "")), "at most 10 of A-Z a-z 0-9 @ - _ *"),
        ("start_time", is_start(body.get("start_time", "")), "yyyy-MM-ddTHH:mm:ss, with or without Z"),
        ("timezone", is_zone(body.get("timezone", "UTC")), "one of Zoom's own list of time zones"),
    )
    return [{"field": name, "message": f"Invalid field: {rule}."} for name, fine, rule in checks if not fine]


def is_start(text: str) -> bool:
    """Tell whether start_time can be read; without one the meeting is an instant meeting, which is allowed."""
    if not text:
        return True
    if not START.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_zone(name: str) -> bool:
    """Tell whether Zoom knows the time zone."""
    return name in ZONES


def read_start(body: dict[str, Any], zone: str) -> datetime | None:
    """Return start_time: UTC with a Z, else local time in the body's timezone or `zone`; None where there is none."""
    text = body.get("start_time")
    if not text:
        return None
    instant = datetime.fromisoformat(text)
    local = instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(body.get("timezone", zone)))
    return local.astimezone(UTC)


def read_query(allowed: Mapping[str, type]) -> dict[str, Any]:
    """Return the query's parameters. Raises ZoomRefusal 300 for unknown ones and for numbers that are none."""
    found: dict[str, Any] = {}
    for name, value in request.args.items():
        if name not in allowed or (allowed[name] is int and not value.isdigit()):
            raise ZoomRefusal(400, 300, "Validation Failed.", [{"field": name, "message": "Invalid parameter."}])
        found[name] = int(value) if allowed[name] is int else value
    return found
