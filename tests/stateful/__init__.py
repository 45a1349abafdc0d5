"""Random lives, and what holds in all of them."""
