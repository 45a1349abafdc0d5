"""One tick: is anything to be done now? If not, it ends here, having imported nothing heavy and asked nobody."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from automation.config.load import OrganizerFiles
from automation.domain.ledger import Ledger, Place
from automation.domain.receipts import WRONG_CLOCK, LedgerSnapshot
from automation.plan.alerts import concerns
from automation.plan.next_change import wake_at
from automation.plan.pauses import is_paused
from automation.plan.plan import Plan, plan
from automation.plan.steps.digest import digest_step
from automation.reconcile.course import Course
from automation.reconcile.idle import note
from automation.reconcile.inputs import inputs_of
from automation.reconcile.report import Report
from automation.reconcile.sound import NOTE as SOUND
from automation.reconcile.sound import Sound
from automation.reconcile.sound import note as sound_note
from automation.reconcile.trust import doubts_of

if TYPE_CHECKING:
    from automation.rendering.press import Press

# A tick that takes no time, which nobody stops.
AT_ONCE = Course()


def tick(
    ledger: Ledger, files: OrganizerFiles, now: datetime, press: Press, *, force: bool = False, course: Course = AT_ONCE
) -> Report:
    """Make true what should be true at `now` (aware). Raises LedgerError and UserError."""
    snapshot = ledger.snapshot()
    current = plan(inputs_of(files, snapshot, now, force=force))
    if is_idle(files, snapshot, current):
        return _idle_report(files, snapshot, current)
    # Most ticks end above this line; what follows imports what it takes to do things.
    from automation.reconcile.loop import reconcile

    return reconcile(ledger, files, now, press, force=force, course=course)


def whole_tick(
    state: Place, sound: Sound, now: datetime, press: Press, *, force: bool, course: Course = AT_ONCE
) -> dict[str, Any]:
    """One tick on the ledger at `state`, which notes that these files are sound, and until when there is nothing more
    to do for them.

    The result is the documented JSON form, with `ping_url`, `exit_code` and `raced` beside it."""
    files, found = sound.files, sound.found
    url = files.config.ping_url
    with state.open() as ledger:
        report = tick(ledger, files, now, press, force=force, course=course)
        inputs = inputs_of(files, ledger.snapshot(), now)
        after = plan(inputs)
        notes = sound_note(found) if found and inputs.snapshot.meta.get(SOUND) != found else {}
        if found and not force and not report.raced and is_idle(files, inputs.snapshot, after):
            after_it = _idle_report(files, inputs.snapshot, after)
            idle = {**after_it.as_json(), "ping_url": url, "exit_code": after_it.exit_code}
            idle.pop("now")
            notes |= note(found, now, wake_at(inputs, after), idle)
        if notes:
            ledger.meta(notes)
    return {**report.as_json(), "ping_url": url, "exit_code": report.exit_code, "raced": report.raced}


def is_idle(files: OrganizerFiles, snapshot: LedgerSnapshot, current: Plan) -> bool:
    """Nothing is due, nothing has to be written down, nobody has to be told."""
    now = current.now
    if current.needs_look or current.ready or current.states or current.templates or doubts_of(snapshot, now):
        return False
    if (
        snapshot.meta.get(WRONG_CLOCK)
        or any(item.record for item in current.items)
        or digest_step(files.config, snapshot, now) is not None
    ):
        return False
    return not (concerns(files.config, current, snapshot, now).keys() - {notice.key for notice in snapshot.notices})


def _idle_report(files: OrganizerFiles, snapshot: LedgerSnapshot, current: Plan) -> Report:
    """What a tick with nothing to do comes to: what needs a person still needs one."""
    inputs = inputs_of(files, snapshot, current.now)
    stopped = any(pause.needs_person and is_paused(inputs, pause.service) for pause in snapshot.pauses.values())
    refused = [refusal.sentence for refusal in current.refused]
    report = Report(
        current.now, needs_person=current.needs_person or stopped, in_doubt=snapshot.in_doubt, refused=refused
    )
    report.unsettled(current.items)
    return report
