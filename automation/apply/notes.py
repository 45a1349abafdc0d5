"""NotesStep -> Google Docs, or a copy made by Drive."""

from __future__ import annotations

from datetime import date

from automation.apply.context import Means
from automation.apply.outcome import Done, Dropped, Outcome
from automation.apply.second_look import begin_anew, not_listed
from automation.apply.views import view_of
from automation.domain.begun import NotesBegun
from automation.domain.dated import date_of, order_in
from automation.domain.errors import Permanent, Transient
from automation.domain.model import Call, Config
from automation.domain.proofs import NotesProof
from automation.domain.services import Heading, NotesService, SeenFile
from automation.domain.steps import NotesStep


def apply_notes(step: NotesStep, means: Means) -> Outcome:
    """Write the dated section, or copy the template document; what is there already is taken."""
    return _copy(step, means) if means.config.notes.mode == "copy" else _section(step, means)


def _section(step: NotesStep, means: Means) -> Outcome:
    service, document = means.services.notes, means.config.notes.document
    there = find_heading(service.headings(document), days_of(step.call), step.call.series.title, means.config)
    if there is None and means.unmade:
        return Dropped(means.unmade)
    if there is None:
        service.add_section(document, means.renderer.notes(view_of(means, step)))
        there = _read_back(service, document, step.call, means.config)
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


def _copy(step: NotesStep, means: Means) -> Outcome:
    drive, mark = means.services.drive, f"{step.call.id}/notes"
    made = drive.marked(mark) if means.reopened else []
    begun = means.begun(NotesBegun)
    if not made and begun.file:
        known = drive.get(begun.file)
        made = [known] if known is not None and not known.trashed else []
    if means.reopened and not made:
        unsettled = not_listed(begun, means.now, "the copy of the notes document")
        if unsettled is not None or means.unmade:
            return unsettled or Dropped(means.unmade)
        begin_anew(means, step.key, begun)
    name = means.renderer.notes_heading(step.call)
    copy = made[0] if made else drive.copy(means.config.notes.document, name, mark)
    means.ledger.begun(step.key, means.now, NotesBegun(file=copy.id))
    _share(step, means, copy)
    return Done(NotesProof(copy.link, step.call.day, file=copy.id))


def _share(step: NotesStep, means: Means, copy: SeenFile) -> None:
    """Members follow the link from their mails, so they must be let in; where this account may not do that, a person is
    told to."""
    try:
        means.services.drive.share(copy.id, means.config.group)
    except Permanent as error:
        whom = means.config.group
        text = (
            f"The notes {copy.link} could not be shared with {whom}: {error.what}. Share them by hand, or share the"
            " template's folder."
        )
        means.ledger.notice({f"{step.key}#unshared": text}, means.now)
