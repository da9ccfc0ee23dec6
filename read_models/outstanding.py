"""What a bill group owes and has to its credit: per currency, never added across currencies."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    MetaData,
    Select,
    Table,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from domain.credit_note import CreditNoteRecorded
from read_models import standing
from read_models.invoice_rows import INVOICES
from read_models.projection import Drop, Put, ReadModel, Write
from read_models.scope import Scope

metadata = MetaData()

CREDITS = Table(
    "outstanding_credits",
    metadata,
    Column("credit_note_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False, index=True),
    Column("currency", Text, nullable=False),
    Column("available", BigInteger, nullable=False),
)
"""Credit notes with what is left of them, in minor units."""


def recorded(event: CreditNoteRecorded) -> Iterator[Write]:
    """Keep what is left of a credit note; one that is used up or void leaves no row."""
    key = {"credit_note_id": event.stream_id}
    if event.facts.available <= 0:
        yield Drop(CREDITS, key)
        return
    facts = {"currency": event.facts.currency, "available": event.facts.available}
    yield Put(CREDITS, {**key, "bill_group_id": event.bill_group_id, **facts})


MODEL = ReadModel(
    name="outstanding", version=1, tables=(CREDITS,), handlers={CreditNoteRecorded: recorded}
)


class Balance(msgspec.Struct, frozen=True):
    """What stands in one currency, in its minor units.

    `overdue` and `processing` are parts of `outstanding`, `available_credit` is apart from it.
    `earliest_due` is the first due date that was missed; `invoices` counts the open ones.
    The sums are those of `domain.outstanding`.
    """

    currency: str
    outstanding: int
    invoices: int
    overdue: int
    overdue_invoices: int
    earliest_due: date | None
    processing: int
    available_credit: int

    @property
    def overdue_since(self) -> date | None:
        """The day after the first due date that was missed."""
        return self.earliest_due and self.earliest_due + timedelta(days=1)


def of_bill_group(connection: Connection, scope: Scope) -> tuple[Balance, ...]:
    """Sum up what is open and what is available, per currency in the order of their codes."""
    given = {"bill_group_id": scope.bill_group_id, "today": scope.today}
    return tuple(Balance(*row) for row in connection.execute(_SUMS, given))


def _sums() -> Select[Any]:
    group = bindparam("bill_group_id", type_=Uuid())
    rows, overdue = INVOICES.c, standing.is_overdue(INVOICES)
    zero, one = literal_column("0", BigInteger), literal_column("1", BigInteger)
    invoices = select(
        rows.currency,
        rows.open,
        case((rows.open > zero, one), else_=zero).label("invoices"),
        case((overdue, rows.open), else_=zero).label("overdue"),
        case((overdue, one), else_=zero).label("overdue_invoices"),
        case((overdue, rows.due_on)).label("due_on"),
        rows.processing,
        rows.surplus.label("credit"),
    ).where(rows.bill_group_id == group, or_(rows.open > zero, rows.surplus > zero))
    nothing = (zero, zero, zero, zero, cast(null(), Date), zero)
    credit = select(CREDITS.c.currency, *nothing, CREDITS.c.available)
    parts = union_all(invoices, credit.where(CREDITS.c.bill_group_id == group)).subquery().c
    return (
        select(
            parts.currency,
            _total(parts.open),
            _total(parts.invoices),
            _total(parts.overdue),
            _total(parts.overdue_invoices),
            func.min(parts.due_on, type_=Date),
            _total(parts.processing),
            _total(parts.credit),
        )
        .group_by(parts.currency)
        .order_by(parts.currency)
    )


def _total(part: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.sum(part), BigInteger)


_SUMS = _sums()
