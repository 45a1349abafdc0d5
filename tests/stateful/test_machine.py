"""Random lives of a community; the same ones on every run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos.story import HELD
from tests.chaos.trial import Trial
from tests.stateful.machine import HOME, MIDNIGHT, Life, Place


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with Trial(tmp_path_factory.mktemp("life"), "gmail", HELD[:2]) as trial:
        yield trial


@pytest.mark.parametrize(("place", "lives"), [(HOME, 5), *((place, 2) for place in MIDNIGHT)], ids=lambda value: getattr(value, "zone", value))
def test_whatever_happens_nothing_is_doubled_and_the_receipts_describe_the_world(trial: Trial, place: Place, lives: int) -> None:
    bounded = settings(
        max_examples=lives, stateful_step_count=24, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(lambda: Life(trial, place), settings=bounded)  # type: ignore[no-untyped-call]
