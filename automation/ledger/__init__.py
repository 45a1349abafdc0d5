"""What is remembered between two ticks: receipts, claims, how each call stands, what was last seen. One SQLite file,
its migrations, its lock.

May import domain and files. What the others ask of a ledger stands in `domain/ledger.py`; `places` lists the ledgers
that there are, and everything that is SQLite's is here. Begin with `sqlite`; `receipt_json` says how receipts are kept.
"""
