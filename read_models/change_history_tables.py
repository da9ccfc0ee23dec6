"""The tables of the history of a bill group, and how events change them. `change_history` asks.

What stood before is the row before of the same detail, contact or method; so a value is kept once.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, Uuid

from domain.actor import Actor, Customer
from domain.bill_group import (
    AutoPaySwitched,
    BillGroupRecorded,
    Contact,
    ContactChanged,
    ContactReceived,
    DetailChanged,
    DetailReceived,
    PaymentMethodFacts,
    PaymentMethodMarked,
    PaymentMethodRecorded,
    PaymentMethodRemoved,
    PaymentMethodSaved,
)
from domain.event import Event
from domain.method_set_up import SetUpBegun, SetUpSucceeded
from domain.payment import PaymentBegun, PaymentProcessing, PaymentSucceeded
from read_models.columns import Encoded, Key, micros
from read_models.projection import Put, ReadModel, Recorded, Write

REMOVED = "removed"
"""What a payment method is when it is gone, beside `PaymentMethodStatus`."""

metadata = MetaData()

CHANGES = Table(
    "change_history",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("bill_group_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Encoded(Actor), nullable=False),
    Column("what", Text, nullable=False),
    Column("method_id", Text),
    Column("value", Text),
    Column("contact", Encoded(Contact)),
    Column("method", Encoded(PaymentMethodFacts)),
    Column("provider", Text),
    Column("code", Text),
    Column("undoes", Integer),
    Column("command_id", Uuid, nullable=False),
    Column("words", Key, nullable=False),
    Index("change_history_of_group", "bill_group_id", "what", "position"),
)
"""`version` is the event's in its stream: what a staff member undoes. `words` are searched.

`value` is what a detail became, how a method stands, or how invoices are collected.
"""

METHODS = Table(
    "change_history_methods",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("method_id", Text, primary_key=True),
    Column("method", Encoded(PaymentMethodFacts), nullable=False),
    Column("words", Key, nullable=False),
)
"""Every payment method there ever was, so that it can be named after it is gone."""

VISITS = Table(
    "change_history_visits",
    metadata,
    Column("visit_id", Uuid, primary_key=True),
    Column("by", Encoded(Actor), nullable=False),
)
"""Who went to the provider, to add a method or to pay."""

OUTCOMES = Table(
    "change_history_outcomes",
    metadata,
    Column("command_id", Uuid, primary_key=True),
    Column("visit_id", Uuid, nullable=False),
)
"""The command that recorded what came of a visit: it recorded the method that was kept as well."""


def detail_set(recorded: Recorded) -> Iterator[Write]:
    """Keep what a detail became."""
    event: Any = recorded.event
    said = None if event.detail == "default_payment_method" else event.value
    yield _row(recorded, event.detail, said, value=event.value)


def contact_set(recorded: Recorded) -> Iterator[Write]:
    """Keep what a contact became."""
    event: Any = recorded.event
    contact: Contact | None = event.contact
    said = (contact.name, contact.email, contact.company, contact.phone) if contact else ()
    yield _row(recorded, event.role, *said, contact=contact)


def method_recorded(recorded: Recorded) -> Iterator[Write]:
    """Keep what the billing system says of a payment method."""
    yield _method_row(recorded)


def method_saved(recorded: Recorded) -> Iterator[Write]:
    """Keep which payment method a provider keeps."""
    event: Any = recorded.event
    yield _method_row(recorded, provider=event.held.provider)


def method_marked(recorded: Recorded) -> Iterator[Write]:
    """Keep that a payment method failed, and why, or that it works again."""
    event: Any = recorded.event
    yield _of_method(recorded, value=event.status, code=event.code)


def method_removed(recorded: Recorded) -> Iterator[Write]:
    """Keep that a payment method went."""
    yield _of_method(recorded, value=REMOVED)


def switched(recorded: Recorded) -> Iterator[Write]:
    """Keep what a customer switched auto-pay to.

    Without a value the billing system's own row, which came just before, says it.
    """
    event: Any = recorded.event
    if event.collection is not None:
        yield _row(recorded, "auto_pay", value=event.collection)


def collection_told(recorded: Recorded) -> Iterator[Write]:
    """Keep how the billing system lets invoices be collected, changed or not."""
    event: Any = recorded.event
    yield _row(recorded, "auto_pay_told", value=event.facts.collection)


def visit_begun(event: SetUpBegun | PaymentBegun) -> Iterator[Write]:
    """Keep who went to the provider."""
    yield Put(VISITS, {"visit_id": event.stream_id, "by": event.actor})


def visit_ended(event: SetUpSucceeded | PaymentProcessing | PaymentSucceeded) -> Iterator[Write]:
    """Keep which command took what came of it."""
    yield Put(OUTCOMES, {"command_id": event.command_id, "visit_id": event.stream_id})


def method_named(event: PaymentMethodRecorded | PaymentMethodSaved) -> Iterator[Write]:
    """Keep how a payment method is called."""
    key = {"bill_group_id": event.stream_id, "method_id": str(event.method_id)}
    facts = event.facts
    words = _folded(facts.brand, facts.bank_name, facts.last4)
    yield Put(METHODS, {**key, "method": facts, "words": words})


def _method_row(recorded: Recorded, **values: Any) -> Write:
    event: Any = recorded.event
    return _of_method(recorded, value=event.facts.status, method=event.facts, **values)


def _of_method(recorded: Recorded, **values: Any) -> Write:
    event: Any = recorded.event
    return _row(recorded, "payment_method", method_id=str(event.method_id), **values)


def _row(recorded: Recorded, what: str, *said: str | None, **values: Any) -> Write:
    event: Event = recorded.event
    address = event.actor.address if isinstance(event.actor, Customer) else None
    return Put(
        CHANGES,
        {
            "position": recorded.position,
            "bill_group_id": event.stream_id,
            "version": event.version,
            "at": micros(event.at),
            "by": event.actor,
            "what": what,
            "method_id": None,
            "value": None,
            "contact": None,
            "method": None,
            "provider": None,
            "code": None,
            "undoes": getattr(event, "undoes", None),
            "command_id": event.command_id,
            "words": _folded(*said, address),
            **values,
        },
    )


def _folded(*said: str | None) -> str:
    return " ".join(each.casefold() for each in said if each)


MODEL = ReadModel(
    name="change_history",
    version=3,
    tables=(CHANGES, METHODS, VISITS, OUTCOMES),
    handlers={
        PaymentMethodRecorded: method_named,
        PaymentMethodSaved: method_named,
        SetUpBegun: visit_begun,
        SetUpSucceeded: visit_ended,
        PaymentBegun: visit_begun,
        PaymentProcessing: visit_ended,
        PaymentSucceeded: visit_ended,
    },
    placed={
        DetailReceived: detail_set,
        DetailChanged: detail_set,
        ContactReceived: contact_set,
        ContactChanged: contact_set,
        PaymentMethodRecorded: method_recorded,
        PaymentMethodSaved: method_saved,
        PaymentMethodMarked: method_marked,
        PaymentMethodRemoved: method_removed,
        AutoPaySwitched: switched,
        BillGroupRecorded: collection_told,
    },
)
