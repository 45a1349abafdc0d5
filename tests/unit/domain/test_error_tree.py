"""The tree that `domain/errors.py` draws is the tree of the classes, wherever in the package they stand."""

from __future__ import annotations

import importlib
import pkgutil
import re

import automation
from automation.domain import errors


def drawn() -> dict[str, str]:
    """Class -> base, from the indentation of the drawing."""
    above: list[str] = []
    found = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"    ([│├└─ ]*)(\w+)  ", line)
        if match:
            depth = len(match[1]) // 4
            above[depth:] = [match[2]]
            found[match[2]] = above[depth - 1] if depth else "Exception"
    return found


def test_the_drawn_tree_is_that_of_the_classes() -> None:
    for module in pkgutil.walk_packages(automation.__path__, "automation."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    classes = {errors.AutomationError}
    waiting = [errors.AutomationError]
    while waiting:
        below = [each for each in waiting.pop().__subclasses__() if each.__module__.startswith("automation.")]
        classes.update(below)
        waiting += below
    assert drawn() == {each.__name__: each.__bases__[0].__name__ for each in classes}
