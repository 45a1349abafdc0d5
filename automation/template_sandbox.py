"""The Jinja2 environment of every template: no way to Python's internals or to files outside the template folder, and an end to
every loop and every text that grows.

Jinja2's sandbox guards attributes and calls; its documentation (Sandbox, "Operators" and "Security Considerations") leaves the use of
time and memory to the caller. So loops and macros count their turns, and whatever could make much out of little is bounded or absent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.environment import Environment, Template
from jinja2.exceptions import SecurityError, TemplateError, TemplateNotFound
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

TURNS = 2000
LENGTH = 20_000
PAGE = 200_000

# What a faulty or hostile template can raise while it is compiled or rendered; a template is input, so none of it is a fault of ours.
FAULTS = (
    TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError, SyntaxError, MemoryError,
)  # fmt: skip

_FILTERS = frozenset({
    "abs", "capitalize", "count", "d", "default", "dictsort", "first", "float", "groupby", "int", "items", "join", "last", "length", "list",
    "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round", "select", "selectattr", "sort", "string", "striptags", "sum",
    "title", "trim", "truncate", "unique", "upper", "urlencode", "wordcount", "wordwrap",
})  # fmt: skip
_TEXT_METHODS = frozenset({
    "capitalize", "endswith", "lower", "lstrip", "rstrip", "split", "startswith", "strip", "title", "upper",
})  # fmt: skip
_TIME_METHODS = frozenset({"date", "isoformat", "isoweekday", "strftime", "time", "weekday", "timestamp"})
_WIDE = re.compile(r"\d{2}")


def sandbox(directory: Path, escape: Callable[[str], str]) -> Sandbox:
    """An environment that loads from `directory` only and passes each printed value through `escape`; None is printed as nothing."""

    def printed(value: object) -> object:
        words = _words(value)
        # Markup(words) alone would mean "already escaped".
        return words if isinstance(words, Markup) else Markup(escape(words))

    environment = Sandbox(
        loader=_Folder(directory),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=50,
    )
    environment.printed = printed
    return environment


def html_sandbox(directory: Path) -> Sandbox:
    """The same for HTML files: values are HTML-escaped."""
    return Sandbox(
        loader=_Folder(directory),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_words,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def parser() -> Environment:
    """An environment that only parses, the same way."""
    return Environment(trim_blocks=True, lstrip_blocks=True)


def _words(value: object) -> str:
    """The value as text. Raises for what is no text, number or time: its inside is not for members."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if not isinstance(value, int | float | date | time | Undefined):
        raise SecurityError(f"printing a whole {type(value).__name__}, instead of one of its fields or, of a list, |join(', ')")
    return str(value)


class _Folder(FileSystemLoader):
    """Loads text files below one folder; a symbolic link does not lead out of it."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._root = directory.resolve()

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, filename, up_to_date = super().get_source(environment, template)
        path = Path(filename).resolve()
        if not path.is_relative_to(self._root) or path.suffix not in (".md", ".html", ".txt"):
            raise TemplateNotFound(template)
        return source, filename, up_to_date


class Sandbox(ImmutableSandboxedEnvironment):
    """Made by `sandbox` and `html_sandbox`. Keeps what it compiled; not for several threads at once."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    printed: Callable[[object], object] = staticmethod(lambda value: value)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._turns = 0
        self._compiled: dict[str, Template] = {}
        kept = {name: filter for name, filter in self.filters.items() if name in _FILTERS}
        # Values are escaped for the place they are printed in; HTML's escape, added by habit, would be a second one.
        self.filters = {**kept, "e": _same, "escape": _same, "replace": _replace}
        self.globals = {
            "range": _range, "dict": dict, "namespace": Namespace, "_turn": self._turn, "_bounded": _bounded, "_joined": self._joined,
        }  # fmt: skip

    def begin(self) -> None:
        """Start counting turns anew; needed before rendering a template of this environment by other means than `rendered`."""
        self._turns = 0

    def rendered(self, text: str, names: Mapping[str, Any]) -> str:
        """The template `text` with these names, its turns counted from nothing. Raises what FAULTS names."""
        self.begin()
        if text not in self._compiled:
            self._compiled[text] = self.from_string(text)
        return self._compiled[text].render(names)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if not super().is_safe_attribute(obj, attr, value):
            return False
        if not callable(value) or isinstance(obj, dict) or type(obj).__module__.startswith("jinja2"):
            return attr != "tzinfo"
        return attr in (_TEXT_METHODS if isinstance(obj, str) else _TIME_METHODS)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        if getattr(__obj, "__name__", "") == "strftime" and any(_WIDE.search(str(arg)) for arg in args):
            # glibc pads `%999999999d` to that width.
            raise SecurityError("strftime takes no numbers in its format here")
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "+" and not (_is_number(left) and _is_number(right)):
            return _bounded(_bounded(left) + _bounded(right))
        if operator == "**" or not (_is_number(left) and _is_number(right)):
            raise SecurityError("powers are not needed in a template" if operator == "**" else f"{operator} works on numbers only here")
        if max(abs(left), abs(right)) > 10**12:
            raise SecurityError("that number is too large for a template")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Name):
            if node.name.startswith("_"):
                raise TemplateSyntaxError(f"names that begin with _ are not for templates: {node.name}", node.lineno, name, filename)
        result: nodes.Template = _Bounds().visit(tree)
        return result.set_environment(self)  # type: ignore[return-value]

    def _turn(self) -> str:
        self._turns += 1
        if self._turns > TURNS:
            raise SecurityError(f"the template's loops take more than {TURNS} turns")
        return ""

    def _joined(self, *parts: Any) -> Any:
        if any(isinstance(part, Markup) for part in parts):
            return _bounded(Markup("").join(Markup(self.printed(part)) for part in parts))
        return _bounded("".join(str(_bounded(part)) for part in parts))


class _Bounds(NodeTransformer):
    """Makes every loop and macro count its turns, and every value that is kept or joined stay short."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802
        self.generic_visit(node)
        node.body.insert(0, nodes.ExprStmt(_call("_turn", [], node.lineno), lineno=node.lineno))
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Macro:  # noqa: N802
        self.generic_visit(node)
        node.body.insert(0, nodes.ExprStmt(_call("_turn", [], node.lineno), lineno=node.lineno))
        return node

    def visit_Assign(self, node: nodes.Assign) -> nodes.Assign:  # noqa: N802
        self.generic_visit(node)
        node.node = _call("_bounded", [node.node], node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Call:  # noqa: N802
        self.generic_visit(node)
        return _call("_joined", node.nodes, node.lineno)


def _call(name: str, arguments: Sequence[nodes.Node], line: int) -> nodes.Call:
    return nodes.Call(nodes.Name(name, "load", lineno=line), list(arguments), [], None, None, lineno=line)


def _bounded(value: Any) -> Any:
    if isinstance(value, str | list | tuple | dict) and len(value) > LENGTH:
        raise SecurityError(f"a value grows beyond {LENGTH} characters")
    return value


def _range(*arguments: int) -> range:
    numbers = range(*arguments)
    if len(numbers[: TURNS + 1]) > TURNS:
        raise SecurityError(f"a range of more than {TURNS} numbers is too long for a template")
    return numbers


def _replace(text: Any, old: str, new: str) -> Any:
    if len(str(text)) * max(1, len(str(new))) > 50 * LENGTH:
        raise SecurityError("replace would make too long a text")
    return _bounded(str(text).replace(str(old), str(new)))


def _same(value: Any) -> Any:
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)
