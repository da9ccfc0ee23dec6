"""How a bill group can pay: its methods as imported, its default, and the seller's bank account."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, MetaData, Table, Text, Uuid, and_, select

from domain.auto_pay import last_day_of
from domain.bill_group import (
    BillGroupRecorded,
    DetailChanged,
    DetailReceived,
    PaymentMethodFacts,
    PaymentMethodRecorded,
    PaymentMethodRemoved,
)
from domain.entity import BankDetails, EntityRecorded
from read_models.columns import Encoded
from read_models.projection import Change, Drop, Put, ReadModel, Write
from read_models.scope import Scope

Mark: TypeAlias = Literal["failing", "expired", "expiring"]

metadata = MetaData()

METHODS = Table(
    "payment_methods",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("method_id", Text, primary_key=True),
    Column("method", Encoded(PaymentMethodFacts), nullable=False),
)

BILL_GROUPS = Table(
    "payment_methods_groups",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("default_method", Text),
)

BANKS = Table(
    "payment_methods_banks",
    metadata,
    Column("entity_id", Uuid, primary_key=True),
    Column("bank", Encoded(BankDetails)),
)
"""The bank account of each entity, for those who pay by transfer."""


def group_recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Make room for the default."""
    yield Put(BILL_GROUPS, {"bill_group_id": event.stream_id})


def detail_set(event: DetailReceived | DetailChanged) -> Iterator[Write]:
    """Take which method is the default."""
    if event.detail == "default_payment_method":
        key = {"bill_group_id": event.stream_id}
        yield Change(BILL_GROUPS, key, {"default_method": event.value})


def method_recorded(event: PaymentMethodRecorded) -> Iterator[Write]:
    """Take a payment method."""
    key = {"bill_group_id": event.stream_id, "method_id": str(event.method_id)}
    yield Put(METHODS, {**key, "method": event.facts})


def method_removed(event: PaymentMethodRemoved) -> Iterator[Write]:
    """Let a payment method go."""
    yield Drop(METHODS, {"bill_group_id": event.stream_id, "method_id": str(event.method_id)})


def entity_recorded(event: EntityRecorded) -> Iterator[Write]:
    """Take where customers transfer money to."""
    yield Put(BANKS, {"entity_id": event.stream_id, "bank": event.facts.bank})


MODEL = ReadModel(
    name="payment_methods",
    version=1,
    tables=(METHODS, BILL_GROUPS, BANKS),
    handlers={
        BillGroupRecorded: group_recorded,
        DetailReceived: detail_set,
        DetailChanged: detail_set,
        PaymentMethodRecorded: method_recorded,
        PaymentMethodRemoved: method_removed,
        EntityRecorded: entity_recorded,
    },
)

SOON = 60
"""Days before its last one that a method is marked as expiring."""


class MethodRow(msgspec.Struct, frozen=True):
    """One payment method, whether it is the default, and what is wrong with it today."""

    method_id: UUID
    facts: PaymentMethodFacts
    is_default: bool
    mark: Mark | None


def of_bill_group(connection: Connection, scope: Scope) -> list[MethodRow]:
    """Give the payment methods, the default one first."""
    groups, methods = BILL_GROUPS.c, METHODS.c
    default = groups.default_method == methods.method_id
    joined = METHODS.outerjoin(
        BILL_GROUPS, and_(groups.bill_group_id == methods.bill_group_id, default)
    )
    query = select(methods.method_id, methods.method, groups.default_method).select_from(joined)
    query = query.where(methods.bill_group_id == scope.bill_group_id)
    rows = [
        MethodRow(
            UUID(row.method_id), row.method, bool(row.default_method), mark(row.method, scope)
        )
        for row in connection.execute(query)
    ]
    return sorted(rows, key=lambda row: (not row.is_default, row.facts.kind, row.method_id))


def mark(method: PaymentMethodFacts, scope: Scope) -> Mark | None:
    """Say what is wrong with a method today: it failed, is past its month, or soon will be."""
    last: date | None = last_day_of(method)
    if method.status == "failing":
        return "failing"
    if method.status == "expired" or (last and last < scope.today):
        return "expired"
    return "expiring" if last and (last - scope.today).days < SOON else None


def bank_of_seller(connection: Connection, scope: Scope) -> BankDetails | None:
    """Give the entity's bank account, where it has one."""
    query = select(BANKS.c.bank).where(BANKS.c.entity_id == scope.entity_id)
    found: BankDetails | None = connection.execute(query).scalar()
    return found
