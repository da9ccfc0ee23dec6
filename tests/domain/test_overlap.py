import contextlib
from uuid import UUID

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.aggregate import Refusal
from domain.identity import portal_access_id
from domain.overlap import addresses_of, covering, domain_of, of_domain
from domain.portal_access import PortalAccess
from tests.domain.telling import BY, name

GROUP = name("group")
DOMAINS = some.sampled_from(["acme.example", "eu.acme.example", "other.example"])
LOCALS = some.sampled_from(["ada", "bob", "acme.example"])
REASONS = some.sampled_from(["asked", "", None])


class GrantsNeverOverlap(RuleBasedStateMachine):
    """Whatever staff do in whatever order, each address is covered by one grant at most."""

    def __init__(self) -> None:
        super().__init__()
        self.portal = PortalAccess(portal_access_id(GROUP))
        self.made = 0
        self.wanted_domains: set[str] = set()
        self.wanted_addresses: set[str] = set()

    def next_id(self) -> UUID:
        self.made += 1
        return UUID(int=self.made)

    @rule(domain=DOMAINS, reason=REASONS)
    def grant_domain(self, domain: str, reason: str | None) -> None:
        free = domain not in self.wanted_domains and not any(
            address.endswith(f"@{domain}") for address in self.wanted_addresses
        )
        granted = self.try_to(
            lambda: self.portal.grant_domain(
                GROUP, self.next_id(), domain, "ordinary", reason=reason, by=BY
            )
        )
        assert granted == free
        if granted:
            self.wanted_domains.add(domain)

    @rule(local=LOCALS, domain=DOMAINS)
    def grant_address(self, local: str, domain: str) -> None:
        address = f"{local}@{domain}"
        free = domain not in self.wanted_domains and address not in self.wanted_addresses
        granted = self.try_to(
            lambda: self.portal.grant_address(GROUP, self.next_id(), address, by=BY)
        )
        assert granted == free
        if granted:
            self.wanted_addresses.add(address)

    @rule(domain=DOMAINS)
    def replace(self, domain: str) -> None:
        replaced = self.try_to(
            lambda: self.portal.replace_addresses_by_domain(
                GROUP, self.next_id(), domain, "ordinary", by=BY
            )
        )
        assert replaced == (domain not in self.wanted_domains)
        self.wanted_domains.add(domain)
        self.wanted_addresses = {
            address for address in self.wanted_addresses if not address.endswith(f"@{domain}")
        }

    @rule(which=some.integers(0, 9))
    def revoke(self, which: int) -> None:
        grants = list(self.portal.grants.values())
        if grants:
            grant = grants[which % len(grants)]
            self.portal.revoke(GROUP, grant.grant_id, reason="left", by=BY)
            self.wanted_domains -= {grant.domain} if grant.address is None else set()
            self.wanted_addresses -= {grant.address} if grant.address else set()

    @invariant()
    def each_address_is_covered_as_wanted_and_by_one_grant(self) -> None:
        grants = self.portal.grants.values()
        for domain in ("acme.example", "eu.acme.example", "other.example", "acme.examples"):
            assert bool(of_domain(grants, domain)) == (domain in self.wanted_domains)
            for local in ("ada", "bob", "acme.example"):
                address = f"{local}@{domain}"
                wanted = domain in self.wanted_domains or address in self.wanted_addresses
                assert bool(covering(grants, address)) == wanted
                assert sum(grant.covers(address) for grant in grants) <= 1

    @invariant()
    def replaying_the_history_gives_the_same_grants(self) -> None:
        again = PortalAccess.replay(self.portal.id, self.portal.pending)
        assert again.grants == self.portal.grants

    def try_to(self, decide: object) -> bool:
        with contextlib.suppress(Refusal):
            decide()  # type: ignore[operator]
            return True
        return False


TestGrantsNeverOverlap = GrantsNeverOverlap.TestCase


def test_the_domain_of_an_address_is_what_follows_its_at_sign() -> None:
    assert domain_of("ada@acme.example") == "acme.example"


def test_addresses_of_a_domain_are_told_in_the_order_they_were_granted() -> None:
    portal = PortalAccess(portal_access_id(GROUP))
    for local in ("bob", "ada"):
        portal.grant_address(GROUP, name(local), f"{local}@acme.example", by=BY)

    assert [grant.address for grant in addresses_of(portal.grants.values(), "acme.example")] == [
        "bob@acme.example",
        "ada@acme.example",
    ]
