"""A small seller's books for tests: an entity, its customers, their invoices, as events."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Engine, Table, select

from adapters.database import reading, writing
from domain.account import Account, Contract
from domain.actor import ImportRun
from domain.address import Address, PostalAddress
from domain.bill_group import BillGroup, BillGroupFacts, Contact, Frequency, PaymentMethodFacts
from domain.credit_note import Applied, CreditNote, CreditNoteFacts
from domain.document_lines import InvoiceLine, TaxLine
from domain.entity import BankDetails, Entity, EntityFacts, SupportContact
from domain.event import Act, Event
from domain.invoice import Invoice, InvoiceFacts
from domain.payment_rules import PaymentRules
from domain.schedule import Interval
from domain.subscription import Subscription, SubscriptionFacts, SubscriptionItem
from read_models.projection import ReadModel, Recorded, apply
from read_models.registry import MODELS
from read_models.scope import Scope

TODAY = date(2026, 11, 2)
BY = Act(datetime(2026, 11, 2, 9, 30, tzinfo=UTC), ImportRun(UUID(int=7), "erp"), UUID(int=8))


def named(word: str) -> UUID:
    """A made-up id that is the same in every run."""
    return uuid5(UUID(int=2), word)


SELLER = named("Northwind")


def scope(group: str = "ACME", today: date = TODAY) -> Scope:
    """Whose rows are asked for."""
    return Scope(named(group), SELLER, today)


def seller(language: str = "en") -> list[Event]:
    """The entity is recorded."""
    entity = Entity(SELLER)
    facts = EntityFacts(
        name="Northwind",
        legal_name="Northwind Systems A/S",
        address=Address(("Havnegade 1",), "København", "DK", "1058"),
        support=SupportContact("billing@northwind.example", "+45 33 12 00 00"),
        time_zone="Europe/Copenhagen",
        language=language,
        vat_number="DK13585628",
        bank=BankDetails("Northwind Systems A/S", "DK5000400440116243", "NDEADKKK", "Nordbank"),
    )
    entity.record_facts("erp", "northwind", facts, by=BY)
    return entity.pending


def payment_rules(**rules: Any) -> list[Event]:
    """The entity lets its customers pay through the provider account `main`."""
    entity = Entity.replay(SELLER, seller())
    entity.change_payment_rules(PaymentRules(**{"provider": "main", **rules}), by=BY)
    return entity.pending


def bill_group(name: str = "ACME", **facts: Any) -> list[Event]:
    """An account with one bill group, its details, contact and a default card."""
    account, group = Account(named(f"{name} account")), BillGroup(named(name))
    account.record_facts("erp", name, f"{name} Ltd", by=BY)
    contract = Contract(named(f"{name} contract"), name, "active", date(2025, 1, 1))
    account.record_contract(contract, by=BY)
    terms: dict[str, Any] = {
        "currency": "EUR",
        "frequency": Frequency(1, "month", "advance"),
        "anchor_on": date(2026, 1, 1),
        "collection": "automatic",
        "payment_terms_days": 14,
        **facts,
    }
    group.record_facts("erp", name, account.id, SELLER, BillGroupFacts(name, **terms), by=BY)
    group.receive_detail("po_number", f"PO-{name}", by=BY)
    group.receive_detail("vat_number", f"VAT-{name}", by=BY)
    address = PostalAddress((f"{name} Street 1",), "GB", "London", "N1 9GU")
    contact = Contact(f"Ane of {name}", f"ap@{name.lower()}.example", None, f"{name} Ltd", address)
    group.receive_contact("billing", contact, by=BY)
    method = PaymentMethodFacts("card", brand="visa", last4="4242", expires="2027-05")
    group.record_payment_method(named(f"{name} card"), f"{name}-card", method, by=BY)
    group.receive_detail("default_payment_method", str(named(f"{name} card")), by=BY)
    return [*account.pending, *group.pending]


def document(number: str | None = "NW-1", **facts: Any) -> InvoiceFacts:
    """What stands on an invoice of 119.00 EUR, issued a month ago, due in a fortnight."""
    line = InvoiceLine("Platform, Business", "1", "100.00", 10_000, "19")
    stated: dict[str, Any] = {
        "status": "issued",
        "currency": "EUR",
        "lines": (line,),
        "subtotal": 10_000,
        "taxes": (TaxLine("VAT", "19", 10_000, 1_900),),
        "total": 11_900,
        "issued_on": date(2026, 10, 2),
        "due_on": date(2026, 11, 16),
        "po_number": "PO-2026",
        **facts,
    }
    return InvoiceFacts(number=number, **stated)


def invoice(number: str | None = "NW-1", group: str = "ACME", **facts: Any) -> Invoice:
    """An invoice of a bill group; what happens to it may be told next."""
    told = Invoice(named(f"{group} {number}"))
    state(told, document(number, **facts), group)
    return told


def state(told: Invoice, facts: InvoiceFacts, group: str = "ACME") -> None:
    """Let the billing system state the document."""
    ids = (named(group), named(f"{group} account"), SELLER)
    told.record_facts("erp", str(told.id), *ids, facts, by=BY)


def pay(told: Invoice, amount: int, status: Any = "succeeded", word: str = "payment") -> None:
    """Let money come for an invoice."""
    payment_id = named(f"{told.id} {word}")
    told.record_payment(payment_id, word, amount, status, TODAY, "card", by=BY)


def credit_note(number: str, total: int, group: str = "ACME", *applied: Applied) -> list[Event]:
    """A credit note, perhaps applied already."""
    note = CreditNote(named(f"{group} {number}"))
    facts = CreditNoteFacts(number, "EUR", TODAY, total, applied=applied)
    note.record_facts("erp", number, named(group), named(f"{group} account"), facts, by=BY)
    return note.pending


def subscription(product: str, group: str = "ACME", **facts: Any) -> list[Event]:
    """A subscription to one product for 100.00 EUR a month."""
    told = Subscription(named(f"{group} {product}"))
    item = SubscriptionItem(product, "1", "100.00", Interval(1, "month"))
    stated: dict[str, Any] = {
        "status": "active",
        "starts_on": date(2026, 1, 1),
        "currency": "EUR",
        "items": (item,),
        **facts,
    }
    told.record_facts("erp", product, named(group), SubscriptionFacts(**stated), by=BY)
    return told.pending


def told_of(*stories: Any) -> list[Event]:
    """Put events and the pending ones of aggregates in one line."""
    events: list[Event] = []
    for story in stories:
        events.extend(story if isinstance(story, list) else story.pending)
    return events


def keep(engine: Engine, events: Sequence[Event], models: Sequence[ReadModel] = MODELS) -> None:
    """Apply events to read models, as the log does."""
    with writing(engine) as connection:
        apply(connection, models, [Recorded(n, n, event) for n, event in enumerate(events, 1)])


def rows(engine: Engine, tables: Sequence[Table]) -> list[list[tuple[Any, ...]]]:
    """Everything that stands in some tables."""
    with reading(engine) as connection:
        return [sorted(map(tuple, connection.execute(select(table))), key=repr) for table in tables]


def same_rows_when_told_twice(engine: Engine, model: ReadModel, events: Sequence[Event]) -> bool:
    """Each event twice in a row, one at a time, gives what all of them give at once."""
    keep(engine, events, [model])
    once = rows(engine, model.tables)
    with writing(engine) as connection:
        for table in model.tables:
            connection.execute(table.delete())
    for event in events:
        keep(engine, [event], [model])
        keep(engine, [event], [model])
    return rows(engine, model.tables) == once and any(once)


@contextmanager
def asked(engine: Engine) -> Iterator[Connection]:
    """A connection for queries."""
    with reading(engine) as connection:
        yield connection
