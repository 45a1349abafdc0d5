"""Everything that `init` and the example of the credentials leave to be filled in is named; what people may really have passes."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from automation.config.community import read_config, scan_config
from automation.config.credentials import read_credentials, scan_credentials
from automation.config.placeholders import left, nobodys, refused
from automation.config.starter import init
from automation.domain.logins import Credentials, Endpoints, SmtpLogin

ROOT = Path(__file__).resolve().parents[3]
# What is right as it stands, for everybody who uses these services.
RIGHT = {"google.type", "google.token_uri", "smtp.port", "smtp.security"}
# A choice among words, an interval or a time zone is a setting, not an example; the Group and the name are given to `init`.
SETTINGS = {
    "community.zones[0]", "community.zones[1]", "community.zones[2]", "series[0].uid", "series[0].zone", "series[0].rule[0].every", "calendar.id",
    "calendar.invite", "meeting.provider", "meeting.recording", "mail.via", "notes.mode", "recordings.from", "page.directory",
}  # fmt: skip
NOWHERE = "http://127.0.0.1:1/"
MADE_UP = Endpoints(NOWHERE, NOWHERE, NOWHERE, NOWHERE, {"zoom_oauth": NOWHERE, "zoom_api": NOWHERE})


def texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """The key path of each text, and the text."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from texts(each, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from texts(each, f"{place}[{number}]")
    elif isinstance(value, str):
        yield place, value


def test_every_value_of_the_example_of_the_credentials_is_named(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    path.write_text((ROOT / "credentials.example.json").read_text(encoding="utf-8"), encoding="utf-8")
    path.chmod(0o600)
    read = scan_credentials(path, None)
    assert read.problems == ()
    values = json.loads(path.read_text(encoding="utf-8"))
    expected = {place for place, _ in texts(values) if place not in RIGHT and not place.startswith("endpoints.")}
    assert {problem.place for problem in read.left} == expected
    assert len(expected) == 11
    secrets = [text for place, text in texts(values) if place in expected]
    assert not [problem for problem in read.left for text in secrets if text in problem.sentence]


@pytest.mark.parametrize("rhythm", ["monthly", "weekly"])
def test_every_value_that_init_leaves_is_named(tmp_path: Path, rhythm: Any) -> None:
    init(tmp_path / "new", "Rust Zurich", "rust-zurich@googlegroups.com", rhythm)
    path = tmp_path / "new" / "community.toml"
    read = scan_config(path)
    assert read.problems == ()
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    own = {"community.uid", "community.name", "community.group", "series[0].title"}
    expected = {place for place, _ in texts(values)} - own - SETTINGS
    assert {problem.place for problem in read.left} == expected
    assert expected == {"community.organizers[0]", "links.join", "links.chat", "meeting.host", "mail.from"}


def test_what_is_shipped_for_the_first_community_is_no_example() -> None:
    assert scan_config(ROOT / "community.toml").left == ()


def test_a_word_in_a_talk_is_only_a_word() -> None:
    talk = {"date": "x", "title": "How to replace-me", "abstract": "replace-me"}
    assert left("f", {"series": [{"talk": [talk], "change": [{"reason": "replace-me"}], "title": "Replace-Me"}]}) == left(
        "f", {"series": [{"title": "replace-me"}]}
    )


def test_names_that_nobody_has_are_refused_only_where_they_would_be_used() -> None:
    config = read_config(ROOT / "community.toml")
    places = ["mail.from", "community.organizers[0]", "meeting.host"]
    assert [problem.place for problem in nobodys(config, "f")] == places
    assert [problem.place for problem in refused(config, Credentials(), "f")] == places
    assert refused(config, Credentials(endpoints=MADE_UP), "f") == []
    zoom_only = Credentials(endpoints=Endpoints(gmail="http://localhost:1/"))
    assert [problem.place for problem in refused(config, zoom_only, "f")] == ["meeting.host"]


@pytest.mark.parametrize(("host", "number"), [("127.0.0.1", 0), ("mail.gandi.net", 3)])
def test_a_mail_server_on_this_machine_is_made_up(tmp_path: Path, host: str, number: int) -> None:
    text = (ROOT / "community.toml").read_text(encoding="utf-8").replace('via = "gmail"', 'via = "smtp"')
    text = text.replace("https://discord.gg/xJsZChXXpF", "https://chat.invalid/x")
    (tmp_path / "community.toml").write_text(text, encoding="utf-8")
    config = read_config(tmp_path / "community.toml")
    found = Credentials(smtp=SmtpLogin(host, 25, "none"), endpoints=Endpoints(meeting={"zoom_api": NOWHERE}))
    assert len(refused(config, found, "f")) == number


def test_credentials_of_tests_pass(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    smtp = {"host": "smtp.example.org", "port": 25, "security": "tls", "username": "organizer@example.org", "password": "x"}
    path.write_text(json.dumps({"smtp": smtp}))
    path.chmod(0o600)
    assert read_credentials(path, None).smtp
    assert scan_credentials(path, None).left == ()
