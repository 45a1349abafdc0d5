"""The way in to everything that people wrote as templates: it is rendered and checked in a process of its own, with an
end to its time and its memory, so that no template can hang or fill up the program that keeps the lock and knows the
credentials.

The process is started when the first thing is to be rendered, serves until the `Press` is left, and is started anew
where a template has run away with it. It is given the texts of the templates and the values for them, nothing else: an
environment without secrets, no open file.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from automation.config.template_folder import Templates, files_of
from automation.domain.errors import Problem, ProblemsError, Transient
from automation.domain.model import Call, Config, Template
from automation.domain.rendered import RenderedMail
from automation.domain.services import Paragraph
from automation.rendering.press_process import Lost, Process
from automation.rendering.values import TemplateValues

# Seconds of computing time for one mail, one text, or one file that is checked (a shipped mail takes a fiftieth of
# one), and for the pages with years of calls.
SECONDS = 2
PAGE_SECONDS = 15
# So many files that run away are enough for one check: each costs its seconds.
MOST_LOST = 2


class Press:
    """Use as a context manager. Nothing is started before something is asked."""

    def __init__(self, seconds: int = SECONDS) -> None:
        """`seconds`: of computing time for one mail, one text or one file that is checked."""
        self._seconds = seconds
        self._process: Process | None = None
        self._templates: Templates | None = None

    def __enter__(self) -> Press:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def renderer(self, templates: Templates) -> Rendering:
        """What renders these templates here."""
        return Rendering(self, templates)

    def check(self, templates: Templates, config: Config | None) -> list[Problem]:
        """Every mistake in every template, in order of file and line. Without a config, a made-up one takes its
        place."""
        found: set[Problem] = set()
        lost, public = 0, config and _public(config)
        for name in files_of(templates):
            try:
                found |= {Problem(*each) for each in self.ask(templates, "check", name, public)}
            except ProblemsError as error:
                found |= set(error.problems)
                lost += 1
            if lost == MOST_LOST:
                break
        return sorted(found, key=_in_file)

    def ask(self, templates: Templates, what: str, *values: object, seconds: int | None = None) -> Any:
        """What the process answers. Raises ProblemsError for a template that cannot be rendered, or not within its
        bounds; Transient if there can be no process now."""
        allowed = seconds or self._seconds
        if self._process is None:
            self._process, self._templates = Process(), None
        try:
            if self._templates != templates:
                self._process.ask("templates", (templates,), allowed)
                self._templates = templates
            answer = self._process.ask(what, values, allowed)
        except Lost as lost:
            self._end()
            if lost.place is None:
                raise Transient(
                    "templates", f"nothing can be rendered now: the process for it ended by itself ({lost.status})"
                ) from None
            raise ProblemsError([_lost(lost, lost.place)]) from None
        except BaseException:
            self._end()
            raise
        if "problems" in answer:
            raise ProblemsError([Problem(*each) for each in answer["problems"]])
        return answer["result"]

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
        self._process = None


class Rendering:
    """`render.Renderer` of one folder of templates, asked from outside: the same methods, the same errors."""

    def __init__(self, press: Press, templates: Templates) -> None:
        self._press = press
        self._templates = templates

    def applies(self, template: Template, values: TemplateValues) -> bool:
        return not template.condition or bool(self._ask("applies", template, _seen(values)))

    def mail(self, template: Template, values: TemplateValues) -> RenderedMail:
        return RenderedMail(*map(str, self._ask("mail", template, _seen(values))))

    def chat(self, template: Template, values: TemplateValues) -> str:
        return str(self._ask("chat", template, _seen(values)))

    def event(self, values: TemplateValues) -> str:
        return str(self._ask("event", _seen(values)))

    def notes(self, values: TemplateValues) -> tuple[Paragraph, ...]:
        return tuple(Paragraph(**each) for each in self._ask("notes", _seen(values)))

    def notes_heading(self, call: Call) -> str:
        return str(self._ask("notes_heading", call))

    def pages(self, values: Mapping[str, Any]) -> dict[str, str]:
        return cast("dict[str, str]", self._press.ask(self._templates, "pages", values, seconds=PAGE_SECONDS))

    def _ask(self, what: str, *values: object) -> Any:
        return self._press.ask(self._templates, what, *values)


def _seen(values: TemplateValues) -> TemplateValues:
    return replace(values, config=_public(values.config))


def _public(config: Config) -> Config:
    """Whoever knows the address of the dead-man's switch can silence it."""
    return replace(config, ping_url="")


def _lost(lost: Lost, at: tuple[str, str]) -> Problem:
    if lost.status in (-signal.SIGXCPU, None):
        sentence = (
            "takes too long to render, so it was stopped; write it more simply, without huge numbers, texts or loops."
        )
    elif lost.status == -signal.SIGKILL:
        sentence = "takes too much time or memory to render, so it was stopped; write it more simply."
    else:
        sentence = f"cannot be rendered ({lost.error or 'it ends the program that renders it'}); write it more simply."
    return Problem(*at, sentence)


def _in_file(problem: Problem) -> tuple[str, int, str]:
    digits = problem.place.removeprefix("line ")
    return problem.file, int(digits) if digits.isdigit() else 0, problem.sentence
