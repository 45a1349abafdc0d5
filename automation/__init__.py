"""Callkeeper keeps a community's regular call: meeting, calendar, mail, notes, recording, archive.

    cli/          the way in: arguments, output, exit codes; commands/ holds one file for each command
    rehearsal/    months of calls, offline, and what is told of them
    reconcile/    the loop: observe, plan, claim, apply, record; the worker, the idle tick, recovery
    apply/        doing one step: one file for each kind
    rendering/    what members read: template values, escaping, Jinja2, Markdown; formats/ makes mails, feeds, the page
    plan/         what is to be done, without doing it; steps/ holds one file for each kind of step
    config/       what organizers write: community.toml, credentials.json, the templates; every mistake at once
    adapters/     the outside: Google, Zoom, Discord, SMTP
    ledger/       what is remembered: SQLite, its migrations, its lock
    schedule/     which calls there are: phrases, RRULEs, changes, what people did about them
    archive/      which past call a recording or a section of the notes belongs to, told from its name
    files/        files that others can reach: read below their root, written whole, through nobody's link
    domain/       the words that all of them share: records, keys, errors, roles of services
    sandbox/      the outside made up: a program of its own, which shares only the wire

The data goes from config through schedule and plan to reconcile, which does with apply what plan has found, and down
into ledger and adapters. A room imports only from rooms below it in this list; which ones, its own docstring says, and
tests/unit/test_architecture.py holds it to that.
"""
