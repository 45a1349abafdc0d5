"""The notes document: headings found, sections written without touching what people wrote."""

from __future__ import annotations

from typing import Any

import pytest

from automation.adapters.google.client import GoogleClient
from automation.adapters.google.docs import GoogleDocs
from automation.adapters.google.docs_text import clean, place, requests, units
from automation.adapters.wire.http import Purpose
from automation.domain.errors import Conflict, Permanent, Unknown
from automation.domain.services import Paragraph

DOCUMENT = "1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo"
SECTION = (
    Paragraph("2026-12-08 🎉 Reading code", "HEADING_2"),
    Paragraph("Agenda"),
    Paragraph("Talk: 李雷 𝔘𝔫𝔦", bullet=True),
    Paragraph("Questions", bullet=True),
    Paragraph("Attendance", "HEADING_3"),
    Paragraph(""),
)


@pytest.fixture
def notes(google: GoogleClient) -> GoogleDocs:
    return GoogleDocs(google)


def paragraphs(sandbox: Any, document: str = DOCUMENT, tab: str = "t.0") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.get("state/docs")[document]["tabs"][tab]["paragraphs"]
    return found


def make(sandbox: Any, *lines: Any, name: str = "made") -> list[dict[str, Any]]:
    sandbox.people("docs", "create", document=name, tabs=[{"id": "t.0", "title": "Notes", "lines": list(lines)}])
    return paragraphs(sandbox, name)


def written(those: list[dict[str, Any]]) -> list[tuple[str, str, bool]]:
    return [(each["text"], each["style"], each["bullet"] is not None) for each in those]


def expected() -> list[tuple[str, str, bool]]:
    return [(each.text, each.style, each.bullet) for each in SECTION]


def test_headings_of_every_tab_come_in_order_with_links(sandbox: Any, notes: GoogleDocs) -> None:
    found = notes.headings(DOCUMENT)
    assert [heading.text for heading in found] == ["2026-05-12", "Ideas for talks"]
    first = found[0]
    assert first.heading_id
    assert first.link == f"https://docs.google.com/document/d/{DOCUMENT}/edit?tab=t.0#heading={first.heading_id}"
    assert found[1].tab_id == "t.ideas"


def test_child_tabs_are_read_too(sandbox: Any, notes: GoogleDocs) -> None:
    line = {"text": "2026-12-08", "style": "HEADING_1"}
    tabs = [
        {"id": "a", "title": "A"},
        {"id": "b", "title": "B", "parent": "a", "lines": [line]},
        {"id": "c", "title": "C", "lines": [line]},
    ]
    sandbox.people("docs", "create", document="nested", tabs=tabs)
    assert [heading.tab_id for heading in notes.headings("nested")] == ["b", "c"]


def test_a_section_goes_below_title_and_introduction_in_one_request(sandbox: Any, notes: GoogleDocs) -> None:
    before = paragraphs(sandbox)
    sandbox.ask("DELETE", "log")
    notes.add_section(DOCUMENT, SECTION)
    after = paragraphs(sandbox)
    count = len(SECTION)
    assert after[:2] + after[2 + count :] == before
    assert written(after[2 : 2 + count]) == expected()
    assert len(sandbox.log("docs", "POST")) == 1
    heading = notes.headings(DOCUMENT)[0]
    assert heading.text == "2026-12-08 🎉 Reading code"
    assert heading.heading_id


def test_the_newest_section_is_on_top(sandbox: Any, notes: GoogleDocs) -> None:
    for day in ("2026-12-08", "2027-01-12"):
        notes.add_section(DOCUMENT, (Paragraph(day, "HEADING_2"), Paragraph("Notes")))
    assert [heading.text for heading in notes.headings(DOCUMENT)][:3] == ["2027-01-12", "2026-12-08", "2026-05-12"]


@pytest.mark.parametrize("position", ["top", "bottom"])
@pytest.mark.parametrize(
    "lines",
    [
        [""],
        ["Welcome", ""],
        ["Welcome", "Last words, no empty line behind"],
        [{"text": "Welcome", "style": "TITLE"}, {"text": "How we work", "style": "SUBTITLE"}],
        [{"text": "Welcome 🎉", "style": "TITLE"}, {"text": "Deep", "style": "HEADING_3"}, "Words"],
    ],
)
def test_without_a_section_the_first_goes_to_the_end(sandbox: Any, notes: GoogleDocs, lines: list[Any], position: str) -> None:
    before = make(sandbox, *lines)
    notes.add_section("made", SECTION, position=position)
    after = paragraphs(sandbox, "made")
    kept = [each for each in after if each["text"] and each in before]
    assert kept == [each for each in before if each["text"]]
    start = [each["text"] for each in after].index(SECTION[0].text)
    assert written(after[start : start + len(SECTION)]) == expected()
    assert start >= len(kept)


@pytest.mark.parametrize(
    "lines",
    [
        [{"text": "2026-05-12", "style": "HEADING_1"}, "Words"],
        ["Intro", {"text": "2026-05-12", "style": "HEADING_2"}],
        [{"text": "Title", "style": "TITLE"}, {"text": "", "style": "HEADING_1"}, "Words"],
    ],
)
def test_the_heading_below_keeps_text_style_and_id(sandbox: Any, notes: GoogleDocs, lines: list[Any]) -> None:
    before = make(sandbox, *lines)
    notes.add_section("made", SECTION)
    after = paragraphs(sandbox, "made")
    at = next(number for number, each in enumerate(before) if each["style"] in ("HEADING_1", "HEADING_2"))
    assert after[:at] + after[at + len(SECTION) :] == before
    assert written(after[at : at + len(SECTION)]) == expected()


def test_bottom_appends_below_older_sections(sandbox: Any, notes: GoogleDocs) -> None:
    notes.add_section(DOCUMENT, SECTION, position="bottom")
    assert [heading.text for heading in notes.headings(DOCUMENT)][:2] == ["2026-05-12", "2026-12-08 🎉 Reading code"]


def test_a_list_above_does_not_go_on_into_the_section(sandbox: Any, notes: GoogleDocs) -> None:
    make(sandbox, "Last words, no empty line behind")
    for day in ("2026-12-08", "2027-01-12"):
        notes.add_section("made", (Paragraph(day, "HEADING_2"), Paragraph("Talk", bullet=True)), position="bottom")
    assert written(paragraphs(sandbox, "made"))[1:] == [
        ("2026-12-08", "HEADING_2", False),
        ("Talk", "NORMAL_TEXT", True),
        ("2027-01-12", "HEADING_2", False),
        ("Talk", "NORMAL_TEXT", True),
    ]


def test_somebody_writing_at_the_same_time_is_a_conflict_and_nothing_is_written(sandbox: Any, notes: GoogleDocs) -> None:
    """The document is read, then somebody writes, then the batch goes out: the sandbox is told to refuse it as Docs does."""
    stale = {"error": {"code": 400, "message": "The required revision ID does not match the latest revision.", "status": "FAILED_PRECONDITION"}}
    sandbox.fault("status_after", service="docs", method="POST", status=400, body=stale)
    with pytest.raises(Conflict):
        notes.add_section(DOCUMENT, SECTION)


def test_what_was_read_for_its_headings_is_not_read_again_to_write(sandbox: Any, notes: GoogleDocs) -> None:
    notes.headings(DOCUMENT)
    notes.add_section(DOCUMENT, SECTION)
    assert len(sandbox.log("docs", "GET")) == 1
    notes.add_section(DOCUMENT, SECTION)
    assert len(sandbox.log("docs", "GET")) == 2


def test_writing_on_what_somebody_changed_since_it_was_read_is_a_conflict(sandbox: Any, notes: GoogleDocs) -> None:
    notes.headings(DOCUMENT)
    sandbox.people("docs", "append", text="Somebody was here")
    before = paragraphs(sandbox)
    with pytest.raises(Conflict):
        notes.add_section(DOCUMENT, SECTION)
    assert paragraphs(sandbox) == before
    notes.add_section(DOCUMENT, SECTION)
    assert "Somebody was here" in [each["text"].strip() for each in paragraphs(sandbox)]


def test_a_stale_revision_is_refused_by_docs_itself(sandbox: Any, google: GoogleClient, notes: GoogleDocs) -> None:
    api = google.api("docs").documents()
    from_wire: dict[str, Any] = {}

    def keep(answer: dict[str, Any]) -> None:
        from_wire.update(answer)

    google.ask(Purpose("docs", "read", safe=True), api.get(documentId=DOCUMENT, includeTabsContent=True), keep)
    sandbox.people("docs", "append", text="Somebody was quicker.")
    body = {"requests": requests(place(from_wire, "top"), SECTION), "writeControl": {"requiredRevisionId": from_wire["revisionId"]}}
    with pytest.raises(Permanent):
        google.ask(Purpose("docs", "write", safe=False), api.batchUpdate(documentId=DOCUMENT, body=body), keep)


def test_a_batch_that_docs_calls_wrong_needs_a_person(sandbox: Any, notes: GoogleDocs) -> None:
    wrong = {"error": {"code": 400, "message": "Invalid requests[0].insertText", "status": "INVALID_ARGUMENT"}}
    sandbox.fault("status", service="docs", method="POST", status=400, body=wrong)
    with pytest.raises(Permanent, match="Invalid requests"):
        notes.add_section(DOCUMENT, SECTION)


def test_a_lost_answer_is_unknown_and_the_section_can_be_looked_for(sandbox: Any, notes: GoogleDocs) -> None:
    sandbox.fault("drop_after", service="docs", method="POST")
    with pytest.raises(Unknown):
        notes.add_section(DOCUMENT, SECTION)
    assert SECTION[0].text in [heading.text for heading in notes.headings(DOCUMENT)]


def test_a_document_that_is_gone_needs_a_person(notes: GoogleDocs) -> None:
    with pytest.raises(Permanent, match="could not read the notes document: Google answered 404"):
        notes.headings("never")


def test_hostile_text_becomes_one_harmless_line(sandbox: Any, notes: GoogleDocs) -> None:
    nasty = "a\x00b\x0bc\x1fd\ue000e\nf\tg\rh\u2028i\ud800j\u202ek"
    notes.add_section(DOCUMENT, (Paragraph(nasty, "HEADING_2"), Paragraph("After")))
    assert written(paragraphs(sandbox)[2:4]) == [("ab c de f g h ijk", "HEADING_2", False), ("After", "NORMAL_TEXT", False)]


def test_cleaning_keeps_what_people_write() -> None:
    line = "Zoë – 李雷 🎉 👩‍💻 עברית العربية ‘quotes’"
    assert clean(line) == line


@pytest.mark.parametrize(("line", "length"), [("", 0), ("abc", 3), ("é", 1), ("李", 1), ("🎉", 2), ("👩‍💻", 5)])
def test_lengths_count_utf16_units(line: str, length: int) -> None:
    assert units(line) == length


def test_marked_up_neighbours_do_not_colour_the_section() -> None:
    """Inserted text takes the character style of the text before it."""
    run = {"textRun": {"content": "Link\n", "textStyle": {"bold": True, "link": {"url": "https://example.org"}}}}
    content = [
        {"endIndex": 1, "sectionBreak": {}},
        {"startIndex": 1, "endIndex": 6, "paragraph": {"elements": [run], "paragraphStyle": {"namedStyleType": "NORMAL_TEXT"}}},
        {"startIndex": 6, "endIndex": 8, "paragraph": {"elements": [], "paragraphStyle": {"namedStyleType": "HEADING_2"}}},
    ]
    document = {"documentId": "d", "tabs": [{"tabProperties": {"tabId": "t.0"}, "documentTab": {"body": {"content": content}}}]}
    made = requests(place(document, "top"), (Paragraph("Plain"),))
    (reset,) = [each["updateTextStyle"] for each in made if "updateTextStyle" in each]
    assert reset == {"range": {"tabId": "t.0", "startIndex": 6, "endIndex": 12}, "textStyle": {}, "fields": "*"}


def lines(*those: str) -> list[dict[str, str]]:
    """`1 Title` is a heading of level 1, `T Title` a title, `- text` a paragraph."""
    styles = {"1": "HEADING_1", "2": "HEADING_2", "3": "HEADING_3", "T": "TITLE", "-": "NORMAL_TEXT"}
    return [{"text": each[2:], "style": styles[each[0]]} for each in those]


@pytest.mark.parametrize(
    ("there", "above"),
    [
        (["1 Our notes", "- Welcome", "2 2026-11-10"], 2),
        (["1 Our notes", "- Welcome", "1 November 10, 2026", "1 October 13, 2026"], 2),
        (["1 Our notes", "- Welcome", "2 How we work", "- Rules", "2 10 Nov 2026"], 4),
        (["1 Our notes", "- Welcome", "2 Ideas", "- Rules"], 2),
        (["1 Our notes", "- Welcome"], 2),
        (["T Our notes", "1 Ideas", "- Rules"], 1),
        (["1 2026-11-10", "- Hello"], 0),
    ],
)
def test_a_section_goes_below_the_documents_title_and_introduction(sandbox: Any, notes: GoogleDocs, there: list[str], above: int) -> None:
    """And every paragraph that people wrote is there afterwards as it was."""
    before = written(make(sandbox, *lines(*there)))
    notes.add_section("made", (Paragraph("2026-12-08 · Call", "HEADING_2"),))
    after = written(paragraphs(sandbox, "made"))
    at = [text for text, _, _ in after].index("2026-12-08 · Call")
    assert at == above
    assert [each for number, each in enumerate(after) if number != at and each[0]] == [each for each in before if each[0]]
