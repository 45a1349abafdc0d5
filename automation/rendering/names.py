"""What a template asks for, found in its syntax tree: names, fields, filters and tests that do not exist, also in
branches not taken."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Union, get_args, get_origin, get_type_hints

from jinja2 import nodes
from jinja2.environment import Environment

from automation.domain.text import one_line
from automation.rendering.values import NAMES

LAYOUT_NAMES: Mapping[str, Any] = {**NAMES, "subject": str, "preheader": str, "body": str, "footer": str}

# What Jinja2 itself names inside loops and macros.
_ALWAYS = ("loop", "caller", "varargs", "kwargs", "self")

# More names than this are no help in one sentence.
_FEW = 25

Complaint = tuple[int, str]


def complaints(tree: nodes.Template, names: Mapping[str, Any], environment: Environment) -> list[Complaint]:
    """Each unknown thing with its line, counted from 1, in order; `environment` is the one that will render the
    tree."""
    found = [
        *_unknown_names(tree, names, environment),
        *_unknown_fields(tree, names),
        *_unknown_filters(tree, environment),
    ]
    return sorted(set(found))


def missing_parts(tree: nodes.Template, texts: Mapping[str, str]) -> list[Complaint]:
    """Each template that is included by name and is not in the folder, which is given as path -> text; also in branches
    not taken."""
    found = []
    for node in tree.find_all(nodes.Stmt):
        named = (
            node.template if isinstance(node, nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends) else None
        )
        optional = isinstance(node, nodes.Include) and node.ignore_missing
        if (
            isinstance(named, nodes.Const)
            and isinstance(named.value, str)
            and named.value not in texts
            and not optional
        ):
            there = [name for name in texts if name.rpartition("/")[2].startswith("_")] or list(texts)
            found.append(
                (
                    node.lineno,
                    (
                        f"cannot be rendered: there is no {one_line(named.value)} among the templates."
                        f" {_hint(named.value, there)}"
                    ),
                )
            )
    return found


def _unknown_names(tree: nodes.Template, names: Mapping[str, Any], environment: Environment) -> Iterator[Complaint]:
    stored = {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
    imported = {node.target for node in tree.find_all(nodes.Import)} | {
        node.name for node in tree.find_all(nodes.Macro)
    }
    known = {*names, *_ALWAYS, *stored, *imported, *(name for name in environment.globals if not name.startswith("_"))}
    for node in tree.find_all(nodes.Name):
        if node.name not in known:
            yield node.lineno, f"there is no {node.name} here. {_hint(node.name, list(names))}"


def _unknown_fields(tree: nodes.Template, names: Mapping[str, Any]) -> Iterator[Complaint]:
    bound = {**names, **_bound(tree, names)}
    for node in _fields_asked(tree):
        name = _field(node)
        owner = _type(node.node, bound)
        if name is None or owner is None or _has(owner, name):
            continue
        fields = list(get_type_hints(owner)) if is_dataclass(owner) else []
        yield node.lineno, f"there is no {_written(node.node)}.{name}. {_hint(name, fields)}".rstrip()


def _unknown_filters(tree: nodes.Template, environment: Environment) -> Iterator[Complaint]:
    for kind, found, known in (("filter", nodes.Filter, environment.filters), ("test", nodes.Test, environment.tests)):
        for node in tree.find_all(found):
            if node.name not in known:
                yield node.lineno, f"there is no {kind} {node.name}. {_hint(node.name, list(known))}"


def _bound(tree: nodes.Template, names: Mapping[str, Any]) -> dict[str, Any]:
    """The type of each name that the template itself gives a value; None where it is not known or not always the
    same."""
    result: dict[str, Any] = {}
    for node in _bindings(tree):
        if isinstance(node.target, nodes.Name):
            name = node.target.name
            seen = {**names, **result}
            new = _element(_type(node.iter, seen)) if isinstance(node, nodes.For) else _type(node.node, seen)
            result[name] = new if name not in result and name not in names else None
    stored = {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
    return {**dict.fromkeys(stored - set(result)), **result}


def _fields_asked(tree: nodes.Template) -> Iterator[nodes.Getattr | nodes.Getitem]:
    yield from tree.find_all(nodes.Getattr)
    yield from tree.find_all(nodes.Getitem)


def _bindings(tree: nodes.Template) -> Iterator[nodes.For | nodes.Assign]:
    yield from tree.find_all(nodes.For)
    yield from tree.find_all(nodes.Assign)


def _type(node: nodes.Node, bound: Mapping[str, Any]) -> Any:
    if isinstance(node, nodes.Name):
        return bound.get(node.name)
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        owner = _type(node.node, bound)
        name = _field(node)
        if name is not None and owner is not None and is_dataclass(owner):
            return _without_none(get_type_hints(owner).get(name))
        is_number = (
            isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, int)
        )
        return _element(owner) if is_number else None
    return None


def _field(node: nodes.Getattr | nodes.Getitem) -> str | None:
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.arg.value if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else None


def _has(owner: Any, name: str) -> bool:
    if is_dataclass(owner):
        return name in get_type_hints(owner)
    if isinstance(owner, type) and issubclass(owner, str | int | datetime):
        return hasattr(owner, name) and not name.startswith("_")
    return get_origin(owner) is not tuple


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not type(None)]
        return kinds[0] if len(kinds) == 1 else None
    return hint


def _element(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is tuple else None


def _written(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        return f"{_written(node.node)}.{_field(node) or '…'}"
    return "…"


def _hint(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, 1)
    if close:
        return f"Did you mean {close[0]}?"
    return f"There are {', '.join(sorted(known))}." if 0 < len(known) <= _FEW else "Leave it out."
