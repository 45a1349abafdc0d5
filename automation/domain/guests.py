"""Who the guests of a call's event are to be: the Group in or out, and everybody else as they are. Pure.

Google replaces a list of guests as one, so a list is written back from the objects that were read, whole: answers,
remarks, who is optional.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from automation.domain.call_state import CallState
from automation.domain.model import Call, Config
from automation.domain.proofs import EventProof
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.services import SeenEvent


def same(one: str, other: str) -> bool:
    """Two spellings of one address, as far as Google tells them apart."""
    return one.casefold() == other.casefold()


def is_guest(seen: SeenEvent | None, address: str) -> bool:
    """Whether the event shows this address among its guests."""
    return seen is not None and bool(address) and any(same(address, each) for each in seen.attendees)


def invited(config: Config, receipt: Receipt | None, seen: SeenEvent | None) -> str:
    """The address of the Group that was invited to the event, by us or by a person; "" = none. A Group that a person
    took off again stays off, and counts as invited."""
    event = receipt.left(EventProof) if receipt is not None else None
    if event is not None and event.group:
        return event.group
    if is_guest(seen, config.group):
        return config.group
    unknown = event is not None and event.group is None and event.summary is not None
    gone = seen is None or seen.status == "cancelled"
    return config.group if unknown and gone and config.calendar.invite == "calendar" else ""


def heard(config: Config, receipt: Receipt | None, seen: SeenEvent | None) -> bool:
    """An invitation to this event has gone out."""
    event = receipt.left(EventProof) if receipt is not None else None
    if event is None:
        return False
    return event.heard or invited(config, receipt, seen) != ""


def chosen(
    config: Config, snapshot: LedgerSnapshot, calls: Iterable[Call], states: Mapping[str, CallState], now: datetime
) -> frozenset[str]:
    """The marks of the calls that the Group is a guest of: the next `invite_calls` ones, over all series, in order of
    start. Cancelled calls do not count, nor do those that a person left without an event."""
    if config.calendar.invite != "calendar":
        return frozenset()
    marks = []
    for call in sorted(calls, key=lambda call: (call.start, str(call.id))):
        mark = str(call.id)
        event = snapshot.get(f"{mark}/event")
        left_out = event is not None and event.state == "skipped" and not event.proven
        if call.end > now and not call.cancelled and mark in states and not left_out:
            marks.append(mark)
    return frozenset(marks[: config.calendar.invite_calls])


def wanted(config: Config, is_chosen: bool, there: str) -> str:
    """The address that is to be a guest, or "". Who was invited once stays invited; another Group takes the old one's
    place."""
    return config.group if config.calendar.invite == "calendar" and (is_chosen or there) else ""


def with_group(guests: Iterable[Mapping[str, Any]], leaves: str, joins: str) -> tuple[Mapping[str, Any], ...] | None:
    """The guests without `leaves` and with `joins`, all others untouched; None if that is who they are already."""
    there = tuple(guests)
    stay = tuple(guest for guest in there if not leaves or not same(leaves, str(guest.get("email", ""))))
    if joins and not any(same(joins, str(guest.get("email", ""))) for guest in stay):
        return (*stay, {"email": joins})
    return stay if len(stay) != len(there) else None
