"""One migration history for both dialects: `portal` for events and operations, `keys` for persons.

Read-model tables are not made here but by `portal rebuild`, under versioned names.
"""

VERSION_TABLES = {"portal": "portal_version", "keys": "keys_version"}
"""Where each store keeps which migration it is at; both may live in one database."""
