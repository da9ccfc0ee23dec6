"""The migrations of the portal store."""
