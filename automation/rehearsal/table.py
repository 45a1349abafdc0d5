"""A rehearsal's timeline for the terminal: one line for each thing that happened, in order of time."""

from __future__ import annotations

from datetime import datetime

from rich.table import Table
from rich.text import Text

from automation.rehearsal.story import Story
from automation.rehearsal.view import ReportRow, call_views

STYLES = {"Organizer": "yellow", "Callkeeper": ""}


def timeline(story: Story) -> Table:
    """The table; times are those of the series."""
    config = story.files.config
    title = f"{config.name}: a rehearsal" + (", made-up data" if config.made_up else "")
    table = Table(
        "When", "Call of", "Who", "What happened", title=title, title_justify="left", show_edge=False, pad_edge=False
    )
    rows = [(row, view.short) for view in call_views(story) for row in view.rows]
    for row, call in sorted(rows, key=lambda each: datetime.fromisoformat(each[0].iso)):
        # As Text, because rich would read square brackets in a subject as its own markup.
        table.add_row(
            *(
                Text(cell, style=STYLES.get(row.actor, "cyan"))
                for cell in (f"{row.day} {row.clock}", call, row.actor, _what(row))
            )
        )
    return table


def _what(row: ReportRow) -> str:
    return f"{row.text}: {row.mail.subject}" if row.mail is not None else row.text
