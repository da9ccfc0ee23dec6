"""Checkpoints of a record that is only counted."""

from datetime import datetime

from application.ports.checkpoints import Checkpoint, RecordBroken


class MemoryCheckpoints:
    """Signs nothing: a note only tells the size. `events` is how many are stored."""

    def __init__(self) -> None:
        self.events = 0
        self.made: list[Checkpoint] = []
        self.gap_after: int | None = None

    def newest(self) -> Checkpoint | None:
        """Give the last one."""
        return self.made[-1] if self.made else None

    def uncovered(self) -> int:
        """Tell how many came since."""
        return self.events - (self.made[-1].size if self.made else 0)

    def extend(self, at: datetime, most: int) -> Checkpoint:
        """Make the next one."""
        covered = self.made[-1].size if self.made else 0
        size = covered + min(most, self.uncovered())
        if self.gap_after is not None and covered <= self.gap_after < size:
            raise RecordBroken(self.gap_after)
        made = Checkpoint(size, at, f"the first {size} events\n")
        self.made.append(made)
        return made
