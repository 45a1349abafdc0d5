"""Gmail v1, made up. Begin with `routes`."""
