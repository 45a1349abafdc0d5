"""From the organizers' files and the ledger to what the plan is made from."""

from __future__ import annotations

import hashlib
from datetime import datetime

from automation.config.load import OrganizerFiles
from automation.config.template_folder import Templates
from automation.domain.belonging import present_of
from automation.domain.inputs import Applies, Inputs, TemplateSet, always
from automation.domain.receipts import LedgerSnapshot


def inputs_of(
    files: OrganizerFiles,
    snapshot: LedgerSnapshot,
    now: datetime,
    *,
    applies: Applies | None = None,
    force: bool = False,
) -> Inputs:
    """What the plan is made from at `now`."""
    credentials = files.credentials
    return Inputs(
        config=files.config,
        templates=template_set(files.templates),
        snapshot=snapshot,
        now=now,
        applies=applies or always,
        chat=bool(credentials and credentials.webhook_url),
        force=force,
        fingerprint=credentials.fingerprint if credentials else "",
        belongs=present_of(files.config, credentials, snapshot.meta),
    )


def template_set(templates: Templates) -> TemplateSet:
    """The templates as the plan sees them."""

    def digests(prefix: str) -> str:
        parts = [f"{name}:{value}" for name, value in sorted(templates.digests.items()) if name.startswith(prefix)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]

    return TemplateSet(
        mails=templates.mails,
        chats=templates.chats,
        event=digests("event.md"),
        notes=digests("notes.md"),
        page=digests("page/"),
    )
