"""The `if` of templates that are due, asked once for each step."""

from __future__ import annotations

from automation.config.load import OrganizerFiles
from automation.domain.errors import ProblemsError, Transient
from automation.domain.model import Template
from automation.domain.steps import Message
from automation.rendering.press import Press
from automation.rendering.values import TemplateValues


class Conditions:
    """Calling it says whether a template's `if` holds for a step. With `keep`, one that cannot be worked out counts as
    holding, and why it cannot is kept for the one step that it concerns; without, ProblemsError is raised."""

    def __init__(self, files: OrganizerFiles, press: Press, *, keep: bool = False) -> None:
        self._files = files
        self._press = press
        self._keep = keep
        self._known: dict[str, tuple[Message, bool]] = {}
        self._broken: dict[str, ProblemsError | Transient] = {}

    def __call__(self, template: Template, step: Message) -> bool:
        if step.key in self._broken:
            return True
        known = self._known.get(step.key)
        if known is None or known[0] != step:
            try:
                known = self._known[step.key] = step, self._asked(template, step)
            except (ProblemsError, Transient) as error:
                if not self._keep:
                    raise
                self._broken[step.key] = error
                return True
        return known[1]

    def raise_for(self, key: str) -> None:
        """Raise ProblemsError (or Transient) if the `if` of this step could not be worked out."""
        if key in self._broken:
            raise self._broken[key]

    def _asked(self, template: Template, step: Message) -> bool:
        values = TemplateValues(self._files.config, step.context)
        return self._press.renderer(self._files.templates).applies(template, values)
