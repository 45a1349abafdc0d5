"""Where what organizers edit and what is remembered are. Without a dataclass, which an idle tick does not load."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from automation.domain.ledger import Place

# What is known of past calls, beside community.toml.
ARCHIVE = "archive.toml"


class Paths(NamedTuple):
    """`config`: community.toml; `credentials`: credentials.json; `templates`: the folder; `state`: where the ledger is
    kept."""

    config: Path
    credentials: Path
    templates: Path
    state: Place
