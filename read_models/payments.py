"""Payments made through the portal: each attempt with what it is for and what became of it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    select,
)

from domain.allocation import Allocation
from domain.bill_group import PaymentMethodFacts
from domain.entity import PaymentRulesChanged
from domain.payment import (
    ConfirmationNeeded,
    PaymentBegun,
    PaymentFailed,
    PaymentGivenUp,
    PaymentProcessing,
    PaymentState,
    PaymentSucceeded,
    PaymentWay,
)
from domain.payment_returned import (
    PaymentDisputeClosed,
    PaymentDisputed,
    PaymentRefunded,
    PaymentRefundFailed,
)
from domain.payment_rules import PaymentRules
from read_models.columns import Encoded, micros
from read_models.projection import Change, Drop, Put, ReadModel, Write
from read_models.scope import Scope

metadata = MetaData()

OPEN: tuple[PaymentState, ...] = ("begun", "confirmation_needed", "processing")
MONEY: tuple[PaymentState, ...] = ("processing", "succeeded")

PAYMENTS = Table(
    "payments",
    metadata,
    Column("payment_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("provider", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("disputed", Boolean, nullable=False),
    Column("parts", Encoded(tuple[Allocation, ...]), nullable=False),
    Column("begun_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("ended_on", Date),
    Column("reference", Text),
    Column("code", Text),
    Column("late", Boolean, nullable=False),
    Column("method", Encoded(PaymentMethodFacts)),
    Index("payments_newest", "bill_group_id", "begun_at"),
    Index("payments_changed", "state", "changed_at"),
)
"""Amounts in minor units."""

RETURNS = Table(
    "payments_returns",
    metadata,
    Column("payment_id", Uuid, primary_key=True),
    Column("fact_id", Uuid, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("by_bank", BigInteger, nullable=False),
)
"""What went back, by refunds and lost disputes; the payer's bank took `by_bank` of it."""

PARTS = Table(
    "payments_parts",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("payment_id", Uuid, primary_key=True),
)

RULES = Table(
    "payments_rules",
    metadata,
    Column("entity_id", Uuid, primary_key=True),
    Column("rules", Encoded(PaymentRules), nullable=False),
)


# Events


def begun(event: PaymentBegun) -> Iterator[Write]:
    """Take an attempt with what it is for."""
    yield Put(
        PAYMENTS,
        {
            "payment_id": event.stream_id,
            "bill_group_id": event.bill_group_id,
            "provider": event.provider,
            "way": event.way,
            "state": "begun",
            "currency": event.currency,
            "amount": sum(part.amount for part in event.allocations),
            "disputed": False,
            "parts": event.allocations,
            "begun_at": micros(event.at),
            "changed_at": micros(event.at),
            "ended_on": None,
            "reference": None,
            "code": None,
            "late": False,
            "method": None,
        },
    )
    for part in event.allocations:
        yield Put(PARTS, {"invoice_id": part.invoice_id, "payment_id": event.stream_id})


def confirmation_needed(event: ConfirmationNeeded) -> Iterator[Write]:
    """The payer has to confirm."""
    yield _changed(event, state="confirmation_needed", reference=event.reference)


def processing(event: PaymentProcessing) -> Iterator[Write]:
    """The money is under way."""
    yield _changed(event, state="processing", reference=event.reference, method=event.method)


def succeeded(event: PaymentSucceeded) -> Iterator[Write]:
    """The money is there."""
    yield _changed(
        event,
        state="succeeded",
        reference=event.reference,
        method=event.method,
        ended_on=event.paid_on,
    )


def failed(event: PaymentFailed) -> Iterator[Write]:
    """No money came."""
    yield _changed(
        event,
        state="failed",
        reference=event.reference or None,
        code=event.code,
        late=event.late,
        ended_on=event.failed_on,
    )


def given_up(event: PaymentGivenUp) -> Iterator[Write]:
    """The attempt was closed."""
    yield _changed(event, state="given_up", code=event.cause)


def refunded(event: PaymentRefunded) -> Iterator[Write]:
    """Some of it went back."""
    yield _returned(event, event.refund_id, event.amount, 0)


def refund_failed(event: PaymentRefundFailed) -> Iterator[Write]:
    """It did not go back after all."""
    yield Drop(RETURNS, {"payment_id": event.stream_id, "fact_id": event.refund_id})


def disputed(event: PaymentDisputed) -> Iterator[Write]:
    """The payer's bank contests it."""
    yield _changed(event, disputed=True)


def dispute_closed(event: PaymentDisputeClosed) -> Iterator[Write]:
    """The bank has decided."""
    yield _changed(event, disputed=False)
    if event.parts:
        lost = sum(part.amount for part in event.parts)
        yield _returned(event, event.dispute_id, lost, lost)


def rules_changed(event: PaymentRulesChanged) -> Iterator[Write]:
    """Take how an entity lets its customers pay."""
    yield Put(RULES, {"entity_id": event.stream_id, "rules": event.rules})


def _returned(event: Any, fact_id: UUID, amount: int, by_bank: int) -> Write:
    key = {"payment_id": event.stream_id, "fact_id": fact_id}
    return Put(RETURNS, {**key, "amount": amount, "by_bank": by_bank})


def _changed(event: Any, **values: Any) -> Write:
    stands = {**values, "changed_at": micros(event.at)}
    return Change(PAYMENTS, {"payment_id": event.stream_id}, stands)


MODEL = ReadModel(
    name="payments",
    version=2,
    tables=(PAYMENTS, RETURNS, PARTS, RULES),
    handlers={
        PaymentBegun: begun,
        ConfirmationNeeded: confirmation_needed,
        PaymentProcessing: processing,
        PaymentSucceeded: succeeded,
        PaymentFailed: failed,
        PaymentGivenUp: given_up,
        PaymentRefunded: refunded,
        PaymentRefundFailed: refund_failed,
        PaymentDisputed: disputed,
        PaymentDisputeClosed: dispute_closed,
        PaymentRulesChanged: rules_changed,
    },
)


# Queries


class PaymentShown(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt as people see it; minor units, moments µs UTC, `ended_on` in the entity's zone.

    `returned` is what went back, by refunds and lost disputes; of that the payer's bank took back
    `by_bank` in disputes. `code` is why it failed (as
    `application.ports.payment_outcomes` names it) or was given up.
    """

    payment_id: UUID
    bill_group_id: UUID
    provider: str
    way: PaymentWay
    state: PaymentState
    currency: str
    amount: int
    returned: int
    by_bank: int
    disputed: bool
    parts: tuple[Allocation, ...]
    begun_at: int
    changed_at: int
    ended_on: date | None
    reference: str | None
    code: str | None
    late: bool
    method: PaymentMethodFacts | None

    @property
    def is_open(self) -> bool:
        """Whether money may still come by itself."""
        return self.state in OPEN


class PaymentMissing(Exception):  # noqa: N818 - named after the fact
    """The bill group has no such payment: it is unknown, or another's."""


def of_payment(connection: Connection, scope: Scope, payment_id: UUID) -> PaymentShown:
    """Give one payment of the bill group; raises PaymentMissing for any other."""
    found = _shown(connection, scope, _PAYMENT, payment_id=payment_id)
    if not found:
        raise PaymentMissing(payment_id)
    return found[0]


def of_invoice(connection: Connection, scope: Scope, invoice_id: UUID) -> list[PaymentShown]:
    """Give the payments of one invoice that were begun here, the newest first."""
    return _shown(connection, scope, _OF_INVOICE, invoice_id=invoice_id)


def of_bill_group(connection: Connection, scope: Scope, size: int = 10) -> list[PaymentShown]:
    """Give the payments of the bill group that were begun here, the newest first."""
    return _shown(connection, scope, _NEWEST, size=size)


def being_paid(connection: Connection, scope: Scope) -> dict[UUID, UUID]:
    """Give each invoice that an open attempt holds, with that attempt."""
    shown = _shown(connection, scope, _STILL_OPEN)
    return {part.invoice_id: payment.payment_id for payment in shown for part in payment.parts}


def rules(connection: Connection, scope: Scope) -> PaymentRules:
    """Say how the entity lets its customers pay."""
    given = {"entity_id": scope.entity_id}
    found: PaymentRules | None = connection.execute(_RULES, given).scalar()
    return found or PaymentRules()


_RULES = select(RULES.c.rules).where(RULES.c.entity_id == bindparam("entity_id", type_=Uuid()))


def still_open(connection: Connection, provider: str, limit: int = 1_000) -> list[UUID]:
    """Name the attempts at a provider account that have not ended, the oldest first."""
    rows = PAYMENTS.c
    query = select(rows.payment_id).where(rows.state.in_(OPEN), rows.provider == provider)
    return list(connection.execute(query.order_by(rows.changed_at).limit(limit)).scalars())


def with_money_since(
    connection: Connection, provider: str, since: datetime, limit: int = 10_000
) -> list[UUID]:
    """Name the payments at a provider account whose money was recorded since a moment."""
    rows = PAYMENTS.c
    query = select(rows.payment_id).where(rows.state.in_(MONEY), rows.provider == provider)
    query = query.where(rows.changed_at >= micros(since))
    return list(connection.execute(query.order_by(rows.changed_at).limit(limit)).scalars())


def _shown(
    connection: Connection, scope: Scope, query: Select[Any], **given: Any
) -> list[PaymentShown]:
    rows = connection.execute(query, {"bill_group_id": scope.bill_group_id, **given})
    return [PaymentShown(**{**row, **_whole(row)}) for row in rows.mappings()]


_WENT_BACK = ("returned", "by_bank")


def _whole(row: Any) -> dict[str, int]:
    return {name: int(row[name]) for name in _WENT_BACK}


def _sum_of(column: Any, name: str) -> Any:
    query = select(func.coalesce(func.sum(column), 0))
    return query.where(RETURNS.c.payment_id == PAYMENTS.c.payment_id).scalar_subquery().label(name)


_OF_GROUP = (
    select(
        *(PAYMENTS.c[name] for name in PaymentShown.__struct_fields__ if name not in _WENT_BACK),
        _sum_of(RETURNS.c.amount, "returned"),
        _sum_of(RETURNS.c.by_bank, "by_bank"),
    )
    .where(PAYMENTS.c.bill_group_id == bindparam("bill_group_id", type_=Uuid()))
    .order_by(PAYMENTS.c.begun_at.desc(), PAYMENTS.c.payment_id.desc())
)
_PAYMENT = _OF_GROUP.where(PAYMENTS.c.payment_id == bindparam("payment_id", type_=Uuid()))
_OF_INVOICE = _OF_GROUP.where(
    PAYMENTS.c.payment_id.in_(
        select(PARTS.c.payment_id).where(
            PARTS.c.invoice_id == bindparam("invoice_id", type_=Uuid())
        )
    )
)
_NEWEST = _OF_GROUP.limit(bindparam("size", type_=Integer))
_STILL_OPEN = _OF_GROUP.where(PAYMENTS.c.state.in_(OPEN))
