from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos.story import HELD
from tests.chaos.trial import Trial
from tests.stateful.machine import Life


def test_long(tmp_path):
    with Trial(tmp_path, "gmail", HELD[:2]) as trial:
        run_state_machine_as_test(lambda: Life(trial), settings=settings(max_examples=25, stateful_step_count=30, deadline=None, database=None, suppress_health_check=list(HealthCheck)))
