"""What the organizers have to be told, each thing once, in at most one digest a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from automation.domain.fingerprint import fingerprint
from automation.domain.model import Config
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.plan.plan import Plan
from automation.plan.steps.rows import row_of
from automation.plan.steps.step_state import CANCELLED, TOO_LATE, Item

# How long a failing step is left to itself before a person hears of it.
PATIENCE = timedelta(hours=3)


def concerns(config: Config, plan: Plan, snapshot: LedgerSnapshot, now: datetime) -> dict[str, str]:
    """Key of the concern -> one sentence. The same concern has the same key at every tick."""
    found: dict[str, str] = {}
    for refusal in plan.refused:
        found[f"refused#{fingerprint(refusal.marks, refusal.keys)}"] = f"Held back: {refusal.sentence}."
    for pause in snapshot.pauses.values():
        if pause.needs_person and pause.until > now:
            service = config.called(pause.service)
            found[f"{service}#stopped-{fingerprint(pause.reason, pause.fingerprint)}"] = (
                f"{service} cannot be used: {pause.reason}"
            )
    blind, vendor = blind_since(plan, now), config.meeting.vendor
    if blind is not None:
        found[f"look#{blind.isoformat()}"] = (
            f"The calendar{f' or {vendor}' if vendor else ''} could not be looked at since"
            f" {blind:%Y-%m-%d %H:%M %Z}; changes that people make"
            " there are not seen. It is tried again by itself; `python run.py doctor` says what is wrong."
        )
    for item in plan.items:
        if item.state == "in doubt":
            found |= doubted(snapshot.receipts[item.key])
        elif text := _concern(item, now):
            found[f"{item.key}#{item.state}"] = text
        if item.note:
            found[f"{item.key}#note-{fingerprint(item.note)}"] = item.note
    return found


def blind_since(plan: Plan, now: datetime) -> datetime | None:
    """When the outside was last seen, if that is longer ago than a look that failed now and then explains."""
    return plan.look_at if now - plan.look_at > PATIENCE else None


def _concern(item: Item, now: datetime) -> str:
    if item.needs_person:
        return f"{item.key} needs a person: {item.reason}"
    if item.state == "failed" and item.since is not None and now - item.since > PATIENCE:
        return (
            f"{item.key} has been failing since {item.since:%Y-%m-%d %H:%M %Z}: {item.reason}. It is tried again by"
            " itself."
        )
    if item.state == "skipped" and item.record:
        missed = item.reason.startswith(TOO_LATE) or (row_of(item.kind).by_others and item.reason != CANCELLED)
        return _was_skipped(item.key, item.reason) if missed else ""
    return ""


def _was_skipped(key: str, reason: str) -> str:
    return f"{key} was skipped: {reason}."


def dropped(key: str, reason: str) -> dict[str, str]:
    """The concern about a step that was begun and did not happen before its time passed, as `concerns` has that of one
    never begun."""
    return {f"{key}#skipped": _was_skipped(key, reason)} if reason.startswith(TOO_LATE) else {}


def doubted(receipt: Receipt) -> dict[str, str]:
    """The concern about a step in doubt. Once more in doubt, after a person had it repeated, it is another concern."""
    since = f"-{receipt.changed_at.isoformat()}" if receipt.changed_at is not None else ""
    return {
        f"{receipt.key}#in doubt{since}": f"{receipt.key} may or may not have gone out: {receipt.reason}. Look for it,"
        f" then run `python run.py resolve {receipt.key}` with --happened, --repeat or --skip."
    }


def texts(snapshot: LedgerSnapshot, keys: tuple[str, ...]) -> Mapping[str, str]:
    """Key -> sentence of the notices named."""
    return {notice.key: notice.text for notice in snapshot.notices if notice.key in keys}
