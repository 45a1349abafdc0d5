"""The options of the command line, with what they are where they are not given. Without imports: an idle tick reads
it."""

from __future__ import annotations

# The options of `cli`, with what they are where they are not given.
DEFAULTS = {
    "config": "community.toml",
    "credentials": "credentials.json",
    "templates": "templates",
    "state": "sqlite:///state/ledger.sqlite3",
}
