"""One sandbox process for all tests of the sandbox; each test finds it as on its first day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .running import NOW, Sandbox, start_sandbox


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Run one sandbox for the whole test run."""
    running = start_sandbox(tmp_path_factory.mktemp("sandbox"), "--now", NOW)
    yield running
    running.end()
    assert running.process.returncode == 0


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Iterator[Sandbox]:
    """Return the sandbox as new. Problems that the test did not expect (unknown paths, …) fail it."""
    sandbox_process.begin()
    yield sandbox_process
    if not sandbox_process.expects_problems:
        assert sandbox_process.control("GET", "problems") == []
