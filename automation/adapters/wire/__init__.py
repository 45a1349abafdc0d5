"""One request: sent once, within a deadline, its outcome classified, and nothing secret in what is said about it.

May import domain. Begin with `http`.
"""
