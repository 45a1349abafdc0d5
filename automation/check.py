"""`check`: every problem in config, credentials and templates at once, without any outside call."""

from __future__ import annotations

from pathlib import Path

from automation.errors import Problem
from automation.organizer_files import scan_all
from automation.template_check import check_templates


def check(
    config_path: Path | str, credentials_path: Path | str | None, templates_dir: Path | str, *, need_credentials: bool = False
) -> list[Problem]:
    """All problems, the config's first, then the credentials', then the templates'; empty if everything is right.

    Credentials are looked at if the file is there; that it is not is a problem only with `need_credentials`. Templates are checked against
    the config if it has no problems of its own, otherwise against a made-up one, so that no file hides another's mistakes."""
    found = scan_all(config_path, credentials_path, templates_dir, need_credentials=need_credentials)
    problems = list(found.problems)
    if found.templates is None:
        return problems
    config_is_sound = not any(problem.file == str(config_path) for problem in problems)
    # What is missing or unreadable as a whole has been said; that its text could not be looked at either would say it twice.
    said = {problem.file for problem in problems if not problem.place}
    deeper = check_templates(Path(templates_dir), found.config if config_is_sound else None, found.templates)
    return problems + [problem for problem in deeper if problem.file not in said and problem not in problems]
