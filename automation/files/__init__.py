"""Files that other people and programs can reach: read below their root and through no link that leads out, written
whole, kept private.

May import domain. Begin with `reading`.
"""
