"""The loop that makes true what should be true: observe, plan, claim, apply, record, again until nothing is ready.
Everything here survives being killed between any two lines.

May import all rooms but cli, rehearsal and ledger, which it is given; of adapters `connect` and `ping` alone. Begin
with `tick`, then `loop` and `attempt` (one step); `idle` is the cheapest tick, `recover` completes a ledger that was
lost or put back, `worker` is the daemon.
"""
