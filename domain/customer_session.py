"""A session of someone at the customer's company: signed in, which bill groups, how it ended."""

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from domain.aggregate import Aggregate, Refusal
from domain.event import Act, EarlierEvent, Event
from domain.overlap import domain_of
from domain.personal import Personal

SessionEndCause: TypeAlias = Literal[
    "signed_out",
    "ended_elsewhere",
    "expired",
    "revoked",
    "portal_off",
    "restored",
    "erased",
    "replaced",
]


class SignedIn(Event, frozen=True):
    """Somebody proved the mailbox and was let in by a grant.

    For: customers (their sessions), staff (who signed in lately), auditors.
    """

    topic: ClassVar[str] = "customer_session.signed_in.v1"

    bill_group_id: UUID
    address: Personal
    domain: str
    grant_id: UUID
    how: Literal["link", "code"]
    browser: Personal | None = None
    network: Personal | None = None

    @property
    def person(self) -> str:
        """Whose key seals address, browser and network."""
        return f"address:{self.address}"


class Entered(Event, frozen=True):
    """A session opened a further bill group for the first time.

    For: staff (who signed in lately), auditors.
    """

    topic: ClassVar[str] = "customer_session.entered.v1"

    bill_group_id: UUID
    grant_id: UUID
    address: Personal

    @property
    def person(self) -> str:
        """Whose key seals the address."""
        return f"address:{self.address}"


class EnteredBy(Struct, frozen=True, omit_defaults=True):
    """A bill group that a session opened, and the grant that let it in.

    The grant is absent where an earlier version of the portal did not note it.
    """

    bill_group_id: UUID
    grant_id: UUID | None = None


class SessionEnded(Event, frozen=True):
    """A session is over; by which grants it had been let in tells what a revocation ended.

    For: customers (their sessions), auditors.
    """

    topic: ClassVar[str] = "customer_session.ended.v2"

    cause: SessionEndCause
    last_used_at: datetime
    entered: tuple[EnteredBy, ...]
    address: Personal

    @property
    def bill_group_ids(self) -> tuple[UUID, ...]:
        """The bill groups that the session opened, the first one first."""
        return tuple([each.bill_group_id for each in self.entered])

    @property
    def person(self) -> str:
        """Whose key seals the address."""
        return f"address:{self.address}"


class SessionEndedV1(EarlierEvent, frozen=True):
    """A session is over; it was not noted by which grants it had been let in.

    For: customers (their sessions), auditors.
    """

    topic: ClassVar[str] = "customer_session.ended.v1"
    becomes: ClassVar[type[Event]] = SessionEnded

    cause: SessionEndCause
    last_used_at: datetime
    bill_group_ids: tuple[UUID, ...]
    address: Personal

    @property
    def person(self) -> str:
        """Whose key seals the address."""
        return f"address:{self.address}"

    def upcast(self) -> SessionEnded:
        """Give the bill groups without their grants, which this shape did not say."""
        return SessionEnded(
            stream_id=self.stream_id,
            version=self.version,
            at=self.at,
            actor=self.actor,
            command_id=self.command_id,
            cause=self.cause,
            last_used_at=self.last_used_at,
            entered=tuple([EnteredBy(bill_group_id) for bill_group_id in self.bill_group_ids]),
            address=self.address,
        )


class SessionIsOver(Refusal):
    """The session has ended, or was never there."""

    code = "session_is_over"


class CustomerSession(Aggregate):
    """One session of one address in one browser."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.address: str | None = None
        self.entered: dict[UUID, EnteredBy] = {}
        self.is_over = False

    def sign_in(  # noqa: PLR0913 - a sign-in is these facts
        self,
        bill_group_id: UUID,
        address: str,
        grant_id: UUID,
        how: Literal["link", "code"],
        *,
        browser: str | None = None,
        network: str | None = None,
        by: Act,
    ) -> None:
        """Begin the session at the bill group whose link was opened."""
        self.record(
            SignedIn,
            by,
            bill_group_id=bill_group_id,
            address=address,
            domain=domain_of(address),
            grant_id=grant_id,
            how=how,
            browser=browser,
            network=network,
        )

    def enter(self, bill_group_id: UUID, grant_id: UUID, *, by: Act) -> None:
        """Note the first opening of a bill group; nothing happens on later ones."""
        self._must_be_open()
        if bill_group_id not in self.entered:
            self.record(
                Entered, by, bill_group_id=bill_group_id, grant_id=grant_id, address=self.address
            )

    def end(self, cause: SessionEndCause, last_used_at: datetime, *, by: Act) -> None:
        """End the session; nothing happens when it is over."""
        if self.is_new or self.is_over:
            return
        self.record(
            SessionEnded,
            by,
            cause=cause,
            last_used_at=last_used_at,
            entered=tuple(self.entered.values()),
            address=self.address,
        )

    def _must_be_open(self) -> None:
        if self.is_new or self.is_over:
            raise SessionIsOver(session_id=self.id)

    def _change(self, event: Event) -> None:
        match event:
            case SignedIn():
                self.address = event.address
                self._enter(event)
            case Entered():
                self._enter(event)
            case SessionEnded():
                self.is_over = True

    def _enter(self, event: SignedIn | Entered) -> None:
        entered = EnteredBy(event.bill_group_id, event.grant_id)
        self.entered[event.bill_group_id] = entered
