"""One file for each migration of the portal store, oldest first."""
