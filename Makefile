# make demo: six months of calls, rehearsed offline; make test: every test. Both set themselves up.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: demo test lint bench chaos clean

.venv/installed: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Callkeeper needs Python 3.11 or newer; name one with: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	touch .venv/installed

demo: .venv/installed
	$(BIN)/python run.py rehearse --overlay demo/overlay.toml --from 2026-10-15 --months 6

# ical.js judges the invitations; without npm its tests say that they were skipped.
tests/ical/node_modules: tests/ical/package-lock.json
	@if command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund --prefix tests/ical; else echo "npm is not installed: the tests with ical.js are skipped"; fi

test: .venv/installed tests/ical/node_modules
	$(BIN)/python -m pytest

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/installed
	$(BIN)/python -m benchmarks.bench

chaos: .venv/installed
	$(BIN)/python -m tests.chaos

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/ical/node_modules rehearsal preview
