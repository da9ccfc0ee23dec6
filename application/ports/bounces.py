"""Addresses whose mails come back, until one is taken again."""

from datetime import datetime
from typing import Protocol

import msgspec


class Bounce(msgspec.Struct, frozen=True):
    """The last mail to an address came back; `why` is the other side's sentence."""

    at: datetime
    why: str


class Bounces(Protocol):
    """What is promised of addresses, in their canonical spelling.

    1. `note` remembers that a mail came back, with the newest reason.
    2. `of` gives what was noted last, or nothing.
    3. `forget` forgets it: a mail to the address was taken.
    4. `forget_old` deletes what was noted last before a moment: an address is personal.
    """

    def note(self, address: str, why: str, at: datetime) -> None:
        """Remember that a mail came back."""

    def of(self, address: str) -> Bounce | None:
        """Give what was noted last."""

    def forget(self, address: str) -> None:
        """Forget it."""

    def forget_old(self, before: datetime) -> None:
        """Delete what is old."""
