"""Whose the present login is: asked once for each login, of the one service that says so in so many words."""

from __future__ import annotations

from automation.config.load import OrganizerFiles
from automation.domain.belonging import (
    ASTRAY,
    TRIES,
    Login,
    belonging_row,
    digest_of,
    known_in,
    login_in,
    login_row,
    named_in,
    present_of,
)
from automation.domain.errors import Permanent, ServiceError
from automation.domain.ledger import Ledger
from automation.domain.outside import Services


def identify(services: Services, ledger: Ledger, files: OrganizerFiles) -> bool:
    """Write down whose the Google login is, unless that is known. Where it cannot be found out (no mailbox, no
    permission, no answer at the third try), what stands in the calendar has to tell. False: nobody answered, and there
    is something to compare the answer with.
    """
    assert files.credentials is not None
    digest, known = digest_of(files.credentials), login_in(ledger.snapshot().meta)
    if known.digest != digest:
        known = Login(digest, named_in(files.credentials))
    elif known.settled:
        return True
    known = known if known.settled else _asked(services, known)
    ledger.meta(login_row(known))
    belongs = known_in(ledger.snapshot().meta)
    return known.settled or belongs is None or not belongs.account


def _asked(services: Services, login: Login) -> Login:
    """Gmail's profile names the account
    (https://developers.google.com/workspace/gmail/api/reference/rest/v1/users/getProfile)."""
    try:
        account = services.drafts.address() if services.drafts is not None else ""
    except Permanent:
        account = ""
    except ServiceError:
        return Login(login.digest, "", login.tries + 1)
    return Login(login.digest, account, TRIES)


def settle(ledger: Ledger, files: OrganizerFiles) -> None:
    """Everything was found in its place: that is what the ledger belongs to."""
    rows = ledger.snapshot().meta
    wanted = belonging_row(known_in(rows), present_of(files.config, files.credentials, rows))
    if rows.get(ASTRAY):
        wanted[ASTRAY] = ""
    if wanted.items() - rows.items():
        ledger.meta(wanted)
