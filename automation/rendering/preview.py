"""Every template rendered for one call, as a folder of pages to look at before anything is sent. Pure, but for
`write_preview`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from html import escape as html
from pathlib import Path

from automation.config.template_folder import Templates
from automation.domain.errors import UserError
from automation.domain.model import Links, Template, Timed
from automation.files.whole import present, put
from automation.rendering.press import Rendering
from automation.rendering.samples import FULL_LINKS, as_cancelled, as_moved
from automation.rendering.time_words import clock_and_zone, long_day
from automation.rendering.values import TemplateValues

INDEX = "index.html"
# In every index of a preview, so that one is told from somebody's own page.
MARK = "Nothing has been sent."

_OCCASIONS = {
    "archived": "when recording and notes are archived",
    "moved": "when the call moves",
    "cancelled": "when the call is cancelled",
    "restored": "when a cancelled call takes place after all",
}

_INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0 auto; padding: 24px 16px; max-width: 760px; font: 16px/1.5 system-ui, sans-serif; \
overflow-wrap: anywhere; }}
h2 {{ margin-top: 40px; border-top: 1px solid #8886; padding-top: 24px; }}
iframe {{ width: 100%; height: 640px; border: 1px solid #8886; border-radius: 8px; background: #fff; }}
pre {{ white-space: pre-wrap; padding: 12px; border: 1px solid #8886; border-radius: 8px; }}
a {{ color: light-dark(#1a56a8, #93bdff); }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{about}</p>
{parts}
</body>
</html>
"""


@dataclass(frozen=True)
class _Part:
    """One template on the index page; `files` are names and contents in the folder, `shown` is HTML."""

    title: str
    about: str
    shown: str
    files: dict[str, str]


def preview(renderer: Rendering, templates: Templates, values: TemplateValues) -> dict[str, str]:
    """File name -> text: for each mail an HTML and a text file, a text file for each other template, and `index.html`.

    Links that the call does not have yet are examples; mails about a move or a cancellation tell of a made-up one.
    Raises ProblemsError for a template that cannot be rendered.
    """
    examples = {
        field.name: getattr(values.context.links, field.name) or getattr(FULL_LINKS, field.name)
        for field in fields(Links)
    }
    made_up = [name for name in examples if not getattr(values.context.links, name)]
    filled = replace(values, context=replace(values.context, links=Links(**examples)))
    parts = [*_messages(renderer, templates, filled), *_texts(renderer, filled)]
    day = f"{long_day(values.call.day)}, {clock_and_zone(values.call.start, values.call.series.zone)}"
    about = MARK + (f" Example addresses stand for what is not there yet: {', '.join(made_up)}." if made_up else "")
    index = _INDEX.format(
        title=html(f"{values.call.series.title}: {day}"),
        about=html(about),
        parts="\n".join(_section(part) for part in parts),
    )
    return {INDEX: index, **{name: content for part in parts for name, content in part.files.items()}}


def write_preview(directory: Path, files: dict[str, str]) -> Path:
    """Write the files into the folder, which is made if needed; returns the path of the index. Raises UserError if
    files of these names are there that no preview has made."""
    index = directory / INDEX
    try:
        directory.mkdir(parents=True, exist_ok=True)
        there = [name for name in files if os.path.lexists(directory / name)]
        if there and MARK.encode() not in (present(index) or b""):
            raise UserError(
                f"{directory} holds {there[0]}, which no preview has made; name another folder with --directory"
            )
        for name, content in files.items():
            put(directory / name, content.encode())
    except OSError as error:
        raise UserError(
            f"{directory} cannot be written ({error.strerror}); name another folder with --directory"
        ) from error
    return index


def _messages(renderer: Rendering, templates: Templates, values: TemplateValues) -> Iterator[_Part]:
    for template in templates.all:
        suited = _suited(template, values)
        about = f"Sent {_when(template)}."
        if not renderer.applies(template, suited):
            yield _Part(
                f"{template.role} {template.name}", f"{about} Not for this call: its condition is not met.", "", {}
            )
        elif template.role == "mail":
            mail = renderer.mail(template, suited)
            page, text = f"mail-{template.name}.html", f"mail-{template.name}.txt"
            frame = f'<iframe sandbox src="{page}" title="{html(mail.subject)}"></iframe>\n'
            links = f'<p><a href="{page}">HTML</a> · <a href="{text}">plain text</a></p>\n'
            subject = f"<p><strong>{html(mail.subject)}</strong></p>\n"
            yield _Part(f"mail {template.name}", about, subject + frame + links, {page: mail.html, text: mail.text})
        else:
            yield _text_part(
                f"chat {template.name}", about, f"chat-{template.name}.txt", renderer.chat(template, suited)
            )


def _texts(renderer: Rendering, values: TemplateValues) -> Iterator[_Part]:
    yield _text_part("calendar event", "The description of the event.", "event.txt", renderer.event(values))
    paragraphs = renderer.notes(values)
    lines = (("• " if each.bullet else "") + each.text for each in paragraphs)
    yield _text_part("notes", "The section in the notes document.", "notes.txt", "\n".join(lines))


def _text_part(title: str, about: str, name: str, text: str) -> _Part:
    return _Part(title, about, f'<pre>{html(text)}</pre>\n<p><a href="{name}">{name}</a></p>\n', {name: f"{text}\n"})


def _suited(template: Template, values: TemplateValues) -> TemplateValues:
    if template.send == "cancelled" and not values.call.cancelled:
        return as_cancelled(values)
    if template.send == "moved" and values.call.previous_start is None:
        return as_moved(values)
    return values


def _when(template: Template) -> str:
    if not isinstance(template.send, Timed):
        return _OCCASIONS[template.send]
    send = template.send
    unit = send.unit if send.amount != 1 else send.unit.removesuffix("s")
    at = f" at {send.at:%H:%M}" if send.at else ""
    return f"{send.amount} {unit} {'after the end' if send.after else 'before the start'}{at}"


def _section(part: _Part) -> str:
    return f"<h2>{html(part.title)}</h2>\n<p>{html(part.about)}</p>\n{part.shown}"
