"""Which past call a recording or a section of the notes belongs to, told from its name. Pure.

A wrong match is worse than none: what may mean two calls is no match, and each one says why it is one or is none.
Imports `domain` alone. Begin with `match.py`, which puts together what `names.py` reads of each name and `orders.py`
of all of them; `words.py` has the names of months in the languages that people use, `records.py` what goes in and out.
"""
