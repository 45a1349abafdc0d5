"""The fields that a batchUpdate may have, from the discovery document docs.v1 (shapes as google_errors.check_shape
reads them)."""

from __future__ import annotations

from typing import Any

DIMENSION = {"magnitude": float, "unit": str}
COLOR = {"color": {"rgbColor": {"red": float, "green": float, "blue": float}}}
BORDER = {"color": COLOR, "width": DIMENSION, "padding": DIMENSION, "dashStyle": str}
LOCATION = {"segmentId": str, "index": int, "tabId": str}
END_OF_SEGMENT = {"segmentId": str, "tabId": str}
PLACE = {"location": LOCATION, "endOfSegmentLocation": END_OF_SEGMENT}
RANGE = {"segmentId": str, "startIndex": int, "endIndex": int, "tabId": str}
TABS = {"tabIds": [str]}

TEXT_STYLE: dict[str, Any] = {
    "bold": bool,
    "italic": bool,
    "underline": bool,
    "strikethrough": bool,
    "smallCaps": bool,
    "backgroundColor": COLOR,
    "foregroundColor": COLOR,
    "fontSize": DIMENSION,
    "weightedFontFamily": {"fontFamily": str, "weight": int},
    "baselineOffset": str,
    "link": {
        "url": str,
        "tabId": str,
        "bookmarkId": str,
        "headingId": str,
        "bookmark": {"id": str, "tabId": str},
        "heading": {"id": str, "tabId": str},
    },
}
PARAGRAPH_STYLE: dict[str, Any] = {
    "headingId": str,
    "namedStyleType": str,
    "alignment": str,
    "lineSpacing": float,
    "direction": str,
    "spacingMode": str,
    "spaceAbove": DIMENSION,
    "spaceBelow": DIMENSION,
    "borderBetween": BORDER,
    "borderTop": BORDER,
    "borderBottom": BORDER,
    "borderLeft": BORDER,
    "borderRight": BORDER,
    "indentFirstLine": DIMENSION,
    "indentStart": DIMENSION,
    "indentEnd": DIMENSION,
    "tabStops": [{"offset": DIMENSION, "alignment": str}],
    "keepLinesTogether": bool,
    "keepWithNext": bool,
    "avoidWidowAndOrphan": bool,
    "shading": {"backgroundColor": COLOR},
    "pageBreakBefore": bool,
}
REQUESTS: dict[str, Any] = {
    "insertText": {**PLACE, "text": str},
    "insertPageBreak": PLACE,
    "deleteContentRange": {"range": RANGE},
    "updateParagraphStyle": {"range": RANGE, "paragraphStyle": PARAGRAPH_STYLE, "fields": str},
    "updateTextStyle": {"range": RANGE, "textStyle": TEXT_STYLE, "fields": str},
    "createParagraphBullets": {"range": RANGE, "bulletPreset": str},
    "deleteParagraphBullets": {"range": RANGE},
    "createNamedRange": {"range": RANGE, "name": str},
    "deleteNamedRange": {"name": str, "namedRangeId": str, "tabsCriteria": TABS},
    "replaceAllText": {
        "containsText": {"text": str, "matchCase": bool, "searchByRegex": bool},
        "replaceText": str,
        "tabsCriteria": TABS,
    },
}
BATCH: dict[str, Any] = {
    "requests": [REQUESTS],
    "writeControl": {"requiredRevisionId": str, "targetRevisionId": str, "writeMode": str},
}
# Requests of docs.v1 that this sandbox has no part in: refused, and recorded as a problem.
NOT_PLAYED = frozenset(
    {
        "acceptSuggestion",
        "addCommentReply",
        "addDocumentTab",
        "createDropdownDefinition",
        "createFooter",
        "createFootnote",
    }
    | {
        "createHeader",
        "deleteComment",
        "deleteCommentReply",
        "deleteDropdownDefinition",
        "deleteFooter",
        "deleteHeader",
    }
    | {
        "deletePositionedObject",
        "deleteSuggestion",
        "deleteTab",
        "deleteTableColumn",
        "deleteTableRow",
        "insertComment",
    }
    | {"insertDate", "insertDropdown", "insertInlineImage", "insertPerson", "insertRichLink", "insertSectionBreak"}
    | {
        "insertTable",
        "insertTableColumn",
        "insertTableRow",
        "mergeTableCells",
        "pinTableHeaderRows",
        "rejectSuggestion",
    }
    | {"replaceImage", "replaceNamedRangeContent", "unmergeTableCells", "updateCommentPost", "updateDocumentStyle"}
    | {"updateDocumentTabProperties", "updateDropdownDefinitionProperties", "updateDropdownProperties"}
    | {"updateNamedStyle", "updateSectionStyle", "updateTableCellStyle", "updateTableColumnProperties"}
    | {"updateTableRowStyle"}
)


def without_nulls(value: Any) -> Any:
    """The JSON value without null fields: to Google's parser a null is a field that is not there."""
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
