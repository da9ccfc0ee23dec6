"""What the page of an invoice is made of: the document, and what became of it, fact by fact."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    MetaData,
    Table,
    Text,
    Uuid,
)

from domain.credit_note import CreditNoteRecorded
from domain.invoice import (
    CreditApplied,
    DisputeClosed,
    Disputed,
    InvoiceFacts,
    InvoiceRecorded,
    MarkedUncollectible,
    PaymentRecorded,
    RefundFailed,
    RefundRecorded,
    Settlement,
    Voided,
    WrittenOff,
)
from read_models.columns import Encoded
from read_models.projection import Change, Drop, Put, ReadModel, Write

HappeningKind: TypeAlias = Literal[
    "payment", "refund", "credit", "write_off", "void", "uncollectible", "dispute"
]

metadata = MetaData()

INVOICES = Table(
    "invoice_page",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("document", Encoded(InvoiceFacts), nullable=False),
    Column("settlement", Encoded(Settlement), nullable=False),
)

HAPPENINGS = Table(
    "invoice_page_happenings",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("fact_id", Text, primary_key=True),
    Column("happened_on", Date),
    Column("amount", BigInteger, nullable=False),
    Column("status", Text),
    Column("method", Text),
    Column("payment_id", Text),
)
"""What became of an invoice: amounts in minor units, each fact once by the id it came with."""

CREDIT_NOTES = Table(
    "invoice_page_credit_notes",
    metadata,
    Column("credit_note_id", Text, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("number", Text, nullable=False),
    Column("issued_on", Date, nullable=False),
)


# Events


def recorded(event: InvoiceRecorded) -> Iterator[Write]:
    """Write the document of an issued invoice; a draft has no page."""
    if event.settlement.document == "draft":
        return
    yield Put(
        INVOICES,
        {
            "invoice_id": event.stream_id,
            "bill_group_id": event.bill_group_id,
            "issued_on": event.document.issued_on or event.at.date(),
            "document": event.document,
            "settlement": event.settlement,
        },
    )


def paid(event: PaymentRecorded) -> Iterator[Write]:
    """Take the last word on a payment."""
    yield from _happened(
        event,
        "payment",
        event.payment_id,
        event.paid_on,
        event.amount,
        status=event.status,
        method=event.method,
    )


def refunded(event: RefundRecorded) -> Iterator[Write]:
    """Take a refund with the payment it belongs to."""
    payment_id = str(event.payment_id) if event.payment_id else None
    status = "reopened" if event.reopened else None
    status = "taken_back" if event.by_bank else status
    yield from _happened(
        event,
        "refund",
        event.refund_id,
        event.refunded_on,
        event.amount,
        status=status,
        payment_id=payment_id,
    )


def refund_failed(event: RefundFailed) -> Iterator[Write]:
    """Forget a refund that did not arrive."""
    yield from _happened(event, "refund", event.refund_id, event.on, 0)


def credited(event: CreditApplied) -> Iterator[Write]:
    """Take how much of a credit note counts; none takes it back."""
    yield from _happened(event, "credit", event.credit_note_id, None, event.amount)


def written_off(event: WrittenOff) -> Iterator[Write]:
    """Take what was given up on a day."""
    yield from _happened(event, "write_off", event.on, event.on, event.amount)


def closed(event: Voided | MarkedUncollectible | Disputed) -> Iterator[Write]:
    """Take that it was declared void, given up, or contested."""
    kinds: dict[type, HappeningKind] = {
        Voided: "void",
        MarkedUncollectible: "uncollectible",
        Disputed: "dispute",
    }
    yield from _happened(event, kinds[type(event)], "", event.on, 1)


def dispute_closed(event: DisputeClosed) -> Iterator[Write]:
    """Forget a dispute that is over."""
    yield from _happened(event, "dispute", "", event.on, 0)


def credit_note_recorded(event: CreditNoteRecorded) -> Iterator[Write]:
    """Take the number that a credit is shown with."""
    yield Put(
        CREDIT_NOTES,
        {
            "credit_note_id": str(event.stream_id),
            "bill_group_id": event.bill_group_id,
            "number": event.facts.number,
            "issued_on": event.facts.issued_on,
        },
    )


def _happened(  # noqa: PLR0913 - what is shown of a happening
    event: Any,
    kind: HappeningKind,
    fact_id: object,
    on: date | None,
    amount: int,
    *,
    status: str | None = None,
    method: str | None = None,
    payment_id: str | None = None,
) -> Iterator[Write]:
    yield Change(INVOICES, {"invoice_id": event.stream_id}, {"settlement": event.settlement})
    key = {"invoice_id": event.stream_id, "kind": kind, "fact_id": str(fact_id)}
    if not amount:
        yield Drop(HAPPENINGS, key)
        return
    yield Put(
        HAPPENINGS,
        {
            **key,
            "happened_on": on,
            "amount": amount,
            "status": status,
            "method": method,
            "payment_id": payment_id,
        },
    )


MODEL = ReadModel(
    name="invoice_page",
    version=2,
    tables=(INVOICES, HAPPENINGS, CREDIT_NOTES),
    handlers={
        InvoiceRecorded: recorded,
        PaymentRecorded: paid,
        RefundRecorded: refunded,
        RefundFailed: refund_failed,
        CreditApplied: credited,
        WrittenOff: written_off,
        Voided: closed,
        MarkedUncollectible: closed,
        Disputed: closed,
        DisputeClosed: dispute_closed,
        CreditNoteRecorded: credit_note_recorded,
    },
)
