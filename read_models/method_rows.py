"""The rows of bill groups and payment methods that pages about paying are asked of."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Column, MetaData, Table, Text, Uuid

from domain.bill_group import (
    AutoPaySwitched,
    BillGroupFacts,
    BillGroupRecorded,
    DetailChanged,
    DetailReceived,
    HeldMethod,
    PaymentMethodFacts,
    PaymentMethodMarked,
    PaymentMethodRecorded,
    PaymentMethodRemoved,
    PaymentMethodSaved,
)
from domain.event import Event
from read_models.columns import Encoded
from read_models.projection import Change, Drop, Handler, Put, Write

metadata = MetaData()

METHODS = Table(
    "payment_methods",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("method_id", Text, primary_key=True),
    Column("method", Encoded(PaymentMethodFacts), nullable=False),
    Column("status", Text, nullable=False),
    Column("held", Encoded(HeldMethod)),
)
"""`held` is where a method can be charged, for those that a provider account keeps."""

GROUPS = Table(
    "payment_methods_groups",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False, index=True),
    Column("account_id", Uuid, nullable=False),
    Column("facts", Encoded(BillGroupFacts), nullable=False),
    Column("told", Text, nullable=False),
    Column("chosen", Text),
    Column("default_method", Text),
)
"""`told` is the collection that the billing system says, `chosen` what a customer switched to."""


def group_recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Take the terms; the default method and what a customer chose are kept."""
    yield Put(
        GROUPS,
        {
            "bill_group_id": event.stream_id,
            "entity_id": event.entity_id,
            "account_id": event.account_id,
            "facts": event.facts,
            "told": event.facts.collection,
        },
    )


def auto_pay_switched(event: AutoPaySwitched) -> Iterator[Write]:
    """Take what a customer chose."""
    yield Change(GROUPS, {"bill_group_id": event.stream_id}, {"chosen": event.collection})


def detail_set(event: DetailReceived | DetailChanged) -> Iterator[Write]:
    """Take which method is the default."""
    if event.detail == "default_payment_method":
        key = {"bill_group_id": event.stream_id}
        yield Change(GROUPS, key, {"default_method": event.value})


def method_recorded(event: PaymentMethodRecorded) -> Iterator[Write]:
    """Take a payment method; where it can be charged is kept."""
    yield Put(METHODS, {**_key(event), "method": event.facts, "status": event.facts.status})


def method_saved(event: PaymentMethodSaved) -> Iterator[Write]:
    """Take a payment method that a provider keeps."""
    stands = {"method": event.facts, "status": event.facts.status, "held": event.held}
    yield Put(METHODS, {**_key(event), **stands})


def method_marked(event: PaymentMethodMarked) -> Iterator[Write]:
    """Take that a method fails, or works again."""
    yield Change(METHODS, _key(event), {"status": event.status})


def method_removed(event: PaymentMethodRemoved) -> Iterator[Write]:
    """Let a payment method go."""
    yield Drop(METHODS, _key(event))


HANDLERS: dict[type[Event], Handler] = {
    BillGroupRecorded: group_recorded,
    AutoPaySwitched: auto_pay_switched,
    DetailReceived: detail_set,
    DetailChanged: detail_set,
    PaymentMethodRecorded: method_recorded,
    PaymentMethodSaved: method_saved,
    PaymentMethodMarked: method_marked,
    PaymentMethodRemoved: method_removed,
}


def facts_of(row: Any) -> PaymentMethodFacts:
    """Give a method of a row with how it stands now."""
    facts: PaymentMethodFacts = replace(row.method, status=row.status)
    return facts


def terms_of(row: Any) -> BillGroupFacts:
    """Give the terms of a bill group, with the collection that counts."""
    facts: BillGroupFacts = replace(row.facts, collection=row.chosen or row.facts.collection)
    return facts


def _key(event: Any) -> dict[str, Any]:
    return {"bill_group_id": event.stream_id, "method_id": str(event.method_id)}
