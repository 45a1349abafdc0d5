"""credentials.json -> Credentials; or every problem at once. No value from this file is ever quoted, only the names of
its keys.

`google` holds what google-auth calls authorized user info or service account info (`google.oauth2.credentials`,
`google.oauth2.service_account`), the latter with `subject`, the user whom it acts for.
"""

from __future__ import annotations

import hashlib
import shlex
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlunsplit

from automation.config import validators
from automation.config.meeting_providers import PROVIDERS, MeetingProvider
from automation.config.placeholders import left
from automation.config.table import Problems, Table
from automation.domain.errors import Problem, ProblemsError
from automation.domain.logins import Credentials, Endpoints, MeetingLogin, SmtpLogin
from automation.domain.model import Config
from automation.files.reading import MEGABYTE, NotReadable, decode, parse_json, read_bytes

EXAMPLE = "see credentials.example.json"


@dataclass(frozen=True)
class ReadCredentials:
    """What could be read of a credentials file, and what is wrong with it; None if it could not be read at all. `left`:
    what is still to be filled in."""

    credentials: Credentials | None
    problems: tuple[Problem, ...]
    left: tuple[Problem, ...] = ()


def read_credentials(path: Path | str, config: Config | None) -> Credentials:
    """The checked credentials. With a config, a section that it needs has to be there. Raises ProblemsError with every
    problem."""
    read = scan_credentials(path, config)
    if read.credentials is None or read.problems:
        raise ProblemsError(list(read.problems))
    return read.credentials


def scan_credentials(path: Path | str, config: Config | None) -> ReadCredentials:
    """The same without raising, so that other files can be checked beside it."""
    problems = Problems(str(path), quote=False)
    try:
        content = read_bytes(Path(path), MEGABYTE)
        _private(Path(path), problems)
        values = parse_json(decode(content))
    except NotReadable as error:
        return ReadCredentials(None, (*problems.found, error.problem(problems.file)))
    top = Table(problems, "", values)
    credentials = _credentials(top, hashlib.sha256(content).hexdigest()[:16])
    if config is not None:
        _sections_needed(top, config)
    return ReadCredentials(credentials, tuple(problems.found), left(problems.file, values))


def _private(path: Path, problems: Problems) -> None:
    # Whoever can read the file can mail the Group and delete the community's recordings.
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        problems.add(
            "", f"can be read or changed by other users of this machine; run: chmod 600 {shlex.quote(str(path))}"
        )


def _credentials(top: Table, fingerprint: str) -> Credentials:
    google = _section(top, "google")
    meeting = {name: section for name in PROVIDERS if (section := _section(top, name))}
    smtp, discord = (_section(top, key) for key in ("smtp", "discord"))
    webhook, organizers_webhook = _discord(discord) if discord else ("", "")
    endpoints = _endpoints(top.table("endpoints"))
    top.unknown_keys()
    return Credentials(
        google=_google(google) if google else None,
        meeting={name: _meeting(PROVIDERS[name], section) for name, section in meeting.items()},
        smtp=_smtp(smtp) if smtp else None,
        webhook_url=webhook,
        organizers_webhook_url=organizers_webhook,
        endpoints=endpoints,
        fingerprint=fingerprint,
    )


def _section(top: Table, key: str) -> Table | None:
    table = top.table(key) if top.has(key) else None
    return table if table and table.there else None


def _sections_needed(top: Table, config: Config) -> None:
    needed = {"google": "the calendar is Google's"}
    if config.meeting.of_its_own:
        provider = config.meeting.provider
        needed[provider] = f'the config has provider = "{provider}" under [meeting]'
    if config.mail.via == "smtp":
        needed["smtp"] = 'the config has via = "smtp" under [mail]'
    for section, reason in needed.items():
        if section not in top.values:
            top.add(section, f"this section is missing, but {reason}; {EXAMPLE}.")


def _google(table: Table) -> dict[str, Any]:
    info = dict(table.values)
    nested = [key for key in ("installed", "web") if key in info]
    if nested:
        table.add(nested[0], "this is the OAuth client, not a login; run: python run.py login")
    elif info.get("type", "authorized_user") == "authorized_user":
        for key in ("client_id", "client_secret", "refresh_token"):
            _secret(table, key, "run: python run.py login")
    elif info["type"] == "service_account":
        _service_account(table)
    else:
        table.add("type", 'must be "authorized_user" or "service_account"; run: python run.py login')
    if "token_uri" in info and info.get("type") != "service_account":
        table.text("token_uri", check=validators.service_url)
    return info


def _service_account(table: Table) -> None:
    remedy = "copy the whole key file that the Google Cloud console gives you"
    _secret(table, "client_email", remedy, validators.address)
    _secret(table, "private_key", remedy, _pem)
    _secret(table, "token_uri", remedy, validators.service_url)
    _secret(table, "subject", "write the address of the user whom the service account acts for", validators.address)


def _pem(text: str) -> str | None:
    sound = text.strip().startswith("-----BEGIN ") and "PRIVATE KEY-----" in text
    return None if sound else "is not a private key in PEM form; copy it from the key file, with every \\n in it."


def _meeting(provider: MeetingProvider, table: Table) -> MeetingLogin:
    values = {key: _secret(table, key, EXAMPLE) for key in provider.login}
    table.unknown_keys()
    return MeetingLogin(values[provider.account], values)


def _secret(table: Table, key: str, remedy: str, check: Callable[[str], str | None] | None = None) -> str:
    """A required text that is not empty; `check` looks at the rest of it, otherwise no blank may stand at its ends."""
    if not table.has(key):
        table.add(key, f"is missing; {remedy}.")
        return ""
    return table.text(key, check=lambda text: f"is empty; {remedy}." if not text.strip() else (check or _pasted)(text))


def _pasted(text: str) -> str | None:
    if text != text.strip():
        return "begins or ends with a blank or a line end, probably from copying; remove it."
    return validators.one_line_only(text)


def _smtp(table: Table) -> SmtpLogin:
    host = _secret(table, "host", EXAMPLE)
    port = table.number("port", 1, 65535, None, example=587)
    security = table.choice("security", ("starttls", "tls", "none"), None)
    if host and _not_a_host(host):
        table.add("host", "is not the name of a mail server; write only its name, without https:// and without a port.")
    elif table.values.get("security") == "none" and host and not validators.is_loopback(host):
        table.add(
            "security", 'may be "none" only for a mail server on this machine (127.0.0.1); write "starttls" or "tls".'
        )
    username = table.text("username", check=validators.one_line_only)
    password = table.text("password", check=validators.one_line_only)
    for key, value, other in (("username", username, password), ("password", password, username)):
        if other and not value and not (table.has(key) and table.values[key]):
            table.add(
                key, f"is {'empty' if table.has(key) else 'missing'}; give both username and password, or neither."
            )
    table.unknown_keys()
    return SmtpLogin(
        host=host,
        port=port,
        security=cast("Literal['starttls', 'tls', 'none']", security),
        username=username,
        password=password,
    )


def _not_a_host(text: str) -> bool:
    return any(character in " /@?#[]\t" or not character.isprintable() for character in text) or (
        ":" in text and text != "::1"
    )


def _discord(table: Table) -> tuple[str, str]:
    if not table.has("webhook_url"):
        table.add(
            "webhook_url",
            "is missing; copy it from the channel's settings in Discord, or leave the discord section out.",
        )
    found = tuple(table.text(key, check=validators.service_url) for key in ("webhook_url", "organizers_webhook_url"))
    table.unknown_keys()
    return found[0], found[1]


def _endpoints(table: Table) -> Endpoints:
    google = _addresses(table, dict.fromkeys(("calendar", "gmail", "drive", "docs"), _with_slash))
    meeting = _addresses(table, {key: form for row in PROVIDERS.values() for key, form in row.endpoints.items()})
    table.unknown_keys()
    return Endpoints(**google, meeting=meeting)


def _addresses(table: Table, forms: Mapping[str, Callable[[str], str]]) -> dict[str, str]:
    """Those that are given, each in its one form."""
    given = {key: table.text(key, check=_base_url) for key in forms}
    return {key: _normal(url, forms[key]) for key, url in given.items() if url}


def _with_slash(path: str) -> str:
    return f"{path}/"


def _base_url(text: str) -> str | None:
    problem = validators.service_url(text)
    return problem or ("must not hold a ? or #; write the base address alone." if "?" in text or "#" in text else None)


def _normal(url: str, form: Callable[[str], str]) -> str:
    """The address with its path in that form."""
    parts = validators.split_url(url)
    assert parts is not None
    return urlunsplit((parts.scheme, parts.netloc, form(parts.path.rstrip("/")), "", ""))
