"""Doing one step: what the plan found is carried out against the adapters' roles, and comes to an outcome. One file for
each kind of step.

May import domain, files and rendering. Begin with `dispatch`, one match over all kinds, then `outcome` (what a step can
come to) and `context` (what it works with).
"""
