"""Places outside the portal where signed checkpoints are kept, out of a rewriter's reach."""

from typing import Protocol

from application.ports.failures import Refused, Unavailable


class CheckpointDisputed(Refused):
    """The place keeps another note for this size: the record has two histories."""


class CheckpointRefused(Refused):
    """The place understood and will not keep it."""


class CheckpointPlaceUnavailable(Unavailable):
    """Nothing could be kept there now; try again later."""


class CheckpointPlace(Protocol):
    """Where a copy lies.

    1. When `keep` returns, the note lies outside the portal, byte for byte, named by its size.
    2. The same note kept again is one copy, wherever copies can be looked at.
    3. What lies there is never overwritten: another note for a size raises CheckpointDisputed.
    4. What could not be kept now raises CheckpointPlaceUnavailable.
    """

    def keep(self, size: int, note: str) -> None:
        """Keep a copy. Raises CheckpointDisputed, CheckpointRefused, CheckpointPlaceUnavailable."""
        ...


def file_name(size: int) -> str:
    """Name a checkpoint's file, so that names sort by size."""
    return f"checkpoint-{size:012}.txt"
