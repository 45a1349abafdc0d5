"""Finds what is wrong in a folder of templates before anything is sent: by reading the syntax trees, then by rendering
sample calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import nodes
from jinja2.environment import Environment
from jinja2.parser import Parser

from automation.config.template_folder import LAYOUT, Templates
from automation.domain.errors import Problem, ProblemsError
from automation.domain.model import Config, Template
from automation.rendering import escape, page_values
from automation.rendering.jinja import parser, sandbox
from automation.rendering.names import LAYOUT_NAMES, complaints, missing_parts
from automation.rendering.render import Renderer
from automation.rendering.samples import page_sample, sample_config, sample_values
from automation.rendering.source import Source, Sources, guarded
from automation.rendering.values import NAMES, TemplateValues

Result = TypeVar("Result")
Sample = TypeVar("Sample")

LAYOUT_FILE = f"mail/{LAYOUT}"


class Checking:
    """The check of one folder, file by file."""

    def __init__(self, templates: Templates, config: Config | None, renderer: Renderer | None = None) -> None:
        self._templates = templates
        self._sources = Sources(templates)
        self._config = config if config is not None and config.series and config.zones else sample_config()
        self.renderer = renderer or Renderer(templates)
        self.environment = sandbox(templates.texts, escape.OUTPUTS["subject"])
        self._messages = {str(Path(each.path).relative_to(templates.directory)): each for each in templates.all}

    def one(self, name: str) -> list[Problem]:
        """Every mistake in the file of that path inside the folder."""
        if name == LAYOUT_FILE:
            return self._layout_problems
        if name in self._messages:
            template = self._messages[name]
            return self.template(template, renders=template.role == "chat" or not self._layout_problems)
        if name.startswith("page/"):
            return self.page(name)
        return self.file(name, self.renderer.event if name == "event.md" else self.renderer.notes)

    @cached_property
    def _layout_problems(self) -> list[Problem]:
        layout, problems = _tried(self._sources.layout)
        if layout:
            problems += self.source(layout.page, LAYOUT_NAMES) + self.source(layout.footer, NAMES)
        return problems

    def source(self, source: Source, names: Mapping[str, Any]) -> list[Problem]:
        """What its syntax tree shows."""
        tree, problems = _parsed(source, self.environment)
        if tree is not None:
            problems += [source.problem(line, sentence) for line, sentence in complaints(tree, names, self.environment)]
            problems += [
                source.problem(line, sentence) for line, sentence in missing_parts(tree, self._templates.texts)
            ]
        return problems

    def condition(self, source: Source) -> list[Problem]:
        tree, problems = _tried(lambda: guarded(source, lambda: _expression(source.text)))
        if tree is not None:
            problems += [source.problem(line, sentence) for line, sentence in complaints(tree, NAMES, self.environment)]
        return problems

    def file(self, name: str, render: Callable[[TemplateValues], object]) -> list[Problem]:
        source, problems = _tried(lambda: self._sources.file(name))
        if source is not None:
            problems += self.source(source, NAMES)
        return problems or list(_faults(render, sample_values(self._config)))

    def page(self, name: str) -> list[Problem]:
        source, problems = _tried(lambda: self._sources.file(name))
        if source is not None:
            problems += self.source(source, page_values.NAMES)
        render = partial(self.renderer.page, name.removeprefix("page/"))
        return problems or list(_faults(render, [page_sample(self._config)]))

    def template(self, template: Template, *, renders: bool) -> list[Problem]:
        problems = self.source(self._sources.body(template), NAMES)
        if template.role == "mail":
            problems += self.source(self._sources.subject(template), NAMES)
        if template.condition:
            problems += self.condition(self._sources.condition(template))
        if problems or not renders:
            return problems
        render: Callable[[Template, TemplateValues], object] = (
            self.renderer.mail if template.role == "mail" else self.renderer.chat
        )

        def whole(values: TemplateValues) -> object:
            return render(template, values) if self.renderer.applies(template, values) else None

        return list(_faults(whole, sample_values(self._config, template)))


def _faults(render: Callable[[Sample], object], samples: Iterable[Sample]) -> Iterator[Problem]:
    for sample in samples:
        try:
            render(sample)
        except ProblemsError as error:
            yield from error.problems


def _parsed(source: Source, environment: Environment) -> tuple[nodes.Template | None, list[Problem]]:
    """The tree as it was written, without what the sandbox adds to it; what only shows when it is compiled is found,
    too."""
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
