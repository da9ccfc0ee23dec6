"""A session of a staff member."""

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.aggregate import Aggregate
from domain.event import Act, Event
from domain.personal import Personal

Factor: TypeAlias = Literal["totp", "recovery_code", "demo"]
StaffSessionEndCause: TypeAlias = Literal[
    "signed_out", "ended_elsewhere", "expired", "deactivated", "restored"
]


class StaffSignedIn(Event, frozen=True):
    """A staff member signed in with a second factor.

    For: staff, auditors.
    """

    topic: ClassVar[str] = "staff_session.signed_in.v1"

    staff_id: UUID
    factor: Factor
    browser: Personal | None = None
    network: Personal | None = None

    @property
    def person(self) -> str:
        """Whose key seals browser and network."""
        return f"staff:{self.staff_id}"


class StaffSessionEnded(Event, frozen=True):
    """A staff member's session is over.

    For: auditors.
    """

    topic: ClassVar[str] = "staff_session.ended.v1"

    staff_id: UUID
    cause: StaffSessionEndCause
    last_used_at: datetime


class StaffSession(Aggregate):
    """One session of a staff member in one browser."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.staff_id: UUID | None = None
        self.is_over = False
        self.cause: StaffSessionEndCause | None = None

    def sign_in(
        self,
        staff_id: UUID,
        factor: Factor,
        *,
        browser: str | None = None,
        network: str | None = None,
        by: Act,
    ) -> None:
        """Begin the session."""
        self.record(
            StaffSignedIn, by, staff_id=staff_id, factor=factor, browser=browser, network=network
        )

    def end(self, cause: StaffSessionEndCause, last_used_at: datetime, *, by: Act) -> None:
        """End the session; nothing happens when it is over."""
        if self.is_new or self.is_over:
            return
        self.record(
            StaffSessionEnded,
            by,
            staff_id=self.staff_id,
            cause=cause,
            last_used_at=last_used_at,
        )

    def _change(self, event: Event) -> None:
        match event:
            case StaffSignedIn():
                self.staff_id = event.staff_id
            case StaffSessionEnded():
                self.is_over, self.cause = True, event.cause
