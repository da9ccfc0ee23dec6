"""Previews of a portal by staff: a ticket for thirty seconds, then a browser's own secret."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from application.ports.event_log import Beside
from domain.aggregate import Refusal
from domain.preview import PreviewEndCause

TICKET_LIFE = timedelta(seconds=30)


class PreviewTicketSpent(Refusal):
    """The ticket is unknown, was used, or its thirty seconds are over."""

    code = "preview_ticket_spent"


class PreviewIsOver(Refusal):
    """The preview was ended, or the staff session that opened it is over."""

    code = "preview_is_over"


class KeptPreview(msgspec.Struct, frozen=True, kw_only=True):
    """One preview, asked for by a staff session."""

    preview_id: UUID
    bill_group_id: UUID
    staff_id: UUID
    staff_session_id: UUID
    asked_at: datetime


class Previews(Protocol):
    """What keeps previews promises. Ticket and secret are kept as hashes only.

    1. `keep` stores a preview that was asked for, with its ticket.
    2. `by_ticket` finds it while the ticket is good: not used, younger than thirty seconds. It
       raises PreviewTicketSpent otherwise.
    3. `redeeming` uses the ticket up and sets the browser's secret in the transaction that records
       the opening; it raises PreviewTicketSpent when somebody else was faster.
    4. `by_secret` finds an opened preview that was not ended, by its id and secret; it raises
       PreviewIsOver otherwise.
    5. `ending` ends a preview in the transaction that records its end; again changes nothing.
    6. `opened` lists those that were opened and not ended, the oldest first.
    7. `forget` deletes what was asked for before a moment and is not open.
    """

    def keep(self, preview: KeptPreview, ticket: str) -> None:
        """Store what was asked for."""

    def by_ticket(self, ticket: str, at: datetime) -> KeptPreview:
        """Give the preview of a ticket."""

    def redeeming(self, preview_id: UUID, secret: str, at: datetime) -> Beside:
        """Use the ticket up beside the event."""

    def by_secret(self, preview_id: UUID, secret: str) -> KeptPreview:
        """Give an open preview."""

    def ending(self, preview_id: UUID, cause: PreviewEndCause, at: datetime) -> Beside:
        """End it beside the event."""

    def opened(self, limit: int) -> Sequence[KeptPreview]:
        """List open ones."""

    def forget(self, before: datetime) -> int:
        """Delete old ones; gives how many."""
