"""Google Docs on the wire: documents.get and batchUpdate, judged by the discovery document docs.v1."""

from __future__ import annotations

import http.client
from typing import Any

import pytest

from automation.sandbox.docs.shapes import NOT_PLAYED, REQUESTS

from . import discovery
from .running import Sandbox

DOCUMENT = "1oE7cOALIYvPrf374id5WX141EvoCCruWkGDJalJzhlo"
PATH = f"/v1/documents/{DOCUMENT}"
HEADING = {"namedStyleType": "HEADING_2"}


def read(sandbox: Sandbox, document: str = DOCUMENT, **query: Any) -> Any:
    query = {"includeTabsContent": "true", "suggestionsViewMode": "SUGGESTIONS_INLINE"} | query
    return sandbox.google("docs", "GET", f"/v1/documents/{document}", query=query)


def write(sandbox: Sandbox, *requests: Any, expect: int = 200, proper: bool = True, **control: str) -> Any:
    body: dict[str, Any] = {"requests": list(requests)}
    if control:
        body["writeControl"] = control
    return sandbox.google("docs", "POST", f"{PATH}:batchUpdate", body, expect=expect, proper=proper)


def paragraphs(document: Any, tab: int = 0) -> list[Any]:
    return [each for each in document["tabs"][tab]["documentTab"]["body"]["content"] if "paragraph" in each]


def text_of(element: Any) -> str:
    return "".join(
        each["textRun"]["content"] for each in element["paragraph"]["elements"] if "textRun" in each
    )


def end_of(document: Any, tab: int = 0) -> int:
    end: int = paragraphs(document, tab)[-1]["endIndex"]
    return end


def insert(index: int, text: str, tab: str = "t.0") -> dict[str, Any]:
    return {"insertText": {"location": {"index": index, "tabId": tab}, "text": text}}


def span(start: int, end: int, tab: str = "t.0") -> dict[str, Any]:
    return {"startIndex": start, "endIndex": end, "tabId": tab}


def style(start: int, end: int, named: str) -> dict[str, Any]:
    asked = {"namedStyleType": named}
    return {
        "updateParagraphStyle": {
            "range": span(start, end),
            "paragraphStyle": asked,
            "fields": "namedStyleType",
        }
    }


def test_tables_of_fields_agree_with_the_discovery_document() -> None:
    schemas = discovery.document("docs")["schemas"]
    for name, shape in REQUESTS.items():
        discovery.check_names("docs", shape, schemas["Request"]["properties"][name], name)
    assert set(REQUESTS) | NOT_PLAYED == set(schemas["Request"]["properties"])


def test_indexes_run_on_without_gaps_in_utf16_units(sandbox: Sandbox) -> None:
    at = 1
    for element in paragraphs(read(sandbox)):
        assert element["startIndex"] == at
        for part in element["paragraph"]["elements"]:
            assert part["startIndex"] == at
            at = part["endIndex"]
            assert at - part["startIndex"] == len(part["textRun"]["content"].encode("utf-16-le")) // 2
        assert element["endIndex"] == at


def test_only_the_first_tab_is_in_the_body_unless_tabs_are_asked_for(sandbox: Sandbox) -> None:
    plain = sandbox.google("docs", "GET", PATH)
    assert "tabs" not in plain
    assert "call notes" in text_of(plain["body"]["content"][1])
    full = read(sandbox)
    assert "body" not in full
    assert [tab["tabProperties"]["title"] for tab in full["tabs"]] == ["Notes", "Ideas"]


def test_a_field_mask_that_names_tabs_implies_their_content(sandbox: Sandbox) -> None:
    answer = sandbox.google("docs", "GET", PATH, query={"fields": "revisionId,tabs(tabProperties/tabId)"})
    assert [tab["tabProperties"] for tab in answer["tabs"]] == [{"tabId": "t.0"}, {"tabId": "t.ideas"}]


def test_child_tabs_hang_below_their_parent(sandbox: Sandbox) -> None:
    tabs = [{"id": "t.0"}, {"id": "t.1", "parent": "t.0", "lines": ["deep"]}]
    made = sandbox.people("docs", "create", title="Nested", tabs=tabs)["document"]
    (root,) = read(sandbox, made)["tabs"]
    (child,) = root["childTabs"]
    assert child["tabProperties"]["parentTabId"] == "t.0"
    assert child["tabProperties"]["nestingLevel"] == 1


def test_an_unknown_document_is_404(sandbox: Sandbox) -> None:
    answer = sandbox.google("docs", "GET", "/v1/documents/nowhere", expect=404)
    assert answer["error"]["status"] == "NOT_FOUND"


def test_a_section_written_in_one_batch_gets_a_heading_id(sandbox: Sandbox) -> None:
    before = read(sandbox)
    end = end_of(before) - 1
    written = write(
        sandbox,
        insert(end, "\n2026-12-08 🎉\nAgenda"),
        style(end + 1, end + 14, "HEADING_2"),
        style(end + 15, end + 20, "NORMAL_TEXT"),
        requiredRevisionId=before["revisionId"],
    )
    after = read(sandbox)
    *_, heading, agenda = paragraphs(after)
    assert text_of(heading) == "2026-12-08 🎉\n"
    assert heading["paragraph"]["paragraphStyle"]["namedStyleType"] == "HEADING_2"
    assert heading["paragraph"]["paragraphStyle"]["headingId"].startswith("h.")
    assert text_of(agenda) == "Agenda\n"
    assert "headingId" not in agenda["paragraph"]["paragraphStyle"]
    assert written["writeControl"]["requiredRevisionId"] == after["revisionId"] != before["revisionId"]


def test_a_stale_revision_is_refused_and_nothing_is_written(sandbox: Sandbox) -> None:
    seen = read(sandbox)["revisionId"]
    sandbox.people("docs", "append", text="somebody was faster")
    now = read(sandbox)
    write(sandbox, insert(1, "late"), requiredRevisionId=seen, expect=400)
    assert read(sandbox) == now


def test_a_batch_is_all_or_nothing_and_names_the_request_at_fault(sandbox: Sandbox) -> None:
    before = read(sandbox)
    error = write(sandbox, insert(1, "x"), insert(99999, "y"), expect=400)["error"]
    assert error["message"].startswith("Invalid requests[1].insertText: Index 99999 must be less than")
    assert read(sandbox) == before


@pytest.mark.parametrize(
    "request_",
    [
        insert(0, "before the text"),
        insert(1, ""),
        insert(1, "x", tab="t.none"),
        {"insertText": {"text": "nowhere"}},
        {"insertText": {"text": "both", "location": {"index": 1}, "endOfSegmentLocation": {}}},
        {"insertText": {"text": "footer", "location": {"index": 1, "segmentId": "kix.footer"}}},
        {"deleteContentRange": {"range": span(5, 5)}},
        {"deleteContentRange": {"range": span(1, 99999)}},
        {"updateParagraphStyle": {"range": span(1, 5), "paragraphStyle": HEADING}},
        {
            "updateParagraphStyle": {
                "range": span(1, 5),
                "paragraphStyle": {"headingId": "h.1"},
                "fields": "headingId",
            }
        },
        {"updateTextStyle": {"range": span(1, 5), "textStyle": {"bold": True}, "fields": "colour"}},
        {"createNamedRange": {"range": span(1, 5), "name": ""}},
        {"replaceAllText": {"containsText": {"text": ""}, "replaceText": "x"}},
        {"deleteNamedRange": {"name": "never made"}},
    ],
)
def test_docs_refuses_nonsense(sandbox: Sandbox, request_: Any) -> None:
    assert write(sandbox, request_, expect=400)["error"]["message"].startswith("Invalid requests[0].")


@pytest.mark.parametrize("request_", [{"insertTxt": {}}, {"insertText": {"text": "x", "loc": {"index": 1}}}])
def test_unknown_names_are_refused(sandbox: Sandbox, request_: Any) -> None:
    message = write(sandbox, request_, expect=400, proper=False)["error"]["message"]
    assert "Unknown name" in message


def test_an_empty_batch_and_two_kinds_in_one_request_are_refused(sandbox: Sandbox) -> None:
    write(sandbox, expect=400)
    write(sandbox, {**insert(1, "x"), "deleteContentRange": {"range": span(1, 2)}}, expect=400)


def test_a_request_that_is_not_played_is_refused_and_reported(sandbox: Sandbox) -> None:
    sandbox.expects_problems = True
    write(sandbox, {"insertTable": {"rows": 1, "columns": 1, "endOfSegmentLocation": {}}}, expect=400)
    assert "insertTable" in sandbox.control("GET", "problems")[0]


def test_the_end_of_a_segment_is_before_its_last_newline(sandbox: Sandbox) -> None:
    write(sandbox, {"insertText": {"endOfSegmentLocation": {"tabId": "t.ideas"}, "text": "Last words"}})
    assert sandbox.state("docs")[DOCUMENT]["tabs"]["t.ideas"]["text"].endswith("\nLast words\n")


def test_text_after_a_bullet_is_a_bullet_until_cleared(sandbox: Sandbox) -> None:
    end = end_of(read(sandbox)) - 1
    write(
        sandbox,
        insert(end, "one\n\ttwo"),
        {"createParagraphBullets": {"range": span(end, end + 8), "bulletPreset": "BULLET_CHECKBOX"}},
    )
    first, second = paragraphs(read(sandbox))[-2:]
    assert text_of(second) == "two\n"
    assert second["paragraph"]["bullet"]["nestingLevel"] == 1
    assert first["paragraph"]["bullet"]["listId"] == second["paragraph"]["bullet"]["listId"]
    end = end_of(read(sandbox)) - 1
    write(sandbox, insert(end, "\nthree"))
    assert "bullet" in paragraphs(read(sandbox))[-1]["paragraph"]
    write(sandbox, {"deleteParagraphBullets": {"range": span(end + 1, end + 6)}})
    assert "bullet" not in paragraphs(read(sandbox))[-1]["paragraph"]


def test_links_are_styled_and_can_be_removed(sandbox: Sandbox) -> None:
    link = {"textStyle": {"link": {"url": "https://example.org"}}, "fields": "link"}
    write(sandbox, {"updateTextStyle": {"range": span(1, 5), **link}})
    run = paragraphs(read(sandbox))[0]["paragraph"]["elements"][0]["textRun"]
    assert run["textStyle"]["link"]["url"] == "https://example.org"
    assert run["textStyle"]["underline"] is True
    assert run["content"] == "FLOS"
    write(sandbox, {"updateTextStyle": {"range": span(1, 5), "textStyle": {}, "fields": "link"}})
    assert len(paragraphs(read(sandbox))[0]["paragraph"]["elements"]) == 1


def test_replace_all_goes_over_all_tabs_unless_told_otherwise(sandbox: Sandbox) -> None:
    find = {"text": "PEOPLE", "matchCase": False}
    answer = write(sandbox, {"replaceAllText": {"containsText": find, "replaceText": "friends"}})
    assert answer["replies"][0]["replaceAllText"]["occurrencesChanged"] == 2
    find = {"text": "friends", "matchCase": True}
    only = {
        "replaceAllText": {"containsText": find, "replaceText": "👋", "tabsCriteria": {"tabIds": ["t.ideas"]}}
    }
    assert write(sandbox, only)["replies"][0]["replaceAllText"]["occurrencesChanged"] == 1
    assert "👋's code" in sandbox.state("docs")[DOCUMENT]["tabs"]["t.ideas"]["text"]


def test_a_named_range_follows_its_words(sandbox: Sandbox) -> None:
    made = write(sandbox, {"createNamedRange": {"range": span(5, 9), "name": "mark"}})
    held = made["replies"][0]["createNamedRange"]["namedRangeId"]
    write(sandbox, insert(1, "abc"), {"deleteContentRange": {"range": span(1, 2)}})
    (found,) = read(sandbox)["tabs"][0]["documentTab"]["namedRanges"]["mark"]["namedRanges"]
    assert found["namedRangeId"] == held
    assert found["ranges"] == [span(7, 11)]
    write(sandbox, {"deleteNamedRange": {"namedRangeId": held}})
    assert "namedRanges" not in read(sandbox)["tabs"][0]["documentTab"]


def test_a_page_break_is_one_unit_and_a_newline(sandbox: Sandbox) -> None:
    end = end_of(read(sandbox))
    write(sandbox, {"insertPageBreak": {"location": {"index": end - 1}}})
    after = read(sandbox)
    assert end_of(after) == end + 2
    assert "pageBreak" in paragraphs(after)[-2]["paragraph"]["elements"][0]


def test_control_characters_are_stripped(sandbox: Sandbox) -> None:
    write(sandbox, insert(1, "a\x00b\ue907c"))
    assert text_of(paragraphs(read(sandbox))[0]).startswith("abcFLOSS")


def test_people_write_below_a_heading(sandbox: Sandbox) -> None:
    sandbox.people("docs", "write", after_heading="2026-05-12", text="Clara was there too")
    lines = sandbox.state("docs")[DOCUMENT]["tabs"]["t.0"]["text"].split("\n")
    assert lines[lines.index("2026-05-12") + 1] == "Clara was there too"


def test_a_batch_whose_answer_was_lost_was_written_once(sandbox: Sandbox) -> None:
    revision = read(sandbox)["revisionId"]
    sandbox.fault(service="docs", method="POST", do="drop_after")
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        write(sandbox, insert(1, "once "), requiredRevisionId=revision)
    write(sandbox, insert(1, "once "), requiredRevisionId=revision, expect=400)
    assert sandbox.state("docs")[DOCUMENT]["tabs"]["t.0"]["text"].count("once ") == 1


def test_without_a_token_nothing_is_read(sandbox: Sandbox) -> None:
    assert sandbox.call("GET", PATH).status == 401
