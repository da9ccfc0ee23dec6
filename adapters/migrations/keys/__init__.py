"""The migrations of the keys store."""
