"""A place for checkpoints in this process."""

from application.ports.checkpoint_places import (
    CheckpointDisputed,
    CheckpointPlaceUnavailable,
    CheckpointRefused,
)


class MemoryCheckpointPlace:
    """Keeps notes by size; `refuse()` and `time_out()` make it fail, `recover()` ends that."""

    def __init__(self) -> None:
        self.notes: dict[int, str] = {}
        self._refusing = False
        self._away = False

    def keep(self, size: int, note: str) -> None:
        """Keep it, or fail as asked."""
        if self._refusing:
            raise CheckpointRefused("The place will not keep it.")
        if self._away:
            raise CheckpointPlaceUnavailable("The place is away.")
        if self.notes.setdefault(size, note) != note:
            raise CheckpointDisputed("The place holds another checkpoint of this size.")

    def refuse(self) -> None:
        """Refuse everything from now on."""
        self._refusing = True

    def time_out(self) -> None:
        """Be away from now on."""
        self._away = True

    def recover(self) -> None:
        """Behave again."""
        self._refusing = self._away = False
