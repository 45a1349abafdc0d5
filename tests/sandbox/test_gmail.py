"""Gmail in the sandbox: drafts, sending, reading, and what the Group makes of a post."""

from __future__ import annotations

import base64
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from automation.sandbox.gmail import store as gmail_store
from automation.sandbox.gmail import views as gmail_views

from . import discovery
from .running import Sandbox

USER = "/gmail/v1/users/me"
GROUP = "floss-mentoring@googlegroups.com"
KEY = "floss-mentoring/monthly-call/2026-12-08/mail:announcement"


def mail(**headers: str) -> EmailMessage:
    """Return a mail to the Group with text and HTML."""
    made = EmailMessage(policy=policy.SMTP)
    fields = {
        "From": "organizer@example.org",
        "To": GROUP,
        "Subject": "Grüße: the call on Tuesday, which has quite a long subject that needs folding",
        "Message-ID": "<own@callkeeper.example>",
        "X-Callkeeper-Key": KEY,
        "List-Id": "<mine.example.org>",
    } | headers
    for name, value in fields.items():
        if value:
            made[name] = value
    made.set_content("Hi all,\n\nsee you on <Tuesday> — ünïcode.\n", cte="quoted-printable")
    made.add_alternative("<p>Hi all</p>", subtype="html", cte="base64")
    return made


def raw(message: EmailMessage | None = None) -> str:
    """Return the mail as the API wants it."""
    return base64.urlsafe_b64encode(bytes(message or mail())).decode()


def draft(sandbox: Sandbox, message: EmailMessage | None = None) -> dict[str, Any]:
    """Create a draft."""
    return sandbox.google("gmail", "POST", f"{USER}/drafts", {"message": {"raw": raw(message)}})


def send(sandbox: Sandbox, message: EmailMessage | None = None, expect: int = 200) -> Any:
    """Send a mail at once."""
    body = {"raw": raw(message)}
    return sandbox.google("gmail", "POST", f"{USER}/messages/send", body, expect=expect)


def get(sandbox: Sandbox, message_id: str, expect: int = 200, **query: Any) -> Any:
    """Get a message."""
    path = f"{USER}/messages/{message_id}"
    return sandbox.google("gmail", "GET", path, query=query, expect=expect)


def found(sandbox: Sandbox, **query: Any) -> list[str]:
    """Return the ids of the messages listed."""
    answer = sandbox.google("gmail", "GET", f"{USER}/messages", query=query)
    return [each["id"] for each in answer.get("messages", [])]


def headers(message: dict[str, Any]) -> dict[str, str]:
    """Return the headers of a message got."""
    return {each["name"]: each["value"] for each in message["payload"]["headers"]}


def test_the_tables_of_names_are_those_of_the_discovery_document() -> None:
    schemas = discovery.document("gmail")["schemas"]
    discovery.check_names("gmail", gmail_views.MESSAGE_SHAPE, schemas["Message"], "Message")
    discovery.check_names("gmail", gmail_views.DRAFT_SHAPE, schemas["Draft"], "Draft")


@pytest.mark.parametrize(
    ("need", "method"),
    [
        ("read", "messages.get"),
        ("read", "messages.list"),
        ("drafts", "drafts.create"),
        ("drafts", "drafts.update"),
        ("drafts", "drafts.delete"),
        ("read drafts", "drafts.get"),
        ("read drafts", "drafts.list"),
        ("drafts", "drafts.send"),
        ("send", "messages.send"),
        ("profile", "getProfile"),
    ],
)
def test_the_scopes_that_suffice_are_those_of_the_discovery_document(need: str, method: str) -> None:
    names = {"gmail.readonly": "readonly", "gmail.metadata": "metadata"}
    names |= {"gmail.compose": "compose", "gmail.send": "send"}
    documented = discovery.scopes("gmail", f"gmail.users.{method}")
    assert gmail_store.SCOPES[need] - {"full"} == {names[each] for each in documented & set(names)}


def test_a_draft_sent_is_gone_and_one_message_labelled_sent_is_there(sandbox: Sandbox) -> None:
    made = draft(sandbox)
    assert made["message"]["labelIds"] == ["DRAFT"]
    sent = sandbox.google("gmail", "POST", f"{USER}/drafts/send", {"id": made["id"]})
    assert sent["labelIds"] == ["SENT"]
    assert sent["id"] != made["message"]["id"]
    assert sent["threadId"] == made["message"]["threadId"]
    sandbox.google("gmail", "GET", f"{USER}/drafts/{made['id']}", expect=404)
    sandbox.google("gmail", "POST", f"{USER}/drafts/send", {"id": made["id"]}, expect=404)
    assert found(sandbox) == [sent["id"]]
    assert [copy["to"] for copy in sandbox.state("gmail")["delivered"]] == [GROUP]


def test_sending_replaces_the_message_id_and_keeps_every_other_byte(sandbox: Sandbox) -> None:
    written = mail()
    sent = send(sandbox, written)
    got = get(sandbox, sent["id"], format="raw")
    content = base64.urlsafe_b64decode(got["raw"])
    assert message_from_bytes(content)["Message-ID"].endswith("@mail.gmail.com>")
    assert b"own@callkeeper.example" not in content
    original = bytes(written)
    assert content.partition(b"\r\n\r\n")[2] == original.partition(b"\r\n\r\n")[2]
    for line in original.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        assert line in content or line.startswith(b"Message-ID")


def test_the_group_gets_a_copy_with_list_headers_of_its_own_only(sandbox: Sandbox) -> None:
    send(sandbox, mail(Cc="Ada <ada@example.org>", Bcc="eve@example.org"))
    group, ada, eve = sandbox.state("gmail")["delivered"]
    assert [group["to"], ada["to"], eve["to"]] == [GROUP, "ada@example.org", "eve@example.org"]
    assert group["headers"]["List-ID"] == "<floss-mentoring.googlegroups.com>"
    assert "List-Id" not in group["headers"]
    assert group["headers"]["Precedence"] == "list"
    assert "Precedence" not in ada["headers"]
    assert "Bcc" not in ada["headers"] | eve["headers"]
    assert group["headers"]["X-Callkeeper-Key"] == KEY
    assert (group["text"], group["html"]) == (ada["text"], "<p>Hi all</p>\r\n")
    assert group["subject"].startswith("Grüße")


@pytest.mark.parametrize(
    "body",
    [
        {"raw": raw(mail(To=""))},
        {"raw": base64.urlsafe_b64encode(b"To: nobody\r\n\r\nx").decode()},
        {"raw": "a+b/"},
        {"raw": "abcde"},
        {"raw": ""},
        {},
        {"raw": raw(), "labels": ["SENT"]},
        {"raw": 1},
    ],
)
def test_what_gmail_refuses_to_send_is_refused_and_goes_nowhere(
    sandbox: Sandbox, body: dict[str, Any]
) -> None:
    path = f"{USER}/messages/send"
    sandbox.google("gmail", "POST", path, body, expect=400, proper=False)
    state = sandbox.state("gmail")
    assert (state["messages"], state["delivered"]) == ([], [])


def test_a_draft_without_recipient_may_be_kept_but_not_sent(sandbox: Sandbox) -> None:
    made = draft(sandbox, mail(To=""))
    sandbox.google("gmail", "POST", f"{USER}/drafts/send", {"id": made["id"]}, expect=400)
    assert sandbox.google("gmail", "GET", f"{USER}/drafts/{made['id']}")["id"] == made["id"]


def test_a_draft_is_updated_in_place_with_a_new_message(sandbox: Sandbox) -> None:
    made = draft(sandbox)
    path = f"{USER}/drafts/{made['id']}"
    new = sandbox.google("gmail", "PUT", path, {"message": {"raw": raw(mail(Subject="New"))}})
    assert new["id"] == made["id"]
    assert new["message"]["id"] != made["message"]["id"]
    got = sandbox.google("gmail", "GET", path, query={"format": "metadata"})
    assert headers(got["message"])["Subject"] == "New"
    sandbox.google("gmail", "DELETE", path, expect=204)
    sandbox.google("gmail", "DELETE", path, expect=404)
    assert found(sandbox) == []


def test_drafts_are_listed_in_pages_newest_first(sandbox: Sandbox) -> None:
    made = [draft(sandbox, mail(Subject=f"Number {number}"))["id"] for number in range(3)]
    first = sandbox.google("gmail", "GET", f"{USER}/drafts", query={"maxResults": 2})
    query = {"maxResults": 2, "pageToken": first["nextPageToken"]}
    second = sandbox.google("gmail", "GET", f"{USER}/drafts", query=query)
    assert [each["id"] for each in first["drafts"] + second["drafts"]] == made[::-1]
    query = {"q": 'subject:"number 1"'}
    only = sandbox.google("gmail", "GET", f"{USER}/drafts", query=query)
    assert [each["id"] for each in only["drafts"]] == [made[1]]


def test_the_formats_show_what_they_should(sandbox: Sandbox) -> None:
    sent = send(sandbox)["id"]
    minimal = get(sandbox, sent, format="minimal")
    assert minimal["snippet"] == "Hi all, see you on &lt;Tuesday&gt; — ünïcode."
    assert minimal["internalDate"] == "1796126400000"
    assert "payload" not in minimal
    wanted = ["message-id", "X-Callkeeper-Key"]
    some = get(sandbox, sent, format="metadata", metadataHeaders=wanted)
    assert set(headers(some)) == {"Message-ID", "X-Callkeeper-Key"}
    full = get(sandbox, sent)
    assert headers(full)["Subject"].startswith("Grüße: the call on Tuesday, which has")
    plain, rich = full["payload"]["parts"]
    assert (plain["mimeType"], rich["mimeType"]) == ("text/plain", "text/html")
    assert base64.urlsafe_b64decode(rich["body"]["data"]) == b"<p>Hi all</p>\r\n"
    get(sandbox, "0123456789abcdef", 404)


def test_messages_are_found_by_gmails_search_words(sandbox: Sandbox) -> None:
    old = send(sandbox, mail(Subject="Old news"))["id"]
    sandbox.set_now("2026-12-05T12:00:00Z")
    new = send(sandbox, mail(Subject="New call", To="ada@example.org"))["id"]
    waiting = draft(sandbox, mail(Subject="Not yet"))["message"]["id"]
    message_id = headers(get(sandbox, old))["Message-ID"]
    assert found(sandbox) == [waiting, new, old]
    assert found(sandbox, labelIds=["SENT"]) == [new, old]
    assert found(sandbox, q="in:sent after:2026/12/03") == [new]
    assert found(sandbox, q="before:2026/12/03") == [old]
    assert found(sandbox, q="after:1796300000 in:sent") == [new]
    assert found(sandbox, q="to:ada@example.org") == [new]
    assert found(sandbox, q='subject:"old news"') == [old]
    assert found(sandbox, q="from:organizer -subject:old in:sent") == [new]
    assert found(sandbox, q=f"rfc822msgid:{message_id}") == [old]
    assert found(sandbox, q="rfc822msgid:own@callkeeper.example in:sent") == []
    assert found(sandbox, q="in:draft") == [waiting]
    assert found(sandbox, q="ünïcode in:sent") == [new, old]
    assert found(sandbox, q="mentoring/monthly") == []


def test_trashed_messages_are_hidden_unless_asked_for(sandbox: Sandbox) -> None:
    sent = send(sandbox)["id"]
    sandbox.people("gmail", "trash", id=sent)
    assert found(sandbox) == []
    assert found(sandbox, includeSpamTrash="true") == [sent]
    assert found(sandbox, labelIds="TRASH") == [sent]


def test_with_the_compose_scope_drafts_can_be_read_and_sent_but_messages_not_read(
    sandbox: Sandbox,
) -> None:
    sandbox.people("gmail", "scope", scope="compose")
    made = draft(sandbox)
    sandbox.google("gmail", "GET", f"{USER}/drafts/{made['id']}")
    sent = sandbox.google("gmail", "POST", f"{USER}/drafts/send", {"id": made["id"]})
    refused = get(sandbox, sent["id"], 403)
    assert refused["error"]["errors"][0]["reason"] == "insufficientPermissions"
    sandbox.google("gmail", "GET", f"{USER}/messages", expect=403)


def test_the_metadata_scope_allows_neither_q_nor_bodies(sandbox: Sandbox) -> None:
    sent = send(sandbox)["id"]
    sandbox.people("gmail", "scope", scope="metadata")
    assert found(sandbox, labelIds="SENT") == [sent]
    sandbox.google("gmail", "GET", f"{USER}/messages", query={"q": "in:sent"}, expect=403)
    get(sandbox, sent, format="metadata")
    get(sandbox, sent, 403, format="full")
    sandbox.google("gmail", "POST", f"{USER}/messages/send", {"raw": raw()}, expect=403)


def test_the_profile_names_the_account_and_others_mailboxes_are_closed(sandbox: Sandbox) -> None:
    send(sandbox)
    profile = sandbox.google("gmail", "GET", f"{USER}/profile")
    assert profile["emailAddress"] == "organizer@example.org"
    assert profile["messagesTotal"] == 1
    sandbox.google("gmail", "GET", "/gmail/v1/users/organizer@example.org/profile")
    sandbox.google("gmail", "GET", "/gmail/v1/users/eve@example.org/profile", expect=403)


def test_unknown_parameters_and_formats_are_refused(sandbox: Sandbox) -> None:
    sent = send(sandbox)["id"]
    path = f"{USER}/messages/{sent}"
    for query in ({"format": "everything"}, {"headers": "Subject"}):
        sandbox.google("gmail", "GET", path, query=query, expect=400, proper=False)


def test_a_service_account_acting_for_nobody_has_no_mailbox(sandbox: Sandbox) -> None:
    bare = sandbox.refresh(
        grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer", assertion="e30.eyJpc3MiOiJ4In0.x"
    ).json["access_token"]
    refused = sandbox.google(
        "gmail", "GET", f"{USER}/profile", headers={"Authorization": f"Bearer {bare}"}, expect=400
    )
    assert refused["error"]["errors"][0]["reason"] == "failedPrecondition"


def test_people_send_delete_and_receive(sandbox: Sandbox) -> None:
    first, second = draft(sandbox)["id"], draft(sandbox)["id"]
    sandbox.people("gmail", "send_draft", id=first)
    sandbox.people("gmail", "delete_draft", id=second)
    sandbox.people("gmail", "receive", raw=raw(mail(Subject="Re: hello")))
    state = sandbox.state("gmail")
    assert state["drafts"] == []
    assert [each["labelIds"] for each in state["messages"]] == [["SENT"], ["INBOX", "UNREAD"]]
