"""The digests of what steps are made from stay what they are in ledgers: another one would have everything that is there done once more."""

from __future__ import annotations

import pytest

from automation.domain.fingerprint import fingerprint
from automation.domain.model import Page
from tests.planning import DEC, Desk, config, la

NOW = la(11, 20, 12)


def test_a_meeting_and_a_page_have_the_digests_that_ledgers_know() -> None:
    items = Desk(config()).plan(NOW).items
    found = {item.kind: item.step.fingerprint for item in items if item.step is not None and item.kind in ("meeting", "page")}
    assert found == {"meeting": "b77d762b3de16f5186c1", "page": "a1cfe6b866b7e0224ac4"}


def test_a_date_is_plain_and_a_record_is_not() -> None:
    assert fingerprint(DEC) == fingerprint("2026-12-08")
    with pytest.raises(TypeError):
        fingerprint(Page())
