"""The chat webhook over real sockets against the sandbox."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.adapters.discord import DiscordWebhook, shortened
from automation.domain.errors import Permanent, ServiceError, Stopped, Transient, Unknown


@pytest.fixture
def url(sandbox: Any) -> str:
    return str(sandbox.credentials["discord"]["webhook_url"])


@pytest.fixture
def chat(url: str) -> DiscordWebhook:
    return DiscordWebhook(url)


def kept(sandbox: Any) -> str:
    return str(sandbox.get("state/discord"))


def messages(sandbox: Any) -> list[dict[str, Any]]:
    return list(sandbox.get("state/discord")["messages"])


def test_a_post_is_kept_and_its_id_comes_back(sandbox: Any, chat: DiscordWebhook) -> None:
    made = chat.post("Call on Tuesday at 11:00 PST — größer 📅")
    (message,) = messages(sandbox)
    assert message["id"] == made
    assert message["content"] == "Call on Tuesday at 11:00 PST — größer 📅"


def test_neither_post_nor_edit_mentions_anybody(sandbox: Any, chat: DiscordWebhook) -> None:
    made = chat.post("@everyone <@1100000000000000099> <@&1100000000000000098> come")
    assert chat.edit(made, "@here <@1100000000000000099> come later")
    for method in ("POST", "PATCH"):
        assert sandbox.log("discord", method)[-1]["body"]["allowed_mentions"] == {"parse": []}


def test_an_edit_replaces_the_text_and_may_be_repeated(sandbox: Any, chat: DiscordWebhook) -> None:
    made = chat.post("old")
    assert chat.edit(made, "new")
    assert chat.edit(made, "new")
    (message,) = messages(sandbox)
    assert message["content"] == "new"


def test_a_message_that_a_person_removed_is_gone(sandbox: Any, chat: DiscordWebhook) -> None:
    made = chat.post("old")
    sandbox.people("discord", "remove", message_id=made)
    assert chat.edit(made, "new") is False


def test_a_thread_in_the_address_is_kept(sandbox: Any, url: str) -> None:
    sandbox.people("discord", "forum", on=True)
    chat = DiscordWebhook(f"{url}?thread_id=1400000000000000001")
    assert chat.edit(chat.post("old"), "new")


def test_a_long_text_is_cut_at_a_word(sandbox: Any, chat: DiscordWebhook) -> None:
    chat.post("word " * 1000)
    (message,) = messages(sandbox)
    assert len(message["content"]) <= 2000
    assert message["content"].endswith("word …")


@given(st.text(alphabet="ab \n📅ü", min_size=1900, max_size=2100), st.sampled_from(["", "x" * 1990, "📅" * 998]))
def test_a_text_is_whole_if_it_fits_and_otherwise_cut_between_words_where_it_has_any(text: str, start: str) -> None:
    whole = (start + text).strip()
    short = shortened(start + text)
    assert len(short.encode("utf-16-le")) <= 2 * 2000
    if len(whole.encode("utf-16-le")) <= 2 * 2000:
        assert short == whole
        return
    kept_part = short.removesuffix(" …")
    assert kept_part != short
    assert whole.startswith(kept_part)
    assert whole[len(kept_part)].isspace() or not any(letter.isspace() for letter in kept_part)


@pytest.mark.parametrize("do", ["drop_before", "drop_after", "reset_before", "reset_after", "half", "garbage", "status", "status_after"])
def test_a_post_whose_answer_is_lost_is_in_doubt_and_sent_once(sandbox: Any, chat: DiscordWebhook, do: str) -> None:
    chat.post("before")
    sandbox.fault(do, service="discord", method="POST")
    with pytest.raises(Unknown):
        chat.post("lost")
    assert len(sandbox.log("discord", "POST")) == 2
    assert len(messages(sandbox)) == (1 if do.endswith("before") or do == "status" else 2)


@pytest.mark.parametrize("do", ["drop_before", "drop_after", "reset_after", "status", "status_after"])
def test_an_edit_whose_answer_is_lost_is_worth_another_try(sandbox: Any, chat: DiscordWebhook, do: str) -> None:
    made = chat.post("old")
    sandbox.fault(do, service="discord", method="PATCH")
    with pytest.raises(Transient):
        chat.edit(made, "new")
    assert len(sandbox.log("discord", "PATCH")) == 1
    assert chat.edit(made, "new")


def test_nobody_listening_is_worth_another_try() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(Transient):
            DiscordWebhook(f"http://127.0.0.1:{closed.getsockname()[1]}/api/webhooks/1/t0ken").post("hello")


def test_a_rate_limit_waits_for_the_seconds_that_discord_names(sandbox: Any, chat: DiscordWebhook) -> None:
    sandbox.people("discord", "limit", retry_after=3.25)
    with pytest.raises(Transient) as caught:
        chat.post("too fast")
    assert isinstance(caught.value.retry_after, float)
    assert caught.value.retry_after >= 3.0
    assert messages(sandbox) == []


def test_a_rate_limit_that_only_the_body_tells_is_understood(sandbox: Any, chat: DiscordWebhook) -> None:
    sandbox.fault("status", service="discord", status=429, body={"message": "slow", "retry_after": 64.57, "global": False})
    with pytest.raises(Transient) as caught:
        chat.post("too fast")
    assert caught.value.retry_after == 64.57


def secret_of(url: str) -> str:
    return url.rpartition("/")[2]


def test_a_removed_webhook_stops_the_service_for_posts_and_edits(sandbox: Any, chat: DiscordWebhook, url: str) -> None:
    made = chat.post("old")
    sandbox.people("discord", "remove_webhook")
    for again in (lambda: chat.post("new"), lambda: chat.edit(made, "new")):
        with pytest.raises(Stopped, match="new one in Discord") as caught:
            again()
        assert secret_of(url) not in str(caught.value)


def test_a_wrong_token_in_the_address_stops_the_service(sandbox: Any, url: str) -> None:
    with pytest.raises(Stopped, match="new one in Discord") as caught:
        DiscordWebhook(url + "wr0ng").post("hello")
    assert "wr0ng" not in str(caught.value)
    assert len(sandbox.log("discord")) == 1


@pytest.mark.parametrize("address", ["", "discord.com/api/webhooks/1/t0ken", "ftp://discord.com/t0ken", "https:///t0ken"])
def test_an_address_that_is_none_stops_the_service_unheard(address: str) -> None:
    with pytest.raises(Stopped) as caught:
        DiscordWebhook(address).post("hello")
    assert "t0ken" not in str(caught.value)


def test_an_empty_text_needs_a_person(sandbox: Any, chat: DiscordWebhook) -> None:
    with pytest.raises(Permanent, match="template") as caught:
        chat.post(" \n")
    assert not isinstance(caught.value, Stopped)
    assert messages(sandbox) == []


@pytest.mark.parametrize("do", ["drop_after", "status", "garbage", "reset_before"])
def test_no_error_tells_the_address(sandbox: Any, chat: DiscordWebhook, url: str, do: str) -> None:
    sandbox.fault(do, service="discord", body={"code": 0, "message": f"POST {url} failed"})
    with pytest.raises(ServiceError) as caught:
        chat.post("hello")
    shown = repr(caught.value) + str(caught.value) + repr(caught.value.__cause__) + repr(chat)
    assert secret_of(url) not in shown
