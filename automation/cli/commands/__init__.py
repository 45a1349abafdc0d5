"""One thin file for each command, imported by name when it is asked for."""
