"""The texts in the files of the template folder, and what to tell the person who wrote them when one of them cannot be
used."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

from automation.config.template_file import FENCE, split_front_matter
from automation.config.template_folder import LAYOUT, Templates
from automation.domain.errors import Problem, ProblemsError
from automation.domain.model import Template
from automation.domain.text import one_line
from automation.files.reading import NotReadable, parse_toml
from automation.rendering.jinja import FAULTS

# The name that Jinja2 gives to a template made from a string, found in the tracebacks of its errors.
_UNNAMED = "<template>"
_UNDEFINED_NONE = re.compile(r"'None' has no attribute '(\w+)'")

Result = TypeVar("Result")


@dataclass(frozen=True)
class Source:
    """A template's text: `file` as it is named to people, `line` the line of the file that the text begins on, counted
    from 1, and `key` the key of the front matter that it is the value of, or empty."""

    file: str
    text: str
    line: int = 1
    key: str = ""

    def problem(self, line: int, sentence: str) -> Problem:
        """A problem on a line of this text, counted from 1."""
        return Problem(
            self.file, f"line {self.line + max(line, 1) - 1}", f"{self.key}: {sentence}" if self.key else sentence
        )

    def fault(self, error: BaseException) -> Problem:
        """What went wrong while this text was compiled or rendered."""
        line = error.lineno if isinstance(error, TemplateSyntaxError) else _line_of(error)
        return self.problem(line, _sentence(error))


@dataclass(frozen=True)
class Layout:
    """`mail/_layout.html`: the HTML around each mail, and the Markdown below each mail, which may be empty."""

    page: Source
    footer: Source


def guarded(source: Source, render: Callable[[], Result]) -> Result:
    """The result of `render`; whatever a faulty template can raise becomes ProblemsError."""
    try:
        return render()
    except FAULTS as error:
        raise ProblemsError([source.fault(error)]) from error


class Sources:
    """The texts of one folder of templates, as they were read; no file is opened here."""

    def __init__(self, templates: Templates) -> None:
        self._folder = templates.directory
        self._texts = {str(templates.directory / name): text for name, text in templates.texts.items()}

    def file(self, name: str) -> Source:
        """A template without front matter, by its path inside the folder. Raises ProblemsError."""
        file = str(self._folder / name)
        if file not in self._texts:
            raise ProblemsError(
                [Problem(file, "", "is missing; copy it from the templates that came with Callkeeper.")]
            )
        return Source(file, self._texts[file])

    def body(self, template: Template) -> Source:
        """The text of a mail or chat template."""
        return Source(template.path, template.body, self._front(template).count("\n") + 2)

    def subject(self, template: Template) -> Source:
        """The value of `subject`."""
        return Source(template.path, template.subject, _line_of_key(self._front(template), "subject"), "subject")

    def condition(self, template: Template) -> Source:
        """The value of `if`."""
        return Source(template.path, template.condition, _line_of_key(self._front(template), "if"), "if")

    def layout(self) -> Layout:
        """`_layout.html`, which may begin with front matter that holds `footer`. Raises ProblemsError."""
        return _layout(self.file(f"mail/{LAYOUT}"))

    def place(self, source: Source, name: str = "", line: int = 1) -> tuple[str, str]:
        """The file and the place in it of a line of `source`, or, with a name, of the template that it includes."""
        found = Problem(str(self._folder / name), f"line {line}", "") if name else source.problem(line, "")
        return found.file, found.place

    def _front(self, template: Template) -> str:
        try:
            return split_front_matter(self._texts.get(template.path, ""))[0]
        except NotReadable:
            return ""


def _layout(whole: Source) -> Layout:
    if not whole.text.startswith(FENCE):
        return Layout(whole, Source(whole.file, ""))
    try:
        front, page = split_front_matter(whole.text)
        values = parse_toml(front)
    except NotReadable as error:
        raise ProblemsError([error.problem(whole.file)]) from error
    footer = values.pop("footer", "")
    problems = [
        whole.problem(_line_of_key(front, key), f"{key}: is no key of this file; only footer is.") for key in values
    ]
    if not isinstance(footer, str):
        problems.append(whole.problem(_line_of_key(front, "footer"), "footer: must be a text in quotes."))
    if problems:
        raise ProblemsError(problems)
    # A text in three quotes begins on the line after them.
    begin = _line_of_key(front, "footer") + (1 if re.search(r'footer\s*=\s*("""|\'\'\')\n', front) else 0)
    return Layout(Source(whole.file, page, front.count("\n") + 2), Source(whole.file, footer, begin, "footer"))


def _line_of_key(front: str, key: str) -> int:
    found = re.search(rf'^["\']?{re.escape(key)}["\']?\s*=', front, re.MULTILINE)
    return front.count("\n", 0, found.start()) + 1 if found else 1


def _line_of(error: BaseException) -> int:
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _UNNAMED]
    return lines[-1] if lines else 1


def _sentence(error: BaseException) -> str:
    words = one_line(str(error))[:300].rstrip(".") or error.__class__.__name__
    if isinstance(error, MemoryError):
        return "takes too much memory to render; write it more simply."
    if isinstance(error, RecursionError | SyntaxError):
        return "is nested too deeply; write it more simply."
    missing = _UNDEFINED_NONE.search(words)
    if isinstance(error, UndefinedError) and missing:
        return (
            f"asks for .{missing[1]} of something that not every call has; put it between {{% if … %}} and {{% endif"
            " %}."
        )
    if isinstance(error, SecurityError):
        return f"is not allowed in a template: {words}."
    if isinstance(error, TemplateSyntaxError):
        return f"cannot be read as a Jinja2 template: {words}."
    return f"cannot be rendered: {words}."
