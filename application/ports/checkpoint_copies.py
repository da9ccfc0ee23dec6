"""Remembers which place outside has a copy of which checkpoint."""

from datetime import datetime
from typing import Protocol

import msgspec


class CheckpointCopy(msgspec.Struct, frozen=True):
    """What a place has: the newest size, since when (UTC), and what stood in the way since."""

    place: str
    size: int = 0
    kept_at: datetime | None = None
    tries: int = 0
    problem: str | None = None


class CheckpointCopies(Protocol):
    """What the memory of copies promises.

    1. Of several workers one claims a try; nobody gets it again until `until`, or until the time
       that `kept` or `failed` names.
    2. `kept` forgets earlier failures; `failed` counts them and keeps what the place has.
    """

    def of(self, place: str) -> CheckpointCopy:
        """Tell what a place has; nothing of one that was never tried."""
        ...

    def claim(self, place: str, now: datetime, until: datetime) -> bool:
        """Take the next try, if it is due."""
        ...

    def kept(self, place: str, size: int, at: datetime, next_at: datetime) -> None:
        """Note that the place has it now, and when to look again."""
        ...

    def failed(self, place: str, problem: str, next_at: datetime) -> None:
        """Note a failure, and when to try again."""
        ...
