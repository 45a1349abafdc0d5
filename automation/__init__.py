"""Callkeeper keeps a community's regular call: meeting, calendar, mail, notes, recording, archive."""
