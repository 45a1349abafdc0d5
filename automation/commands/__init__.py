"""One file for each command of run.py."""
