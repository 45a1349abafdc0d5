"""Finds what is wrong in a folder of templates before anything is sent: by reading the syntax trees, then by rendering sample calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import nodes
from jinja2.environment import Environment
from jinja2.parser import Parser

from automation import escape, page_values, template_source
from automation.context import View
from automation.errors import Problem, ProblemsError
from automation.model import Config, Template
from automation.render import Renderer
from automation.template_names import LAYOUT_NAMES, NAMES, complaints
from automation.template_samples import sample_config, views
from automation.template_sandbox import parser, sandbox
from automation.template_source import Source, guarded
from automation.templates import Templates

Result = TypeVar("Result")


def check_templates(directory: Path, config: Config | None, templates: Templates) -> list[Problem]:
    """Every mistake in every template, in order of file and line. Without a config, a made-up one takes its place."""
    known = config if config is not None and config.series and config.zones else sample_config()
    checking = _Checking(directory, Renderer(directory, known), known)
    layout, problems = _tried(lambda: template_source.layout(templates.layout))
    if layout:
        problems += checking.source(layout.page, LAYOUT_NAMES) + checking.source(layout.footer, NAMES)
    has_layout = not problems
    for path, render in ((templates.event, checking.renderer.event), (templates.notes, checking.renderer.notes)):
        problems += checking.file(path, render)
    for template in templates.all:
        problems += checking.template(template, renders=has_layout or template.role == "chat")
    for path in templates.pages:
        problems += checking.page(path)
    return sorted(set(problems), key=lambda problem: (problem.file, _number(problem.place), problem.sentence))


class _Checking:
    def __init__(self, directory: Path, renderer: Renderer, config: Config) -> None:
        self.renderer = renderer
        self.environment = sandbox(directory, escape.plain)
        self._config = config

    def source(self, source: Source, names: Mapping[str, Any]) -> list[Problem]:
        """What its syntax tree shows."""
        tree, problems = _parsed(source, self.environment)
        if tree is not None:
            problems += [source.problem(line, sentence) for line, sentence in complaints(tree, names, self.environment)]
        return problems

    def condition(self, source: Source) -> list[Problem]:
        tree, problems = _tried(lambda: guarded(source, lambda: _expression(source.text)))
        if tree is not None:
            problems += [source.problem(line, sentence) for line, sentence in complaints(tree, NAMES, self.environment)]
        return problems

    def file(self, path: Path, render: Callable[[View], object]) -> list[Problem]:
        source, problems = _tried(lambda: template_source.file_source(path))
        if source is not None:
            problems += self.source(source, NAMES)
        return problems or list(_faults(render, views(self._config)))

    def page(self, path: Path) -> list[Problem]:
        """The syntax of a page and the names in it; it is not rendered, for that takes a whole archive."""
        source, problems = _tried(lambda: template_source.file_source(path))
        return problems if source is None else self.source(source, page_values.NAMES)

    def template(self, template: Template, *, renders: bool) -> list[Problem]:
        problems = self.source(template_source.body(template), NAMES)
        if template.role == "mail":
            problems += self.source(template_source.subject(template), NAMES)
        if template.condition:
            problems += self.condition(template_source.condition(template))
        if problems or not renders:
            return problems
        render: Callable[[Template, View], object] = self.renderer.mail if template.role == "mail" else self.renderer.chat

        def whole(view: View) -> object:
            return render(template, view) if self.renderer.applies(template, view) else None

        return list(_faults(whole, views(self._config, template)))


def _faults(render: Callable[[View], object], samples: Iterable[View]) -> Iterator[Problem]:
    for view in samples:
        try:
            render(view)
        except ProblemsError as error:
            yield from error.problems


def _parsed(source: Source, environment: Environment) -> tuple[nodes.Template | None, list[Problem]]:
    """The tree as it was written, without what the sandbox adds to it; what only shows when it is compiled is found, too."""
    tree, problems = _tried(lambda: guarded(source, lambda: parser().parse(source.text)))
    if tree is not None and not _has_unknown_filter(tree, environment):
        problems += _tried(lambda: guarded(source, lambda: environment.from_string(source.text)))[1]
    return tree, problems


def _has_unknown_filter(tree: nodes.Template, environment: Environment) -> bool:
    unknown_filter = any(node.name not in environment.filters for node in tree.find_all(nodes.Filter))
    return unknown_filter or any(node.name not in environment.tests for node in tree.find_all(nodes.Test))


def _expression(text: str) -> nodes.Template:
    reader = Parser(parser(), text, state="variable")
    expression = reader.parse_expression()
    if not reader.stream.eos:
        reader.fail("there is something behind the end of the condition", reader.stream.current.lineno)
    return nodes.Template([nodes.Output([expression], lineno=1)], lineno=1)


def _tried(work: Callable[[], Result]) -> tuple[Result | None, list[Problem]]:
    try:
        return work(), []
    except ProblemsError as error:
        return None, error.problems


def _number(place: str) -> int:
    digits = place.removeprefix("line ")
    return int(digits) if digits.isdigit() else 0
