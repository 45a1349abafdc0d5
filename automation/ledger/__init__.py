"""What is remembered between two ticks: receipts, claims, how each call stands, what was last seen. One SQLite file,
its migrations, its lock.

May import domain and files. Everything that is SQLite's is here. Begin with `sqlite`.
"""
