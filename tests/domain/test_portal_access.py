import pytest

from domain.identity import portal_access_id
from domain.portal_access import (
    AddressAlreadyGranted,
    AddressCoveredByDomain,
    AddressesOfDomainGranted,
    AddressGranted,
    AddressMalformed,
    DomainAlreadyGranted,
    DomainGranted,
    DomainIsFreeMail,
    DomainIsPublicSuffix,
    DomainMalformed,
    GrantAlreadyRevoked,
    GrantRevoked,
    GrantUnknown,
    LinkGuessable,
    LinkRotated,
    PortalAccess,
    ReasonMissing,
    TurnedOff,
    TurnedOn,
)
from tests.domain.telling import BY, LATER, facts, given, name, told

GROUP = name("group")
STREAM = portal_access_id(GROUP)
ACME, ADA, BOB, NEW = name("acme grant"), name("ada grant"), name("bob grant"), name("new grant")
LINK, OTHER_LINK = "k3-JxQ_b7fL2mNs0vT9wYz", "Zz9-JxQ_b7fL2mNs0vT9wYz"


def nothing() -> PortalAccess:
    return PortalAccess(STREAM)


def domain_granted() -> PortalAccess:
    return given(
        PortalAccess,
        STREAM,
        lambda it: it.grant_domain(GROUP, ACME, "acme.example", "ordinary", by=BY),
    )


def addresses_granted() -> PortalAccess:
    return given(
        PortalAccess,
        STREAM,
        lambda it: it.grant_address(GROUP, ADA, "ada@acme.example", by=BY),
        lambda it: it.grant_address(GROUP, BOB, "bob@acme.example", by=BY),
        lambda it: it.grant_address(GROUP, name("eve"), "eve@other.example", by=BY),
    )


def test_turning_the_portal_on_for_the_first_time_makes_its_link() -> None:
    portal = nothing()
    portal.turn_on(GROUP, LINK, "contract signed", by=BY)

    link, on = told(portal)
    assert isinstance(link, LinkRotated)
    assert facts(link) == {"bill_group_id": GROUP, "link": LINK}
    assert isinstance(on, TurnedOn)
    assert facts(on) == {"bill_group_id": GROUP, "reason": "contract signed"}
    assert portal.is_on


def test_turning_it_off_and_on_keeps_link_and_grants() -> None:
    portal = given(
        PortalAccess,
        STREAM,
        lambda it: it.turn_on(GROUP, LINK, by=BY),
        lambda it: it.grant_domain(GROUP, ACME, "acme.example", "ordinary", by=BY),
    )
    portal.turn_off(GROUP, "not paid", by=LATER)
    portal.turn_on(GROUP, OTHER_LINK, by=LATER)

    assert [type(event) for event in told(portal)] == [TurnedOff, TurnedOn]
    assert portal.link == LINK
    assert portal.covering("ada@acme.example")


def test_turning_on_what_is_on_and_off_what_is_off_changes_nothing() -> None:
    portal = given(PortalAccess, STREAM, lambda it: it.turn_on(GROUP, LINK, by=BY))
    portal.turn_on(GROUP, OTHER_LINK, by=LATER)
    assert told(portal) == []

    never_on = nothing()
    never_on.turn_off(GROUP, by=LATER)
    assert told(never_on) == []


def test_the_first_opening_of_the_panel_makes_a_link_and_later_ones_keep_it() -> None:
    portal = nothing()
    portal.make_link(GROUP, LINK, by=BY)
    portal.make_link(GROUP, OTHER_LINK, by=BY)

    assert [type(event) for event in told(portal)] == [LinkRotated]
    assert portal.link == LINK
    assert not portal.is_on


def test_rotating_replaces_the_link() -> None:
    portal = given(PortalAccess, STREAM, lambda it: it.make_link(GROUP, LINK, by=BY))
    portal.rotate_link(GROUP, OTHER_LINK, by=LATER)

    assert portal.link == OTHER_LINK


@pytest.mark.parametrize(
    "link", ["", "short", "a" * 21, "a" * 21 + "/", "a" * 21 + " ", LINK + "\n"]
)
def test_a_link_that_could_be_guessed_or_does_not_fit_a_url_is_refused(link: str) -> None:
    with pytest.raises(LinkGuessable):
        nothing().rotate_link(GROUP, link, by=BY)


def test_a_domain_grant_says_what_and_why_and_lets_exactly_this_domain_in() -> None:
    portal = nothing()
    portal.grant_domain(GROUP, ACME, "acme.example", "ordinary", reason=" asked by phone ", by=BY)

    (event,) = told(portal)
    assert isinstance(event, DomainGranted)
    assert facts(event) == {
        "bill_group_id": GROUP,
        "grant_id": ACME,
        "domain": "acme.example",
        "reason": "asked by phone",
        "override": False,
    }
    assert event.person == f"grant:{ACME}"
    assert portal.covering("ada@acme.example")
    assert not portal.covering("ada@eu.acme.example")
    assert not portal.covering("ada@notacme.example")
    assert not portal.covering("acme.example@other.example")


def test_an_address_grant_lets_one_address_in() -> None:
    portal = nothing()
    portal.grant_address(GROUP, ADA, "ada@acme.example", by=BY)

    (event,) = told(portal)
    assert isinstance(event, AddressGranted)
    assert facts(event) == {
        "bill_group_id": GROUP,
        "grant_id": ADA,
        "address": "ada@acme.example",
        "domain": "acme.example",
        "reason": None,
    }
    assert event.person == "address:ada@acme.example"
    assert portal.covering("ada@acme.example")
    assert not portal.covering("ada@acme.example.evil.example")
    assert not portal.covering("canada@acme.example")
    assert not portal.covering("bob@acme.example")


def test_granting_a_domain_is_refused_while_it_is_granted() -> None:
    with pytest.raises(DomainAlreadyGranted) as refused:
        domain_granted().grant_domain(GROUP, NEW, "acme.example", "ordinary", by=LATER)

    assert refused.value.facts == {
        "domain": "acme.example",
        "grant_id": ACME,
        "granted_at": BY.at,
        "by": BY.actor,
    }


def test_granting_a_domain_is_refused_while_addresses_of_it_are_granted_naming_them() -> None:
    with pytest.raises(AddressesOfDomainGranted) as refused:
        addresses_granted().grant_domain(GROUP, NEW, "acme.example", "ordinary", by=LATER)

    assert refused.value.facts == {
        "domain": "acme.example",
        "addresses": ("ada@acme.example", "bob@acme.example"),
    }


def test_granting_an_address_is_refused_while_its_domain_is_granted_naming_the_grant() -> None:
    with pytest.raises(AddressCoveredByDomain) as refused:
        domain_granted().grant_address(GROUP, ADA, "ada@acme.example", by=LATER)

    assert refused.value.facts["domain"] == "acme.example"
    assert refused.value.facts["grant_id"] == ACME
    assert refused.value.facts["granted_at"] == BY.at


def test_granting_an_address_is_refused_while_it_is_granted() -> None:
    with pytest.raises(AddressAlreadyGranted) as refused:
        addresses_granted().grant_address(GROUP, NEW, "ada@acme.example", by=LATER)

    assert refused.value.facts["grant_id"] == ADA


def test_a_sub_domain_and_its_parent_can_be_granted_side_by_side() -> None:
    portal = domain_granted()
    portal.grant_domain(GROUP, NEW, "eu.acme.example", "ordinary", by=LATER)
    portal.grant_address(GROUP, ADA, "ada@us.acme.example", by=LATER)

    assert len(portal.grants) == 3


def test_a_public_suffix_is_refused_even_with_an_override_and_a_reason() -> None:
    with pytest.raises(DomainIsPublicSuffix):
        nothing().grant_domain(
            GROUP, NEW, "co.uk", "public_suffix", reason="insisted", override=True, by=BY
        )


def test_a_free_mail_domain_is_refused_unless_an_admin_insists_with_a_reason() -> None:
    portal = nothing()
    with pytest.raises(DomainIsFreeMail):
        portal.grant_domain(GROUP, NEW, "gmail.com", "free_mail", reason="asked", by=BY)
    with pytest.raises(ReasonMissing):
        portal.grant_domain(GROUP, NEW, "gmail.com", "free_mail", reason="  ", override=True, by=BY)

    portal.grant_domain(
        GROUP, NEW, "gmail.com", "free_mail", reason="sole trader", override=True, by=BY
    )
    (event,) = told(portal)
    assert isinstance(event, DomainGranted)
    assert (event.override, event.reason) == (True, "sole trader")


def test_an_override_that_was_not_needed_is_not_recorded_as_one() -> None:
    portal = nothing()
    portal.grant_domain(GROUP, NEW, "acme.example", "ordinary", override=True, by=BY)

    (event,) = told(portal)
    assert isinstance(event, DomainGranted)
    assert not event.override


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "acme",
        "Acme.example",
        "acme.example.",
        "@acme.example",
        "*.acme.example",
        "a b.example",
        "münchen.example",
        "-acme.example",
        "acme..example",
        "192.0.2.1",
        "a" * 64 + ".example",
        "acme.example\n",
    ],
)
def test_a_domain_that_is_not_canonical_is_refused(domain: str) -> None:
    with pytest.raises(DomainMalformed):
        nothing().grant_domain(GROUP, NEW, domain, "ordinary", by=BY)


def test_a_domain_in_its_ascii_form_is_granted() -> None:
    portal = nothing()
    portal.grant_domain(GROUP, NEW, "xn--mnchen-3ya.example", "ordinary", by=BY)

    assert portal.covering("ada@xn--mnchen-3ya.example")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@acme.example",
        "ada@acme",
        "Ada@acme.example",
        "ada@Acme.example",
        "ada@acme.example,bob@acme.example",
        "ada b@acme.example",
        "ada@acme.example\n",
        "ada@evil.example@acme.example",
        "a;b@acme.example",
        "=?utf-8?q?a@acme.example",
        "a%b@acme.example",
        "a,b@acme.example",
        "ädä@acme.example",
    ],
)
def test_an_address_that_is_not_one_canonical_mailbox_is_refused(address: str) -> None:
    with pytest.raises(AddressMalformed):
        nothing().grant_address(GROUP, NEW, address, by=BY)


def test_revoking_needs_a_reason_and_ends_what_the_grant_covered() -> None:
    portal = domain_granted()
    for blank in ("", "   "):
        with pytest.raises(ReasonMissing):
            portal.revoke(GROUP, ACME, reason=blank, by=LATER)
    assert told(portal) == []

    portal.revoke(GROUP, ACME, reason="left the company", by=LATER)
    (event,) = told(portal)
    assert isinstance(event, GrantRevoked)
    assert facts(event) == {
        "bill_group_id": GROUP,
        "grant_id": ACME,
        "domain": "acme.example",
        "reason": "left the company",
        "address": None,
        "replaced_by": "nothing",
    }
    assert event.person == f"grant:{ACME}"
    assert not portal.covering("ada@acme.example")


def test_the_revocation_of_an_address_names_it_and_is_sealed_for_it() -> None:
    portal = addresses_granted()
    portal.revoke(GROUP, ADA, reason="left", by=LATER)

    (event,) = told(portal)
    assert isinstance(event, GrantRevoked)
    assert (event.address, event.domain) == ("ada@acme.example", "acme.example")
    assert event.person == "address:ada@acme.example"
    assert not portal.covering("ada@acme.example")
    assert portal.covering("bob@acme.example")


def test_revoking_twice_or_what_never_was_is_refused() -> None:
    portal = domain_granted()
    portal.revoke(GROUP, ACME, reason="left", by=LATER)

    with pytest.raises(GrantAlreadyRevoked):
        portal.revoke(GROUP, ACME, reason="left", by=LATER)
    with pytest.raises(GrantUnknown):
        portal.revoke(GROUP, NEW, reason="left", by=LATER)


def test_a_revoked_grant_can_be_made_again_as_a_new_one() -> None:
    portal = given(
        PortalAccess,
        STREAM,
        lambda it: it.grant_domain(GROUP, ACME, "acme.example", "ordinary", by=BY),
        lambda it: it.revoke(GROUP, ACME, reason="mistake", by=BY),
    )
    portal.grant_domain(GROUP, NEW, "acme.example", "ordinary", by=LATER)

    covering = portal.covering("ada@acme.example")
    assert covering
    assert covering.grant_id == NEW


def test_replacing_addresses_by_their_domain_revokes_each_with_that_reason_in_one_step() -> None:
    portal = addresses_granted()
    portal.replace_addresses_by_domain(GROUP, NEW, "acme.example", "ordinary", by=LATER)

    ada, bob, domain = told(portal)
    for revoked, address in ((ada, "ada@acme.example"), (bob, "bob@acme.example")):
        assert isinstance(revoked, GrantRevoked)
        assert (revoked.address, revoked.reason) == (address, "replaced by the domain")
    assert isinstance(domain, DomainGranted)
    assert portal.covering("carl@acme.example")
    assert portal.covering("eve@other.example")


def test_a_replacement_that_is_refused_revokes_nothing() -> None:
    portal = given(
        PortalAccess,
        STREAM,
        lambda it: it.grant_address(GROUP, ADA, "ada@gmail.com", by=BY),
    )
    with pytest.raises(DomainIsFreeMail):
        portal.replace_addresses_by_domain(GROUP, NEW, "gmail.com", "free_mail", by=LATER)
    with pytest.raises(ReasonMissing):
        portal.replace_addresses_by_domain(
            GROUP, NEW, "gmail.com", "free_mail", override=True, by=LATER
        )

    assert told(portal) == []
    assert portal.covering("ada@gmail.com")


def test_each_grant_remembers_when_and_by_whom_it_was_made() -> None:
    portal = domain_granted()

    grant = portal.grants[ACME]
    assert (grant.granted_at, grant.by) == (BY.at, BY.actor)


def test_an_erased_address_still_stands_in_the_way_of_its_domain_and_covers_nobody() -> None:
    erased = AddressGranted(
        stream_id=STREAM,
        version=1,
        at=BY.at,
        actor=BY.actor,
        command_id=BY.command_id,
        bill_group_id=GROUP,
        grant_id=ADA,
        address="erased-7f",
        domain="acme.example",
    )
    portal = PortalAccess.replay(STREAM, [erased])

    assert not portal.covering("ada@acme.example")
    with pytest.raises(AddressesOfDomainGranted):
        portal.grant_domain(GROUP, NEW, "acme.example", "ordinary", by=LATER)
