"""Sessions of customers: which browser is signed in as which address, and until when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from application.ports.event_log import Beside
from domain.customer_session import SessionEndCause

IDLE = timedelta(hours=4)
ABSOLUTE = timedelta(hours=12)
TOUCH = timedelta(minutes=1)
"""The last use is written at most this often."""


class CustomersSession(msgspec.Struct, frozen=True, kw_only=True):
    """One session as it is kept. The secret is in the browser; only its hash is here."""

    session_id: UUID
    session_hash: bytes
    address: str
    bill_group_id: UUID
    signed_in_at: datetime
    last_used_at: datetime
    ends_at: datetime
    browser: str | None = None
    network: str | None = None


class Sessions(Protocol):
    """What keeps customers' sessions promises.

    1. `opening` keeps a new session in the transaction that records the sign-in, never without it.
    2. `of_browser` finds a session that is not over by its hash: not ended, used within four
       hours, begun within twelve.
    3. `touch` notes a use; it never moves backwards and writes at most once a minute.
    4. `ending` ends a session in the transaction that records its end, for every process at once;
       ending again changes nothing.
    5. `of_address` lists the sessions that are not over, the last used first.
    6. `lapsed` names those that ran out and were not ended.
    7. `entering` notes the first opening of a bill group in the transaction that records it.
    8. `end_all` ends every session at once, without the record (after a restore).
    9. `forget` deletes what was over before a moment, and only that.
    """

    def opening(self, session: CustomersSession) -> Beside:
        """Keep a new session beside its event."""

    def of_browser(self, session_hash: bytes, at: datetime) -> CustomersSession | None:
        """Give the live session of a browser, if any."""

    def of_address(self, address: str, at: datetime) -> list[CustomersSession]:
        """List an address's live sessions."""

    def get(self, session_id: UUID) -> CustomersSession | None:
        """Give a session, over or not."""

    def touch(self, session_id: UUID, at: datetime) -> None:
        """Note that it was used."""

    def entering(self, session_id: UUID, bill_group_id: UUID, at: datetime) -> Beside:
        """Note beside its event that a bill group was opened."""

    def ending(self, session_id: UUID, cause: SessionEndCause, at: datetime) -> Beside:
        """End it beside its event."""

    def lapsed(self, at: datetime, limit: int) -> Sequence[CustomersSession]:
        """Name sessions that ran out."""

    def end_all(self, cause: SessionEndCause, at: datetime) -> int:
        """End every session; gives how many."""

    def forget(self, before: datetime) -> int:
        """Delete old ones; gives how many."""
