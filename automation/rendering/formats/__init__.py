"""Bytes for other programs: mails (RFC 5322), calendars and invitations (RFC 5545, 5546), the Atom feed (RFC 4287),
archive.json and the page.

May import what rendering may, and rendering. Begin with `page_folder`, which puts the others together.
"""
