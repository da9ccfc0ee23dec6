"""A sign-in that was refused after the mailbox had been proven."""

from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.aggregate import Aggregate
from domain.event import Act, Event
from domain.overlap import domain_of
from domain.personal import Personal

SignInObstacle: TypeAlias = Literal["no_grant", "portal_off", "revoked", "no_contract", "rotated"]


class SignInRefused(Event, frozen=True):
    """Somebody proved a mailbox and was not let in; unproven requests are never recorded.

    For: staff (why an address has no access), auditors.
    """

    topic: ClassVar[str] = "sign_in.refused.v1"

    bill_group_id: UUID
    address: Personal
    domain: str
    why: SignInObstacle

    @property
    def person(self) -> str:
        """Whose key seals the address."""
        return f"address:{self.address}"


class SignInAttempt(Aggregate):
    """One request to sign in, as far as the record knows of it."""

    is_refused = False

    def refuse(self, bill_group_id: UUID, address: str, why: SignInObstacle, *, by: Act) -> None:
        """Note why a proven address was not let in; a request is refused once."""
        if not self.is_refused:
            self.record(
                SignInRefused,
                by,
                bill_group_id=bill_group_id,
                address=address,
                domain=domain_of(address),
                why=why,
            )

    def _change(self, event: Event) -> None:
        match event:
            case SignInRefused():
                self.is_refused = True
