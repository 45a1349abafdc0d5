"""A part of the matrix with the other tests; `make chaos` runs all of it."""

from __future__ import annotations

import subprocess
import sys

from tests.chaos.story import ROOT


def test_no_disturbance_doubles_or_loses_anything() -> None:
    """Death, lost connections and refusals at points spread over a call's life leave the outside as an undisturbed run does."""
    command = [sys.executable, "-m", "tests.chaos", "--quick"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "wrong" in ran.stdout
