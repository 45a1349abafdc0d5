"""When each kind of step is due: one file for each, and `kinds`, the table of them all, whose columns `kind` explains.
`step_state` is the one rule by which every step's state is found from its receipt, its window and the clock.

May import domain and schedule, and nothing of plan above. Begin with `kinds`.
"""
