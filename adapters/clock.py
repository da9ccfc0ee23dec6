"""The machine's clock."""

from datetime import UTC, datetime
from threading import Lock


class SystemClock:
    """Reads the operating system's clock; stands still while that one is set back."""

    def __init__(self) -> None:
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._lock = Lock()

    def now(self) -> datetime:
        """Say the present moment in UTC, never earlier than before."""
        with self._lock:
            self._latest = max(self._latest, datetime.now(UTC))
            return self._latest
