"""What organizers edit, checked whole before anything is done with it: once for each change of it.

A tick reads all files anyway; what takes longer, the texts of the templates, is looked at when the fingerprint of the
files is another one than that which the ledger remembers as sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from automation.config.load import OrganizerFiles, Scanned, scan_all
from automation.config.placeholders import refused
from automation.domain.errors import Problem, ProblemsError
from automation.domain.ledger import Place
from automation.reconcile.check_files import every_problem, past
from automation.reconcile.idle import files_fingerprint

if TYPE_CHECKING:
    from automation.rendering.press import Press

NOTE = "sound"


@dataclass(frozen=True)
class Sound:
    """Everything that organizers edit, without a mistake; `found` is its fingerprint, or "" if it changed while it was
    read."""

    files: OrganizerFiles
    found: str


def read_sound(
    config: Path,
    credentials: Path,
    templates: Path,
    press: Press,
    *,
    state: Place,
    found: str,
    now: datetime,
    force: bool = False,
) -> Sound:
    """Read it all, whose fingerprint was `found` just now; nothing is made or changed anywhere. Raises ProblemsError
    with everything that `check` would name, and with what only matters where the credentials lead to the real services.
    `force`: a person says that what only a ledger could tell from a slip is none."""
    scanned = scan_all(config, credentials, templates, need_credentials=True)
    known = bool(found) and found == state.notes(NOTE).get(NOTE)
    problems = scanned.problems if known else _problems(scanned, config, press=press, state=state, now=now, force=force)
    if problems or scanned.config is None or scanned.templates is None:
        raise ProblemsError(list(problems))
    files = OrganizerFiles(scanned.config, scanned.credentials, scanned.templates)
    return Sound(files, found if known or found == files_fingerprint(config, credentials, templates) else "")


def _problems(scanned: Scanned, file: Path, press: Press, state: Place, *, now: datetime, force: bool) -> list[Problem]:
    problems = every_problem(scanned, file, press)
    if scanned.config is not None and not any(problem.file == str(file) for problem in scanned.problems):
        problems += past(scanned.config, str(file), state, now, held=force)
        if scanned.credentials is not None:
            said = {problem.place for problem in problems if problem.file == str(file)}
            problems += [
                problem
                for problem in refused(scanned.config, scanned.credentials, str(file))
                if problem.place not in said
            ]
    return problems


def note(found: str) -> dict[str, str]:
    """The row to write down: the files with that fingerprint are sound."""
    return {NOTE: found}
