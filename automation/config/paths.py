"""Where what organizers edit and what is remembered are. Without a dataclass, which an idle tick does not load."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Paths(NamedTuple):
    """`config`: community.toml; `credentials`: credentials.json; `templates`: the folder; `state`: the ledger."""

    config: Path
    credentials: Path
    templates: Path
    state: Path
