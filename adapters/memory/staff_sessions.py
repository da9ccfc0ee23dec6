"""Sessions of staff that live as long as this process."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from application.ports.event_log import Beside
from application.ports.staff_sessions import KeptStaffSession, StaffSessionUnknown
from domain.staff_session import StaffSessionEndCause


class MemoryStaffSessions:
    """Implements `StaffSessions`."""

    def __init__(self) -> None:
        self._kept: dict[UUID, KeptStaffSession] = {}
        self._by_secret: dict[str, UUID] = {}
        self._ended: dict[UUID, datetime] = {}

    def begin(self, session: KeptStaffSession, secret: str) -> Beside:
        """Keep a new session."""

        def begun(_connection: object) -> None:
            self._kept[session.session_id] = session
            self._by_secret[secret] = session.session_id

        return begun

    def by_secret(self, secret: str, at: datetime) -> KeptStaffSession:
        """Give the session of a browser."""
        session = self._kept.get(self._by_secret.get(secret, UUID(int=0)))
        if session is None or not self._is_live(session, at):
            raise StaffSessionUnknown
        return session

    def touch(self, session_id: UUID, at: datetime) -> None:
        """Note that it was used."""
        used = max(at, self._kept[session_id].last_used_at)
        self._kept[session_id] = replace(self._kept[session_id], last_used_at=used)

    def renew(self, session_id: UUID, secret: str, at: datetime) -> None:
        """Give it a new secret, now that the second factor was given again."""
        others = {key: kept for key, kept in self._by_secret.items() if kept != session_id}
        self._by_secret = {**others, secret: session_id}
        self._kept[session_id] = replace(self._kept[session_id], last_used_at=at, factor_at=at)

    def end(
        self,
        session_ids: Sequence[UUID],
        cause: StaffSessionEndCause,  # noqa: ARG002 - the port's
        at: datetime,
    ) -> Beside:
        """End some."""

        def ended(_connection: object) -> None:
            for session_id in session_ids:
                self._ended.setdefault(session_id, at)

        return ended

    def of_staff(self, staff_id: UUID, at: datetime) -> list[KeptStaffSession]:
        """List a staff member's."""
        return [session for session in self.live(at) if session.staff_id == staff_id]

    def live(self, at: datetime) -> list[KeptStaffSession]:
        """List everybody's."""
        found = [session for session in self._kept.values() if self._is_live(session, at)]
        return sorted(found, key=lambda kept: (kept.last_used_at, kept.session_id), reverse=True)

    def lapsed(self, at: datetime) -> list[KeptStaffSession]:
        """Name those that ran out and are not yet ended."""
        return [
            session
            for session in self._kept.values()
            if session.is_over(at) and session.session_id not in self._ended
        ]

    def forget(self, before: datetime) -> None:
        """Delete old ones."""
        for session_id, ended_at in self._ended.items():
            if ended_at < before:
                self._kept.pop(session_id, None)

    def language_of(self, staff_id: UUID) -> str | None:
        """Give the language in which somebody last signed in."""
        theirs = [
            kept for kept in self._kept.values() if kept.staff_id == staff_id and kept.language
        ]
        latest = max(theirs, key=lambda kept: kept.started_at, default=None)
        return latest.language if latest else None

    def _is_live(self, session: KeptStaffSession, at: datetime) -> bool:
        return session.session_id not in self._ended and not session.is_over(at)
