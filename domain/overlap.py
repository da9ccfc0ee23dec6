"""Grants never overlap: an address is covered by one grant at most."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from domain.actor import Actor
from domain.aggregate import Refusal


class DomainAlreadyGranted(Refusal):
    """The same domain is granted: `domain`, `grant_id`, `granted_at`, `by`."""

    code = "domain_already_granted"


class AddressAlreadyGranted(Refusal):
    """The same address is granted: `address`, `grant_id`, `granted_at`, `by`."""

    code = "address_already_granted"


class AddressCoveredByDomain(Refusal):
    """The address's domain is granted: `address`, `domain`, `grant_id`, `granted_at`, `by`."""

    code = "address_covered_by_domain"


class AddressesOfDomainGranted(Refusal):
    """Single addresses of the domain are granted: `domain`, `addresses`."""

    code = "addresses_of_domain_granted"


class Grant(msgspec.Struct, frozen=True):
    """Lets every address of exactly one domain in, or (with an `address`) one address."""

    grant_id: UUID
    domain: str
    address: str | None
    granted_at: datetime
    by: Actor
    reason: str | None = None

    def covers(self, address: str) -> bool:
        """Whether this lets the canonical address in; sub-domains do not count."""
        if self.address is not None:
            return address == self.address
        return domain_of(address) == self.domain


def domain_of(address: str) -> str:
    """Give the domain of a canonical address."""
    return address.rpartition("@")[2]


def covering(grants: Iterable[Grant], address: str) -> Grant | None:
    """Give the grant that lets an address in, if any; as grants never overlap, there is one."""
    return next((grant for grant in grants if grant.covers(address)), None)


def of_domain(grants: Iterable[Grant], domain: str) -> Grant | None:
    """Give the domain grant of exactly this domain, if any."""
    return next(
        (grant for grant in grants if grant.address is None and grant.domain == domain), None
    )


def addresses_of(grants: Iterable[Grant], domain: str) -> tuple[Grant, ...]:
    """Give the grants of single addresses of exactly this domain, in the order they were made."""
    return tuple(grant for grant in grants if grant.address is not None and grant.domain == domain)


def domain_must_be_free(grants: Iterable[Grant], domain: str) -> None:
    """Refuse a domain that is granted, or of which single addresses are granted."""
    known = tuple(grants)
    if granted := of_domain(known, domain):
        raise DomainAlreadyGranted(
            domain=domain, grant_id=granted.grant_id, granted_at=granted.granted_at, by=granted.by
        )
    if granted_addresses := addresses_of(known, domain):
        addresses = tuple(grant.address for grant in granted_addresses)
        raise AddressesOfDomainGranted(domain=domain, addresses=addresses)


def address_must_be_free(grants: Iterable[Grant], address: str) -> None:
    """Refuse an address that a grant covers already."""
    if granted := covering(grants, address):
        refusal = AddressAlreadyGranted if granted.address else AddressCoveredByDomain
        raise refusal(
            address=address,
            domain=granted.domain,
            grant_id=granted.grant_id,
            granted_at=granted.granted_at,
            by=granted.by,
        )
