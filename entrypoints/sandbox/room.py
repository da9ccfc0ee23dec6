"""What the sandbox works with: its ledger, its clock, its keys, and who is told."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec

from adapters.payments_sandbox import clearing
from adapters.payments_sandbox.bank import Bank
from adapters.payments_sandbox.ledger import Ledger
from adapters.payments_sandbox.records import Drawer, Mood
from application.ports.clock import Clock

SLOW = 8.0
"""Seconds that the slow card takes to answer."""


class SandboxRoom(msgspec.Struct, frozen=True):
    """One sandbox: `url` is its own address, `webhooks_to` the portal's endpoint for it."""

    ledger: Ledger
    clock: Clock
    key: str
    url: str
    secret: str = ""
    webhooks_to: str = ""
    slow_seconds: float = SLOW

    @property
    def dashboard(self) -> str:
        """The dashboard's path: only who knows the API's key can tell it."""
        return f"/dashboard/{hmac.digest(self.key.encode(), b'dashboard', 'sha256').hex()[:32]}"

    @contextmanager
    def bank(self) -> Iterator[Bank]:
        """Give the bank at the sandbox's moment, to one caller at a time."""
        with self.ledger.open() as drawer:
            bank = Bank(drawer, self.now(drawer))
            clearing.pass_time(bank)
            yield bank

    def now(self, drawer: Drawer) -> datetime:
        """Say the sandbox's moment: its clock can be moved ahead."""
        return self.clock.now() + timedelta(days=mood(drawer).days_ahead)


def mood(drawer: Drawer) -> Mood:
    """Give how the sandbox behaves now."""
    return drawer.get(Mood, "mood") or Mood()
