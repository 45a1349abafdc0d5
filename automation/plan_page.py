"""When the public page is rebuilt: a digest of all that it shows, in which calls long over cost next to nothing. Pure."""

from __future__ import annotations

import hashlib

from automation.calls import Cast
from automation.follow import shown
from automation.keys import community_step
from automation.model import Talk
from automation.past import Past
from automation.plan_items import Inputs, Item, digest, settle_community
from automation.steps import PageStep, Window


def page_item(inputs: Inputs, cast: Cast) -> Item:
    """The public page and feeds: rebuilt when anything that they show has changed."""
    config = inputs.config
    series = [[each.uid, each.title, each.zone.key] for each in config.series]
    settings = [config.name, config.group, config.links, [zone.key for zone in config.zones], config.page, inputs.templates.page, series]
    content = digest(_rows(inputs, cast), settings)
    step = PageStep(community_step(config.uid, "page"), Window(inputs.now), content)
    return settle_community(inputs, step, "page", content)


def _rows(inputs: Inputs, cast: Cast) -> str:
    """A digest of what is shown of each call. That a call is closed shows nowhere, so its row stays as it was."""
    rows = [
        _row(inputs, str(call.id), shown(call.start, call.end, call.status, call.sequence, call.reason), call.end <= inputs.now, call.talk)
        for call in cast.unsettled(inputs.now)
    ]
    return hashlib.sha256("".join(sorted(rows + _closed_rows(inputs, cast.past))).encode()).hexdigest()


def _closed_rows(inputs: Inputs, past: Past) -> list[str]:
    def rows() -> list[str]:
        return sorted([_row(inputs, mark, state.shown, True, past.talks.get(mark)) for mark, state in past.states.items()])

    found: list[str] = inputs.book.derived("rows", (inputs.book.calls, inputs.book.receipts, inputs.config), rows)
    return found


def _row(inputs: Inputs, mark: str, text: str, over: bool, talk: Talk | None) -> str:
    archive = inputs.book.receipts.get(f"{mark}/archive")
    entry = archive.digest if archive is not None and archive.done_at is not None else ""
    join = join_of(inputs, mark) if inputs.config.page.show_join_link else ""
    said = f"{talk.speaker} {talk.title}" if talk is not None else ""
    return f"{mark} {text} {over} {entry} {join} {said}\n"


def join_of(inputs: Inputs, mark: str) -> str | None:
    """The link into the meeting of the call `mark`."""
    meeting = inputs.config.meeting
    return meeting.url if meeting.provider == "fixed" else link_of(inputs, mark, "meeting")


def link_of(inputs: Inputs, mark: str, kind: str) -> str | None:
    """The link that a step of the call `mark` left behind."""
    receipt = inputs.book.get(f"{mark}/{kind}")
    return str(receipt.data["link"]) if receipt is not None and receipt.proven and receipt.data.get("link") else None
