"""What the mails and the posts of a call have in common: they come from templates, at a time or on an occasion."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from automation.domain.archive_entry import Entry
from automation.domain.model import Template, Timed
from automation.domain.receipts import Receipt
from automation.domain.steps import ChatStep, MailStep, Window
from automation.plan.steps.meeting import not_there
from automation.plan.steps.step_state import TOO_LATE, Item, Scene, skipped
from automation.schedule.due_times import due_at

MOMENT = timedelta(minutes=2)
# A recap or a thank-you is of use to nobody weeks later.
AFTERWARDS = timedelta(days=14)
LATE_RECAP = timedelta(days=7)
NOTHING_TO_TELL = "there is neither a recording nor notes to tell of, and none was to come"


class Settled(Protocol):
    """One message as an item: of a template, as a step of this kind, in this window; why it has to wait, or ""."""

    def __call__(self, scene: Scene, template: Template, kind: str, window: Window, *, blocked_by: str) -> Item: ...


def message_items(scene: Scene, templates: tuple[Template, ...], settled: Settled) -> list[Item]:
    """All mails, or all posts, of one call."""

    def found(template: Template) -> Item | None:
        if isinstance(template.send, Timed):
            return _timed(scene, template, send=template.send, templates=templates, settled=settled)
        return (_archived if template.send == "archived" else _occasion)(scene, template, settled)

    return [item for item in map(found, templates) if item is not None]


def _archived(scene: Scene, template: Template, settled: Settled) -> Item:
    """A message that waits for the archive entry."""
    due = _archived_at(scene.receipt("archive"))
    window = Window(due or scene.call.end, _too_old(scene) if due else None)
    blocked_by = "" if due else "the call is not archived yet"
    item = _settle(scene, template, kind=template.step, window=window, settled=settled, blocked_by=blocked_by)
    empty = (
        item.state == "ready"
        and not _begun(scene.receipt(template.step))
        and _offers_links(template)
        and not _offers_anything(scene)
    )
    return skipped(scene, template.step, window, NOTHING_TO_TELL) if empty else item


def _begun(receipt: Receipt | None) -> bool:
    return receipt is not None and (receipt.proven or receipt.state in ("claimed", "doubt"))


def _offers_links(template: Template) -> bool:
    """A recap, as against a mere word of thanks: its text names the links."""
    return any(name in template.body for name in ("links.recording", "links.notes"))


def _offers_anything(scene: Scene) -> bool:
    """There is a link, or one that was promised is missing, which is worth a sentence."""
    return bool(scene.links.recording or scene.links.notes or scene.context.missing)


def _too_old(scene: Scene) -> datetime:
    """When a recap is of no more use: a week after the last day on which it could have been due."""
    return scene.call.end + timedelta(days=scene.inputs.config.recordings.wait_days) + LATE_RECAP


def _archived_at(archive: Receipt | None) -> datetime | None:
    entry = archive.left(Entry) if archive is not None else None
    if archive is None or entry is None:
        return None
    return entry.archived_at or archive.done_at


def _occasion(scene: Scene, template: Template, settled: Settled) -> Item | None:
    """A message that a move, a cancellation or a restoration causes: once for each, and only if members had heard of
    the call."""
    state = scene.state
    if template.send != state.transition or not state.announced or state.changed_at is None:
        return None
    kind = f"{template.step}@{state.sequence}"
    return _settle(scene, template, kind=kind, window=Window(state.changed_at, scene.call.start), settled=settled)


def _timed(scene: Scene, template: Template, send: Timed, templates: tuple[Template, ...], settled: Settled) -> Item:
    call = scene.call
    due = due_at(send, call.start, call.end, call.series.zone)
    kind = _timed_kind(scene, template)
    expires = due + AFTERWARDS if send.after else call.start
    later = _later_sent(scene, template, templates, due)
    window = Window(due, min(expires, later) if later else expires)
    item = _settle(scene, template, kind=kind, window=window, settled=settled)
    if later is not None and item.record and item.reason.startswith(TOO_LATE):
        return replace(item, reason="a later one has gone out")
    return item


def sent_receipts(scene: Scene, template: Template) -> dict[str, Receipt]:
    """Kind -> receipt of every time this template went out (or may have) for this call, oldest sequence first."""
    found = {}
    for number in range(scene.state.sequence + 1):
        kind = template.step if number == 0 else f"{template.step}@{number}"
        receipt = scene.receipt(kind)
        if receipt is not None and (receipt.proven or receipt.state in ("doubt", "claimed")):
            found[kind] = receipt
    return found


def _timed_kind(scene: Scene, template: Template) -> str:
    """The plain name until it has gone out; `name@SEQUENCE` when it has gone out for another day than the call's day
    now. A chat post is edited instead, so it keeps its plain name."""
    sent = sent_receipts(scene, template)
    if not sent:
        return template.step
    today = [kind for kind, receipt in sent.items() if receipt.day == scene.call.day]
    if today:
        return today[-1]
    if template.once or template.role == "chat":
        return list(sent)[-1]
    return f"{template.step}@{scene.state.sequence}" if scene.state.sequence else template.step


def _later_sent(scene: Scene, template: Template, templates: tuple[Template, ...], due: datetime) -> datetime | None:
    """When one of the templates with a later time went out for the call's present day."""
    times = []
    for other in templates:
        if isinstance(other.send, Timed) and other.name != template.name:
            if due_at(other.send, scene.call.start, scene.call.end, scene.call.series.zone) <= due:
                continue
            for receipt in sent_receipts(scene, other).values():
                if receipt.done_at is not None and receipt.day == scene.call.day:
                    times.append(receipt.done_at)
    return min(times) if times else None


def _settle(
    scene: Scene, template: Template, kind: str, window: Window, settled: Settled, *, blocked_by: str = ""
) -> Item:
    begun = _begun(scene.receipt(kind))
    added = scene.snapshot.templates.get(template.step, None if scene.snapshot.first_templates else scene.now)
    if not begun and added is not None and window.due < added and not blocked_by:
        return skipped(scene, kind, window, "the template was added after its time")
    blocked_by = (
        blocked_by
        or ("" if scene.links.join or scene.call.cancelled else not_there(scene.inputs.config))
        or _notes_settle(scene, window)
    )
    item = settled(scene, template, kind, window, blocked_by=blocked_by)
    if item.state == "ready" and not begun and template.condition and not _applies(scene, template, item):
        return skipped(scene, kind, window, "its condition does not hold")
    return item


def _applies(scene: Scene, template: Template, item: Item) -> bool:
    assert isinstance(item.step, MailStep | ChatStep)
    return scene.inputs.applies(template, item.step)


def _notes_settle(scene: Scene, window: Window) -> str:
    """Why a message waits a moment: whether its notes were begun before a crash is asked in a minute, and then it can
    carry their link."""
    notes = scene.receipt("notes")
    if notes is None or notes.proven or notes.state != "claimed" or notes.attempts or notes.retry_at is None:
        return ""
    soon = scene.now < notes.retry_at <= scene.now + MOMENT and (
        window.expires is None or notes.retry_at < window.expires
    )
    return "the notes that it links to are being asked after" if soon else ""


def is_sent_when_cancelled(template: Template) -> bool:
    """It goes out for a call that is cancelled."""
    return template.send == "cancelled"
