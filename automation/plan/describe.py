"""Items of a plan in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from automation.domain.instants import rfc3339
from automation.domain.keys import name_of
from automation.domain.model import Call, Config
from automation.plan.steps.rows import row_of
from automation.plan.steps.step_state import Item


def describe(item: Item, config: Config) -> str:
    """What a step does, as a phrase."""
    kind = row_of(item.kind)
    if item.step is not None:
        return kind.doing(item.step, config)
    return kind.coming.format(name=name_of(item.kind), group=config.group, vendor=config.meeting.vendor)


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
        "does": describe(item, config),
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
