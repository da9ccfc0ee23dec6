"""Customers' sessions that stay in this process."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from application.ports.event_log import Beside
from application.ports.sessions import IDLE, TOUCH, CustomersSession
from domain.customer_session import SessionEndCause


class MemorySessions:
    """Keeps sessions in a dictionary; what is written beside events is written when called."""

    def __init__(self) -> None:
        self.entered: set[tuple[UUID, UUID]] = set()
        self._kept: dict[UUID, CustomersSession] = {}
        self._ended: dict[UUID, datetime] = {}

    def opening(self, session: CustomersSession) -> Beside:
        """Keep a new session beside its event."""

        def write(_: object) -> None:
            self._kept[session.session_id] = session
            self.entered.add((session.session_id, session.bill_group_id))

        return write

    def of_browser(self, session_hash: bytes, at: datetime) -> CustomersSession | None:
        """Give the live session of a browser, if any."""
        found = (one for one in self._live(at) if one.session_hash == session_hash)
        return next(found, None)

    def of_address(self, address: str, at: datetime) -> list[CustomersSession]:
        """List an address's live sessions."""
        found = [one for one in self._live(at) if one.address == address]
        return sorted(found, key=lambda one: (one.last_used_at, one.session_id), reverse=True)

    def get(self, session_id: UUID) -> CustomersSession | None:
        """Give a session, over or not."""
        return self._kept.get(session_id)

    def touch(self, session_id: UUID, at: datetime) -> None:
        """Note that it was used, when the last note is a minute old."""
        kept = self._kept.get(session_id)
        if kept is not None and kept.last_used_at <= at - TOUCH:
            self._kept[session_id] = msgspec.structs.replace(kept, last_used_at=at)

    def entering(self, session_id: UUID, bill_group_id: UUID, at: datetime) -> Beside:  # noqa: ARG002 - when is not kept here
        """Note beside its event that a bill group was opened."""
        return lambda _: self.entered.add((session_id, bill_group_id))

    def ending(self, session_id: UUID, cause: SessionEndCause, at: datetime) -> Beside:  # noqa: ARG002 - why is not kept here
        """End it beside its event."""

        def write(_: object) -> None:
            self._ended.setdefault(session_id, at)

        return write

    def lapsed(self, at: datetime, limit: int) -> Sequence[CustomersSession]:
        """Name sessions that ran out."""
        over = [one for one in self._kept.values() if one.session_id not in self._ended]
        live = self._live(at)
        return [one for one in over if one not in live][:limit]

    def end_all(self, cause: SessionEndCause, at: datetime) -> int:  # noqa: ARG002 - as above
        """End every session; gives how many."""
        open_ones = [one for one in self._kept if one not in self._ended]
        self._ended.update(dict.fromkeys(open_ones, at))
        return len(open_ones)

    def forget(self, before: datetime) -> int:
        """Delete old ones; gives how many."""
        old = [session_id for session_id, at in self._ended.items() if at < before]
        for session_id in old:
            del self._kept[session_id], self._ended[session_id]
        return len(old)

    def _live(self, at: datetime) -> list[CustomersSession]:
        return [
            one
            for one in self._kept.values()
            if one.session_id not in self._ended
            and one.ends_at > at
            and one.last_used_at > at - IDLE
        ]
