"""One sample of every event about erasure, with every field filled, for the golden files."""

from datetime import UTC, datetime
from typing import Any

from domain.actor import Staff
from domain.event import Event
from domain.person import Erased, ErasedAgain, HoldPlaced, HoldReleased, Subject
from tests.domain.telling import name

MOMENT = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)
ADA = Subject("address", "ada@acme.example", "b6f1c2d5")
KEYS = (name("key"), name("other key"))
_BY: dict[str, Any] = {
    "stream_id": name("stream"),
    "version": 3,
    "at": MOMENT,
    "actor": Staff(name("jane")),
    "command_id": name("command"),
}

PERSONS: tuple[Event, ...] = (
    HoldPlaced(**_BY, subject=ADA, reason="A dispute before the court"),
    HoldReleased(**_BY, subject=ADA, reason="The dispute is settled"),
    Erased(**_BY, subject=ADA, key_ids=KEYS, reason="Asked by mail"),
    ErasedAgain(**_BY, key_ids=KEYS, first_erased_at=MOMENT),
)
