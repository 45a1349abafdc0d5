"""A new version of any part of the program, or of the time zones, ends the quiet. Copies of the real package and of real zone files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "automation", tmp_path / "automation", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "community.toml").write_text("", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    zones = tmp_path / "zoneinfo"
    (zones / "America").mkdir(parents=True)
    (zones / "America" / "New_York").write_bytes(b"TZif2")
    (zones / "tzdata.zi").write_text("# version 2026a\n", encoding="utf-8")
    return tmp_path


def files_fingerprint(copy: Path) -> str:
    code = (
        "from pathlib import Path as P; from automation.reconcile.idle import files_fingerprint as f; "
        "p = P('community.toml'); print(f(p, p, P('templates')))"
    )
    env = {**os.environ, "PYTHONTZPATH": str(copy / "zoneinfo"), "PYTHONPATH": str(copy)}
    # Without bytecode: Python takes what it compiled of a file of the same size and second for that file.
    return subprocess.run([sys.executable, "-B", "-c", code], cwd=copy, env=env, capture_output=True, text=True, check=True).stdout.strip()


def touch(path: Path) -> None:
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1))


@pytest.mark.parametrize("name", ["adapters/zoom/wire.py", "cli/commands/apply.py", "sandbox/zoom/routes.py", "plan/plan.py"])
def test_a_new_file_in_any_folder_of_the_package_counts(copy: Path, name: str) -> None:
    before = files_fingerprint(copy)
    assert len(before) == 64
    assert files_fingerprint(copy) == before
    touch(copy / "automation" / name)
    assert files_fingerprint(copy) != before


def test_an_older_file_counts_as_well_and_so_does_one_more_or_less(copy: Path) -> None:
    seen = {files_fingerprint(copy)}
    os.utime(copy / "automation" / "plan" / "plan.py", (0, 0))
    seen.add(files_fingerprint(copy))
    (copy / "automation" / "adapters" / "more.py").touch()
    seen.add(files_fingerprint(copy))
    (copy / "automation" / "adapters" / "smtp.py").unlink()
    seen.add(files_fingerprint(copy))
    assert len(seen) == 4


def test_the_number_of_the_version_counts(copy: Path) -> None:
    before, file = files_fingerprint(copy), copy / "automation" / "domain" / "version.py"
    status = file.stat()
    file.write_text(file.read_text(encoding="utf-8").replace("0.1.0", "0.1.1"), encoding="utf-8")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert files_fingerprint(copy) != before


def test_new_time_zones_count_as_a_package_manager_writes_them(copy: Path) -> None:
    before, zones = files_fingerprint(copy), copy / "zoneinfo"
    fresh = zones / "America" / ".new"
    fresh.write_bytes(b"TZif3")
    os.replace(fresh, zones / "America" / "New_York")
    second = files_fingerprint(copy)
    assert second != before
    (zones / "tzdata.zi").write_text("# version 2026bb\n", encoding="utf-8")
    assert files_fingerprint(copy) != second
