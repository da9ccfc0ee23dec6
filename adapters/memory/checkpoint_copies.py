"""Remembers in this process which place has a copy of which checkpoint."""

from datetime import UTC, datetime

import msgspec

from application.ports.checkpoint_copies import CheckpointCopy

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class MemoryCheckpointCopies:
    """What each place has, and when it is due."""

    def __init__(self) -> None:
        self._copies: dict[str, CheckpointCopy] = {}
        self._due: dict[str, datetime] = {}

    def of(self, place: str) -> CheckpointCopy:
        """Tell what a place has."""
        return self._copies.get(place, CheckpointCopy(place))

    def claim(self, place: str, now: datetime, until: datetime) -> bool:
        """Take the next try, if it is due."""
        if self._due.get(place, _LONG_AGO) > now:
            return False
        self._due[place] = until
        return True

    def kept(self, place: str, size: int, at: datetime, next_at: datetime) -> None:
        """Note that it is there."""
        self._copies[place] = CheckpointCopy(place, size, at)
        self._due[place] = next_at

    def failed(self, place: str, problem: str, next_at: datetime) -> None:
        """Note a failure."""
        had = self.of(place)
        self._copies[place] = msgspec.structs.replace(had, tries=had.tries + 1, problem=problem)
        self._due[place] = next_at
