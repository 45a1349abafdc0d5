"""Items of a plan in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import assert_never

from automation.domain.instants import rfc3339
from automation.domain.keys import name_of, role_of
from automation.domain.model import Call, Config
from automation.domain.steps import (
    ArchiveStep,
    ChatStep,
    DigestStep,
    EventStep,
    MailStep,
    MeetingStep,
    NotesStep,
    PageStep,
    RecordingStep,
)
from automation.plan.steps.settle import Item

_COMING = {
    "meeting": "make the Zoom meeting",
    "event": "put the call into the calendar",
    "notes": "prepare the notes",
    "recording": "look for the recording",
    "archive": "record the links in the archive",
    "page": "rebuild the page and the feeds",
}


def does(item: Item, config: Config) -> str:
    """What a step does, as a phrase."""
    if item.step is not None:
        return _does(item, config)
    role, name = role_of(item.kind), name_of(item.kind)
    if role == "mail":
        return f"mail “{name}” to {config.group}"
    return f"post “{name}” in the chat" if role == "chat" else _COMING.get(role, role)


def _does(item: Item, config: Config) -> str:
    step = item.step
    assert step is not None
    match step:
        case MeetingStep():
            words = {
                "create": "make the Zoom meeting for",
                "update": "change the Zoom meeting to",
                "delete": "delete the Zoom meeting of",
            }
            return f"{words[step.action]} {when(step.call)}"
        case EventStep():
            words = {
                "insert": "put into the calendar:",
                "update": "update the calendar event:",
                "cancel": "cancel the calendar event:",
            }
            guests = ", telling the guests" if step.notify else ""
            return f"{words[step.action]} {step.call.series.title}, {when(step.call)}{guests}"
        case NotesStep():
            return f"prepare the notes of {when(step.call)}"
        case MailStep():
            return f"mail “{step.template.name}” about {when(step.call)} to {config.group}"
        case ChatStep():
            verb = "edit the post" if step.action == "edit" else "post"
            return f"{verb} “{step.template.name}” in the chat"
        case RecordingStep():
            return f"look for the recording of {when(step.call)}"
        case ArchiveStep():
            return f"record the links of {when(step.call)} in the archive"
        case PageStep():
            return _COMING["page"]
        case DigestStep():
            return "tell the organizers what needs them"
        case _:
            assert_never(step)


def when(call: Call) -> str:
    """`Tuesday 2026-12-08 11:00 PST`."""
    return f"{call.local_start:%A %Y-%m-%d %H:%M %Z}"


NOTICES = {
    "invitation": "invitations",
    "change": "changes of time",
    "cancellation": "cancellations",
    "restoration": "restorations",
    "removal": "withdrawn invitations",
}


def notices(items: Iterable[Item]) -> str:
    """What Google mails the Group for these steps: `2 times (invitations: 1, cancellations: 1)`; "" if nothing."""
    kinds = Counter(NOTICES[kind] for item in items for kind in item.notices)
    if not kinds:
        return ""
    times = "once" if kinds.total() == 1 else f"{kinds.total()} times"
    return f"{times} ({', '.join(f'{kind}: {count}' for kind, count in kinds.items())})"


def item_json(item: Item, config: Config) -> dict[str, object]:
    """The documented form of a step in `plan --json`."""
    return {
        "key": item.key,
        "kind": item.kind,
        "due": rfc3339(item.window.due.astimezone(item.zone)),
        "expires": rfc3339(item.window.expires.astimezone(item.zone)) if item.window.expires else None,
        "does": does(item, config),
    }


def call_json(call: Call) -> dict[str, object]:
    """The documented form of a call in `plan --json`."""
    return {
        "series": call.id.series,
        "recurrence_id": call.id.recurrence_id.isoformat(),
        "start": rfc3339(call.local_start),
        "end": rfc3339(call.local_end),
        "status": call.status,
        "reason": call.reason,
    }


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
