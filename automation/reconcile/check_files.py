"""`check`: every problem in config, credentials and templates at once, without any outside call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from automation.config.load import Scanned, scan_all
from automation.config.past_moves import past_moves
from automation.domain.call_state import CallState
from automation.domain.errors import LedgerError, Problem
from automation.domain.ledger import Place
from automation.domain.model import Config

if TYPE_CHECKING:
    from automation.rendering.press import Press


def check(
    config_path: Path | str,
    credentials_path: Path | str | None,
    templates_dir: Path | str,
    press: Press,
    *,
    need_credentials: bool = False,
    filled_in: bool = True,
) -> list[Problem]:
    """All problems, the config's first, then the credentials', then the templates'; empty if everything is right.

    Credentials are looked at if the file is there; that it is not is a problem only with `need_credentials`. Templates
    are checked against the config if it has no problems of its own, otherwise against a made-up one, so that no file
    hides another's mistakes. With `filled_in` an example that is left is a problem too."""
    found = scan_all(config_path, credentials_path, templates_dir, need_credentials=need_credentials)
    return every_problem(found if filled_in else replace(found, left=()), config_path, press)


def every_problem(found: Scanned, config_path: Path | str, press: Press) -> list[Problem]:
    """The same for files that have been read, of which the config stood at `config_path`."""
    problems = [*found.problems, *(problem for problem in found.left if not _is_said(problem, found.problems))]
    if found.templates is None:
        return problems
    config_is_sound = not any(problem.file == str(config_path) for problem in found.problems)
    # What is missing or unreadable as a whole has been said; that its text could not be looked at either would say it
    # twice.
    said = {problem.file for problem in problems if not problem.place}
    deeper = press.check(found.templates, found.config if config_is_sound else None)
    return problems + [problem for problem in deeper if problem.file not in said and problem not in problems]


def past(config: Config, file: str, state: Place, now: datetime, *, held: bool = False) -> list[Problem]:
    """What is wrong at `now` and may have been right when it was written into the sound `config`, as the ledger tells,
    if there is one; of what it does not know, a person says with `held` that it was right."""
    known: Mapping[str, CallState] = {}
    try:
        if state.exists():
            with state.copy() as ledger:
                known = ledger.snapshot().calls
    except LedgerError:
        pass  # `status` and `apply` say what is wrong with it
    return past_moves(config, known, now, file, held=held)


def _is_said(problem: Problem, others: Iterable[Problem]) -> bool:
    return any((each.file, each.place) == (problem.file, problem.place) for each in others)
