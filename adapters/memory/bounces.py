"""Addresses whose mails come back, as long as this process lives."""

from datetime import datetime

from application.ports.bounces import Bounce


class MemoryBounces:
    """Implements `Bounces` with a dictionary."""

    def __init__(self) -> None:
        self._kept: dict[str, Bounce] = {}

    def note(self, address: str, why: str, at: datetime) -> None:
        """Remember that a mail came back."""
        self._kept[address] = Bounce(at, why)

    def of(self, address: str) -> Bounce | None:
        """Give what was noted last."""
        return self._kept.get(address)

    def forget(self, address: str) -> None:
        """Forget it."""
        self._kept.pop(address, None)

    def forget_old(self, before: datetime) -> None:
        """Delete what is old."""
        self._kept = {address: kept for address, kept in self._kept.items() if kept.at >= before}
