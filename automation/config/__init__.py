"""What organizers write: community.toml, credentials.json and the folder of templates, read into records, every mistake
found at once.

May import domain, files and schedule. Begin with `load` (all files), then `community`; `table` reads a TOML table key
by key and collects what is wrong, `validators` says what single texts must look like, `starter` makes a new folder.
"""
