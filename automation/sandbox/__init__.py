"""The wire of Google, Zoom, Discord and SMTP on loopback, as one process of its own.

Nothing here imports the program that it plays the outside world for. In reading order:

state          World: clock, ids, lock, one store a service, log and problems
google_errors  Refusal, Google's error envelope, strict reading of queries and bodies
google_fields  Google's partial responses (`fields=`) and the one way to give a JSON answer
google_token   POST /token, and guard(): Google routes want a valid Bearer token
faults         what goes wrong on purpose, and how often
control        /_sandbox/: state, log, problems, clock, faults, people, seed, reset
connection     HTTP/1.1 kept open; carries out a request, or breaks it as a fault asks
server         all services' routes in one application on 127.0.0.1
calendar, gmail, drive, docs, zoom, discord, smtp   the services

A service is a module with SERVICE (its name), fresh(world) -> store, blueprint(world) -> flask.Blueprint
(named SERVICE), dump(store) -> JSON-able dict, and people(world) -> {action: callable(dict) -> JSON-able}.
Its current store is world.stores[SERVICE]; fetch it in every request, since a reset replaces it.
"""
