"""One Markdown source -> its tree, without HTML, images or links to anywhere but http, https and mailto; and the HTML
of that tree.

Two conventions make mails of plain Markdown: a paragraph that holds one bold link and nothing else is the button of the
mail, followed by its address in full; a table whose header row is empty has row headers only.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode


class _Markdown(MarkdownIt):
    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        # Indentation left by Jinja2 blocks must not turn a paragraph into code.
        self.enable("table").disable(["code", "image"])

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return url.lower().startswith(("http://", "https://", "mailto:"))

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


_MARKDOWN = _Markdown()
_BUTTON: tuple[tuple[str, dict[str, str | int | float]], ...] = (
    ("table", {"role": "presentation", "class": "button-line", "cellpadding": "0", "cellspacing": "0", "border": "0"}),
    ("tr", {}),
    ("td", {"class": "button-cell", "bgcolor": "#1a56a8", "align": "center"}),
)


def tree(source: str) -> SyntaxTreeNode:
    """The syntax tree of a Markdown text."""
    return SyntaxTreeNode(_MARKDOWN.parse(source))


def html(source: str) -> str:
    """The HTML of a Markdown text, for the inside of `_layout.html`."""
    tokens = _MARKDOWN.parse(source)
    rendered: str = _MARKDOWN.renderer.render(_buttons(_tables(tokens)), _MARKDOWN.options, {})
    return rendered


def button(children: Sequence[Token]) -> tuple[str, list[Token]] | None:
    """The address and the label's tokens, if these children of a paragraph are one bold link and nothing else."""
    inner = [child for child in children if child.type != "text" or child.content.strip()]
    if len(inner) < 4 or [inner[0].type, inner[1].type] != ["strong_open", "link_open"]:
        return None
    if [inner[-2].type, inner[-1].type] != ["link_close", "strong_close"] or sum(
        token.type == "link_open" for token in inner
    ) != 1:
        return None
    return str(inner[1].attrGet("href")), inner[2:-2]


def _buttons(tokens: list[Token]) -> list[Token]:
    result: list[Token] = []
    for index, token in enumerate(tokens):
        found = (
            button(token.children or [])
            if token.type == "inline" and tokens[index - 1].type == "paragraph_open"
            else None
        )
        if not found:
            result.append(token)
            continue
        address, label = found
        # Outlook for Windows knows no padding of links, so the button is a cell.
        result[-1:] = [Token(f"{tag}_open", tag, 1, attrs=attributes, block=True) for tag, attributes in _BUTTON]
        result.append(_inline(_link(address, label, "button")))
        result += [Token(f"{tag}_close", tag, -1, block=True) for tag, _ in reversed(_BUTTON)]
        result.append(Token("paragraph_open", "p", 1, attrs={"class": "address"}, block=True))
        result.append(_inline(_link(address, [Token("text", "", 0, content=address)], "")))
    return result


def _link(address: str, label: Sequence[Token], kind: str) -> list[Token]:
    attributes: dict[str, str | int | float] = {"href": address}
    if kind:
        attributes["class"] = kind
    return [Token("link_open", "a", 1, attrs=attributes), *label, Token("link_close", "a", -1)]


def _inline(children: list[Token]) -> Token:
    return Token("inline", "", 0, children=children, block=True)


def _tables(tokens: list[Token]) -> list[Token]:
    """Header rows without words go; the first cell of each other row is its header, for those who hear the table
    read."""
    result: list[Token] = []
    first_of_row = False
    closing: list[str] = []
    for token in tokens:
        if token.type == "thead_close":
            begin = next(index for index in reversed(range(len(result))) if result[index].type == "thead_open")
            if not any(each.content for each in result[begin:] if each.type == "inline"):
                del result[begin:]
                continue
        if token.type == "tr_open":
            first_of_row = True
        if token.type == "td_open":
            tag = "th" if first_of_row else "td"
            first_of_row = False
            closing.append(tag)
            token = token.copy(tag=tag, attrs={"scope": "row"} if tag == "th" else {})
        elif token.type == "td_close":
            token = token.copy(tag=closing.pop())
        result.append(token)
    return result
