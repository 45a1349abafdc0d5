"""From a step to what its template may be told."""

from __future__ import annotations

from automation.context import View
from automation.means import Means
from automation.steps import ChatStep, EventStep, MailStep, NotesStep


def view_of(means: Means, step: MailStep | ChatStep | EventStep | NotesStep) -> View:
    """All that the templates of a step may be told."""
    if isinstance(step, MailStep | ChatStep):
        return View(means.config, step.call, step.links, step.previous, step.following, step.missing)
    return View(means.config, step.call, step.links)
