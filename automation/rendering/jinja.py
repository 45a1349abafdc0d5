"""The Jinja2 environment of every template: no way to Python's internals or to files outside the template folder, and
an end to every loop and every text that grows.

Jinja2's sandbox guards attributes and calls; its documentation (Sandbox, "Operators" and "Security Considerations")
leaves the use of time and memory to the caller. So loops and macros count their turns, and whatever could make much out
of little is bounded or absent; what still runs away is ended from outside, by `press`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateSyntaxError, nodes, pass_context
from jinja2.environment import Environment, Template
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from markupsafe import Markup

from automation.rendering.bounds import bounded

TURNS = 2000
LENGTH = 20_000
PAGE = 200_000
WHOLE_PAGE = 5_000_000

# What a faulty or hostile template can raise while it is compiled or rendered; a template is input, so none of it is a
# fault of ours.
FAULTS = (
    TemplateError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
    SyntaxError,
    MemoryError,
)

_FILTERS = """
    abs capitalize count d default dictsort first float groupby int items join last length list lower map max min
    reject rejectattr reverse round select selectattr sort string striptags sum title trim truncate unique upper
    urlencode wordcount wordwrap
"""
_TEXT_METHODS = frozenset(
    {"capitalize", "endswith", "lower", "lstrip", "rstrip", "split", "startswith", "strip", "title", "upper"}
)
_TIME_METHODS = frozenset({"date", "isoformat", "isoweekday", "strftime", "time", "weekday", "timestamp"})
_WIDE = re.compile(r"\d{2}")


def sandbox(texts: Mapping[str, str], escape: Callable[[str], str]) -> Sandbox:
    """An environment that loads from `texts` (path inside the folder of templates -> text) only and passes each printed
    value through `escape`; None is printed as nothing."""

    def printed(value: object) -> object:
        words = _words(value)
        # Markup(words) alone would mean "already escaped".
        return words if isinstance(words, Markup) else Markup(escape(words))

    return _environment(texts, printed)


def html_sandbox(texts: Mapping[str, str]) -> Sandbox:
    """The same for HTML files: values are HTML-escaped."""
    return _environment(texts, _words)


def _environment(texts: Mapping[str, str], printed: Callable[[object], object]) -> Sandbox:
    # A function that wants the context, and no optimizer: so nothing that a template says is worked out while it is
    # compiled, where no line is known yet.
    @pass_context
    def finalize(_: Context, value: object) -> object:
        return printed(value)

    environment = Sandbox(
        loader=_loader(texts),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=finalize,
        optimized=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=50,
    )
    environment.printed = printed
    return environment


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
        raise SecurityError(
            f"printing a whole {_named(value)}, instead of one of its fields or, of a list, |join(', ')"
        )
    return str(value)


def _named(value: object) -> str:
    """As the README calls what stands in a template."""
    return type(value).__name__.removesuffix("Values").removesuffix("Words")


def _loader(texts: Mapping[str, str]) -> DictLoader:
    """What templates may include: the texts of their own folder as they were read, and nothing else; no file is
    opened."""
    return DictLoader({name: text for name, text in texts.items() if name.endswith((".md", ".html", ".txt"))})


class Sandbox(ImmutableSandboxedEnvironment):
    """Made by `sandbox` and `html_sandbox`. Keeps what it compiled; not for several threads at once."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    printed: Callable[[object], object] = staticmethod(lambda value: value)
    # Told each line that is come to, with the path of the included template that it is in, or "".
    note: Callable[[str, int], object] = staticmethod(lambda name, line: None)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._turns = 0
        self._compiled: dict[str, Template] = {}
        kept = {name: filter for name, filter in self.filters.items() if name in _FILTERS.split()}
        # Values are escaped for the place they are printed in; HTML's escape, added by habit, would be a second one.
        self.filters = {**kept, "e": _same, "escape": _same, "replace": _replace, "_bounded": _short}
        self.globals = {
            "range": _range,
            "dict": dict,
            "namespace": Namespace,
            "_turn": self._turn,
            "_bounded": _short,
            "_joined": self._joined,
            "_at": self._at,
        }

    def rendered(self, text: str, names: Mapping[str, Any]) -> str:
        """The template `text` with these names, its turns counted from nothing. Raises what FAULTS names."""
        self._turns = 0
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
            return _short(_short(left) + _short(right))
        if operator == "**" or not (_is_number(left) and _is_number(right)):
            raise SecurityError(
                "powers are not needed in a template" if operator == "**" else f"{operator} works on numbers only here"
            )
        if max(abs(left), abs(right)) > 10**12:
            raise SecurityError("that number is too large for a template")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Name):
            if node.name.startswith("_"):
                raise TemplateSyntaxError(
                    f"names that begin with _ are not for templates: {node.name}", node.lineno, name, filename
                )
        return bounded(tree, name or "").set_environment(self)  # type: ignore[return-value]

    def _turn(self) -> str:
        self._turns += 1
        if self._turns > TURNS:
            raise SecurityError(f"the template's loops take more than {TURNS} turns")
        return ""

    def _at(self, name: str, line: int) -> str:
        self.note(name, line)
        return ""

    def _joined(self, *parts: Any) -> Any:
        if any(isinstance(part, Markup) for part in parts):
            return _short(Markup("").join(Markup(self.printed(part)) for part in parts))
        return _short("".join(str(_short(part)) for part in parts))


def _short(value: Any) -> Any:
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
    return _short(str(text).replace(str(old), str(new)))


def _same(value: Any) -> Any:
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)
