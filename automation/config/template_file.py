"""One mail or chat template: TOML between two lines of `+++`, then Markdown.

Keys: `subject` (mails only), `send`, and optionally `if` and `once`. What Jinja2 makes of the text is not looked at
here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

from automation.config import validators
from automation.config.send_line import FORMS, parse_send
from automation.config.table import Problems, Table
from automation.domain.errors import Problem
from automation.domain.model import Template, Timed
from automation.domain.text import one_line
from automation.files.reading import NotReadable, parse_toml

Role = Literal["mail", "chat"]
FENCE = "+++"
_UNSEEN = Timed(0, "minutes", True, None)


def read_template(role: Role, path: Path, text: str, fingerprint: str) -> tuple[Template | None, list[Problem]]:
    """The template in `text`, and what is wrong with it. With a fault in its front matter it has a made-up `send`, so
    that the rest of it can still be checked; it is None if there is no telling front matter and text apart."""
    try:
        front, body = split_front_matter(text)
    except NotReadable as error:
        return None, [error.problem(str(path))]
    template = Template(
        role=role,
        name=path.stem,
        send=_UNSEEN,
        once=False,
        condition="",
        subject="",
        body=body,
        path=str(path),
        fingerprint=fingerprint,
    )
    try:
        values = parse_toml(front)
    except NotReadable as error:
        return template, [error.problem(str(path))]
    problems = Problems(str(path))
    template = _filled(template, Table(problems, "", values))
    if not body.strip():
        after = front.count("\n") + 2
        problems.add(f"line {after}", f"there is no text after the second {FENCE}; write what members should read.")
    return template, [_with_line(problem, front) for problem in problems.found]


def split_front_matter(text: str) -> tuple[str, str]:
    """The TOML and the Markdown of a template. The TOML begins with one line end in place of the first `+++`, so that
    its line numbers are those of the file; the Markdown begins on line `front.count("\\n") + 2`. Raises NotReadable."""
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        raise NotReadable(
            f"a template begins with a line {FENCE}, then subject and send, then {FENCE} again; write them.", "line 1"
        )
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            return "\n".join(["", *lines[1:number], ""]), "\n".join(lines[number + 1 :])
    raise NotReadable(f"the second line {FENCE} is missing; write it before the text of the mail.", "line 1")


def _filled(template: Template, table: Table) -> Template:
    subject = ""
    if template.role == "mail":
        subject = table.text("subject", example="{{ call.title }}: {{ call.day }}", check=_subject)
    elif "subject" in table.values:
        table.has("subject")
        table.add("subject", "chat posts have no subject; remove it.")
    send = table.text("send", example="7 days before at 09:00")
    when = template.send
    if "send" in table.values and isinstance(table.values["send"], str):
        try:
            when = parse_send(send)
        except ValueError as error:
            table.add("send", f"{error}" if send.strip() else f"is empty; write it like {FORMS}.")
    condition = table.text(
        "if", check=lambda text: None if text.strip() else 'is empty; write a condition such as "call.talk".'
    )
    once = table.flag("once")
    table.unknown_keys()
    return replace(template, subject=subject, send=when, condition=condition, once=once)


def _subject(text: str) -> str | None:
    return validators.one_line_only(text) if text.strip() else "is empty; write the subject of the mail."


def _with_line(problem: Problem, front: str) -> Problem:
    """The same problem with the line on which its key stands as the place, and the key in the sentence."""
    if problem.place.startswith("line "):
        return problem
    key = problem.place.partition(".")[0].partition("[")[0].strip('"')
    lines = front.split("\n")
    number = next(
        (
            n
            for n, line in enumerate(lines, start=1)
            if re.match(rf'\s*(\[+\s*)?["\']?{re.escape(key)}["\']?\s*[\].=]', line)
        ),
        1,
    )
    return Problem(problem.file, f"line {number}", one_line(f"{problem.place}: {problem.sentence}"))
