"""What time it is."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The one source of the present moment.

    1. `now()` is aware and in UTC.
    2. It keeps microseconds and is never earlier than what this clock said before.
    """

    def now(self) -> datetime:
        """Say the present moment in UTC."""
        ...
