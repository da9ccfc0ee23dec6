"""The statement of account: what became of invoices and credit notes, step by step."""

from collections.abc import Iterator
from datetime import date, tzinfo
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    select,
)

from domain.credit_note import CreditNoteRecorded
from domain.entity import EntityRecorded
from domain.invoice import (
    CreditApplied,
    InvoiceRecorded,
    MarkedUncollectible,
    PaymentRecorded,
    RefundFailed,
    RefundRecorded,
    Settlement,
    Voided,
    WrittenOff,
)
from domain.statement import Document, Statement, Step, StepKind, statements
from read_models import standing
from read_models.columns import micros, moment
from read_models.projection import Put, ReadModel, Write
from read_models.scope import Scope

metadata = MetaData()

DOCUMENTS = Table(
    "statement_documents",
    metadata,
    Column("document_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False, index=True),
    Column("currency", Text, nullable=False),
    Column("number", Text),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date),
)

STEPS = Table(
    "statement_steps",
    metadata,
    Column("document_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("happened_on", Date),
    Column("recorded_at", BigInteger, nullable=False),
    Column("net", BigInteger, nullable=False),
    Column("adjustment", BigInteger, nullable=False),
    Column("reference", Text),
    Column("credit_note_id", Uuid),
)
"""What stood after each fact in minor units; a credit is dated as the credit note it comes from."""

ZONES = Table(
    "statement_zones",
    metadata,
    Column("entity_id", Uuid, primary_key=True),
    Column("time_zone", Text, nullable=False),
)
"""Where sellers are: a fact is recorded on the day that it is there."""

Fact: TypeAlias = (
    InvoiceRecorded
    | PaymentRecorded
    | RefundRecorded
    | RefundFailed
    | CreditApplied
    | WrittenOff
    | Voided
    | MarkedUncollectible
)


def recorded(event: InvoiceRecorded) -> Iterator[Write]:
    """Take the document and what is owed on it; what was never more than a draft has no lines."""
    issued_on = event.document.issued_on or event.at.date()
    if standing.is_shown(event.settlement):
        yield Put(
            DOCUMENTS,
            {
                "document_id": event.stream_id,
                "bill_group_id": event.bill_group_id,
                "currency": event.document.currency,
                "number": event.document.number,
                "issued_on": issued_on,
                "due_on": event.document.due_on,
            },
        )
    yield _step(event, "invoice", issued_on)


def paid(event: PaymentRecorded) -> Iterator[Write]:
    """Take a payment; one that is under way or failed changes no sum."""
    yield _step(event, "payment", event.paid_on, reference=event.method)


def refunded(event: RefundRecorded) -> Iterator[Write]:
    """Take a refund, or what the payer's bank took back."""
    yield _step(event, "taken_back" if event.by_bank else "refund", event.refunded_on)


def refund_failed(event: RefundFailed) -> Iterator[Write]:
    """Take that a refund did not arrive; it is told as a refund that counts backwards."""
    yield _step(event, "refund", event.on)


def credited(event: CreditApplied) -> Iterator[Write]:
    """Take a credit with the credit note that it comes from."""
    yield _step(event, "credit", None, credit_note_id=event.credit_note_id)


def written_off(event: WrittenOff) -> Iterator[Write]:
    """Take what was given up."""
    yield _step(event, "write_off", event.on)


def voided(event: Voided) -> Iterator[Write]:
    """Take that the invoice does not count any more."""
    yield _step(event, "void", event.on)


def marked_uncollectible(event: MarkedUncollectible) -> Iterator[Write]:
    """Take that the seller does not expect the rest."""
    yield _step(event, "uncollectible", event.on)


def credit_note_recorded(event: CreditNoteRecorded) -> Iterator[Write]:
    """Take what is available from a credit note."""
    facts = event.facts
    yield Put(
        DOCUMENTS,
        {
            "document_id": event.stream_id,
            "bill_group_id": event.bill_group_id,
            "currency": facts.currency,
            "number": facts.number,
            "issued_on": facts.issued_on,
            "due_on": None,
        },
    )
    yield _put(event, "credit_note", facts.issued_on, -max(0, facts.available), 0)


def entity_recorded(event: EntityRecorded) -> Iterator[Write]:
    """Take where the seller is."""
    yield Put(ZONES, {"entity_id": event.stream_id, "time_zone": event.facts.time_zone})


def _step(fact: Fact, kind: StepKind, on: date | None, **more: Any) -> Put:
    settlement: Settlement = fact.settlement
    adjustment = settlement.adjustment if settlement.document == "issued" else 0
    return _put(fact, kind, on, settlement.open - settlement.surplus, adjustment, **more)


def _put(
    event: Fact | CreditNoteRecorded,
    kind: StepKind,
    on: date | None,
    net: int,
    adjustment: int,
    **more: Any,
) -> Put:
    bare = {"reference": None, "credit_note_id": None}
    return Put(
        STEPS,
        {
            "document_id": event.stream_id,
            "version": event.version,
            "kind": kind,
            "happened_on": on,
            "recorded_at": micros(event.at),
            "net": net,
            "adjustment": adjustment,
            **bare,
            **more,
        },
    )


MODEL = ReadModel(
    name="statement",
    version=3,
    tables=(DOCUMENTS, STEPS, ZONES),
    handlers={
        InvoiceRecorded: recorded,
        PaymentRecorded: paid,
        RefundRecorded: refunded,
        RefundFailed: refund_failed,
        CreditApplied: credited,
        WrittenOff: written_off,
        Voided: voided,
        MarkedUncollectible: marked_uncollectible,
        CreditNoteRecorded: credit_note_recorded,
        EntityRecorded: entity_recorded,
    },
)


def of_bill_group(
    connection: Connection, scope: Scope, first: date, last: date
) -> tuple[Statement, ...]:
    """Draw up the statements of a period, one for each currency; no day is later than today."""
    zone = ZoneInfo(connection.execute(_ZONE, {"entity_id": scope.entity_id}).scalar() or "UTC")
    rows = connection.execute(_STEPS, {"bill_group_id": scope.bill_group_id})
    return statements((_read(row, scope.today, zone) for row in rows), first, last)


def first_day(connection: Connection, scope: Scope) -> date | None:
    """Give the day of the oldest document that ever counted, or None when there is none."""
    oldest: date | None = connection.execute(
        _OLDEST, {"bill_group_id": scope.bill_group_id}
    ).scalar()
    return oldest


def _read(row: Any, today: date, zone: tzinfo) -> Step:
    document = Document(row.document_id, row.currency, row.number, row.due_on)
    recorded_on = moment(row.recorded_at).astimezone(zone).date()
    on = row.happened_on or row.credited_on or recorded_on
    return Step(
        document,
        row.version,
        row.kind,
        min(on, today),
        min(recorded_on, today),
        row.net,
        row.adjustment,
        row.credit_note or row.reference,
    )


_ZONE = select(ZONES.c.time_zone).where(ZONES.c.entity_id == bindparam("entity_id", type_=Uuid()))
_GROUP: Any = bindparam("bill_group_id", type_=Uuid())
_NOTES = DOCUMENTS.alias("notes")
_STEPS = (
    select(
        STEPS.c.document_id,
        STEPS.c.version,
        STEPS.c.kind,
        STEPS.c.happened_on,
        STEPS.c.recorded_at,
        STEPS.c.net,
        STEPS.c.adjustment,
        STEPS.c.reference,
        DOCUMENTS.c.currency,
        DOCUMENTS.c.number,
        DOCUMENTS.c.due_on,
        _NOTES.c.number.label("credit_note"),
        _NOTES.c.issued_on.label("credited_on"),
    )
    .select_from(
        DOCUMENTS.join(STEPS, STEPS.c.document_id == DOCUMENTS.c.document_id).outerjoin(
            _NOTES,
            (_NOTES.c.document_id == STEPS.c.credit_note_id)
            & (_NOTES.c.bill_group_id == DOCUMENTS.c.bill_group_id),
        )
    )
    .where(DOCUMENTS.c.bill_group_id == _GROUP)
)
_OLDEST = (
    select(func.min(DOCUMENTS.c.issued_on))
    .select_from(DOCUMENTS.join(STEPS, STEPS.c.document_id == DOCUMENTS.c.document_id))
    .where(DOCUMENTS.c.bill_group_id == _GROUP, STEPS.c.net != 0)
)
