"""Webhooks that were accepted and wait to be read: each is kept once, and read from there."""

from datetime import datetime
from typing import Protocol

import msgspec


class ReadWebhook(msgspec.Struct, frozen=True):
    """The job of reading one; `source` is the provider account."""

    source: str
    event_id: str


class WebhookInbox(Protocol):
    """What the inbox promises.

    1. When `keep` returns, the webhook is durable, and a job to read it is in the outbox: both or
       neither.
    2. A source's event is kept once: the second time is told apart, and makes no second job.
    3. `body` gives what was sent, byte for byte, until it was read; then None.
    4. `note_read` forgets the body and remembers the event; again is no error.
    5. `forget` deletes what was kept before a moment, read or not.
    """

    def keep(self, source: str, event_id: str, body: bytes, at: datetime) -> bool:
        """Keep a webhook whose signature was checked; gives whether it is new."""
        ...

    def body(self, source: str, event_id: str) -> bytes | None:
        """Give what is still to be read."""
        ...

    def note_read(self, source: str, event_id: str, at: datetime) -> None:
        """Note that it was read."""
        ...

    def forget(self, before: datetime) -> int:
        """Delete what is old; gives how many."""
        ...
