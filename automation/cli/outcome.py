"""What a tick came to, for people or for programs. Kept apart from the command line: a quiet tick shows it too."""

from __future__ import annotations

import json
import sys
from typing import Any

BUSY = "another Callkeeper is at work on this ledger; nothing to do here"


def finish(result: dict[str, Any], as_json: bool) -> int:
    """Show it, ping the dead-man's switch if all is well, and return the exit code."""
    url, code = result.pop("ping_url"), result.pop("exit_code")
    if result.pop("raced", False):
        print(BUSY, file=sys.stderr)
    elif url and not result["failed"]:
        # urllib costs more than all of a tick with nothing due, and few have a switch to ping.
        from automation.adapters.ping import ping

        ping(url)
    if as_json:
        print(json.dumps(result, indent=2, ensure_ascii=False))
    else:
        _print(result)
    return int(code)


def _print(result: dict[str, Any]) -> None:
    for step in result["done"]:
        print(f"done      {step['key']}")
    for step in result["skipped"]:
        print(f"skipped   {step['key']}: {step['reason']}")
    for step in result["failed"]:
        again = f"; tried again at {step['retry_at']}" if step["retry_at"] else ""
        print(f"failed    {step['key']}: {step['error']}{again}")
    for key in result["in_doubt"]:
        print(
            f"in doubt  {key}: look whether it happened, then `python run.py resolve {key}` with --happened, --repeat"
            " or --skip"
        )
    for sentence in result["refused"]:
        print(f"held back {sentence}")
