"""Google's refusals told apart: what is worth waiting for, what a person must click, what is wrong with this one
request.

Reasons: https://developers.google.com/workspace/calendar/api/guides/errors and
https://developers.google.com/workspace/drive/api/guides/handle-errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from automation.adapters.wire.http import Purpose, redact
from automation.adapters.wire.retry_after import retry_after
from automation.domain.errors import Conflict, Permanent, ServiceError, Stopped, Transient

# The guides give no time after which a daily or sending quota is open again; the recovery takes hours.
QUOTA_SECONDS = 6 * 3600.0

RATE = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "sharingRateLimitExceeded"}
QUOTA = {"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg", "limitExceeded"}
BUSY = {"conflict", "ABORTED"}

_LOGIN = "run `python run.py login` and allow everything that is asked"
_SWITCH_ON = (
    "this API is not switched on for your Google Cloud project; open console.cloud.google.com, menu APIs & Services,"
    " Library, look for it by name and click Enable"
)
_SHARE = "this account may not do that; share the calendar, folder or document with it and let it make changes"
_SCOPE = f"the Google account has not allowed this program to do that; {_LOGIN}"
STOPPED: Mapping[str, str] = {
    "authError": f"Google does not accept the login; {_LOGIN}",
    "UNAUTHENTICATED": f"Google does not accept the login; {_LOGIN}",
    "insufficientPermissions": _SCOPE,
    "insufficientScopes": _SCOPE,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": _SCOPE,
    "accessNotConfigured": _SWITCH_ON,
    "SERVICE_DISABLED": _SWITCH_ON,
    "forbiddenForServiceAccounts": (
        "a service account may not invite guests; log in as a person with `python run.py login`, or have a Workspace"
        ' administrator give the service account domain-wide delegation and name the person under "subject" in the'
        " credentials file"
    ),
    "domainPolicy": (
        "the Workspace administrator does not allow this program; ask them to allow it in the Admin console"
    ),
    "forbidden": _SHARE,
}
_NEXT: Mapping[str, str] = {
    "storageQuotaExceeded": (
        "Google Drive is full, or the account (a service account) owns no storage; free some space or use a person's"
        " account"
    ),
    "insufficientFilePermissions": _SHARE,
    "requiredAccessLevel": _SHARE,
    "cannotCopyFile": "the owner does not allow copies of this document; allow them under Share, settings",
    "failedPrecondition": (
        'a service account has no mailbox; log in as a person with `python run.py login`, or set "subject" in the'
        " credentials file"
    ),
    "PERMISSION_DENIED": _SHARE,
}


class Refused(Permanent):
    """A definite no to this one request, with its HTTP status and Google's reasons for adapters that know what they
    mean."""

    def __init__(self, service: str, what: str, status: int, reasons: frozenset[str], said: str) -> None:
        """Take what `Permanent` takes, and the parts of the answer."""
        super().__init__(service, what)
        self.status = status
        self.reasons = reasons
        self.said = said


def google_refusal(purpose: Purpose, status: int, headers: Mapping[str, str], content: bytes) -> ServiceError:
    """The error for an answer of Google's that is no success.

    Rate limits: Transient. Quotas: Transient with a wait of hours. No permission, scope or API: Stopped with what to
    click. 412: Conflict. 5xx: as `Purpose.lost`. Everything else: `Refused`.
    """
    reasons, said = _reasons(content)
    after = retry_after(headers) or _time_in(said)
    failed = f"could not {purpose.what}"
    if reasons & QUOTA and status in (403, 429):
        what = f"{failed}: a quota of the Google account is used up; it will be tried again in some hours"
        return Transient(purpose.service, what, retry_after=after or QUOTA_SECONDS)
    if status in (408, 429) or (status == 403 and reasons & RATE) or (status == 409 and reasons & BUSY):
        what = f"{failed}: Google asks to slow down ({status}); it will be tried again"
        return Transient(purpose.service, what, retry_after=after)
    if status == 412:
        return Conflict(purpose.service, f"{failed}: it has changed since it was looked at")
    if status in (401, 403):
        for reason, sentence in STOPPED.items():
            if reason in reasons or (status == 401 and reason == "authError"):
                return Stopped(purpose.service, f"{failed}: {sentence}")
    if 400 <= status < 500:
        advice = next((sentence for reason, sentence in _NEXT.items() if reason in reasons), "")
        what = (
            f"{failed}: Google answered {status}"
            + (f" ({redact(said)})" if said else "")
            + (f"; {advice}" if advice else "")
        )
        return Refused(service=purpose.service, what=what, status=status, reasons=reasons, said=said)
    return purpose.lost(f"Google answered {status}", after=after)


def _reasons(content: bytes) -> tuple[frozenset[str], str]:
    """The reasons and the message in an error envelope: `errors[].reason`, `details[].reason` and `status`, whichever
    are there, since the services differ in which they send, and some answers on the way are no JSON at all."""
    try:
        envelope = json.loads(content)
    except (ValueError, RecursionError):
        return frozenset(), ""
    error = envelope.get("error") if isinstance(envelope, dict) else None
    if not isinstance(error, dict):
        return frozenset(), ""
    found: set[str] = set()
    for part in ("errors", "details"):
        items: Any = error.get(part)
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and isinstance(item.get("reason"), str):
                found.add(item["reason"])
    if isinstance(error.get("status"), str):
        found.add(error["status"])
    message = error.get("message")
    return frozenset(found), message if isinstance(message, str) else ""


def _time_in(message: str) -> datetime | float | None:
    """Gmail writes the time into the message: "User-rate limit exceeded.  Retry after 2026-12-08T19:00:00.000Z"."""
    found = re.search(r"retry after ([0-9][0-9TZ:.+-]+)", message, re.IGNORECASE)
    return retry_after({"Retry-After": found[1]}) if found else None
