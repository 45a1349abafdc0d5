"""Logging in at Google, one request on the wire for each call, and Google's refusals told apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from automation.adapters.google.calendar import GoogleCalendar
from automation.adapters.google.client import GoogleClient
from automation.adapters.google.docs import GoogleDocs
from automation.adapters.google.drive import GoogleDrive
from automation.adapters.google.gmail import GmailDrafts
from automation.adapters.google.refusals import google_refusal
from automation.adapters.wire.http import Purpose
from automation.domain.errors import Conflict, Permanent, ServiceError, Stopped, Transient, Unknown
from automation.domain.services import EventFields, Paragraph

DOCUMENT = "1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo"
MAIL = b"To: group@example.org\r\nX-Callkeeper-Key: a/b/2026-12-08/mail:reminder\r\nSubject: Hi\r\n\r\nHi\r\n"
START = datetime(2026, 12, 8, 19, tzinfo=UTC)
END = datetime(2026, 12, 8, 20, tzinfo=UTC)
FAULTS = ["drop_before", "drop_after", "reset_before", "reset_after", "half", "garbage", "status", "status_after"]


def draft(google: GoogleClient) -> object:
    return GmailDrafts(google).create_draft(MAIL)


def section(google: GoogleClient) -> object:
    GoogleDocs(google).add_section(DOCUMENT, (Paragraph("2026-12-08", "HEADING_2"),))
    return None


def document_copy(google: GoogleClient) -> object:
    return GoogleDrive(google).copy("template", "Notes 2026-12-08", "floss/call/2026-12-08")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("service", "act"), [("gmail", draft), ("docs", section), ("drive", document_copy)])
def test_what_may_not_be_repeated_goes_out_once(
    sandbox: Any, google: GoogleClient, service: str, act: Callable[[GoogleClient], object], fault: str
) -> None:
    """However the connection ends: one request, and the outcome is unknown."""
    sandbox.people("drive", "folder", name="template", id="template")
    sandbox.fault(fault, service=service, method="POST")
    with pytest.raises(Unknown):
        act(google)
    assert len(sandbox.log(service, "POST")) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_draft_is_sent_once_and_can_be_asked_about(sandbox: Any, google: GoogleClient, fault: str) -> None:
    mails = GmailDrafts(google)
    draft_id = mails.create_draft(MAIL)
    sandbox.fault(fault, service="gmail", path="drafts/send")
    with pytest.raises(Unknown):
        mails.send_draft(draft_id)
    assert len([entry for entry in sandbox.log("gmail") if entry["path"].endswith("/send")]) == 1
    sent = fault not in ("drop_before", "reset_before", "status")
    assert mails.draft_exists(draft_id) is not sent
    assert len(sandbox.get("state/gmail")["delivered"]) == int(sent)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_calendar_insert_goes_out_once_and_may_be_repeated(sandbox: Any, google: GoogleClient, fault: str) -> None:
    calendar = GoogleCalendar(google, "primary")
    fields = EventFields(start=START, end=END, summary="Call")
    sandbox.fault(fault, service="calendar")
    with pytest.raises(Transient):
        calendar.insert("abcde", fields, notify=True)
    assert len(sandbox.log("calendar")) == 1
    done = fault not in ("drop_before", "reset_before", "status")
    assert (calendar.insert("abcde", fields, notify=True) is None) is done
    assert len(sandbox.get("state/calendar")["events"]) == 1


def test_an_answer_that_does_not_come_in_time_leaves_one_request(sandbox: Any, google: GoogleClient) -> None:
    draft_id = GmailDrafts(google).create_draft(MAIL)
    impatient = GoogleClient(sandbox.credentials["google"], sandbox.google_endpoints, timeout=(5.0, 1.0))
    sandbox.fault("slow", service="gmail", path="drafts/send", seconds=1.5)
    with pytest.raises(Unknown, match="did not come in time"):
        GmailDrafts(impatient).send_draft(draft_id)
    assert len([entry for entry in sandbox.log("gmail") if entry["path"].endswith("/send")]) == 1


def test_one_token_serves_every_service(sandbox: Any, google: GoogleClient) -> None:
    GoogleCalendar(google, "primary").get("nothing")
    GmailDrafts(google).drafts()
    GoogleDocs(google).headings(DOCUMENT)
    assert len(sandbox.log("google")) == 1


def test_a_token_that_ended_mid_run_is_replaced_and_the_call_made(sandbox: Any, google: GoogleClient) -> None:
    mails = GmailDrafts(google)
    mails.create_draft(MAIL)
    sandbox.people("google", "expire")
    mails.create_draft(MAIL)
    assert [entry["status"] for entry in sandbox.log("gmail", "POST")] == [200, 401, 200]
    assert len(sandbox.get("state/gmail")["drafts"]) == 2


def test_a_revoked_login_stops_with_what_to_run(sandbox: Any, google: GoogleClient) -> None:
    GmailDrafts(google).drafts()
    sandbox.people("google", "revoke")
    with pytest.raises(Stopped, match=r"run `python run\.py login`"):
        GmailDrafts(google).create_draft(MAIL)


def test_a_token_refused_again_and_again_stops(sandbox: Any, google: GoogleClient) -> None:
    sandbox.fault("status", service="gmail", status=401, times=5, body={"error": {"code": 401, "message": "Invalid Credentials"}})
    with pytest.raises(Stopped, match=r"run `python run\.py login`"):
        GmailDrafts(google).create_draft(MAIL)
    assert len(sandbox.log("gmail")) == 2


@pytest.mark.parametrize("fault", [{"do": "drop_before"}, {"do": "garbage"}, {"do": "status", "status": 503}, {"do": "status", "status": 429}])
def test_a_token_endpoint_in_trouble_is_transient_and_asked_once(sandbox: Any, google: GoogleClient, fault: dict[str, Any]) -> None:
    sandbox.fault(**fault, service="google", headers={"Retry-After": "7"})
    with pytest.raises(Transient) as raised:
        GmailDrafts(google).create_draft(MAIL)
    assert raised.value.retry_after == (7.0 if "status" in fault else None)
    assert len(sandbox.log("google")) == 1
    assert sandbox.log("gmail") == []
    GmailDrafts(google).create_draft(MAIL)


def test_an_unreachable_token_endpoint_is_transient(sandbox: Any) -> None:
    info = {**sandbox.credentials["google"], "token_uri": "http://127.0.0.1:9/token"}
    with pytest.raises(Transient, match="log in at Google"):
        GmailDrafts(GoogleClient(info, sandbox.google_endpoints)).drafts()


def test_a_service_account_acts_for_its_subject_at_its_own_token_uri(sandbox: Any) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    info = {
        "type": "service_account",
        "client_email": "robot@project.iam.gserviceaccount.com",
        "private_key": pem.decode(),
        "token_uri": sandbox.credentials["google"]["token_uri"],
        "subject": "organizer@example.org",
    }
    GmailDrafts(GoogleClient(info, sandbox.google_endpoints)).drafts()
    assert [entry["path"] for entry in sandbox.log("google")] == ["/token"]


@pytest.mark.parametrize(
    "info",
    [
        {"type": "authorized_user", "client_id": "planted"},
        {"type": "service_account", "client_email": "a@b", "private_key": "planted"},
        {"type": "service_account"},
    ],
)
def test_a_damaged_login_stops_without_quoting_it(sandbox: Any, info: dict[str, str]) -> None:
    with pytest.raises(Stopped, match="incomplete or damaged") as raised:
        GmailDrafts(GoogleClient(info, sandbox.google_endpoints)).drafts()
    assert "planted" not in str(raised.value)
    assert raised.value.__suppress_context__


def envelope(reason: str = "", message: str = "no", **more: Any) -> bytes:
    errors = [{"domain": "global", "reason": reason, "message": message}] if reason else []
    return json.dumps({"error": {"code": 0, "message": message, "errors": errors, **more}}).encode()


DETAIL = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
HOURS = 6 * 3600.0


@pytest.mark.parametrize(
    ("status", "content", "kind", "says", "after"),
    [
        (403, envelope("rateLimitExceeded"), Transient, "slow down", None),
        (403, envelope("userRateLimitExceeded"), Transient, "slow down", None),
        (429, b"not json", Transient, "slow down", None),
        (429, envelope(message="User-rate limit exceeded.  Retry after 2026-12-08T19:00:00.000Z"), Transient, "slow down", START),
        (403, envelope("quotaExceeded"), Transient, "quota", HOURS),
        (429, envelope("dailyLimitExceeded"), Transient, "quota", HOURS),
        (409, envelope("conflict"), Transient, "slow down", None),
        (403, envelope("insufficientPermissions"), Stopped, "run `python run.py login`", None),
        (403, envelope(details=[DETAIL], status="PERMISSION_DENIED"), Stopped, "run `python run.py login`", None),
        (403, envelope("forbiddenForServiceAccounts"), Stopped, "domain-wide delegation", None),
        (403, envelope("accessNotConfigured"), Stopped, "console.cloud.google.com", None),
        (403, envelope("forbidden"), Stopped, "share", None),
        (403, envelope("storageQuotaExceeded"), Permanent, "is full", None),
        (403, envelope(status="PERMISSION_DENIED"), Permanent, "share", None),
        (401, b"", Stopped, "run `python run.py login`", None),
        (400, envelope("invalid", "Bad https://x.example/path?pwd=planted"), Permanent, "https://x.example/", None),
        (404, b'{"error": "not the usual form"}', Permanent, "404", None),
        (400, b'{"error": {"errors": "text", "details": {"reason": 1}, "message": ["x"]}}', Permanent, "400", None),
        (400, b"[" * 100000, Permanent, "400", None),
        (412, envelope("conditionNotMet"), Conflict, "changed", None),
        (500, envelope("backendError"), Unknown, "500", None),
        (503, b"", Unknown, "503", None),
        (302, b"", Unknown, "302", None),
    ],
)
def test_refusals_are_told_apart(status: int, content: bytes, kind: type[ServiceError], says: str, after: object) -> None:
    error = google_refusal(Purpose("calendar", "create the event", safe=False), status, {}, content)
    assert isinstance(error, kind)
    assert isinstance(error, Stopped) is (kind is Stopped)
    assert says in str(error)
    assert "could not" in str(error)
    assert "create the event" in str(error)
    assert "planted" not in str(error)
    assert error.retry_after == after


def test_a_5xx_on_a_safe_call_is_transient_and_carries_its_wait() -> None:
    error = google_refusal(Purpose("drive", "list the files", safe=True), 503, {"Retry-After": "30"}, b"")
    assert type(error) is Transient
    assert error.retry_after == 30.0
