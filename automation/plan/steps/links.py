"""Where a call's things are, from its receipts; and what a recap has to do without."""

from __future__ import annotations

from automation.domain.inputs import Inputs
from automation.domain.model import Call, Links
from automation.plan.steps.page import join_of, link_of


def links_of(inputs: Inputs, call: Call) -> Links:
    """The links of a call, from its receipts."""
    mark = str(call.id)
    return Links(
        join=join_of(inputs, mark),
        notes=link_of(inputs, mark, "notes"),
        recording=link_of(inputs, mark, "recording"),
        event=link_of(inputs, mark, "event"),
    )


def missing(inputs: Inputs, links: Links) -> tuple[str, ...]:
    """What a recap has to do without."""
    lacks = []
    if inputs.config.recordings.source != "none" and not links.recording:
        lacks.append("the recording")
    if inputs.config.notes.mode != "none" and not links.notes:
        lacks.append("the notes")
    return tuple(lacks)
