"""The tables of all payments of bill groups, and how events change them. `payment_ledger` asks.

Attempts that were begun in the portal stand with what became of them. What the billing system tells
of payments and refunds stands with its invoice; of an attempt it tells nothing new.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, MetaData, Table, Text, Uuid

from domain.actor import Actor, Customer
from domain.bill_group import PaymentMethodFacts
from domain.invoice import InvoiceRecorded, PaymentRecorded, RefundFailed, RefundRecorded
from domain.payment import (
    ConfirmationNeeded,
    PaymentBegun,
    PaymentFailed,
    PaymentGivenUp,
    PaymentProcessing,
    PaymentSucceeded,
)
from domain.payment_returned import (
    PaymentDisputeClosed,
    PaymentDisputed,
    PaymentRefunded,
    PaymentRefundFailed,
)
from read_models.columns import Encoded, Key, micros
from read_models.projection import Change, Drop, Put, ReadModel, Write

metadata = MetaData()

ATTEMPTS = Table(
    "payment_ledger",
    metadata,
    Column("payment_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Encoded(Actor), nullable=False),
    Column("payer", Key, nullable=False),
    Column("way", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("method", Encoded(PaymentMethodFacts)),
    Column("reference", Key),
    Column("code", Text),
    Column("late", Boolean),
    Index("payment_ledger_newest", "bill_group_id", "at"),
)
"""Amounts in minor units; `at` is when it was begun, in µs UTC."""

TOLD = Table(
    "payment_ledger_told",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("invoice_id", Uuid, nullable=False, index=True),
    Column("payment_id", Uuid, index=True),
    Column("state", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("label", Text),
    Column("reference", Key),
)
"""What invoices say of payments and refunds; `at` is the beginning of the day."""

PARTS = Table(
    "payment_ledger_parts",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("invoice_id", Uuid, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)

INVOICES = Table(
    "payment_ledger_invoices",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False, index=True),
    Column("currency", Text, nullable=False),
    Column("number", Text),
    Column("number_key", Key, nullable=False),
)

RETURNS = Table(
    "payment_ledger_returns",
    metadata,
    Column("payment_id", Uuid, primary_key=True),
    Column("fact_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("on", Date, nullable=False),
)
"""Refunds and disputes; the amount of a dispute is what went back."""


# Events


def begun(event: PaymentBegun) -> Iterator[Write]:
    """Take an attempt, who set out to pay, and the invoices it is for."""
    payer = event.actor.address.casefold() if isinstance(event.actor, Customer) else ""
    yield Put(
        ATTEMPTS,
        {
            "payment_id": event.stream_id,
            "bill_group_id": event.bill_group_id,
            "at": micros(event.at),
            "by": event.actor,
            "payer": payer,
            "way": event.way,
            "state": "begun",
            "currency": event.currency,
            "amount": sum(part.amount for part in event.allocations),
            "method": None,
            "reference": None,
            "code": None,
            "late": False,
        },
    )
    for part in event.allocations:
        yield _part(event.stream_id, part.invoice_id, part.amount)


def confirmation_needed(event: ConfirmationNeeded) -> Iterator[Write]:
    """The payer has to confirm."""
    yield _stands(event, "confirmation_needed", reference=event.reference.casefold())


def processing(event: PaymentProcessing) -> Iterator[Write]:
    """The money is under way."""
    yield _stands(event, "processing", reference=event.reference.casefold(), method=event.method)


def succeeded(event: PaymentSucceeded) -> Iterator[Write]:
    """The money is there."""
    yield _stands(event, "succeeded", reference=event.reference.casefold(), method=event.method)


def failed(event: PaymentFailed) -> Iterator[Write]:
    """No money came."""
    known = {"reference": event.reference.casefold()} if event.reference else {}
    yield _stands(event, "failed", code=event.code, late=event.late, **known)


def given_up(event: PaymentGivenUp) -> Iterator[Write]:
    """The attempt was closed."""
    yield _stands(event, "given_up")


def refunded(event: PaymentRefunded) -> Iterator[Write]:
    """Some of it was given back."""
    yield _returned(event, event.refund_id, "refund", event.amount, event.refunded_on)


def refund_failed(event: PaymentRefundFailed) -> Iterator[Write]:
    """It did not go back after all."""
    yield Drop(RETURNS, {"payment_id": event.stream_id, "fact_id": event.refund_id})


def disputed(event: PaymentDisputed) -> Iterator[Write]:
    """The payer's bank contests it."""
    yield _returned(event, event.dispute_id, "dispute_open", 0, event.on)


def dispute_closed(event: PaymentDisputeClosed) -> Iterator[Write]:
    """The bank has decided."""
    amount = sum(part.amount for part in event.parts)
    kind = "dispute_won" if event.won else "dispute_lost"
    yield _returned(event, event.dispute_id, kind, amount, event.on)


def invoice_recorded(event: InvoiceRecorded) -> Iterator[Write]:
    """Take an invoice's number."""
    number = event.document.number
    yield Put(
        INVOICES,
        {
            "invoice_id": event.stream_id,
            "bill_group_id": event.bill_group_id,
            "currency": event.document.currency,
            "number": number,
            "number_key": (number or "").casefold(),
        },
    )


def payment_told(event: PaymentRecorded) -> Iterator[Write]:
    """Take the last word on a payment of an invoice."""
    yield from _told(
        event, event.payment_id, event.payment_id, event.status, event.paid_on, event.method
    )


def refund_told(event: RefundRecorded) -> Iterator[Write]:
    """Take a refund of an invoice."""
    yield from _told(event, event.refund_id, event.payment_id, "refunded", event.refunded_on, None)


def refund_taken_back(event: RefundFailed) -> Iterator[Write]:
    """Forget a refund of an invoice that did not arrive."""
    entry_id = uuid5(event.stream_id, str(event.refund_id))
    yield Drop(TOLD, {"entry_id": entry_id})
    yield Drop(PARTS, {"entry_id": entry_id, "invoice_id": event.stream_id})


def _told(  # noqa: PLR0913, PLR0917 - what is shown of either
    event: Any, fact_id: UUID, payment_id: UUID | None, state: str, on: Any, label: str | None
) -> Iterator[Write]:
    entry_id = uuid5(event.stream_id, str(fact_id))
    yield Put(
        TOLD,
        {
            "entry_id": entry_id,
            "invoice_id": event.stream_id,
            "payment_id": payment_id,
            "state": state,
            "amount": event.amount,
            "at": micros(datetime.combine(on, time.min, UTC)),
            "label": label,
            "reference": getattr(event, "external_id", "").casefold() or None,
        },
    )
    yield _part(entry_id, event.stream_id, event.amount)


def _part(entry_id: UUID, invoice_id: UUID, amount: int) -> Write:
    return Put(PARTS, {"entry_id": entry_id, "invoice_id": invoice_id, "amount": amount})


def _stands(event: Any, state: str, **known: Any) -> Write:
    return Change(ATTEMPTS, {"payment_id": event.stream_id}, {"state": state, **known})


def _returned(event: Any, fact_id: UUID, kind: str, amount: int, on: Any) -> Write:
    key = {"payment_id": event.stream_id, "fact_id": fact_id}
    return Put(RETURNS, {**key, "kind": kind, "amount": amount, "on": on})


MODEL = ReadModel(
    name="payment_ledger",
    version=1,
    tables=(ATTEMPTS, TOLD, PARTS, INVOICES, RETURNS),
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
        InvoiceRecorded: invoice_recorded,
        PaymentRecorded: payment_told,
        RefundRecorded: refund_told,
        RefundFailed: refund_taken_back,
    },
)
