"""Values that are no real ones yet: what `init` and credentials.example.json leave to be filled in, which holds MARK
and nothing else does; and addresses at names that nobody can have (RFC 2606), which are good for trying things out and
for nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from automation.config.meeting_providers import PROVIDERS
from automation.config.table import Problems, Table
from automation.config.validators import is_loopback, split_url
from automation.domain.errors import Problem
from automation.domain.logins import Credentials
from automation.domain.model import Config
from automation.domain.text import Mailbox

MARK = "replace-me"
# What `init` writes; credentials.example.json is written by hand, and `tests/unit/test_placeholders.py` reads both.
ADDRESS = f"{MARK}@example.org"
LINKS = {"join": f"https://example.org/{MARK}", "chat": f"https://example.org/{MARK}"}
# What people write about a call may hold any word.
_FREE = ("change", "talk")
_RESERVED = ("example.org", "example.com", "example.net")
_RESERVED_TOPS = ("example", "invalid", "test")


def left(file: str, values: Mapping[str, Any]) -> tuple[Problem, ...]:
    """A problem for each value of a file, read as tables, that is still to be filled in; no value is quoted."""
    problems = Problems(file, quote=False)
    for place in _places(Table(problems, "", values)):
        problems.add(place, "is still the example; write your own value, or remove what you do not use.")
    return tuple(problems.found)


def _places(table: Table) -> Iterator[str]:
    for key, value in table.values.items():
        if key not in _FREE:
            yield from _marked(table.problems, table.at(key), value)


def _marked(problems: Problems, place: str, value: Any) -> Iterator[str]:
    if isinstance(value, str) and MARK in value.casefold():
        yield place
    elif isinstance(value, dict):
        yield from _places(Table(problems, place, value))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _marked(problems, f"{place}[{number}]", each)


def nobodys(config: Config, file: str) -> list[Problem]:
    """A remark for each address and link of `config`, read from `file`, that members or mails would meet and that
    nobody can have."""
    return [problem for _, problem in _nobodys(config, file)]


def refused(config: Config, credentials: Credentials, file: str) -> list[Problem]:
    """The same as problems, where the credentials lead to the services that would really use them."""
    real = _real(config, credentials)
    return [problem for service, problem in _nobodys(config, file) if service in real]


def _nobodys(config: Config, file: str) -> Iterator[tuple[str, Problem]]:
    """Each with the service that it is for."""
    addresses = [("mail", "community.group", config.group), ("mail", "mail.from", config.mail.sender)]
    addresses += [("mail", f"community.organizers[{number}]", each) for number, each in enumerate(config.organizers)]
    if config.meeting.of_its_own and "@" in config.meeting.host:
        addresses.append(("meeting", "meeting.host", config.meeting.host))
    links = [("mail", f"links.{key}", url) for key, url in config.links.items()] + [
        ("mail", "page.url", config.page.url)
    ]
    if not config.meeting.of_its_own:
        links.append(("mail", "meeting.url", config.meeting.url))
    for service, place, text in addresses:
        if _is_reserved(_domain(text)):
            yield (
                service,
                Problem(
                    file,
                    place,
                    "is at a name reserved for examples (RFC 2606), which nobody can have; write your own address.",
                ),
            )
    for service, place, text in links:
        parts = split_url(text)
        if parts is not None and _is_reserved(parts.hostname or ""):
            yield (
                service,
                Problem(file, place, "leads to a name reserved for examples (RFC 2606); write your own link."),
            )


def _domain(address: str) -> str:
    try:
        return Mailbox.parse(address).domain
    except ValueError:
        return ""


def _is_reserved(host: str) -> bool:
    name = host.lower().rstrip(".")
    return name.rpartition(".")[2] in _RESERVED_TOPS or any(
        name == each or name.endswith(f".{each}") for each in _RESERVED
    )


def _real(config: Config, credentials: Credentials) -> set[str]:
    """The services, of those above, that are not made up on this very machine."""
    endpoints, smtp = credentials.endpoints, credentials.smtp
    mail = _is_away(endpoints.gmail) if config.mail.via == "gmail" else smtp is not None and not is_loopback(smtp.host)
    provider = PROVIDERS.get(config.meeting.provider)
    # Where no other address is given, it is the vendor's own.
    given = endpoints.meeting.get(provider.asked) if provider is not None else None
    meeting = provider is not None and (given is None or _is_away(given))
    return {name for name, away in (("mail", mail), ("meeting", meeting)) if away}


def _is_away(url: str) -> bool:
    parts = split_url(url)
    return parts is not None and not is_loopback(parts.hostname or "")
