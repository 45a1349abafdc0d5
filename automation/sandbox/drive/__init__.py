"""Google Drive v3, made up. Begin with `routes`."""
