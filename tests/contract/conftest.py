"""What the tests of Google's adapters share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from automation.adapters.google.client import GoogleClient


@pytest.fixture
def google(sandbox: Any) -> Iterator[GoogleClient]:
    """A client logged in at the sandbox, which must have nothing to complain about at the end."""
    yield GoogleClient(sandbox.credentials["google"], sandbox.google_endpoints)
    assert sandbox.get("problems") == []
