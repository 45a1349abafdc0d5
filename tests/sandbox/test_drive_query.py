"""The query language of files.list, without a server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.sandbox.drive.query import BadQuery, parse_query


@dataclass
class File:
    name: str = "Call 2026-12-08.mp4"
    mime_type: str = "video/mp4"
    parents: list[str] = field(default_factory=lambda: ["folder"])
    created: datetime = datetime(2026, 12, 8, 20, tzinfo=UTC)
    modified: datetime = datetime(2026, 12, 8, 21, tzinfo=UTC)
    starred: bool = False
    app_properties: dict[str, str] = field(default_factory=lambda: {"callkeeper": "a/b/c"})
    properties: dict[str, str] = field(default_factory=dict)
    trashed: bool = False


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("'folder' in parents and trashed=false", True),
        ("'other' in parents", False),
        ("trashed = true", False),
        ("trashed != true", True),
        ("mimeType='video/mp4'", True),
        ("mimeType != 'video/mp4'", False),
        ("mimeType contains 'video/'", True),
        ("name contains 'call'", True),
        ("name contains '2026'", False),
        ("name = 'Call 2026-12-08.mp4'", True),
        ("createdTime > '2026-12-08T19:59:59'", True),
        ("createdTime > '2026-12-08T20:00:00'", False),
        ("createdTime > '2026-12-08T12:00:00-08:00'", False),
        ("createdTime >= '2026-12-08T12:00:00-08:00'", True),
        ("appProperties has { key='callkeeper' and value='a/b/c' }", True),
        ("appProperties has {key='callkeeper' and value='a/b'}", False),
        ("properties has { key='callkeeper' and value='a/b/c' }", False),
        ("not trashed=true and (name='x' or starred=false)", True),
        ("trashed=true or trashed=false and starred=true", False),
    ],
)
def test_terms(query: str, hit: bool) -> None:
    assert parse_query(query, "root-id")(File()) is hit


def test_root_stands_for_my_drive() -> None:
    assert parse_query("'root' in parents", "root-id")(File(parents=["root-id"]))


@given(st.text(max_size=20))
def test_an_escaped_name_finds_exactly_that_name(name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    test = parse_query(f"name = '{quoted}'", "root-id")
    assert test(File(name=name))
    assert not test(File(name=name + "x"))


@pytest.mark.parametrize(
    "query",
    [
        "name = 'it's'",
        "title = 'x'",
        "name > 'x'",
        "trashed = 'false'",
        "createdTime > 'yesterday'",
        "(trashed=true",
        "trashed=true)",
        "trashed=true and",
        "appProperties has { key='k' }",
        "fullText contains 'x'",
        "'a' in owners",
    ],
)
def test_what_is_no_query_is_refused(query: str) -> None:
    with pytest.raises(BadQuery):
        parse_query(query, "root-id")
