"""Zoom's meetings and cloud recordings, by Server-to-Server OAuth.

May import domain and adapters/wire. Begin with `meetings`.
"""
