"""Sessions of staff: which browser is signed in, when it was used, and when it ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from application.ports.event_log import Beside
from domain.aggregate import Refusal
from domain.staff_session import StaffSessionEndCause

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
FRESH = timedelta(minutes=10)
"""How long the second factor counts as just given, for sensitive changes."""

TOUCH = timedelta(minutes=1)
"""The last use is written at most this often."""


class StaffSessionUnknown(Refusal):
    """No session has this secret, or it is over."""

    code = "staff_session_unknown"


class KeptStaffSession(msgspec.Struct, frozen=True, kw_only=True):
    """One session as it is kept; all moments in UTC. `language` is that of its sign-in (BCP 47)."""

    session_id: UUID
    staff_id: UUID
    started_at: datetime
    last_used_at: datetime
    ends_at: datetime
    factor_at: datetime
    browser: str | None = None
    network: str | None = None
    language: str | None = None

    def is_over(self, at: datetime) -> bool:
        """Whether its eight hours are over."""
        return at >= self.ends_at

    def is_idle(self, at: datetime) -> bool:
        """Whether it was not used for so long that the second factor is asked for again."""
        return at - self.last_used_at >= IDLE

    def is_fresh(self, at: datetime) -> bool:
        """Whether the second factor was given just now."""
        return at - self.factor_at < FRESH


class StaffSessions(Protocol):
    """What keeping the sessions of staff promises.

    1. The secret is kept as a hash only; `by_secret` finds a session that is not over, idle or not,
       and raises StaffSessionUnknown otherwise.
    2. `begin` and `end` are written beside the events that record them, or not at all.
    3. `touch` notes a use; it never moves backwards.
    4. `renew` gives the session another secret, and notes use and second factor.
    5. An ended session is over for every process at once; ending again changes nothing.
    6. `of_staff` lists the sessions that are not over, the last used first; `live` all of them.
    7. `lapsed` names those whose eight hours are over and that were not ended.
    8. `forget` deletes ended sessions that were over before a moment.
    9. `language_of` gives the language of somebody's latest sign-in that is kept and known.
    """

    def begin(self, session: KeptStaffSession, secret: str) -> Beside:
        """Keep a new session."""

    def by_secret(self, secret: str, at: datetime) -> KeptStaffSession:
        """Give the session of a browser; raises StaffSessionUnknown."""

    def touch(self, session_id: UUID, at: datetime) -> None:
        """Note that it was used."""

    def renew(self, session_id: UUID, secret: str, at: datetime) -> None:
        """Give it a new secret, now that the second factor was given again."""

    def end(self, session_ids: Sequence[UUID], cause: StaffSessionEndCause, at: datetime) -> Beside:
        """End some."""

    def of_staff(self, staff_id: UUID, at: datetime) -> list[KeptStaffSession]:
        """List a staff member's."""

    def live(self, at: datetime) -> list[KeptStaffSession]:
        """List everybody's (after a restore all are ended)."""

    def lapsed(self, at: datetime) -> list[KeptStaffSession]:
        """Name those that ran out and are not yet ended."""

    def forget(self, before: datetime) -> None:
        """Delete old ones."""

    def language_of(self, staff_id: UUID) -> str | None:
        """Give the language in which somebody last signed in."""
