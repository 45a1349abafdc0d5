"""Zoom's API v2, made up. Begin with `routes`."""
