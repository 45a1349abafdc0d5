"""Months of calls, offline: the real files and the real program against the sandbox, and the report of what members
would have seen.

May import all rooms but adapters and cli. Begin with `run`.
"""
