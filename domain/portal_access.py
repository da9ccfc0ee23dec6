"""Who may enter the portal of a bill group: on or off, its grants, its link."""

import re
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.aggregate import Aggregate, Refusal
from domain.event import Act, EarlierEvent, Event
from domain.grantable import (
    AddressMalformed,
    DomainIsFreeMail,
    DomainIsPublicSuffix,
    DomainMalformed,
    DomainStanding,
    ReasonMissing,
    domain_must_stand,
    domain_of_mailbox,
    reason_of,
)
from domain.overlap import (
    AddressAlreadyGranted,
    AddressCoveredByDomain,
    AddressesOfDomainGranted,
    DomainAlreadyGranted,
    Grant,
    address_must_be_free,
    addresses_of,
    covering,
    domain_must_be_free,
)
from domain.personal import Personal, is_erased

__all__ = [
    "AddressAlreadyGranted",
    "AddressCoveredByDomain",
    "AddressGranted",
    "AddressMalformed",
    "AddressesOfDomainGranted",
    "DomainAlreadyGranted",
    "DomainGranted",
    "DomainIsFreeMail",
    "DomainIsPublicSuffix",
    "DomainMalformed",
    "DomainStanding",
    "Grant",
    "GrantAlreadyRevoked",
    "GrantRevoked",
    "GrantRevokedV1",
    "GrantUnknown",
    "LinkGuessable",
    "LinkRotated",
    "PortalAccess",
    "ReasonMissing",
    "Successor",
    "TurnedOff",
    "TurnedOn",
    "covering",
]

REPLACED = "replaced by the domain"
"""The reason of every revocation when addresses are replaced by their domain."""

Successor: TypeAlias = Literal["nothing", "domain", "unsaid"]
"""What lets those in whom a revoked grant let in: nothing, its domain, or, in the record of an
earlier version whose reason was erased, nobody can say."""

_LINK = re.compile(r"[A-Za-z0-9_-]{22,}")


class TurnedOn(Event, frozen=True):
    """The portal of a bill group was switched on.

    For: customers (they can enter), staff, auditors.
    """

    topic: ClassVar[str] = "portal_access.turned_on.v1"

    bill_group_id: UUID
    reason: Personal | None = None

    @property
    def person(self) -> str:
        """Whose key seals the reason: nobody's alone, so that of the bill group's access."""
        return f"access:{self.bill_group_id}"


class TurnedOff(Event, frozen=True):
    """The portal of a bill group was switched off: nobody enters, sessions lead to the one page.

    For: customers (they cannot enter), staff, auditors.
    """

    topic: ClassVar[str] = "portal_access.turned_off.v1"

    bill_group_id: UUID
    reason: Personal | None = None

    @property
    def person(self) -> str:
        """Whose key seals the reason: nobody's alone, so that of the bill group's access."""
        return f"access:{self.bill_group_id}"


class LinkRotated(Event, frozen=True):
    """The portal link was made, or made anew: the old one is unknown from now on.

    For: customers (the link), staff, auditors.
    """

    topic: ClassVar[str] = "portal_access.link_rotated.v1"

    bill_group_id: UUID
    link: str


class DomainGranted(Event, frozen=True):
    """Every address of exactly this domain was let in.

    `override` when an admin insisted on a free-mail domain.

    For: customers (they can enter), staff, auditors.
    """

    topic: ClassVar[str] = "portal_access.domain_granted.v1"

    bill_group_id: UUID
    grant_id: UUID
    domain: str
    reason: Personal | None = None
    override: bool = False

    @property
    def person(self) -> str:
        """Whose key seals the reason."""
        return f"grant:{self.grant_id}"


class AddressGranted(Event, frozen=True):
    """One address was let in.

    For: customers (they can enter), staff, auditors.
    """

    topic: ClassVar[str] = "portal_access.address_granted.v1"

    bill_group_id: UUID
    grant_id: UUID
    address: Personal
    domain: str
    reason: Personal | None = None

    @property
    def person(self) -> str:
        """Whose key seals address and reason."""
        return f"address:{self.address}"


class GrantRevoked(Event, frozen=True):
    """A grant was taken back; what no other grant covers is out with the next request.

    What replaced it stands in clear: it tells whether access went on by the domain, also when the
    person, and the reason with them, was erased.

    For: customers (they cannot enter), staff, auditors.
    """

    topic: ClassVar[str] = "portal_access.grant_revoked.v2"

    bill_group_id: UUID
    grant_id: UUID
    domain: str
    replaced_by: Successor
    reason: Personal
    address: Personal | None = None

    @property
    def person(self) -> str:
        """Whose key seals reason and address: the address's, or that of the domain grant."""
        return f"address:{self.address}" if self.address else f"grant:{self.grant_id}"


class GrantRevokedV1(EarlierEvent, frozen=True):
    """A grant was taken back; that its domain replaced it stood in the sealed reason alone.

    For: customers (they cannot enter), staff, auditors.
    """

    topic: ClassVar[str] = "portal_access.grant_revoked.v1"
    becomes: ClassVar[type[Event]] = GrantRevoked

    bill_group_id: UUID
    grant_id: UUID
    domain: str
    reason: Personal
    address: Personal | None = None

    @property
    def person(self) -> str:
        """Whose key seals reason and address: the address's, or that of the domain grant."""
        return f"address:{self.address}" if self.address else f"grant:{self.grant_id}"

    def upcast(self) -> GrantRevoked:
        """Read what replaced it from the reason, as far as that can still be read."""
        said: Successor = "domain" if self.reason == REPLACED else "nothing"
        return GrantRevoked(
            stream_id=self.stream_id,
            version=self.version,
            at=self.at,
            actor=self.actor,
            command_id=self.command_id,
            bill_group_id=self.bill_group_id,
            grant_id=self.grant_id,
            domain=self.domain,
            replaced_by="unsaid" if is_erased(self.reason) else said,
            reason=self.reason,
            address=self.address,
        )


class GrantUnknown(Refusal):
    """The bill group never had such a grant."""

    code = "grant_unknown"


class GrantAlreadyRevoked(Refusal):
    """Somebody has taken the grant back already."""

    code = "grant_already_revoked"


class LinkGuessable(Refusal):
    """A portal link is url-safe and has 128 bits or more: 22 characters."""

    code = "link_guessable"


class PortalAccess(Aggregate):
    """The portal access of one bill group. Every method is told which one that is."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.is_on = False
        self.link: str | None = None
        self.grants: dict[UUID, Grant] = {}
        self._revoked: set[UUID] = set()

    def turn_on(
        self, bill_group_id: UUID, link: str, reason: str | None = None, *, by: Act
    ) -> None:
        """Switch the portal on, with `link` as its link if it has none; nothing when it is on."""
        self.make_link(bill_group_id, link, by=by)
        if not self.is_on:
            self.record(TurnedOn, by, bill_group_id=bill_group_id, reason=reason)

    def turn_off(self, bill_group_id: UUID, reason: str | None = None, *, by: Act) -> None:
        """Switch the portal off; its grants and its link stay. Nothing happens when it is off."""
        if self.is_on:
            self.record(TurnedOff, by, bill_group_id=bill_group_id, reason=reason)

    def make_link(self, bill_group_id: UUID, link: str, *, by: Act) -> None:
        """Give the portal its first link; nothing happens when it has one."""
        if self.link is None:
            self.rotate_link(bill_group_id, link, by=by)

    def rotate_link(self, bill_group_id: UUID, link: str, *, by: Act) -> None:
        """Replace the portal link; the old one is unknown from now on."""
        if not _LINK.fullmatch(link):
            raise LinkGuessable
        self.record(LinkRotated, by, bill_group_id=bill_group_id, link=link)

    def grant_domain(  # noqa: PLR0913 - a grant says who, what and why
        self,
        bill_group_id: UUID,
        grant_id: UUID,
        domain: str,
        standing: DomainStanding,
        *,
        reason: str | None = None,
        override: bool = False,
        by: Act,
    ) -> None:
        """Let every address of exactly this domain in.

        `standing` says whether anybody can get a name or a mailbox there: public suffixes are
        refused always, free-mail domains unless there is an `override` with a reason.
        """
        reason = reason_of(reason)
        domain_must_stand(domain, standing, reason, override=override)
        domain_must_be_free(self.grants.values(), domain)
        self.record(
            DomainGranted,
            by,
            bill_group_id=bill_group_id,
            grant_id=grant_id,
            domain=domain,
            reason=reason,
            override=override and standing == "free_mail",
        )

    def grant_address(
        self,
        bill_group_id: UUID,
        grant_id: UUID,
        address: str,
        *,
        reason: str | None = None,
        by: Act,
    ) -> None:
        """Let one canonical address in."""
        domain = domain_of_mailbox(address)
        address_must_be_free(self.grants.values(), address)
        self.record(
            AddressGranted,
            by,
            bill_group_id=bill_group_id,
            grant_id=grant_id,
            address=address,
            domain=domain,
            reason=reason_of(reason),
        )

    def replace_addresses_by_domain(  # noqa: PLR0913 - as for a domain
        self,
        bill_group_id: UUID,
        grant_id: UUID,
        domain: str,
        standing: DomainStanding,
        *,
        reason: str | None = None,
        override: bool = False,
        by: Act,
    ) -> None:
        """Take back the grants of all addresses of the domain and grant the domain, in one step."""
        domain_must_stand(domain, standing, reason_of(reason), override=override)
        for grant in addresses_of(self.grants.values(), domain):
            self._revoke(bill_group_id, grant, REPLACED, "domain", by)
        self.grant_domain(
            bill_group_id, grant_id, domain, standing, reason=reason, override=override, by=by
        )

    def revoke(self, bill_group_id: UUID, grant_id: UUID, *, reason: str, by: Act) -> None:
        """Take a grant back, with a reason."""
        if grant_id in self._revoked:
            raise GrantAlreadyRevoked(grant_id=grant_id)
        if grant_id not in self.grants:
            raise GrantUnknown(grant_id=grant_id)
        words = reason_of(reason)
        if words is None:
            raise ReasonMissing
        self._revoke(bill_group_id, self.grants[grant_id], words, "nothing", by)

    def covering(self, address: str) -> Grant | None:
        """Give the grant that lets an address in, if any."""
        return covering(self.grants.values(), address)

    def _revoke(
        self, bill_group_id: UUID, grant: Grant, reason: str, replaced_by: Successor, by: Act
    ) -> None:
        self.record(
            GrantRevoked,
            by,
            bill_group_id=bill_group_id,
            grant_id=grant.grant_id,
            domain=grant.domain,
            replaced_by=replaced_by,
            reason=reason,
            address=grant.address,
        )

    def _change(self, event: Event) -> None:
        match event:
            case TurnedOn():
                self.is_on = True
            case TurnedOff():
                self.is_on = False
            case LinkRotated():
                self.link = event.link
            case DomainGranted():
                self.grants[event.grant_id] = Grant(
                    event.grant_id, event.domain, None, event.at, event.actor, event.reason
                )
            case AddressGranted():
                self.grants[event.grant_id] = Grant(
                    event.grant_id, event.domain, event.address, event.at, event.actor, event.reason
                )
            case GrantRevoked():
                del self.grants[event.grant_id]
                self._revoked.add(event.grant_id)
