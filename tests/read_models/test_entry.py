"""Who may enter: grants, links, contracts, and the session with what it covers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine

from domain.account import Account, Contract, ContractRecorded, is_available
from domain.event import Event
from domain.identity import portal_access_id
from domain.portal_access import PortalAccess
from read_models import entry
from tests.read_models.books import (
    BY,
    asked,
    bill_group,
    invoice,
    keep,
    named,
    pay,
    same_rows_when_told_twice,
    seller,
    told_of,
)

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def access(name: str, *values: str) -> PortalAccess:
    """A portal that is on, with grants."""
    told = PortalAccess(portal_access_id(named(name)))
    told.turn_on(named(name), f"link-of-{name}-0123456789abcdef", by=BY)
    for value in values:
        if "@" in value:
            told.grant_address(named(name), named(f"{name} {value}"), value, by=BY)
        else:
            told.grant_domain(named(name), named(f"{name} {value}"), value, "ordinary", by=BY)
    return told


def contracts(name: str, *stated: tuple[Any, date | None]) -> list[Event]:
    """The contracts of a bill group's account."""
    account = Account(named(f"{name} account"))
    account.record_facts("erp", name, f"{name} Ltd", by=BY)
    for number, (status, ends_on) in enumerate(stated):
        contract = Contract(named(f"{name} c{number}"), "c", status, date(2026, 1, 1), ends_on)
        account.record_contract(contract, by=BY)
    return account.pending


def without_contract(name: str) -> list[Event]:
    """A bill group whose account has no contract yet."""
    return [event for event in bill_group(name) if not isinstance(event, ContractRecorded)]


def books() -> list[Event]:
    """Two customers of one seller."""
    return told_of(
        seller(),
        bill_group("Acme"),
        bill_group("Beta"),
        contracts("Acme", ("active", None)),
        contracts("Beta", ("active", None)),
        access("Acme", "acme.com", "joe@other.com"),
        access("Beta", "beta.com"),
    )


def test_every_event_told_twice_leaves_the_same_rows(database: Engine) -> None:
    told = access("Acme", "acme.com")
    told.revoke(named("Acme"), named("Acme acme.com"), reason="left", by=BY)
    told.rotate_link(named("Acme"), "another-link-0123456789abcdef", by=BY)
    told.turn_off(named("Acme"), by=BY)
    paid = invoice("NW-1", "Acme")
    pay(paid, 11_900)
    events = told_of(books(), invoice("NW-2", "Acme"), paid)[:-1]
    assert same_rows_when_told_twice(database, entry.MODEL, [*events, *told.pending])


@pytest.mark.parametrize(
    ("address", "let_in"),
    [
        ("jane@acme.com", True),
        ("joe@other.com", True),
        ("jane@other.com", False),
        ("jane@mail.acme.com", False),
        ("jane@beta.com", False),
        ("acme.com@evil.com", False),
    ],
)
def test_a_grant_covers_exactly_its_domain_or_its_address(
    database: Engine, address: str, let_in: bool
) -> None:
    keep(database, books())
    with asked(database) as connection:
        assert (entry.covering(connection, named("Acme"), address) is not None) == let_in


def test_the_switcher_lists_only_what_is_covered(database: Engine) -> None:
    keep(database, books())
    with asked(database) as connection:
        found = entry.bill_groups_of(connection, "jane@acme.com", NOW)
    assert [(one.account_name, one.bill_group_name) for one in found] == [("Acme Ltd", "Acme")]


def test_a_link_is_one_portals_and_a_rotated_one_is_nobodys(database: Engine) -> None:
    told = access("Acme")
    told.rotate_link(named("Acme"), "another-link-0123456789abcdef", by=BY)
    keep(database, told_of(books()[:-3], told))
    with asked(database) as connection:
        assert entry.portal_of_link(connection, "link-of-Acme-0123456789abcdef") is None
        found = entry.portal_of_link(connection, "another-link-0123456789abcdef")
    assert found is not None
    assert found.bill_group_id == named("Acme")
    assert found.entity_name == "Northwind"
    assert found.support_email == "billing@northwind.example"


def _cases() -> Iterator[tuple[tuple[tuple[Any, date | None], ...], bool]]:
    ends = (None, date(2026, 11, 1), date(2026, 11, 2))
    single = list(product(("pending", "active", "finished", "cancelled"), ends))
    for one in single:
        yield (one,), False
        yield (one,), True
    yield (), True
    yield (("active", date(2026, 11, 1)), ("active", date(2026, 12, 1))), False
    yield (("finished", None), ("active", date(2026, 11, 1))), False
    yield (("cancelled", date(2026, 12, 1)), ("active", date(2026, 11, 1))), True


def test_a_portal_is_available_exactly_when_the_rule_of_the_account_says_so(
    database: Engine,
) -> None:
    cases = {f"C{number}": case for number, case in enumerate(_cases())}
    keep(database, seller())
    for name, (stated, unpaid) in cases.items():
        bills = [invoice("NW-1", name)] if unpaid else []
        keep(
            database,
            told_of(without_contract(name), contracts(name, *stated), access(name), *bills),
        )
    with asked(database) as connection:
        for name, (stated, unpaid) in cases.items():
            found = entry.portal_of_bill_group(connection, named(name))
            assert found is not None
            rule = is_available(
                [
                    Contract(named("c"), "c", status, date(2026, 1, 1), end)
                    for status, end in stated
                ],
                unpaid,
                date(2026, 11, 2),
            )
            assert found.is_open(NOW) == rule, (stated, unpaid)


def test_a_draft_and_a_paid_invoice_keep_no_portal_open(database: Engine) -> None:
    over = contracts("Acme", ("active", date(2026, 11, 1)))
    paid, draft = invoice("NW-1", "Acme"), invoice("NW-2", "Acme", status="draft")
    pay(paid, 11_900)
    keep(database, told_of(seller(), without_contract("Acme"), over, access("Acme"), paid, draft))
    with asked(database) as connection:
        found = entry.portal_of_bill_group(connection, named("Acme"))
    assert found is not None
    assert not found.is_open(NOW)
