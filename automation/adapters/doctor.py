"""One harmless question to each service that the configuration uses: is it there, and does it let us do what will be
needed?

Nothing is written, sent or posted anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from automation.domain.errors import ServiceError, UserError
from automation.domain.model import Config
from automation.domain.outside import Services
from automation.domain.recordings import SeenFile
from automation.domain.text import Mailbox

FOLDER = "application/vnd.google-apps.folder"


@dataclass(frozen=True)
class Finding:
    """What one question came to: `said` is what is there, or what to do."""

    name: str
    sound: bool
    said: str


@dataclass(frozen=True)
class Question:
    """`ask` returns what is there, in a few words. It raises ServiceError, or UserError with what to do."""

    name: str
    ask: Callable[[], str]


def examine(config: Config, services: Services, now: datetime) -> Iterator[Finding]:
    """The findings, one after the other, each as soon as it is there."""
    for question in questions(config, services, now):
        try:
            yield Finding(question.name, True, question.ask())
        except ServiceError as error:
            yield Finding(question.name, False, error.what)
        except UserError as error:
            yield Finding(question.name, False, str(error))


def questions(config: Config, services: Services, now: datetime) -> Iterator[Question]:
    """What there is to ask with this configuration, in the order in which a call needs it."""
    if config.meeting.of_its_own:
        yield Question(config.meeting.vendor, lambda: _meetings(config, services))
    yield Question("Google Calendar", lambda: _calendar(config, services, now))
    if config.mail.via == "gmail":
        yield Question("Gmail", lambda: _gmail(config, services))
    else:
        yield Question("Mail server", lambda: _smtp(config, services))
    if config.notes.mode == "running":
        yield Question("Notes document", lambda: _document(config, services))
    if config.notes.mode == "copy":
        yield Question("Notes document", lambda: _template(config, services))
    if config.recordings.source != "none" and config.recordings.folder:
        yield Question("Drive folder", lambda: _folder(config, services))
    if services.chat is not None:
        yield Question("Discord", lambda: _webhook(services))
    if services.organizers_chat is not None:
        yield Question("Discord, organizers", lambda: _organizers_webhook(services))


def _meetings(config: Config, services: Services) -> str:
    assert services.meetings is not None
    count = len(services.meetings.meetings())
    return f"{config.meeting.host} has {_many(count, 'meeting')} ahead"


def _calendar(config: Config, services: Services, now: datetime) -> str:
    count = len(services.calendar.marked(config.uid, now))
    return f"the calendar {config.calendar.id} holds {_many(count, 'call')} of ours ahead"


def _gmail(config: Config, services: Services) -> str:
    assert services.drafts is not None
    account, sender = services.drafts.address(), Mailbox.parse(config.mail.sender).address
    if account.casefold() != sender.casefold():
        return (
            f"logged in as {account}; mails say they are from {sender}, which Gmail must know as an address of that"
            " account (Send mail as)"
        )
    return f"logged in as {account}"


def _smtp(config: Config, services: Services) -> str:
    assert services.smtp is not None
    services.smtp.greet(config.mail.sender)
    return "the mail server lets us in"


def _document(config: Config, services: Services) -> str:
    return f"readable, with {_many(len(services.notes.headings(config.notes.document)), 'heading')}"


def _folder(config: Config, services: Services) -> str:
    found = _seen(services, config.recordings.folder, "the folder of recordings")
    if found.mime_type != FOLDER:
        raise UserError(f"“{found.name}” is a file; put the id of a folder into [recordings] folder")
    return f"the folder “{found.name}” is there"


def _template(config: Config, services: Services) -> str:
    return f"“{_seen(services, config.notes.document, 'the document to copy').name}” is there"


def _seen(services: Services, number: str, what: str) -> SeenFile:
    found = services.drive.get(number)
    if found is None or found.trashed:
        raise UserError(
            f"{what} cannot be seen with this login; check its id in community.toml, and share it with this account as"
            " editor"
        )
    return found


def _webhook(services: Services) -> str:
    assert services.chat is not None
    return f"the webhook “{services.chat.name()}” is there"


def _organizers_webhook(services: Services) -> str:
    assert services.organizers_chat is not None
    return f"the webhook “{services.organizers_chat.name()}” is there"


def _many(count: int, word: str) -> str:
    return f"{count or 'no'} {word}{'' if count == 1 else 's'}"
