"""`adopt-account`: hand the ledger over to the account, calendar, document and Group that are configured now."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import click

from automation.adapters.connect import connect
from automation.cli.options import Options
from automation.config.load import OrganizerFiles, read_all
from automation.domain.belonging import Belonging, differences, known_in, present_of, resolved
from automation.domain.errors import ServiceError, UserError
from automation.domain.keys import CallId
from automation.domain.outside import Services
from automation.domain.receipts import LedgerSnapshot
from automation.domain.services import CalendarService
from automation.plan.stops import stops_of
from automation.reconcile.handover import Handover, carry_out, survey
from automation.reconcile.identify import identify
from automation.reconcile.idle import NOTE
from automation.reconcile.inputs import inputs_of

BUSY = "another Callkeeper is at work on this ledger; stop the worker, then run this again"


@click.command("adopt-account")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def adopt_account(options: Options, yes: bool) -> int:
    """Hand the ledger over to the Google account, calendar, Zoom account, notes document and Group that are configured
    now.

    A ledger belongs to those with which it was begun. When one of them is another, Callkeeper stops and says so. If
    that is meant, run this. It shows first which events stay where they are, which are moved or made anew, who is told,
    and what becomes of the Zoom meetings; then it asks. No call is cancelled and nobody is mailed by this command
    itself; the next tick (`apply`, or the worker) makes what is to be made anew.
    """
    files = read_all(options.config, options.credentials, options.templates, need_credentials=True)
    if not options.state.exists():
        raise UserError(f"there is no ledger at {options.state}, so there is nothing to hand over")
    with options.state.exclusive() as free:
        if not free:
            raise UserError(BUSY)
        try:
            return _hand_over(options, files, yes)
        except ServiceError as error:
            click.echo(f"{error.what}; nothing more was changed, run this again later", err=True)
            return 1


@dataclass(frozen=True)
class _Case:
    """What is handed over to what: the ledger's belonging and the present one, and the calendars of both as the present
    login sees them. `elsewhere`: the meetings are to be made in another account."""

    known: Belonging | None
    present: Belonging
    calendar: CalendarService
    old: CalendarService | None
    elsewhere: bool


def _hand_over(options: Options, files: OrganizerFiles, yes: bool) -> int:
    assert files.credentials is not None
    services, now = connect(files.config, files.credentials), options.now()
    with options.state.copy() as ledger:
        identify(services, ledger, files)
        inputs = inputs_of(files, ledger.snapshot(), now)
    reasons = stops_of(inputs)
    if not reasons:
        click.echo("There is nothing to hand over: the ledger belongs to what is configured.")
        return 0
    case = _case(files, services, inputs.snapshot)
    if case.known is not None and case.known.uid != files.config.uid:
        raise UserError(reasons[0].sentence)
    found = survey(
        inputs.snapshot, now, calendar=case.calendar, old=case.old, meetings=services.meetings, elsewhere=case.elsewhere
    )
    for line in _told(files, case, found):
        click.echo(line)
    if not _agreed(yes):
        click.echo("Nothing was changed.")
        return 0
    with options.state.open() as ledger:
        identify(services, ledger, files)
        refused = carry_out(
            ledger, files.config, found=found, known=case.known, present=case.present, old=case.old, now=now
        )
        ledger.meta({NOTE: ""})
    for mark in refused:
        click.echo(
            f"{_day(mark)}: Google did not let the event be moved; it is made anew, and the old one has to be deleted"
            " by hand."
        )
    click.echo("Done. The next tick goes on from here.")
    return 0


def _agreed(yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UserError("nobody can be asked here and nothing was changed; run `adopt-account --yes` if that is meant")
    return click.confirm("\nHand over?", default=False)


def _case(files: OrganizerFiles, services: Services, snapshot: LedgerSnapshot) -> _Case:
    known, present = known_in(snapshot.meta), present_of(files.config, files.credentials, snapshot.meta)
    before = resolved(known) if known is not None else ""
    old = None
    if before and before.casefold() != (resolved(present) or present.calendar).casefold():
        calendar = replace(files.config.calendar, id=before)
        assert files.credentials is not None
        old = connect(replace(files.config, calendar=calendar), files.credentials).calendar
    changed = {each.what for each in differences(known, present)} if known is not None else set()
    return _Case(known=known, present=present, calendar=services.calendar, old=old, elsewhere="meeting" in changed)


def _told(files: OrganizerFiles, case: _Case, found: Handover) -> Iterator[str]:
    config = files.config
    changed = differences(case.known, case.present) if case.known is not None else ()
    yield "What is another one:"
    for each in changed:
        yield f"  {each.sentence}"
    if not changed:
        yield f"  the coming events are not in the calendar {config.calendar.id} of this login"
    yield "\nWhat becomes of the coming calls (past ones stay as they are):"
    yield from _lines("events stay where they are", found.stays)
    yield from _lines(f"events are moved into the calendar {config.calendar.id}; nobody is told", found.moves)
    yield from _lines(f"events are made anew in the calendar {config.calendar.id}", found.anew)
    if found.anew and config.calendar.invite == "calendar":
        yield (
            f"  Google mails the Group ({config.group}) an invitation to each of these: at most {len(found.anew)}"
            " mails."
        )
    if found.anew:
        whose = resolved(case.known) if case.known is not None else ""
        yield (
            f"  The old events stay in the calendar {whose or 'in which they stood'}, which this login may not change:"
            " have them deleted there."
        )
    meetings = f"{config.meeting.vendor} meetings".strip()
    yield from _lines(f"{meetings} stay", found.meetings_kept)
    yield from _lines(
        f"{meetings} cannot be reached and are made anew; the organizers are told of the new links",
        found.meetings_anew,
    )
    if any(each.what == "document" for each in changed):
        yield "  Notes sections that are written already stay in the old document; new ones go into the new one."
    if any(each.what == "group" for each in changed):
        yield f"  Mails go to {config.group} from now on."
    yield "  No call is cancelled, and no mail about this goes to the Group."


def _lines(what: str, marks: tuple[str, ...]) -> Iterator[str]:
    if marks:
        yield f"  {len(marks)} {what}: {', '.join(_day(mark) for mark in marks)}"


def _day(mark: str) -> str:
    call = CallId.parse(mark)
    return f"{call.series} {call.recurrence_id}"
