"""The way in: arguments in, results on standard output, one sentence for every mistake, an exit code.

May import every room but sandbox. Begin with `entry`, where an idle tick ends, then `main`; a command is a file in
`commands/`.
"""
