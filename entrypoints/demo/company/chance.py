"""Chance that falls the same way every time, so that the demo is the same for everybody."""

from random import Random


def seeded(what: str) -> Random:
    """Give the dice for one purpose; they decide what is shown, and keep no secret."""
    return Random(what)  # noqa: S311 - nothing here is a secret
