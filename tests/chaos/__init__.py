"""One call's whole life, disturbed at every point in turn: `python -m tests.chaos`.

world.py   the sandbox in a process of its own, with saved states and a count of requests
victim.py  one tick in a child process, killed where it is told
story.py   the life: instants, what people do, what organizers edit
outside.py what stands outside and in the ledger, in a form that can be compared
trial.py   one disturbance, then ticks until all is quiet, then the judgement
points.py  kill, drop, fault, lost ledger: every disturbance there is
judge.py   the comparison with the undisturbed life
matrix.py  which points are tried in which life
"""
