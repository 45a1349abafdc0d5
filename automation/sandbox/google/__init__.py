"""What Google's services have in common: tokens, errors, `fields`."""
