"""What staff see of accounts, access and entities, as events tell it."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import Engine

from domain.actor import Staff
from domain.customer_session import CustomerSession
from domain.entity import Brand, Entity
from domain.event import Act, Event
from domain.identity import portal_access_id
from domain.portal_access import PortalAccess
from domain.preview import Preview
from domain.sign_in import SignInAttempt
from read_models import (
    access_panel,
    account_list,
    account_overview,
    bill_group_page,
    entity_list,
)
from read_models.account_list import Sought
from read_models.projection import ReadModel
from tests.read_models.books import (
    BY,
    SELLER,
    asked,
    bill_group,
    keep,
    named,
    same_rows_when_told_twice,
    seller,
    told_of,
)

MARA = Act(BY.at, Staff(UUID(int=5)), UUID(int=9))


def access(name: str = "ACME") -> list[Event]:
    """A portal that is on, with grants of which one was revoked, and people who came in."""
    group = named(name)
    told = PortalAccess(portal_access_id(group))
    told.turn_on(group, f"link-of-{name}-that-is-long-enough", by=MARA)
    domain, address, gone = (named(f"{name} {word}") for word in ("domain", "address", "gone"))
    told.grant_domain(group, domain, f"{name.lower()}.example", "ordinary", reason="why", by=MARA)
    told.grant_address(group, address, f"ane@other-{name.lower()}.example", by=MARA)
    told.grant_address(group, gone, f"bo@gone-{name.lower()}.example", by=MARA)
    told.revoke(group, gone, reason="left", by=MARA)
    session = CustomerSession(named(f"{name} session"))
    session.sign_in(group, f"ap@{name.lower()}.example", domain, "code", by=BY)
    attempt = SignInAttempt(named(f"{name} attempt"))
    attempt.refuse(group, f"bo@gone-{name.lower()}.example", "revoked", by=BY)
    preview = Preview(named(f"{name} preview"))
    preview.open(group, UUID(int=5), by=MARA)
    return told_of(told, session, attempt, preview)


def branded() -> Entity:
    """The entity with a look."""
    told = Entity.replay(SELLER, seller())
    told.change_brand(Brand("#0a7d4f", terms_url="https://n.example/terms"), by=MARA)
    return told


def books(*names: str) -> Sequence[Event]:
    return told_of(
        branded(),
        *(told for name in names for told in (bill_group(name), access(name))),
    )


@pytest.mark.parametrize(
    "model",
    [
        access_panel.MODEL,
        account_list.MODEL,
        account_overview.MODEL,
        bill_group_page.MODEL,
        entity_list.MODEL,
    ],
    ids=lambda model: model.name,
)
def test_every_event_told_twice_leaves_the_same_rows(database: Engine, model: ReadModel) -> None:
    if model is access_panel.MODEL:
        model = ReadModel(model.name, 1, model.tables[:3], model.handlers)
    assert same_rows_when_told_twice(database, model, list(books("ACME")))


def test_the_panel_lists_the_grants_that_stand_domains_first(database: Engine) -> None:
    keep(database, books("ACME", "Globex"))
    with asked(database) as connection:
        shown = access_panel.of_bill_group(connection, named("ACME"))
        grants = access_panel.grants(connection, named("ACME"))
        nothing = access_panel.of_bill_group(connection, UUID(int=99))
    assert (shown.is_on, shown.link) == (True, "link-of-ACME-that-is-long-enough")
    assert [(one.value, one.people, one.reason) for one in grants] == [
        ("acme.example", 1, "why"),
        ("ane@other-acme.example", 0, None),
    ]
    assert (nothing.is_on, nothing.link) == (False, None)


def test_the_history_tells_everything_of_one_bill_group_the_newest_first(database: Engine) -> None:
    keep(database, books("ACME", "Globex"))
    with asked(database) as connection:
        lines = access_panel.history(connection, named("ACME"), 20)
        older = access_panel.history(connection, named("ACME"), 20, before=lines[-2].position)
    assert [line.what for line in lines] == [
        "previewed",
        "refused",
        "signed_in",
        "address_revoked",
        "address_granted",
        "address_granted",
        "domain_granted",
        "turned_on",
        "link_rotated",
    ]
    assert lines[2].grant == "acme.example"
    assert lines[3].detail == "left"
    assert older == lines[-1:]
    assert "globex" not in repr(lines)


def test_a_grant_of_another_bill_group_is_none(database: Engine) -> None:
    keep(database, books("ACME", "Globex"))
    with asked(database) as connection:
        assert access_panel.one_grant(connection, named("ACME"), named("Globex domain")) is None
        assert access_panel.covering(connection, named("ACME"), "x@globex.example") is None
        revoked = access_panel.covering(connection, named("ACME"), "bo@gone-acme.example")
    assert revoked is None


def test_accounts_are_found_by_grants_that_stand_and_not_by_revoked_ones(database: Engine) -> None:
    keep(database, books("ACME", "Globex"))
    with asked(database) as connection:
        found = account_list.found(connection, Sought("other-acme"), 0, 9)
        gone = account_list.found(connection, Sought("gone-acme"), 0, 9)
        on = account_list.count(connection, Sought(portal=True))
    assert [(one.name, one.bill_groups, one.portals_on, one.grants) for one in found] == [
        ("ACME Ltd", 1, 1, 2)
    ]
    assert gone == []
    assert on == 2


def test_an_account_has_its_contracts_and_bill_groups(database: Engine) -> None:
    keep(database, books("ACME", "Globex"))
    with asked(database) as connection:
        shown = account_overview.of_account(connection, named("ACME account"))
        origin = bill_group_page.origin(connection, named("ACME"))
        unknown = account_overview.of_account(connection, UUID(int=99))
    assert shown is not None
    assert [one.external_id for one in shown.contracts] == ["ACME"]
    assert [one.bill_group_id for one in shown.bill_groups] == [named("ACME")]
    assert origin is not None
    assert origin.account_id == named("ACME account")
    assert unknown is None


def test_an_entity_keeps_its_look_when_its_facts_come_again(database: Engine) -> None:
    keep(database, books("ACME", "Globex"))
    keep(database, seller("de"))
    with asked(database) as connection:
        [shown] = entity_list.found(connection, "north")
    assert (shown.accent, shown.terms_url) == ("#0a7d4f", "https://n.example/terms")
    assert (shown.facts.language, shown.bill_groups) == ("de", 2)
