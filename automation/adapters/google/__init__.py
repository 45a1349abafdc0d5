"""Google Calendar, Gmail, Docs and Drive, over Google's own client on a transport that never sends anything twice.

May import domain and adapters/wire. Begin with `client`.
"""
