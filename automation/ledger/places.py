"""Which ledgers there are, and what `--state` may be. One more is a file that keeps it, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from automation.domain.ledger import Place
from automation.ledger.sqlite_path import SCHEME
from automation.ledger.sqlite_place import SqlitePlace

# How `--state` begins -> the form of the rest, and the place that it names.
LEDGERS: Mapping[str, tuple[str, Callable[[str], Place]]] = {
    SCHEME: ("PATH", lambda rest: SqlitePlace(Path(rest))),
}  # fmt: skip
FORMS = " or ".join(f"{scheme}{form}" for scheme, (form, _) in LEDGERS.items())


def place_of(state: str) -> Place | None:
    """The ledger that `--state` names; None for a text of no such form."""
    for scheme, (_, place) in LEDGERS.items():
        if state.startswith(scheme) and state != scheme:
            return place(state.removeprefix(scheme))
    return None


def own_place(folder: Path) -> Place:
    """A new ledger in a folder of its own, for a while."""
    return SqlitePlace(folder / "ledger.sqlite3")
