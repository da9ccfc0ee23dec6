"""One credit note with its lines, its taxes, and where it counts."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, MetaData, Table, Text, Uuid, bindparam, select

from domain.credit_note import CreditNoteFacts, CreditNoteRecorded
from domain.invoice import InvoiceRecorded
from read_models.columns import Encoded
from read_models.projection import Put, ReadModel, Write
from read_models.scope import Scope

metadata = MetaData()

NOTES = Table(
    "credit_note_page",
    metadata,
    Column("credit_note_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("facts", Encoded(CreditNoteFacts), nullable=False),
)

INVOICES = Table(
    "credit_note_page_invoices",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("number", Text),
)
"""What issued invoices are called: where a credit counts is said by number."""


def recorded(event: CreditNoteRecorded) -> Iterator[Write]:
    """Take the credit note as it was last stated."""
    yield Put(
        NOTES,
        {
            "credit_note_id": event.stream_id,
            "bill_group_id": event.bill_group_id,
            "facts": event.facts,
        },
    )


def invoice_recorded(event: InvoiceRecorded) -> Iterator[Write]:
    """Take an invoice's number; a draft has none yet."""
    if event.settlement.document != "draft":
        ids = {"invoice_id": event.stream_id, "bill_group_id": event.bill_group_id}
        yield Put(INVOICES, {**ids, "number": event.document.number})


MODEL = ReadModel(
    name="credit_note_page",
    version=1,
    tables=(NOTES, INVOICES),
    handlers={CreditNoteRecorded: recorded, InvoiceRecorded: invoice_recorded},
)


class Counted(msgspec.Struct, frozen=True):
    """How much counts towards which invoice, in minor units."""

    invoice_id: UUID
    number: str | None
    amount: int


class CreditNoteShown(msgspec.Struct, frozen=True):
    """A credit note as its page shows it; `invoice_number` is of the invoice that it corrects."""

    credit_note_id: UUID
    facts: CreditNoteFacts
    invoice_number: str | None
    counted: tuple[Counted, ...]


class CreditNoteMissing(Exception):  # noqa: N818 - named after the fact
    """The bill group has no such credit note: it is unknown, void, or another's."""


def of_credit_note(connection: Connection, scope: Scope, credit_note_id: UUID) -> CreditNoteShown:
    """Give one credit note of the bill group; raises CreditNoteMissing for any other."""
    given = {"bill_group_id": scope.bill_group_id, "credit_note_id": credit_note_id}
    facts: CreditNoteFacts | None = connection.execute(_NOTE, given).scalar()
    if facts is None or facts.status == "void":
        raise CreditNoteMissing(credit_note_id)
    named = {one.invoice_id for one in facts.applied} | {facts.invoice_id}
    query = select(INVOICES.c.invoice_id, INVOICES.c.number).where(
        INVOICES.c.bill_group_id == scope.bill_group_id, INVOICES.c.invoice_id.in_(named)
    )
    numbers: dict[UUID, str | None] = {
        row.invoice_id: row.number for row in connection.execute(query)
    }
    counted = tuple(
        Counted(one.invoice_id, numbers[one.invoice_id], one.amount)
        for one in facts.applied
        if one.invoice_id in numbers and one.amount
    )
    corrects = numbers.get(facts.invoice_id) if facts.invoice_id else None
    return CreditNoteShown(credit_note_id, facts, corrects, counted)


_NOTE: Any = select(NOTES.c.facts).where(
    NOTES.c.credit_note_id == bindparam("credit_note_id", type_=Uuid()),
    NOTES.c.bill_group_id == bindparam("bill_group_id", type_=Uuid()),
)
