"""Which calls there are. From "second Tuesday of the month" to aware datetimes, and how one call stands once the
config, what was last written and what people did in the calendar are held together. Pure.

May import domain. Begin with `recurrence` (rules and changes -> occurrences), then `follow` (the three sides of one
call) and `calls` (all of them); `phrases` reads what organizers write, `due_times` says when a mail is due.
"""
