"""`archive.json` and the Atom feed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree as XML

import pytest

from automation.domain.keys import CallId
from automation.domain.model import Page
from automation.rendering.formats.archive_json import archive_json, read_archive_json
from automation.rendering.formats.atom import atom_feed
from tests.page_samples import CONFIG, ENTRIES, entry

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def calls(entries: object) -> list[dict[str, object]]:
    return list(json.loads(archive_json(CONFIG, entries))["calls"])  # type: ignore[call-overload]


def test_archive_json_has_the_documented_form() -> None:
    document = json.loads(archive_json(CONFIG, ENTRIES))
    assert document["community"] == "floss-mentoring"
    assert document["calls"][1] == {
        "series": "monthly-call",
        "recurrence_id": "2026-07-14",
        "date": "2026-07-14",
        "start": "2026-07-14T11:00:00-07:00",
        "title": "Mentoring across time zones",
        "speaker": "Dennis Ritchie",
        "recording": "https://drive.google.com/file/d/9/view",
        "notes": None,
        "archived_at": "2026-07-16T18:00:00+00:00",
        "updated_at": None,
    }


def test_the_newest_call_comes_first_whatever_the_order_given() -> None:
    assert [each["date"] for each in calls(reversed(ENTRIES))] == ["2026-10-13", "2026-07-14", "2025-12-09", "2025-11-11"]
    assert archive_json(CONFIG, ENTRIES) == archive_json(CONFIG, tuple(reversed(ENTRIES)))


def test_a_moved_call_stands_under_its_actual_date_and_keeps_its_recurrence_id() -> None:
    moved = entry(date(2026, 12, 15), id=CallId("floss-mentoring", "monthly-call", date(2026, 12, 8)))
    (found,) = calls([moved])
    assert (found["recurrence_id"], found["date"], found["start"]) == ("2026-12-08", "2026-12-15", "2026-12-15T11:00:00-08:00")


def test_an_empty_archive_is_an_empty_list() -> None:
    assert calls([]) == []


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//example.org/x", "file:///etc/passwd", "", "https://", "x"])
def test_an_address_that_a_browser_should_not_open_is_left_out(link: str) -> None:
    hostile = entry(date(2026, 7, 14), recording=link, notes=link)
    (found,) = calls([hostile])
    assert found["recording"] is None
    assert found["notes"] is None
    links = XML.fromstring(atom_feed(CONFIG, [hostile])).findall("a:entry/a:link", ATOM)
    assert [each.get("href") for each in links] == ["index.html"]


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        archive_json(CONFIG, [entry(date(2026, 7, 14), start=datetime(2026, 7, 14, 11))])


def test_what_the_page_says_of_a_call_is_read_back() -> None:
    (read,) = read_archive_json(archive_json(CONFIG, [ENTRIES[1]]), "floss-mentoring")
    assert read == replace(ENTRIES[1], start=read.start)
    assert read.start == ENTRIES[1].start
    (undated,) = calls([replace(ENTRIES[1], archived_at=None)])
    assert undated["archived_at"] is None
    (again,) = read_archive_json(json.dumps({"community": "floss-mentoring", "calls": [undated]}).encode(), "floss-mentoring")
    assert again.archived_at is None
    with pytest.raises(ValueError, match=r"no archive\.json"):
        read_archive_json(b'{"community": "floss-mentoring", "calls": [{}]}', "floss-mentoring")


def test_the_feed_is_atom_with_the_links_of_each_call() -> None:
    root = XML.fromstring(atom_feed(CONFIG, ENTRIES))
    assert root.findtext("a:title", namespaces=ATOM) == "FLOSS-Mentoring: past calls"
    entries = root.findall("a:entry", ATOM)
    assert [each.findtext("a:title", namespaces=ATOM) for each in entries][:2] == [
        "FLOSS-Mentoring monthly call (Tuesday 13 October 2026)",
        "Mentoring across time zones (Tuesday 14 July 2026)",
    ]
    first = {link.get("rel"): link.get("href") for link in entries[0].findall("a:link", ATOM)}
    assert first == {"alternate": ENTRIES[0].recording, "related": ENTRIES[0].notes}
    assert entries[1].findtext("a:author/a:name", namespaces=ATOM) == "Dennis Ritchie"
    assert "There is no recording." in (entries[3].findtext("a:content", namespaces=ATOM) or "")
    for tag in ("id", "title", "updated"):  # RFC 4287 4.1.1 and 4.1.2 ask for exactly one of each
        assert all(len(each.findall(f"a:{tag}", ATOM)) == 1 for each in [root, *entries])
    ids = [each.findtext("a:id", namespaces=ATOM) for each in [root, *entries]]
    assert len(set(ids)) == len(ids)
    assert all(each and each.startswith("urn:uuid:") for each in ids)


def test_the_feed_is_as_new_as_its_newest_entry_and_knows_no_other_clock() -> None:
    late = entry(date(2025, 11, 11), archived_at=datetime(2026, 11, 30, 8, tzinfo=UTC))
    root = XML.fromstring(atom_feed(CONFIG, [*ENTRIES[:3], late]))
    assert root.findtext("a:updated", namespaces=ATOM) == "2026-11-30T08:00:00Z"
    assert XML.fromstring(atom_feed(CONFIG, [])).findtext("a:updated", namespaces=ATOM) == "2023-09-01T00:00:00Z"
    assert atom_feed(CONFIG, ENTRIES) == atom_feed(CONFIG, ENTRIES)


def test_an_entry_that_was_corrected_is_news() -> None:
    root = XML.fromstring(atom_feed(CONFIG, [*ENTRIES[1:], replace(ENTRIES[0], updated_at=datetime(2026, 11, 30, 8, tzinfo=UTC))]))
    assert root.findtext("a:updated", namespaces=ATOM) == "2026-11-30T08:00:00Z"
    assert root.findtext("a:entry/a:updated", namespaces=ATOM) == "2026-11-30T08:00:00Z"


@pytest.mark.parametrize(
    ("url", "page", "own"),
    [
        ("https://calls.example.org/floss", "https://calls.example.org/floss/", "https://calls.example.org/floss/feed.xml"),
        ("https://calls.example.org/floss/", "https://calls.example.org/floss/", "https://calls.example.org/floss/feed.xml"),
        ("https://calls.example.org/index.html", "https://calls.example.org/index.html", "https://calls.example.org/feed.xml"),
        ("", "index.html", "feed.xml"),
    ],
)
def test_with_an_address_of_the_page_the_links_are_whole(url: str, page: str, own: str) -> None:
    root = XML.fromstring(atom_feed(replace(CONFIG, page=Page("/nowhere", url=url)), [ENTRIES[3]]))
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
    assert links == {"alternate": page, "self": own}
    entry = root.find("a:entry/a:link", ATOM)
    assert entry is not None
    assert entry.get("href") == page


def test_hostile_titles_stay_text_in_well_formed_xml() -> None:
    title = "<script>&\x00\x0b\ufffe\ud800 \u202eeman]]>"
    root = XML.fromstring(atom_feed(CONFIG, [entry(date(2026, 7, 14), title=title, speaker=title)]))
    found = root.findtext("a:entry/a:title", namespaces=ATOM) or ""
    assert found.startswith("<script>&")
    assert "\u202e" not in found
    assert json.loads(archive_json(CONFIG, [entry(date(2026, 7, 14), title=title)]))["calls"][0]["title"].startswith("<script>&")


def test_an_archive_is_read_back_as_it_was_written() -> None:
    written = [entry(date(2026, 11, 10), archived_at=datetime(2026, 11, 10, 21, tzinfo=UTC)), entry(date(2026, 10, 13))]
    assert read_archive_json(archive_json(CONFIG, written), CONFIG.uid) == written
    assert read_archive_json(archive_json(CONFIG, written), "another") == []


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"community": "floss-mentoring", "calls": [1]}', b'{"community": "floss-mentoring"}'])
def test_what_is_no_archive_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_archive_json(content, "floss-mentoring")
