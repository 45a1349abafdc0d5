"""What surrounds a call: its links, from its receipts; its neighbours; and what a recap has to do without."""

from __future__ import annotations

from automation.domain.inputs import Inputs
from automation.domain.model import Call, Links
from automation.domain.steps import CallContext
from automation.plan.steps.page import join_of, link_of
from automation.schedule.calls import Calls


def context_of(inputs: Inputs, calls: Calls, call: Call) -> CallContext:
    """The call with all that templates may tell of it."""
    previous, following = calls.neighbours(call)
    links = links_of(inputs, call)
    return CallContext(call=call, links=links, previous=previous, following=following, missing=_missing(inputs, links))


def links_of(inputs: Inputs, call: Call) -> Links:
    """Where the call's things are."""
    mark = str(call.id)
    return Links(
        join=join_of(inputs, mark),
        notes=link_of(inputs, mark, "notes"),
        recording=link_of(inputs, mark, "recording"),
        event=link_of(inputs, mark, "event"),
    )


def _missing(inputs: Inputs, links: Links) -> tuple[str, ...]:
    lacks = []
    if inputs.config.recordings.source != "none" and not links.recording:
        lacks.append("the recording")
    if inputs.config.notes.mode != "none" and not links.notes:
        lacks.append("the notes")
    return tuple(lacks)
