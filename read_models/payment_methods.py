"""How a bill group can pay: its methods and where each can be charged, and the seller's bank."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, MetaData, Table, Text, Uuid, select

from domain.bill_group import HeldMethod, PaymentMethodFacts
from domain.entity import BankDetails, EntityRecorded
from domain.method_set_up import SetUpBegun, SetUpFailed, SetUpGivenUp, SetUpState, SetUpSucceeded
from read_models.columns import Encoded
from read_models.method_rows import GROUPS, HANDLERS, METHODS, facts_of
from read_models.projection import Change, Put, ReadModel, Write
from read_models.scope import Scope

Mark: TypeAlias = Literal["failing", "expired", "expiring"]

metadata = MetaData()

BANKS = Table(
    "payment_methods_banks",
    metadata,
    Column("entity_id", Uuid, primary_key=True),
    Column("bank", Encoded(BankDetails)),
)
"""The bank account of each entity, for those who pay by transfer."""

SET_UPS = Table(
    "payment_methods_set_ups",
    metadata,
    Column("set_up_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("code", Text),
    Column("method_id", Text),
    Column("method", Encoded(PaymentMethodFacts)),
)
"""Visits to a provider's page to add a method."""


def entity_recorded(event: EntityRecorded) -> Iterator[Write]:
    """Take where customers transfer money to."""
    yield Put(BANKS, {"entity_id": event.stream_id, "bank": event.facts.bank})


def set_up_begun(event: SetUpBegun) -> Iterator[Write]:
    """Take that somebody set out to add a method."""
    key = {"set_up_id": event.stream_id, "bill_group_id": event.bill_group_id}
    yield Put(SET_UPS, {**key, "state": "begun"})


def set_up_succeeded(event: SetUpSucceeded) -> Iterator[Write]:
    """Take that it was added."""
    stands = {"state": "succeeded", "method_id": str(event.method_id), "method": event.method}
    yield Change(SET_UPS, {"set_up_id": event.stream_id}, stands)


def set_up_failed(event: SetUpFailed) -> Iterator[Write]:
    """Take that it was not."""
    yield Change(SET_UPS, {"set_up_id": event.stream_id}, {"state": "failed", "code": event.code})


def set_up_given_up(event: SetUpGivenUp) -> Iterator[Write]:
    """Take that the page was closed."""
    stands = {"state": "given_up", "code": event.cause}
    yield Change(SET_UPS, {"set_up_id": event.stream_id}, stands)


MODEL = ReadModel(
    name="payment_methods",
    version=2,
    tables=(METHODS, GROUPS, BANKS, SET_UPS),
    handlers={
        **HANDLERS,
        EntityRecorded: entity_recorded,
        SetUpBegun: set_up_begun,
        SetUpSucceeded: set_up_succeeded,
        SetUpFailed: set_up_failed,
        SetUpGivenUp: set_up_given_up,
    },
)

SOON = 60
"""Days before its last one that a method is marked as expiring."""


class MethodRow(msgspec.Struct, frozen=True):
    """One payment method, whether it is the default, and what is wrong with it today.

    `held` is where it can be charged; the others are known from the billing system only.
    """

    method_id: UUID
    facts: PaymentMethodFacts
    is_default: bool
    mark: Mark | None
    held: HeldMethod | None


def of_bill_group(connection: Connection, scope: Scope) -> list[MethodRow]:
    """Give the payment methods, the default one first."""
    methods = METHODS.c
    default = (
        select(GROUPS.c.default_method)
        .where(GROUPS.c.bill_group_id == methods.bill_group_id)
        .scalar_subquery()
    )
    query = select(
        methods.method_id, methods.method, methods.status, methods.held, default.label("default")
    ).where(methods.bill_group_id == scope.bill_group_id)
    rows = [
        MethodRow(
            UUID(row.method_id),
            facts_of(row),
            row.default == row.method_id,
            mark(facts_of(row), scope),
            row.held,
        )
        for row in connection.execute(query)
    ]
    return sorted(rows, key=lambda row: (not row.is_default, row.facts.kind, row.method_id))


class SetUpShown(msgspec.Struct, frozen=True):
    """A visit to a provider's page; `code` is why it failed or was closed."""

    set_up_id: UUID
    state: SetUpState
    code: str | None
    method_id: UUID | None
    method: PaymentMethodFacts | None


class SetUpMissing(Exception):  # noqa: N818 - named after the fact
    """The bill group has no such visit: it is unknown, or another's."""


def of_set_up(connection: Connection, scope: Scope, set_up_id: UUID) -> SetUpShown:
    """Give what came of a visit; raises SetUpMissing for another bill group's."""
    rows = SET_UPS.c
    query = select(rows.set_up_id, rows.state, rows.code, rows.method_id, rows.method).where(
        rows.bill_group_id == scope.bill_group_id, rows.set_up_id == set_up_id
    )
    row = connection.execute(query).first()
    if row is None:
        raise SetUpMissing(set_up_id)
    named = UUID(row.method_id) if row.method_id else None
    return SetUpShown(row.set_up_id, row.state, row.code, named, row.method)


def mark(method: PaymentMethodFacts, scope: Scope) -> Mark | None:
    """Say what is wrong with a method today: it failed, is past its month, or soon will be."""
    last: date | None = method.last_day
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
