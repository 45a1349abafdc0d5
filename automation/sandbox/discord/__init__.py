"""Discord's webhooks, made up. Begin with `routes`."""
