"""What is written into the syntax tree of a template before it is compiled: a count of every turn, a limit on every
value that is kept, and a note of every line that is come to."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import nodes
from jinja2.visitor import NodeTransformer


def bounded(tree: nodes.Template, name: str) -> nodes.Template:
    """The same template, which asks `_turn`, `_bounded`, `_joined` and `_at` of its environment. `name`: its path
    inside the folder of templates, or empty for the text that is being rendered."""
    result: nodes.Template = _Bounds().visit(tree)
    for node in [result, *result.find_all(nodes.Node)]:
        for field in ("body", "else_"):
            statements = getattr(node, field, None)
            if isinstance(statements, list):
                setattr(node, field, _noted(statements, name))
    return result


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

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.AssignBlock:  # noqa: N802
        self.generic_visit(node)
        node.filter = nodes.Filter(node.filter, "_bounded", [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Call:  # noqa: N802
        self.generic_visit(node)
        return _call("_joined", node.nodes, node.lineno)


def _noted(statements: Sequence[nodes.Node], name: str) -> list[nodes.Node]:
    found: list[nodes.Node] = []
    for statement in statements:
        for line in _lines(statement):
            note = _call("_at", [nodes.Const(name, lineno=line), nodes.Const(line, lineno=line)], line)
            found.append(nodes.ExprStmt(note, lineno=line))
        found.append(statement)
    return found


def _lines(statement: nodes.Node) -> list[int]:
    """The line of a statement that does something; words between two of them do nothing."""
    if isinstance(statement, nodes.Output):
        return [each.lineno for each in statement.nodes if not isinstance(each, nodes.TemplateData)][:1]
    # What is in `_Bounds` already, and what has to stand first in its template.
    return [] if isinstance(statement, nodes.ExprStmt | nodes.Extends) else [statement.lineno]


def _call(name: str, arguments: Sequence[nodes.Node], line: int) -> nodes.Call:
    called = nodes.Name(name, "load", lineno=line)
    return nodes.Call(called, list(arguments), [], None, None, lineno=line)
