"""A seller with a customer in the log, for tests of what staff do with them."""

from datetime import date
from typing import Any
from uuid import UUID

from application.ports.sessions import ABSOLUTE, CustomersSession
from domain.account import Account, Contract
from domain.actor import ImportRun
from domain.address import Address
from domain.bill_group import BillGroup, BillGroupFacts, Frequency
from domain.customer_session import CustomerSession
from domain.entity import Entity, EntityFacts, SupportContact
from domain.event import Act
from entrypoints.container import Portal
from tests.read_models.books import invoice, named

RUN = ImportRun(UUID(int=7), "erp")
SELLER = named("Northwind")
ACME = named("ACME")


def by(portal: Portal) -> Act:
    """The import acts, now."""
    return Act(portal.clock().now(), RUN, portal.ids().uuid7())


def seller(portal: Portal) -> UUID:
    """The entity is known."""
    entity = Entity(SELLER)
    facts = EntityFacts(
        name="Northwind",
        legal_name="Northwind Systems A/S",
        address=Address(("Havnegade 1",), "København", "DK", "1058"),
        support=SupportContact("billing@northwind.example", "+45 33 12 00 00"),
        time_zone="Europe/Copenhagen",
        language="en",
    )
    entity.record_facts("erp", "northwind", facts, by=by(portal))
    portal.log().save(entity)
    return SELLER


def customer(
    portal: Portal,
    name: str = "ACME",
    group: str = "Europe",
    account: str | None = None,
    **facts: Any,
) -> UUID:
    """An account with a running contract and a bill group; gives the bill group."""
    company, billed = Account(named(f"{name} account")), BillGroup(named(name))
    company.record_facts("erp", name, account or f"{name} Ltd", by=by(portal))
    contract = Contract(named(f"{name} contract"), "C-1", "active", date(2025, 1, 1))
    company.record_contract(contract, by=by(portal))
    terms: dict[str, Any] = {
        "currency": "EUR",
        "frequency": Frequency(1, "month", "advance"),
        "anchor_on": date(2026, 1, 1),
        "collection": "manual",
        "payment_terms_days": 14,
        **facts,
    }
    billed.record_facts(
        "erp", name, company.id, SELLER, BillGroupFacts(group, **terms), by=by(portal)
    )
    portal.log().save(company, billed)
    return billed.id


def billed(portal: Portal, *numbers: str, name: str = "ACME") -> None:
    """Invoices of 119.00 EUR each."""
    portal.log().save(*(invoice(number, group=name) for number in numbers))


def signed_in(portal: Portal, bill_group_id: UUID, grant_id: UUID, address: str) -> UUID:
    """Somebody signed in by a grant."""
    session = CustomerSession(portal.ids().uuid7())
    session.sign_in(
        bill_group_id, address, grant_id, "link", browser="Firefox on Linux", by=by(portal)
    )
    now = portal.clock().now()
    kept = CustomersSession(
        session_id=session.id,
        session_hash=session.id.bytes,
        address=address,
        bill_group_id=bill_group_id,
        signed_in_at=now,
        last_used_at=now,
        ends_at=now + ABSOLUTE,
    )
    portal.log().save(session, beside=[portal.sessions().opening(kept)])
    return session.id
