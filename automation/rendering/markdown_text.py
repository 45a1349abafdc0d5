"""A Markdown tree as plain text for mails, and as paragraphs for the notes document.

Addresses stand on lines of their own and are never broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import TextWrapper

from markdown_it.tree import SyntaxTreeNode

from automation.domain.services import Paragraph
from automation.rendering.markdown_tree import button, tree
from automation.rendering.time_words import MONTHS, WEEKDAYS

# RFC 3676 4.2 recommends lines of at most 78 characters, less for room to be quoted.
WIDTH = 72

# An hour keeps its zone and a date its year on one line.
_DAYS, _MONTHS = "|".join(WEEKDAYS), "|".join(MONTHS)
_TOGETHER = re.compile(
    rf"\d?\d:\d\d(?: [AP]M)? [A-Z]+|(?:{_DAYS}) \d+ (?:{_MONTHS})(?: \d+)?|(?:{_DAYS}), (?:{_MONTHS}) \d+(?:, \d+)?"
)
# Values hold no control characters, so this one is free to stand for a blank that is not to be broken at.
_GLUE = "\x01"


def text(source: str) -> str:
    """The plain text of a Markdown source, ending in a line end."""
    return "\n\n".join(_block(node, WIDTH) for node in tree(source).children) + "\n"


def first_words(source: str) -> str:
    """The first paragraph in one line: what a mail program shows beside the subject."""
    for node in tree(source).walk():
        if node.type == "paragraph":
            return " ".join(_words(node, with_addresses=False).split())
    return ""


def paragraphs(source: str) -> tuple[Paragraph, ...]:
    """Headings, list items and paragraphs in order, each of one line."""
    return tuple(_paragraphs(tree(source).children))


def _paragraphs(nodes: Sequence[SyntaxTreeNode]) -> Iterator[Paragraph]:
    for node in nodes:
        if node.type == "heading":
            yield Paragraph(_line(node), f"HEADING_{node.tag[1:]}")
        elif node.type == "paragraph":
            yield Paragraph(_line(node))
        elif node.type == "list_item":
            yield Paragraph(" ".join(_line(child) for child in node.children if child.type == "paragraph"), bullet=True)
            yield from _paragraphs([child for child in node.children if child.type != "paragraph"])
        elif node.type == "fence":
            yield from (Paragraph(line) for line in node.content.splitlines())
        elif node.type == "tr":
            yield Paragraph(" · ".join(_line(cell) for cell in node.children))
        else:
            yield from _paragraphs(node.children)


def _line(node: SyntaxTreeNode) -> str:
    return " ".join(_words(node, with_addresses=True).split())


def _block(node: SyntaxTreeNode, width: int) -> str:
    if node.type == "heading":
        return _heading(node, width)
    if node.type == "paragraph":
        return _paragraph(node, width)
    if node.type in ("bullet_list", "ordered_list"):
        return _list(node, width)
    if node.type == "table":
        return _table(node)
    if node.type == "blockquote":
        return _indent("\n\n".join(_block(child, width - 2) for child in node.children), "  ", "  ")
    if node.type == "hr":
        return "- " * 3 + "-"
    return node.content.rstrip("\n")


def _heading(node: SyntaxTreeNode, width: int) -> str:
    lines = _wrap(_words(node, with_addresses=False), width)
    if node.tag not in ("h1", "h2"):
        return lines
    longest = max(len(line) for line in lines.split("\n"))
    return f"{lines}\n{('=' if node.tag == 'h1' else '-') * min(longest, width)}"


def _paragraph(node: SyntaxTreeNode, width: int) -> str:
    inline = node.children[0]
    found = button(inline.token.children or []) if inline.token else None
    if found:
        label = "".join(token.content for token in found[1])
        return f"{label.rstrip(':')}:\n{found[0]}"
    return _wrap(_words(node, with_addresses=True), width)


def _list(node: SyntaxTreeNode, width: int) -> str:
    items = []
    for number, item in enumerate(node.children, int(node.attrs.get("start", 1))):
        mark = "- " if node.type == "bullet_list" else f"{number}. "
        inside = "\n".join(_block(child, width - len(mark)) for child in item.children)
        items.append(_indent(inside, mark, " " * len(mark)))
    return "\n".join(items)


def _table(node: SyntaxTreeNode) -> str:
    rows = [
        [_words(cell, with_addresses=True).replace("\n", " ") for cell in row.children]
        for part in node.children
        for row in part.children
    ]
    rows = [row for row in rows if any(row)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    lines = ("   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(f"  {line}" for line in lines)


def _words(node: SyntaxTreeNode, *, with_addresses: bool) -> str:
    """The inline content; line ends are meant. Each labelled link's address follows on its own line."""
    inline = node.children[0] if node.children and node.children[0].type == "inline" else node
    links = [each for each in inline.walk() if each.type == "link"]
    words = _inline(inline.children, with_addresses).strip()
    if not with_addresses:
        return words
    labelled = [link for link in links if not _is_bare(link) and not _address(link).startswith("mailto:")]
    if len(labelled) == 1 and len(inline.children) == 1:
        words = words.rstrip(":") + ":"
    return "\n".join([words, *(_address(link) for link in labelled)])


def _inline(nodes: Sequence[SyntaxTreeNode], with_addresses: bool) -> str:
    return "".join(_inline_one(node, with_addresses) for node in nodes)


def _inline_one(node: SyntaxTreeNode, with_addresses: bool) -> str:
    if node.type == "softbreak":
        return " "
    if node.type == "hardbreak":
        return "\n"
    if node.type == "link" and _is_bare(node) and not _address(node).startswith("mailto:"):
        return f"\n{_address(node)}\n" if with_addresses else _address(node)
    if node.type == "link":
        label = _inline(node.children, with_addresses)
        written = _address(node).removeprefix("mailto:")
        is_mail = written != _address(node)
        return f"{label} ({written})" if is_mail and label != written and with_addresses else label
    return _inline(node.children, with_addresses) if node.children else node.content


def _is_bare(link: SyntaxTreeNode) -> bool:
    return "".join(child.content for child in link.children).removeprefix("mailto:") == _address(link).removeprefix(
        "mailto:"
    )


def _address(link: SyntaxTreeNode) -> str:
    return str(link.attrs.get("href", ""))


def _wrap(words: str, width: int) -> str:
    wrapper = TextWrapper(width, break_long_words=False, break_on_hyphens=False)
    kept = _TOGETHER.sub(lambda found: found[0].replace(" ", _GLUE), words)
    lines = [line for part in kept.split("\n") if part.strip() for line in wrapper.wrap(part.strip())]
    return "\n".join(lines).replace(_GLUE, " ")


def _indent(block: str, first: str, others: str) -> str:
    lines = block.split("\n")
    return "\n".join(((first if index == 0 else others) + line).rstrip() for index, line in enumerate(lines))
