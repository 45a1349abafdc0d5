"""The folder of templates -> the catalogue that the plan works with. Nothing is rendered, and Jinja2 is not imported:
most ticks have nothing to render.

`mail/NAME.md` and `chat/NAME.md` are steps, named after the file; `event.md`, `notes.md`, `page/*.html` and
`mail/_layout.html` are the text of other steps, or a frame around it. Further files whose names begin with `_` are
parts of other templates.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from automation.config.table import suggest
from automation.config.template_file import FENCE, Role, read_template
from automation.domain.errors import Problem, ProblemsError
from automation.domain.model import Template
from automation.files.reading import LEADS_OUT, MEGABYTE, NotReadable, decode, is_below, read_bytes

LAYOUT = "_layout.html"
REQUIRED = ("event.md", "notes.md", f"mail/{LAYOUT}", "page/index.html")
TOP = ("mail", "chat", "page", "event.md", "notes.md")
# All texts together; the shipped ones have a thousandth of it.
MOST = 10 * MEGABYTE
_LEFT_BEHIND = ("~", ".swp", ".orig", ".bak")
# The name is part of the step's key, which stands in mail headers and in private properties of calendar events (at most
# 44 characters in the Calendar API, of which some are ours).
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,29}")


@dataclass(frozen=True)
class Templates:
    """Every template of one folder, read once: what is rendered later is what was read here. `digests`: path inside the
    folder, such as `page/index.html`, -> SHA-256 of the file's bytes; `texts`: the same paths -> the text of the file,
    parts of other templates included.
    """

    directory: Path
    mails: tuple[Template, ...]
    chats: tuple[Template, ...]
    event: Path
    notes: Path
    layout: Path
    pages: tuple[Path, ...]
    digests: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def all(self) -> tuple[Template, ...]:
        """Mails, then chat posts."""
        return self.mails + self.chats


@dataclass(frozen=True)
class ReadTemplates:
    """What could be read of a folder, and what is wrong with it. A template with a fault in its front matter is there
    with a made-up `send`, so that the rest of it can be checked; `templates` is None if there is no folder."""

    templates: Templates | None
    problems: tuple[Problem, ...]


def files_of(templates: Templates) -> tuple[str, ...]:
    """The path inside the folder of each file that is a template of its own, the frames before what stands in them."""
    folder = templates.directory
    messages = [Path(each.path).relative_to(folder).as_posix() for each in templates.all]
    return (f"mail/{LAYOUT}", "event.md", "notes.md", *messages, *(f"page/{path.name}" for path in templates.pages))


def read_templates(directory: Path | str) -> Templates:
    """The checked catalogue, by name. Raises ProblemsError with every problem."""
    read = scan_templates(directory)
    if read.templates is None or read.problems:
        raise ProblemsError(list(read.problems))
    return read.templates


def scan_templates(directory: Path | str) -> ReadTemplates:
    """The same without raising, so that other files can be checked beside it."""
    reading = _Reading(Path(directory))
    names = reading.names("")
    if reading.problems:
        return ReadTemplates(None, tuple(reading.problems))
    for name in names:
        if name not in TOP and name != "README.md":
            reading.add(name, f"this is no template's name. {suggest(name, TOP)}")
    mails = _steps(reading, "mail") if "mail" in names else ()
    chats = _steps(reading, "chat") if "chat" in names else ()
    if not mails and not reading.problems:
        reading.add("mail", "holds no mail; put at least one template such as announcement.md there.")
    pages = _pages(reading) if "page" in names else ()
    for name in ("event.md", "notes.md"):
        if name in names:
            _frame(reading, name)
    for name in REQUIRED:
        if name not in reading.digests and not reading.has_problem(name):
            reading.add(name, "is missing; copy it from the templates that came with Callkeeper.")
    folder = reading.folder
    templates = Templates(
        directory=folder,
        mails=mails,
        chats=chats,
        event=folder / "event.md",
        notes=folder / "notes.md",
        layout=folder / "mail" / LAYOUT,
        pages=pages,
        digests=dict(sorted(reading.digests.items())),
        texts=dict(sorted(reading.texts.items())),
    )
    return ReadTemplates(templates, tuple(reading.problems))


@dataclass
class _Reading:
    """What has been found so far; files are named by their path inside the folder."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, sentence: str, place: str = "") -> None:
        self.problems.append(Problem(str(self.folder / name), place, sentence))

    def has_problem(self, name: str) -> bool:
        return any(problem.file == str(self.folder / name) for problem in self.problems)

    def names(self, folder: str) -> list[str]:
        """The names in a folder, in order, without hidden files and what editors leave behind."""
        try:
            if not is_below(self.folder, self.folder / folder):
                self.add(folder, LEADS_OUT)
                return []
            names = sorted(entry.name for entry in (self.folder / folder).iterdir())
        except FileNotFoundError:
            self.add(folder, "does not exist; give the path of the folder of templates.")
        except NotADirectoryError:
            self.add(folder, "is a file, but there must be a folder of templates here.")
        except (OSError, ValueError, RuntimeError) as error:
            self.add(
                folder,
                f"cannot be read: {getattr(error, 'strerror', None) or 'it is not a possible name of a folder'}.",
            )
        else:
            return [name for name in names if not name.startswith((".", "#")) and not name.endswith(_LEFT_BEHIND)]
        return []

    def text(self, name: str) -> str | None:
        """The text of a file, whose digest is kept; None if it cannot be read, which is noted."""
        try:
            if sum(map(len, self.texts.values())) > MOST:
                raise NotReadable(
                    f"would make the folder of templates larger than {MOST // MEGABYTE} MB; remove what is no template."
                )
            content = read_bytes(self.folder / name, MEGABYTE, root=self.folder)
            self.digests[name] = hashlib.sha256(content).hexdigest()
            self.texts[name] = decode(content)
            return self.texts[name]
        except NotReadable as error:
            self.add(name, error.sentence, error.place)
            return None


def _steps(reading: _Reading, role: Role) -> tuple[Template, ...]:
    templates = []
    for file in reading.names(role):
        name = f"{role}/{file}"
        if file.startswith("_"):
            _frame(reading, name)
        elif not file.endswith(".md"):
            reading.add(
                name, f"is not a template; give it a name that ends in .md, such as {Path(file).stem}.md, or remove it."
            )
        elif not _NAME.fullmatch(file.removesuffix(".md")):
            rule = "letters without accents, digits, -, _ and . (at most 30 characters)"
            reading.add(name, f"the name of the file names the step, so it may hold only {rule}; rename it.")
        elif (text := reading.text(name)) is not None:
            template, problems = read_template(role, reading.folder / name, text, reading.digests[name])
            reading.problems += problems
            templates += [template] if template else []
    return tuple(templates)


def _pages(reading: _Reading) -> tuple[Path, ...]:
    pages: list[Path] = []
    for file in reading.names("page"):
        if file.endswith(".html"):
            _frame(reading, f"page/{file}")
            pages += [] if file.startswith("_") else [reading.folder / "page" / file]
        else:
            reading.add(f"page/{file}", "is not a page; give it a name that ends in .html, or remove it.")
    return tuple(pages)


def _frame(reading: _Reading, name: str) -> None:
    """A template that is no step of its own."""
    text = reading.text(name)
    if text is not None and not text.strip():
        reading.add(name, "is empty; copy it from the templates that came with Callkeeper.")
    elif text is not None and name.endswith(".md") and text.startswith(FENCE):
        reading.add(
            name,
            f"this template has no lines between {FENCE}, because it is not sent by itself; remove them.",
            "line 1",
        )
