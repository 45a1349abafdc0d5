"""Google, Zoom, Discord and a mail server, made up, in a process of their own: as strict as the real ones and with
faults to be chosen. Shares only the wire with the rest: it imports nothing of the package, and nothing imports it.

Begin with `server`; each service has a folder, `world/` holds their common state and faults.
"""
