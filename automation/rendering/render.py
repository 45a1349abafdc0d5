"""Templates -> subjects, texts and HTML. Opens no file; the same view gives the same bytes.

What people wrote may run away, so the program has this done in a process of its own: `press` is the way in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from css_inline import CSSInliner
from markupsafe import Markup

from automation.config.template_folder import Templates
from automation.domain.dated import date_of
from automation.domain.errors import Problem, ProblemsError
from automation.domain.model import Call, Template
from automation.domain.rendered import SHORTEN, RenderedMail, too_long
from automation.domain.services import Paragraph
from automation.domain.text import one_line
from automation.rendering import escape, markdown_text, markdown_tree
from automation.rendering.jinja import PAGE, WHOLE_PAGE, Sandbox, html_sandbox, sandbox
from automation.rendering.source import Source, Sources, guarded
from automation.rendering.values import TemplateValues, values_of

__all__ = ["RenderedMail", "Renderer", "TemplateValues"]

INDEX = "index.html"
EVENT = "event.md"
NOTES = "notes.md"
SECTION = "HEADING_2"
# Mail programs show about this much beside the subject.
PREHEADER = 120

Note = Callable[[str, str], object]
Result = TypeVar("Result")

_DOUBLED_BRACKETS = re.compile(r"<(<https?://[^<>\s]*>)>")
_MANY_EMPTY_LINES = re.compile(r"\n{3,}")
# The rules of _layout.html go into style attributes; media queries cannot, and stay. Nothing is ever fetched.
_INLINER = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


class Renderer:
    """Renders the templates of one folder; not for several threads at once.

    Every method that renders raises ProblemsError, with file and line, for a template that cannot be rendered.
    """

    def __init__(self, templates: Templates, note: Note = lambda file, place: None) -> None:
        """`note` is told the place of whatever is begun: a file, and a line of it."""
        self._templates = templates
        self._sources = Sources(templates)
        self._note = note
        self._markdown = sandbox(templates.texts, escape.OUTPUTS["mail"])
        self._subject = sandbox(templates.texts, escape.OUTPUTS["subject"])
        self._chat = sandbox(templates.texts, escape.OUTPUTS["chat"])
        self._event = sandbox(templates.texts, escape.OUTPUTS["event"])
        self._html = html_sandbox(templates.texts)

    def applies(self, template: Template, values: TemplateValues) -> bool:
        """Whether the template's `if` is true for this call; true without one."""
        if not template.condition:
            return True
        names = values_of(values, passcode=template.role == "mail")

        def evaluate() -> bool:
            return bool(self._subject.compile_expression(template.condition, undefined_to_none=False)(**names))

        return self._made(self._sources.condition(template), evaluate)

    def mail(self, template: Template, values: TemplateValues) -> RenderedMail:
        """Subject, text part and HTML part from one Markdown source. One that mail programs would cut off is a problem
        too."""
        names = values_of(values, passcode=True)
        source = self._sources.body(template)
        subject = one_line(self._render(self._subject, self._sources.subject(template), names))
        layout = self._sources.layout()
        body = self._markdown_of(source, names)
        footer = self._markdown_of(layout.footer, names).strip()

        def parts() -> dict[str, str]:
            return {
                "subject": subject,
                "preheader": escape.shorten(markdown_text.first_words(body), PREHEADER),
                "body": Markup(markdown_tree.html(body)),
                "footer": Markup(markdown_tree.html(footer)),
            }

        page = self._render(self._html, layout.page, {**names, **self._made(source, parts)})
        below = f"\n-- \n{self._made(layout.footer, lambda: markdown_text.text(footer))}" if footer else ""
        mail = self._made(
            source, lambda: RenderedMail(subject, markdown_text.text(body) + below, _INLINER.inline(page))
        )
        if why := too_long(mail.size):
            raise ProblemsError([Problem(template.path, "", f"{why}; {SHORTEN}")])
        return mail

    def chat(self, template: Template, values: TemplateValues) -> str:
        """The text of a Discord message."""
        return _tidy(self._render(self._chat, self._sources.body(template), values_of(values)))

    def event(self, values: TemplateValues) -> str:
        """The text for the calendar event's description."""
        return _tidy(self._render(self._event, self._sources.file(EVENT), values_of(values)))

    def notes(self, values: TemplateValues) -> tuple[Paragraph, ...]:
        """The section for the notes document; its first paragraph is the dated heading, by which it is found again: the
        template's own, or the usual one where the template begins with none."""
        source = self._sources.file(NOTES)
        text = self._markdown_of(source, values_of(values))
        first, *rest = self._made(source, lambda: markdown_text.paragraphs(text)) or (Paragraph(""),)
        if first.style.startswith("HEADING") and date_of(first.text) == values.call.day:
            return Paragraph(first.text, SECTION), *rest
        return Paragraph(self.notes_heading(values.call), SECTION), *([first] if first.text else []), *rest

    def notes_heading(self, call: Call) -> str:
        """`2026-12-08 · FLOSS-Mentoring monthly call`."""
        return f"{call.day.isoformat()} · {escape.line(call.series.title)}"

    def pages(self, values: Mapping[str, Any]) -> dict[str, str]:
        """File name -> HTML of each `page/NAME.html` whose name does not begin with `_`; `values` are those of
        `page_values`."""
        return {
            name: self.page(name, values) for name in sorted({INDEX, *(path.name for path in self._templates.pages)})
        }

    def page(self, name: str, values: Mapping[str, Any]) -> str:
        """One of them."""
        return self._render(self._html, self._sources.file(f"page/{name}"), values, most=WHOLE_PAGE)

    def _markdown_of(self, source: Source, names: Mapping[str, Any]) -> str:
        return _DOUBLED_BRACKETS.sub(r"\1", self._render(self._markdown, source, names))

    def _render(self, environment: Sandbox, source: Source, names: Mapping[str, Any], *, most: int = PAGE) -> str:
        environment.note = lambda name, line: self._note(*self._sources.place(source, name, line))
        rendered = self._made(source, lambda: environment.rendered(source.text, names))
        if len(rendered) > most:
            raise ProblemsError([source.problem(1, f"renders more than {most} characters; make it shorter.")])
        return rendered

    def _made(self, source: Source, make: Callable[[], Result]) -> Result:
        self._note(*self._sources.place(source))
        return guarded(source, make)


def _tidy(rendered: str) -> str:
    return _MANY_EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in rendered.split("\n"))).strip()
