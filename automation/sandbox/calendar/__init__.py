"""Google Calendar v3, made up. Begin with `routes`."""
