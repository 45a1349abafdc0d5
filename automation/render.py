"""Templates -> subjects, texts and HTML. Reads the template folder and nothing else; the same view gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from markupsafe import Markup

from automation import escape, markdown_text, markdown_tree, template_source
from automation.context import View, context
from automation.dated import date_of
from automation.errors import ProblemsError
from automation.model import Call, Config, Template
from automation.services import Paragraph
from automation.template_sandbox import PAGE, Sandbox, html_sandbox, sandbox
from automation.template_source import Source, guarded
from automation.text import one_line

__all__ = ["RenderedMail", "Renderer", "View", "context"]

LAYOUT = "mail/_layout.html"
EVENT = "event.md"
NOTES = "notes.md"
SECTION = "HEADING_2"
# Mail programs show about this much beside the subject.
PREHEADER = 120

_DOUBLED_BRACKETS = re.compile(r"<(<https?://[^<>\s]*>)>")
_MANY_EMPTY_LINES = re.compile(r"\n{3,}")
# The rules of _layout.html go into style attributes; media queries cannot, and stay. Nothing is ever fetched.
_INLINER = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class RenderedMail:
    """A mail as it is to be sent: `subject` is one line."""

    subject: str
    text: str
    html: str


class Renderer:
    """Renders the templates of one folder for one community; not for several threads at once.

    Every method that renders raises ProblemsError, with file and line, for a template that cannot be rendered.
    """

    def __init__(self, directory: Path, config: Config) -> None:
        self._directory = directory
        self._config = config
        self._markdown = sandbox(directory, escape.OUTPUTS["mail"])
        self._subject = sandbox(directory, escape.OUTPUTS["subject"])
        self._chat = sandbox(directory, escape.OUTPUTS["chat"])
        self._event = sandbox(directory, escape.OUTPUTS["event"])
        self._html = html_sandbox(directory)

    def applies(self, template: Template, view: View) -> bool:
        """Whether the template's `if` is true for this call; true without one."""
        if not template.condition:
            return True
        names = context(view, passcode=template.role == "mail")

        def evaluate() -> bool:
            return bool(self._subject.compile_expression(template.condition, undefined_to_none=False)(**names))

        return guarded(template_source.condition(template), evaluate)

    def mail(self, template: Template, view: View) -> RenderedMail:
        """Subject, text part and HTML part from one Markdown source."""
        names = context(view, passcode=True)
        subject = one_line(self._render(self._subject, template_source.subject(template), names))
        layout = template_source.layout(self._directory / LAYOUT)
        body = self._markdown_of(template_source.body(template), names)
        footer = self._markdown_of(layout.footer, names).strip()
        parts = {
            "subject": subject,
            "preheader": escape.shorten(markdown_text.first_words(body), PREHEADER),
            "body": Markup(markdown_tree.html(body)),
            "footer": Markup(markdown_tree.html(footer)),
        }
        page = self._render(self._html, layout.page, {**names, **parts})
        below = f"\n-- \n{markdown_text.text(footer)}" if footer else ""
        return RenderedMail(subject, markdown_text.text(body) + below, _INLINER.inline(page))

    def chat(self, template: Template, view: View) -> str:
        """The text of a Discord message."""
        return _tidy(self._render(self._chat, template_source.body(template), context(view)))

    def event(self, view: View) -> str:
        """The text for the calendar event's description."""
        return _tidy(self._render(self._event, template_source.file_source(self._directory / EVENT), context(view)))

    def notes(self, view: View) -> tuple[Paragraph, ...]:
        """The section for the notes document; its first paragraph is the dated heading, by which it is found again: the template's own, or
        the usual one where the template begins with none."""
        source = self._markdown_of(template_source.file_source(self._directory / NOTES), context(view))
        first, *rest = markdown_text.paragraphs(source) or (Paragraph(""),)
        if first.style.startswith("HEADING") and date_of(first.text) == view.call.day:
            return Paragraph(first.text, SECTION), *rest
        return Paragraph(self.notes_heading(view.call), SECTION), *([first] if first.text else []), *rest

    def notes_heading(self, call: Call) -> str:
        """`2026-12-08 · FLOSS-Mentoring monthly call`."""
        return f"{call.day.isoformat()} · {escape.line(call.series.title)}"

    def _markdown_of(self, source: Source, names: Mapping[str, Any]) -> str:
        return _DOUBLED_BRACKETS.sub(r"\1", self._render(self._markdown, source, names))

    def _render(self, environment: Sandbox, source: Source, names: Mapping[str, Any]) -> str:
        rendered = guarded(source, lambda: environment.rendered(source.text, names))
        if len(rendered) > PAGE:
            raise ProblemsError([source.problem(1, f"renders more than {PAGE} characters; make it shorter.")])
        return rendered


def _tidy(rendered: str) -> str:
    return _MANY_EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in rendered.split("\n"))).strip()
