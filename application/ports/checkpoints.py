"""Keeps signed checkpoints of the record: the root of its Merkle tree at a size."""

from datetime import datetime
from typing import Protocol

import msgspec


class RecordBroken(Exception):  # noqa: N818 - named after the fact
    """Positions are missing from the record, so nothing is signed any more; `after` tells where."""

    def __init__(self, after: int) -> None:
        super().__init__(f"the record has a gap after position {after}")
        self.after = after


class Checkpoint(msgspec.Struct, frozen=True):
    """A signed note (C2SP tlog-checkpoint) over the first `size` events; `made_at` is UTC."""

    size: int
    made_at: datetime
    note: str


class Checkpoints(Protocol):
    """What the keeper of checkpoints promises.

    1. A checkpoint is made of what is stored, and signs the root of the RFC 6962 tree over it.
    2. One that is kept never changes; made again by another worker it is the same.
    3. A record with a gap is not signed: RecordBroken.
    """

    def newest(self) -> Checkpoint | None:
        """Give the one that covers most."""
        ...

    def uncovered(self) -> int:
        """Tell how many events no checkpoint covers yet."""
        ...

    def extend(self, at: datetime, most: int) -> Checkpoint:
        """Make the next one, over at most so many further events."""
        ...
