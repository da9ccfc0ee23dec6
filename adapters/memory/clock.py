"""A clock that is set."""

from datetime import UTC, datetime, timedelta


class SetClock:
    """Stands still until it is told otherwise."""

    def __init__(self, at: datetime | None = None) -> None:
        self._now = at or datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """Say the moment it was set to, in UTC."""
        return self._now

    def set(self, at: datetime) -> None:
        """Make it a certain moment (aware), forward or, for tests of that, back."""
        self._now = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by
