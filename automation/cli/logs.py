"""Log lines: an event name plus fields, on standard error."""

from __future__ import annotations

import json
import logging
import sys


class Line(logging.Formatter):
    """`2026-12-01T17:00:03+0000 step.done key=floss-mentoring/…`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", {})
        parts = [self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), record.levelname.lower(), record.getMessage()]
        parts += [f"{name}={_value(value)}" for name, value in fields.items()]
        line = " ".join(parts)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _value(value: object) -> str:
    text = str(value)
    return (
        json.dumps(text, ensure_ascii=False)
        if any(c.isspace() or c == '"' for c in text) or not text.isprintable()
        else text
    )


def start_logging(level: int = logging.INFO) -> None:
    """Log to standard error from now on."""
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(Line())
    log = logging.getLogger("callkeeper")
    log.handlers[:] = [out]
    log.setLevel(level)
    log.propagate = False
