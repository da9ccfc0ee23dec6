"""Previews that live as long as this process."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from application.ports.event_log import Beside
from application.ports.previews import (
    TICKET_LIFE,
    KeptPreview,
    PreviewIsOver,
    PreviewTicketSpent,
)
from domain.preview import PreviewEndCause


class MemoryPreviews:
    """Implements `Previews`."""

    def __init__(self) -> None:
        self._kept: dict[UUID, KeptPreview] = {}
        self._tickets: dict[str, UUID] = {}
        self._secrets: dict[UUID, str] = {}
        self._ended: set[UUID] = set()

    def keep(self, preview: KeptPreview, ticket: str) -> None:
        """Store what was asked for."""
        self._kept[preview.preview_id] = preview
        self._tickets[ticket] = preview.preview_id

    def by_ticket(self, ticket: str, at: datetime) -> KeptPreview:
        """Give the preview of a ticket."""
        preview_id = self._tickets.get(ticket)
        if preview_id is None or not self._is_good(preview_id, at):
            raise PreviewTicketSpent
        return self._kept[preview_id]

    def redeeming(self, preview_id: UUID, secret: str, at: datetime) -> Beside:
        """Use the ticket up."""

        def write(_connection: object) -> None:
            if not self._is_good(preview_id, at):
                raise PreviewTicketSpent
            self._secrets[preview_id] = secret

        return write

    def by_secret(self, preview_id: UUID, secret: str) -> KeptPreview:
        """Give an open preview."""
        if preview_id in self._ended or self._secrets.get(preview_id) != secret:
            raise PreviewIsOver
        return self._kept[preview_id]

    def ending(self, preview_id: UUID, cause: PreviewEndCause, at: datetime) -> Beside:
        """End it."""
        del cause, at
        return lambda _connection: self._ended.add(preview_id)

    def opened(self, limit: int) -> Sequence[KeptPreview]:
        """List open ones."""
        still = [self._kept[one] for one in self._secrets if one not in self._ended]
        return sorted(still, key=lambda one: (one.asked_at, one.preview_id))[:limit]

    def forget(self, before: datetime) -> int:
        """Delete old ones."""
        still = {one.preview_id for one in self.opened(len(self._secrets))}
        old = [key for key, one in self._kept.items() if one.asked_at < before and key not in still]
        for key in old:
            del self._kept[key]
            self._secrets.pop(key, None)
        self._tickets = {name: key for name, key in self._tickets.items() if key in self._kept}
        return len(old)

    def _is_good(self, preview_id: UUID, at: datetime) -> bool:
        used = preview_id in self._secrets or preview_id not in self._kept
        return not used and self._kept[preview_id].asked_at > at - TICKET_LIFE
