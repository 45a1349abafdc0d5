"""What members read: the values that templates see, made harmless for the place they are written into, Jinja2 without a
way out, Markdown as text and HTML; and the mistakes in templates.

May import domain, files, schedule and config. Begin with `values` (what a template gets), then `render` (templates ->
texts); `escape` is the one table of outputs. `press` is the way in: what people wrote is rendered in a process of its
own, with an end to its time and memory.
"""
