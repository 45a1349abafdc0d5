# make demo   rehearse six months of calls against made-up services; nothing to set up
# make test   install what is needed and run every test
#
# Python 3.11 or newer, make and a package index are all that is needed. PYTHON=python3.12 chooses another one.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.installed
NODE := tests/ical/node_modules/.installed

.PHONY: demo test lint bench chaos clean help

help:
	@sed -n 's/^# make/make/p' Makefile

$(READY): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Callkeeper needs Python 3.11 or newer; make PYTHON=python3.12 ... chooses another one." >&2; exit 1; }
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (once; this takes a minute) ..."
	@$(RUN) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

demo: $(READY)
	$(RUN) run.py rehearse --overlay demo/overlay.toml --from 2026-10-15 --months 6

# A second reader of our calendars; without npm the tests that need it say so and are skipped.
$(NODE): tests/ical/package-lock.json
	@if command -v npm >/dev/null; then cd tests/ical && npm ci --no-audit --no-fund --silent && touch node_modules/.installed; \
	else echo "npm is not there: the tests that read our calendars with ical.js are skipped"; fi

test: $(READY) $(NODE)
	$(RUN) -m pytest

lint: $(READY)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check --quiet automation benchmarks run.py
	$(RUN) -m mypy
	$(RUN) -m vulture
	$(RUN) -m pylint --score=n automation
	$(RUN) -m pytest tests/unit/test_architecture.py

bench: $(READY)
	$(RUN) -m benchmarks.bench

chaos: $(READY)
	$(RUN) -m tests.chaos

clean:
	rm -rf $(VENV) tests/ical/node_modules rehearsal preview .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
