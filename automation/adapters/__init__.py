"""The outside: each service spoken to in its own words, each request sent exactly once, each refusal classified,
nothing decided.

May import domain. Begin with `connect` (the wiring), then the nearest neighbour of what you need: `discord` is the
smallest; `zoom/` has a login of its own, `google/` four services. A new provider is a file or folder here and its row
in `connect`.
"""
