"""A place in the record as an address names it: where a long list goes on."""

LAST = 2**63 - 1
"""The last position that a record can have."""


def place(asked: int | None) -> int | None:
    """Bring what is asked for to a position that a database can compare with."""
    return None if asked is None else min(max(asked, 0), LAST)
