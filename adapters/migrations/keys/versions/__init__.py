"""One file for each migration of the keys store, oldest first."""
