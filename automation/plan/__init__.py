"""What is to be done, found without doing it: occurrences, receipts, what was seen and the clock go in, a plan comes
out. Pure: the same inputs give the same plan.

May import domain and schedule. Begin with `plan`; `steps/` holds one file for each kind of step, `guard` holds back
what looks like a mistake, `alerts` says what the organizers must hear, `next_change` when a plan says anything new.
"""
