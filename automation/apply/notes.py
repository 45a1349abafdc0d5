"""NotesStep -> Google Docs, or a copy made by Drive."""

from __future__ import annotations

from datetime import date

from automation.apply.context import StepContext
from automation.apply.outcome import Done, Dropped, Outcome
from automation.apply.second_look import begin_anew, not_listed
from automation.apply.template_values import template_values
from automation.domain.begun import NotesBegun
from automation.domain.dated import date_of, order_in
from automation.domain.errors import Permanent, Transient
from automation.domain.model import Call, Config
from automation.domain.proofs import NotesProof
from automation.domain.recordings import SeenFile
from automation.domain.services import Heading, NotesService
from automation.domain.steps import NotesStep


def apply_notes(step: NotesStep, context: StepContext) -> Outcome:
    """Write the dated section, or copy the template document; what is there already is taken."""
    return _copy(step, context) if context.config.notes.mode == "copy" else _section(step, context)


def _section(step: NotesStep, context: StepContext) -> Outcome:
    service, document = context.services.notes, context.config.notes.document
    there = find_heading(service.headings(document), days_of(step.call), step.call.series.title, context.config)
    if there is None and context.no_longer_wanted:
        return Dropped(context.no_longer_wanted)
    if there is None:
        service.add_section(document, context.renderer.notes(template_values(context, step)))
        there = _read_back(service, document, step.call, context.config)
    return Done(NotesProof(there.link, step.call.day, heading=there.heading_id, tab=there.tab_id))


def days_of(call: Call) -> list[date]:
    """The dates under which a call's section may stand: it keeps the one it was written with when the call moves."""
    days = [call.day, call.id.recurrence_id]
    if call.previous_start is not None:
        days.append(call.previous_start.astimezone(call.series.zone).date())
    return days


def find_heading(headings: list[Heading], days: list[date], title: str, config: Config) -> Heading | None:
    """The heading of a call: it begins with one of the dates, however people write them, the first date first, and does
    not name another series, for several of them may share one document and one day. People may have changed the words
    behind the date.
    """
    order = order_in(heading.text for heading in headings)
    titles = sorted((series.title for series in config.series), key=len, reverse=True)
    for day in days:
        for heading in headings:
            if date_of(heading.text, order) == day:
                named = next((each for each in titles if each in heading.text), title)
                if named == title:
                    return heading
    return None


def _read_back(service: NotesService, document: str, call: Call, config: Config) -> Heading:
    """The answer to a write names no heading ids, so the document is read again; the id was once seen missing on the
    first read."""
    for _ in range(2):
        there = find_heading(service.headings(document), [call.day], call.series.title, config)
        if there is not None and there.heading_id:
            return there
    raise Transient("docs", f"the new notes section of {call.day} cannot be read back yet")


def _copy(step: NotesStep, context: StepContext) -> Outcome:
    drive, mark = context.services.drive, f"{step.call.id}/notes"
    made = drive.marked(mark) if context.reopened else []
    begun = context.begun(NotesBegun)
    if not made and begun.file:
        known = drive.get(begun.file)
        made = [known] if known is not None and not known.trashed else []
    if context.reopened and not made:
        unsettled = not_listed(begun, context.now, "the copy of the notes document")
        if unsettled is not None or context.no_longer_wanted:
            return unsettled or Dropped(context.no_longer_wanted)
        begin_anew(context, step.key, begun)
    name = context.renderer.notes_heading(step.call)
    copy = made[0] if made else drive.copy(context.config.notes.document, name, mark)
    context.ledger.begun(step.key, context.now, NotesBegun(file=copy.id))
    _share(step, context, copy)
    return Done(NotesProof(copy.link, step.call.day, file=copy.id))


def _share(step: NotesStep, context: StepContext, copy: SeenFile) -> None:
    """Members follow the link from their mails, so they must be let in; where this account may not do that, a person is
    told to."""
    try:
        context.services.drive.share(copy.id, context.config.group)
    except Permanent as error:
        whom = context.config.group
        text = (
            f"The notes {copy.link} could not be shared with {whom}: {error.what}. Share them by hand, or share the"
            " template's folder."
        )
        context.ledger.notice({f"{step.key}#unshared": text}, context.now)
