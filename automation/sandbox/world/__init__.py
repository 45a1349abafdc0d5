"""What the made-up services have in common: their state, the faults that a test has asked for."""
