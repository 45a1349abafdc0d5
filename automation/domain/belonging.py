"""What a ledger belongs to: one community, Google account, calendar, account that has the meetings, notes document and
Group. Pure.

It is written down at the first look that finds everything in its place, and compared with what is configured and logged
in ever after: another account would look as if people had deleted all events, and another Group as if nobody had been
told yet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from automation.domain.logins import Credentials
from automation.domain.model import Config

# Rows of the ledger: what it belongs to, whose the present Google login is, and why nothing of it is to be found
# outside.
BELONGS, LOGIN, ASTRAY = "belongs", "login", "astray"
HAND_OVER = (
    "take that back, or hand over with `python run.py adopt-account`, which first shows what becomes of the calls;"
    " until then nothing is done"
)
# How often a service that does not answer is asked whose a login is.
TRIES = 3


@dataclass(frozen=True)
class Belonging:
    """An empty text = not known, or not used. `account` is an address, `calendar` an id as in the config, `meeting` a
    digest of the account that has the meetings. `login` tells one Google login from another and, like `vendor`, which
    provider of meetings that is, belongs to the present alone: neither is written down."""

    uid: str
    account: str = ""
    calendar: str = ""
    meeting: str = ""
    document: str = ""
    group: str = ""
    login: str = ""
    vendor: str = ""


@dataclass(frozen=True)
class Login:
    """Whose a Google login is. `digest` tells one login from another and nothing about it; `tries`: how often that was
    asked in vain."""

    digest: str = ""
    account: str = ""
    tries: int = 0

    @property
    def settled(self) -> bool:
        """There is no use in asking (again)."""
        return bool(self.account) or self.tries >= TRIES


@dataclass(frozen=True)
class Difference:
    """One thing that is not what the ledger belongs to; `what` is the name of a field of `Belonging`."""

    what: str
    sentence: str


def digest_of(credentials: Credentials | None) -> str:
    """Tells one Google login from another, and nothing about it; empty without one."""
    if credentials is None or credentials.google is None:
        return ""
    return _digest(json.dumps(dict(credentials.google), sort_keys=True, default=str))


def named_in(credentials: Credentials) -> str:
    """The address that the login itself names: that of the person for whom a service account acts."""
    google = credentials.google or {}
    return str(google.get("subject") or "") if google.get("type") == "service_account" else ""


def present_of(config: Config, credentials: Credentials | None, rows: Mapping[str, str]) -> Belonging:
    """What is configured and logged in now, as far as that is known; `rows` are the ledger's."""
    login, known = digest_of(credentials), login_in(rows)
    provider = config.meeting.provider
    meeting = credentials.meeting.get(provider) if credentials is not None else None
    return Belonging(
        uid=config.uid,
        account=known.account if login and known.digest == login else "",
        calendar=config.calendar.id,
        meeting=_digest(f"{provider} account {meeting.account}") if meeting is not None else "",
        document=config.notes.document if config.notes.mode == "running" else "",
        group=config.group,
        login=login,
        vendor=config.meeting.vendor,
    )


def login_in(rows: Mapping[str, str]) -> Login:
    """The login of which the ledger knows whose it is."""
    try:
        found = json.loads(rows.get(LOGIN, ""))
        return Login(str(found["digest"]), str(found["account"]), int(found["tries"]))
    except (ValueError, TypeError, KeyError):
        return Login()


def login_row(login: Login) -> dict[str, str]:
    """The row to write down."""
    return {LOGIN: json.dumps(asdict(login))}


def known_in(rows: Mapping[str, str]) -> Belonging | None:
    """What the ledger belongs to; None if that was never written down."""
    try:
        found = json.loads(rows.get(BELONGS, ""))
        return Belonging(**{field.name: str(found.get(field.name, "")) for field in fields(Belonging)})
    except (ValueError, TypeError, AttributeError):
        return None


def belonging_row(known: Belonging | None, present: Belonging) -> dict[str, str]:
    """The row to write down once everything was found in its place: the present things, and what is known of those not
    used at present."""
    whole = present
    if known is not None:
        kept = {name: value for name, value in asdict(known).items() if not getattr(present, name)}
        whole = replace(present, **kept)
    row = {name: value for name, value in asdict(whole).items() if name != "vendor"}
    return {BELONGS: json.dumps({**row, "login": ""}, ensure_ascii=False)}


def differences(known: Belonging, present: Belonging) -> tuple[Difference, ...]:
    """What is not what the ledger belongs to, in words."""
    sentences = {
        "account": f"the Google login is that of {present.account}, and this ledger belongs to {known.account}",
        "calendar": (
            f'[calendar] id is "{present.calendar}", and the calls of this ledger stand in'
            f' "{resolved(known) or known.calendar}"'
        ),
        "meeting": (
            f"the {present.vendor} account in the credentials is not the one in which this ledger's meetings were made"
        ),
        "document": f'[notes] document is "{present.document}", and this ledger\'s notes are in "{known.document}"',
        "group": f"[community] group is {present.group}, and this ledger belongs to {known.group}",
    }
    return tuple(Difference(name, sentence) for name, sentence in sentences.items() if _differs(name, known, present))


def _differs(name: str, known: Belonging, present: Belonging) -> bool:
    one, other = getattr(known, name), getattr(present, name)
    if name in ("meeting", "document"):
        return bool(one and other and one != other)
    if (
        name == "calendar" and one != other
    ):  # an account's own calendar goes by two names; another account is said to be one
        one, other = resolved(known) or one, resolved(present) or other
    return bool(one and other and one.casefold() != other.casefold())


def resolved(belonging: Belonging) -> str:
    """The calendar's id by which other accounts know it too; empty if that is not known."""
    return belonging.account if belonging.calendar == "primary" else belonging.calendar


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]
