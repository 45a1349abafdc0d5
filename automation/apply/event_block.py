"""The marked block in an event's description: what stands outside it belongs to people.

The marker lines are plain ASCII, so they survive when somebody edits the event in Google Calendar and it turns the text
into HTML.
"""

from __future__ import annotations

import re

BEGIN = "-- Details, kept up to date by Callkeeper --"
END = "-- Please write below this line --"

_BLOCK = re.compile(re.escape(BEGIN) + r".*?" + re.escape(END), re.DOTALL)
_MARKER = re.compile(re.escape(BEGIN) + "|" + re.escape(END))


def merge(description: str, text: str) -> str:
    """`description` with the block's content replaced by `text`; a block is put on top where there is none."""
    # A marker inside the text, from a talk's abstract for example, would end the block there at the next merge.
    block = f"{BEGIN}\n{_MARKER.sub('…', text).strip()}\n{END}"
    if _BLOCK.search(description):
        return _BLOCK.sub(lambda _: block, description, count=1)
    rest = description.strip()
    return f"{block}\n\n{rest}" if rest else block
