"""When the public page is rebuilt: a digest of all that it shows, in which calls long over cost next to nothing.
Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from automation.domain.call_state import shown
from automation.domain.fingerprint import fingerprint, wording
from automation.domain.inputs import Inputs
from automation.domain.keys import community_step
from automation.domain.model import Config, Talk
from automation.domain.proofs import Linked, PageProof
from automation.domain.receipts import LedgerSnapshot, Receipt
from automation.domain.steps import PageStep, Window
from automation.plan.steps.step_state import Item, community_step_state
from automation.schedule.calls import Calls
from automation.schedule.past import Past


def item(inputs: Inputs, calls: Calls) -> Item:
    """The public page and feeds: rebuilt when anything that they show has changed."""
    config, page = inputs.config, inputs.config.page
    # In the form in which ledgers know it.
    form = f"Page(directory={page.directory!r}, show_join_link={page.show_join_link!r}, url={page.url!r})"
    series = [[each.uid, each.title, each.zone.key] for each in config.series]
    settings = [
        config.name,
        config.group,
        config.links,
        [zone.key for zone in config.zones],
        form,
        inputs.templates.page,
        series,
        # Ledgers know a page without it by what there was before.
        *([config.about] if config.about else []),
        *wording(config),
    ]
    # Without archive.toml in the form in which ledgers know it.
    settings += [repr(config.archive)] if config.archive else []
    content = fingerprint(_rows(inputs, calls), settings)
    step = PageStep(community_step(config.uid, "page"), Window(inputs.now), content)
    found = community_step_state(inputs, step, "page", content)
    return found if found.step is None else replace(found, step=_whole(inputs, calls, step))


def _whole(inputs: Inputs, calls: Calls, step: PageStep) -> PageStep:
    """The step with all that is to be shown, which only a page that is rebuilt pays for."""
    shown_calls = calls.shown(inputs.now)
    public = [str(call.id) for call in shown_calls if inputs.config.page.show_join_link and not call.cancelled]
    return replace(step, calls=shown_calls, joins={mark: link for mark in public if (link := join_of(inputs, mark))})


def _rows(inputs: Inputs, calls: Calls) -> str:
    """A digest of what is shown of each call. That a call is closed shows nowhere, so its row stays as it was."""
    rows = [
        _row(
            inputs,
            str(call.id),
            text=shown(call.start, call.end, status=call.status, sequence=call.sequence, reason=call.reason),
            over=call.end <= inputs.now,
            talk=call.talk,
        )
        for call in calls.unsettled(inputs.now)
    ]
    return hashlib.sha256("".join(sorted(rows + _closed_rows(inputs, calls.past))).encode()).hexdigest()


def _closed_rows(inputs: Inputs, past: Past) -> list[str]:
    def rows() -> list[str]:
        return sorted(
            [
                _row(inputs, mark, text=state.shown, over=True, talk=past.talks.get(mark))
                for mark, state in past.states.items()
            ]
        )

    found: list[str] = inputs.snapshot.derived(
        "rows", (inputs.snapshot.calls, inputs.snapshot.receipts, inputs.config), rows
    )
    return found


def _row(inputs: Inputs, mark: str, text: str, over: bool, talk: Talk | None) -> str:
    archive = inputs.snapshot.receipts.get(f"{mark}/archive")
    entry = archive.fingerprint if archive is not None and archive.done_at is not None else ""
    join = join_of(inputs, mark) if inputs.config.page.show_join_link else ""
    said = f"{talk.speaker} {talk.title} {talk.abstract}" if talk is not None else ""
    return f"{mark} {text} {over} {entry} {join} {said}\n"


def join_of(inputs: Inputs, mark: str) -> str | None:
    """The link into the meeting of the call `mark`."""
    meeting = inputs.config.meeting
    return meeting.url if meeting.provider == "fixed" else link_of(inputs, mark, "meeting")


def link_of(inputs: Inputs, mark: str, kind: str) -> str | None:
    """The link that a step of the call `mark` left behind."""
    receipt = inputs.snapshot.get(f"{mark}/{kind}")
    return receipt.data.link or None if receipt is not None and isinstance(receipt.data, Linked) else None


def doing(step: PageStep, config: Config) -> str:
    return "rebuild the page and the feeds"


def done(name: str, before: Receipt | None, after: Receipt | None) -> str:
    return "Public page written"


def foreseen(step: PageStep, snapshot: LedgerSnapshot) -> PageProof:
    return PageProof()
