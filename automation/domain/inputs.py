"""Everything that a plan is made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from automation.domain.belonging import Belonging
from automation.domain.instants import Instants
from automation.domain.model import Config, Template
from automation.domain.receipts import LedgerSnapshot
from automation.domain.steps import Message

# Whether the `if` of a template holds for a step.
Applies = Callable[[Template, Message], bool]


@dataclass(frozen=True)
class TemplateSet:
    """All that the plan needs to know of the templates folder. `event`, `notes` and `page` are digests of those
    files."""

    mails: tuple[Template, ...]
    chats: tuple[Template, ...]
    event: str = ""
    notes: str = ""
    page: str = ""


def always(template: Template, step: Message) -> bool:
    """Where nothing is rendered, each `if` is taken to hold."""
    return True


@dataclass(frozen=True)
class Inputs(Instants):
    """Everything that a plan is made from. `applies` evaluates a template's `if` and is asked only for mails and posts
    that are due. `chat`: the credentials hold a webhook. `fingerprint`: that of the credentials file. `belongs`: whose
    all is, as far as that is compared.
    """

    config: Config
    templates: TemplateSet
    snapshot: LedgerSnapshot
    now: datetime
    applies: Applies = always
    chat: bool = False
    force: bool = False
    fingerprint: str = ""
    belongs: Belonging | None = None
