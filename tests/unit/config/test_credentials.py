"""credentials.json: what it means, and what every mistake in it is answered with, never with a secret."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from automation.config.community import read_config
from automation.config.credentials import read_credentials, scan_credentials
from automation.domain.errors import ProblemsError
from automation.domain.logins import Credentials, Endpoints, MeetingLogin, SmtpLogin
from automation.domain.model import Config

ROOT = Path(__file__).parents[3]
SECRETS = ("refresh-secret", "client-secret", "zoom-secret", "mail-secret", "hook-secret", "hook-two-secret")
WHOLE: dict[str, Any] = {
    "google": {"type": "authorized_user", "client_id": "c", "client_secret": "client-secret", "refresh_token": "refresh-secret"},
    "zoom": {"account_id": "a", "client_id": "b", "client_secret": "zoom-secret"},
    "smtp": {"host": "mail.example.org", "port": 587, "security": "starttls", "username": "u", "password": "mail-secret"},
    "discord": {
        "webhook_url": "https://discord.com/api/webhooks/1/hook-secret",
        "organizers_webhook_url": "https://discord.com/api/webhooks/2/hook-two-secret",
    },
    "endpoints": {},
}
SERVICE_ACCOUNT = {
    "type": "service_account",
    "client_email": "robot@project.iam.gserviceaccount.com",
    "private_key": "-----BEGIN PRIVATE KEY-----\nclient-secret\n-----END PRIVATE KEY-----\n",
    "token_uri": "https://oauth2.googleapis.com/token",
    "subject": "organizer@example.org",
    "universe_domain": "googleapis.com",
}


@pytest.fixture(scope="module")
def config() -> Config:
    return read_config(ROOT / "community.toml")


def write(tmp_path: Path, content: Any) -> Path:
    file = tmp_path / "credentials.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    file.chmod(0o600)
    return file


def read(tmp_path: Path, content: Any, config: Config | None = None) -> Credentials:
    return read_credentials(write(tmp_path, content), config)


def problems(file: Path, config: Config | None = None) -> list[tuple[str, str]]:
    with pytest.raises(ProblemsError) as caught:
        read_credentials(file, config)
    text = str(caught.value)
    assert not [secret for secret in SECRETS if secret in text]
    for problem in caught.value.problems:
        assert problem.file == str(file)
        assert len(str(problem).splitlines()) == 1
    return [(problem.place, problem.sentence) for problem in caught.value.problems]


def whole_with(path: str, value: Any) -> dict[str, Any]:
    """WHOLE with one value replaced, or removed if `value` is `...`."""
    content = copy.deepcopy(WHOLE)
    *sections, key = path.split(".")
    table = content
    for section in sections:
        table = table[section]
    if value is ...:
        del table[key]
    else:
        table[key] = value
    return content


def test_a_whole_file_is_read(tmp_path: Path, config: Config) -> None:
    found = read(tmp_path, WHOLE, config)
    assert found.google == WHOLE["google"]
    assert found.meeting == {"zoom": MeetingLogin("a", WHOLE["zoom"])}
    assert found.meeting["zoom"].values["client_secret"] == "zoom-secret"
    assert found.smtp == SmtpLogin("mail.example.org", 587, "starttls", "u", "mail-secret")
    assert found.webhook_url.endswith("/1/hook-secret")
    assert found.organizers_webhook_url.endswith("/2/hook-two-secret")
    assert found.endpoints == Endpoints()
    assert not [secret for secret in SECRETS if secret in repr(found)]


def test_the_fingerprint_follows_the_bytes_of_the_file(tmp_path: Path) -> None:
    first = read(tmp_path, WHOLE).fingerprint
    assert first == read(tmp_path, WHOLE).fingerprint
    assert first != read(tmp_path, whole_with("zoom.client_secret", "other")).fingerprint


def test_the_example_shows_every_key_and_is_itself_right(tmp_path: Path, config: Config) -> None:
    example = json.loads((ROOT / "credentials.example.json").read_text(encoding="utf-8"))
    meeting = {"zoom_oauth": "https://zoom.us/oauth/token", "zoom_api": "https://api.zoom.us/v2/"}
    assert read(tmp_path, example, config).endpoints == Endpoints(meeting=meeting)
    assert {section: set(keys) for section, keys in example.items()} == {
        "google": {"type", "client_id", "client_secret", "refresh_token", "token_uri"},
        "zoom": {"account_id", "client_id", "client_secret"},
        "smtp": {"host", "port", "security", "username", "password"},
        "discord": {"webhook_url", "organizers_webhook_url"},
        "endpoints": {"calendar", "gmail", "drive", "docs", "zoom_oauth", "zoom_api"},
    }


def test_a_service_account_and_further_google_keys_are_welcome(tmp_path: Path, config: Config) -> None:
    found = read(tmp_path, whole_with("google", SERVICE_ACCOUNT), config)
    assert found.google
    assert found.google["subject"] == "organizer@example.org"
    assert read(tmp_path, whole_with("google.account", ""), config).google


def test_sections_that_the_config_does_not_need_may_be_left_out(tmp_path: Path, config: Config) -> None:
    found = read(tmp_path, {"google": WHOLE["google"], "zoom": WHOLE["zoom"]}, config)
    assert (found.smtp, found.webhook_url, found.endpoints) == (None, "", Endpoints())


def test_a_mail_server_on_this_machine_needs_no_encryption_and_no_login(tmp_path: Path) -> None:
    for login in ({}, {"username": "", "password": ""}):
        found = read(tmp_path, whole_with("smtp", {"host": "127.0.0.1", "port": 25, "security": "none", **login}))
        assert found.smtp == SmtpLogin("127.0.0.1", 25, "none")


@pytest.mark.parametrize(
    ("key", "given", "used"),
    [
        ("calendar", "http://127.0.0.1:9/calendar/v3", "http://127.0.0.1:9/calendar/v3/"),
        ("gmail", "http://localhost:9", "http://localhost:9/"),
        ("docs", "https://docs.example.org///", "https://docs.example.org/"),
        ("drive", "http://[::1]:9/drive/v3/", "http://[::1]:9/drive/v3/"),
        ("zoom_api", "http://127.0.0.1:9", "http://127.0.0.1:9/v2/"),
        ("zoom_api", "http://127.0.0.1:9/zoom/v2", "http://127.0.0.1:9/zoom/v2/"),
        ("zoom_oauth", "http://127.0.0.1:9", "http://127.0.0.1:9/oauth/token"),
        ("zoom_oauth", "http://127.0.0.1:9/", "http://127.0.0.1:9/oauth/token"),
        ("zoom_oauth", "http://127.0.0.1:9/oauth/", "http://127.0.0.1:9/oauth/token"),
        ("zoom_oauth", "http://127.0.0.1:9/zoom/oauth/token", "http://127.0.0.1:9/zoom/oauth/token"),
    ],
)
def test_endpoints_are_brought_into_one_form(tmp_path: Path, key: str, given: str, used: str) -> None:
    found = read(tmp_path, whole_with("endpoints", {key: given})).endpoints
    assert {**found.meeting, **vars(found)}[key] == used


WRONG: list[tuple[str, Any, str, str]] = [
    ("google", ..., "google", "missing"),
    ("google", None, "google", "null"),
    ("google", [], "google", "list"),
    ("google.refresh_token", ..., "google.refresh_token", "login"),
    ("google.refresh_token", "", "google.refresh_token", "empty"),
    ("google.refresh_token", "refresh-secret\n", "google.refresh_token", "blank or a line end"),
    ("google.client_id", 7, "google.client_id", "whole number"),
    ("google.type", "external_account", "google.type", "service_account"),
    ("google.type", ["x"], "google.type", "service_account"),
    ("google.token_uri", "http://example.org/token", "google.token_uri", "https://"),
    ("google.token_uri", "refresh-secret", "google.token_uri", "web address"),
    ("google", {"installed": {"client_id": "x", "client_secret": "client-secret"}}, "google.installed", "login"),
    ("google", {**SERVICE_ACCOUNT, "subject": "nobody"}, "google.subject", "@"),
    ("google", {key: value for key, value in SERVICE_ACCOUNT.items() if key != "subject"}, "google.subject", "missing"),
    ("google", {**SERVICE_ACCOUNT, "private_key": "client-secret"}, "google.private_key", "PEM"),
    ("google", {**SERVICE_ACCOUNT, "client_email": ""}, "google.client_email", "empty"),
    ("zoom", ..., "zoom", "missing"),
    ("zoom.account_id", ..., "zoom.account_id", "missing"),
    ("zoom.client_secret", " zoom-secret", "zoom.client_secret", "blank"),
    ("zoom.client_secret", "zoom-\u0000secret", "zoom.client_secret", "U+0000"),
    ("zoom.client_secret", "zoom-\ud800secret", "zoom.client_secret", "U+D800"),
    ("zoom.client_secert", "zoom-secret", "zoom.client_secert", '"client_secret"'),
    ("zom", {}, "zom", '"zoom"'),
    ("smtp.host", "https://mail.example.org", "smtp.host", "without https://"),
    ("smtp.host", "mail.example.org:587", "smtp.host", "port"),
    ("smtp.port", ..., "smtp.port", '"port": 587'),
    ("smtp.port", "587", "smtp.port", "whole number"),
    ("smtp.port", 0, "smtp.port", "65535"),
    ("smtp.port", 65536, "smtp.port", "65535"),
    ("smtp.port", True, "smtp.port", "true or false"),
    ("smtp.security", ..., "smtp.security", "missing"),
    ("smtp.security", "ssl", "smtp.security", '"starttls", "tls", "none"'),
    ("smtp.security", "none", "smtp.security", "on this machine"),
    ("smtp.password", ..., "smtp.password", "missing"),
    ("smtp.username", "", "smtp.username", "empty"),
    ("discord", {}, "discord.webhook_url", "missing"),
    ("discord.webhook_url", "discord.com/hook-secret", "discord.webhook_url", "web address"),
    ("discord.webhook_url", "http://discord.com/hook-secret", "discord.webhook_url", "https://"),
    ("discord.organizers_webhook_url", "", "discord.organizers_webhook_url", "web address"),
    ("discord.hook", "hook-secret", "discord.hook", "unknown"),
    ("endpoints", "https://example.org", "endpoints", "text"),
    ("endpoints.calender", "https://example.org", "endpoints.calender", '"calendar"'),
    ("endpoints.calendar", "http://example.org/calendar/v3/", "endpoints.calendar", "https://"),
    ("endpoints.calendar", "http://127.0.0.1.example.org/", "endpoints.calendar", "https://"),
    ("endpoints.gmail", "https://u:mail-secret@example.org/", "endpoints.gmail", "user name"),
    ("endpoints.gmail", "https://example.org/?key=mail-secret", "endpoints.gmail", "?"),
    ("endpoints.drive", "http://127.0.0.1:99999/", "endpoints.drive", "web address"),
    ("endpoints.docs", None, "endpoints.docs", "null"),
]


@pytest.mark.parametrize(("path", "value", "place", "part"), WRONG)
def test_one_mistake_is_one_problem_with_its_key_path(tmp_path: Path, config: Config, path: str, value: Any, place: str, part: str) -> None:
    ((found, sentence),) = problems(write(tmp_path, whole_with(path, value)), config)
    assert found == place
    assert part in sentence


def test_a_section_is_needed_only_where_the_config_uses_it(tmp_path: Path) -> None:
    shipped = (ROOT / "community.toml").read_text(encoding="utf-8")
    file = tmp_path / "community.toml"
    file.write_text(shipped.replace('via = "gmail"', 'via = "smtp"'), encoding="utf-8")
    content = write(tmp_path, {"google": WHOLE["google"]})
    assert [place for place, _ in problems(content, read_config(file))] == ["zoom", "smtp"]
    assert read_credentials(content, None).meeting == {}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o666])
def test_a_file_that_others_can_read_is_refused_with_the_command_to_run(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "my credentials.json"
    file.write_text(json.dumps(whole_with("zoom.x", 1)))
    file.chmod(mode)
    first, second = problems(file)
    assert first[1].endswith(f"chmod 600 '{file}'")
    assert second[0] == "zoom.x"


@pytest.mark.parametrize(
    ("content", "place", "part"),
    [
        (b"", "line 1", "JSON"),
        (b'{\n"zoom": {"client_secret": "zoom-secret",}\n}', "line 2", "JSON"),
        (b'{\n"zoom": zoom-secret\n}', "line 2", "JSON"),
        (b'["zoom-secret"]', "line 1", "one JSON object"),
        (b'"zoom-secret"', "line 1", "one JSON object"),
        (b'{"zoom": {}, "zoom": {}}', "zoom", "twice"),
        (b"[" * 100_000, "", "nested"),
        (b'{"a": ' + b"9" * 5000 + b"}", "", "number"),
        (b'{"a":\n"\xff"}', "line 2", "UTF-8"),
        (b" " * 1_000_001, "", "larger"),
    ],
)
def test_what_is_not_json_is_answered_with_its_line(tmp_path: Path, content: bytes, place: str, part: str) -> None:
    ((found, sentence),) = problems(write(tmp_path, content))
    assert found == place
    assert part in sentence


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.json") == [("", "does not exist; check the path, or make the file.")]
    assert problems(tmp_path)[0][1].startswith("is a folder")


def test_no_value_of_any_key_is_more_than_a_problem(tmp_path: Path) -> None:
    odd: list[Any] = [None, True, 0, -1, 1.5, float("inf"), "", " ", "x", "\x00", "\ud800", "{}", [], [[]], {}, {"": 1}, "y" * 5000, 10**30]
    for section, keys in WHOLE.items():
        for path in [section, *(f"{section}.{key}" for key in keys)]:
            for value in odd:
                file = write(tmp_path, whole_with(path, value))
                found = scan_credentials(file, None)
                assert found.credentials or found.problems
                assert all(problem.place.startswith(section) for problem in found.problems)
                assert not [secret for secret in SECRETS for problem in found.problems if secret in str(problem)]
