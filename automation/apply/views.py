"""From a step to what its template may be told."""

from __future__ import annotations

from automation.apply.context import Means
from automation.domain.steps import CallContext, ChatStep, EventStep, MailStep, NotesStep
from automation.rendering.values import View


def view_of(means: Means, step: MailStep | ChatStep | EventStep | NotesStep) -> View:
    """All that the templates of a step may be told."""
    if isinstance(step, MailStep | ChatStep):
        return View(means.config, step.context)
    return View(means.config, CallContext(step.call, step.links))
