"""The three things that organizers edit, read together: community.toml, credentials.json and the folder of templates.

This is read on every tick, so nothing heavy is imported here; `check` looks deeper into the templates.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from automation.config.community import scan_config
from automation.config.credentials import scan_credentials
from automation.config.template_folder import Templates, scan_templates
from automation.domain.errors import Problem, ProblemsError
from automation.domain.logins import Credentials
from automation.domain.model import Config


@dataclass(frozen=True)
class OrganizerFiles:
    """All of it, checked. `credentials` is None where there is no such file and none is needed."""

    config: Config
    credentials: Credentials | None
    templates: Templates


@dataclass(frozen=True)
class Scanned:
    """The same as far as it could be read, with every problem of all files; what could not be read at all is None.
    `left`: what is still to be filled in, which matters to those who send."""

    config: Config | None
    credentials: Credentials | None
    templates: Templates | None
    problems: tuple[Problem, ...]
    left: tuple[Problem, ...] = ()


def read_all(
    config_path: Path | str,
    credentials_path: Path | str | None,
    templates_dir: Path | str,
    *,
    need_credentials: bool = False,
) -> OrganizerFiles:
    """Everything that organizers edit. Raises ProblemsError with the problems of all three at once.

    Without a path, or without a file at that path, there are no credentials; with `need_credentials` that is a problem.
    """
    found = scan_all(config_path, credentials_path, templates_dir, need_credentials=need_credentials)
    if found.problems or found.config is None or found.templates is None:
        raise ProblemsError(list(found.problems))
    return OrganizerFiles(found.config, found.credentials, found.templates)


def scan_all(
    config_path: Path | str,
    credentials_path: Path | str | None,
    templates_dir: Path | str,
    *,
    need_credentials: bool = False,
) -> Scanned:
    """The same without raising."""
    config = scan_config(config_path)
    templates = scan_templates(templates_dir)
    problems, left = [*config.problems], [*config.left]
    credentials = None
    if credentials_path is not None and (need_credentials or os.path.lexists(credentials_path)):
        read = scan_credentials(credentials_path, config.config)
        credentials = read.credentials
        problems += read.problems
        left += read.left
    elif need_credentials:
        problems.append(Problem("credentials.json", "", "is needed; copy credentials.example.json and fill it in."))
    problems += templates.problems
    return Scanned(
        config=config.config,
        credentials=credentials,
        templates=templates.templates,
        problems=tuple(problems),
        left=tuple(left),
    )
