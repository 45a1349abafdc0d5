"""From a step to what its template may be told."""

from __future__ import annotations

from automation.apply.context import StepContext
from automation.domain.steps import CallContext, ChatStep, EventStep, MailStep, NotesStep
from automation.rendering.values import TemplateValues


def template_values(context: StepContext, step: MailStep | ChatStep | EventStep | NotesStep) -> TemplateValues:
    """All that the templates of a step may be told."""
    if isinstance(step, MailStep | ChatStep):
        return TemplateValues(context.config, step.context)
    return TemplateValues(context.config, CallContext(step.call, step.links))
