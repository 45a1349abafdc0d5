"""What happened in a rehearsal, as records, and each happening in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from automation.config.load import OrganizerFiles
from automation.domain.instants import Instants
from automation.domain.keys import name_of
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.plan.steps.rows import row_of
from automation.rehearsal.mails import Mail, mails
from automation.rehearsal.overlay import Addition
from automation.rendering.time_words import short_day


@dataclass(frozen=True)
class Happening(Instants):
    """One thing that happened at `at` (aware) about the call `mark` ("" = about no single call). `actor`: Callkeeper,
    People, Organizer, Google or the provider of meetings. `key` is that of Callkeeper's own steps; `skipped`: it did
    not happen, and `text` is the reason."""

    at: datetime
    mark: str
    actor: str
    text: str
    key: str = ""
    skipped: bool = False


@dataclass(frozen=True)
class Trouble(Instants):
    """A step that failed, became in doubt or was held back, at its time."""

    at: datetime
    key: str
    text: str


@dataclass(frozen=True)
class Story(Instants):
    """A whole rehearsal. `files` and `snapshot` are those of its end; `world` is what the sandbox's services hold, by
    service; `problems` are requests that the vendors would not have known."""

    files: OrganizerFiles
    since: datetime
    until: datetime
    happenings: tuple[Happening, ...]
    troubles: tuple[Trouble, ...]
    problems: tuple[str, ...]
    snapshot: LedgerSnapshot
    world: Mapping[str, Any]

    @cached_property
    def mails(self) -> tuple[Mail, ...]:
        """All that was delivered, in order."""
        return tuple(mails(self.world))

    @property
    def went_well(self) -> bool:
        return not self.troubles and not self.problems


def done_text(key: str, before: Receipt | None, after: Receipt | None, vendor: str) -> str:
    """What a step that is done now came to, in words. `vendor`: the provider of meetings."""
    return row_of(key).done(name_of(key), before, after).format(vendor=vendor)


def added_text(addition: Addition) -> str:
    """An organizer's edit of community.toml, in words."""
    values = addition.values
    if addition.kind == "talk":
        return f"In community.toml: a talk by {values.get('speaker') or 'somebody'}, “{values.get('title', '')}”"
    why = f" ({values['reason']})" if values.get("reason") else ""
    if values.get("cancel"):
        return f"In community.toml: cancelled{why}"
    to: datetime = values["move_to"]
    return f"In community.toml: moved to {short_day(to.date())}, {to:%H:%M}{why}"
