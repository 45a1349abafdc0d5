"""From a step to what its template may be told."""

from __future__ import annotations

from automation.apply.context import StepContext
from automation.domain.steps import CallContext, ChatStep, EventStep, MailStep, NotesStep
from automation.rendering.values import View


def view_of(context: StepContext, step: MailStep | ChatStep | EventStep | NotesStep) -> View:
    """All that the templates of a step may be told."""
    if isinstance(step, MailStep | ChatStep):
        return View(context.config, step.context)
    return View(context.config, CallContext(step.call, step.links))
