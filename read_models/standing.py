"""How an invoice stands, as columns and as one SQL expression: the rule of `domain.invoice_status`.

What does not change by the passing of time is stored; whether an invoice is overdue or due is asked
of its due date and today, by one expression that lists, filters, counts and sums share.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    FromClause,
    Text,
    and_,
    bindparam,
    case,
    literal_column,
    or_,
)

from domain.event import Event
from domain.invoice import (
    CreditApplied,
    DisputeClosed,
    Disputed,
    MarkedUncollectible,
    PaymentRecorded,
    RefundFailed,
    RefundRecorded,
    Settlement,
    Voided,
    WrittenOff,
)
from domain.invoice_status import PillName, beside, pill

SETTLING: tuple[type[Event], ...] = (
    CreditApplied,
    DisputeClosed,
    Disputed,
    MarkedUncollectible,
    PaymentRecorded,
    RefundFailed,
    RefundRecorded,
    Voided,
    WrittenOff,
)
"""The events that change how an invoice stands, and say nothing else of the document."""

TODAY = bindparam("today", type_=Date)
"""Today in the entity's time zone; every statement with `pill_of` is given it."""


def columns() -> tuple[Column[Any], ...]:
    """Give the columns that `stands` fills; amounts in minor units of the invoice's currency."""
    return (
        Column("standing", Text, nullable=False),
        Column("total", BigInteger, nullable=False),
        Column("open", BigInteger, nullable=False),
        Column("processing", BigInteger, nullable=False),
        Column("surplus", BigInteger, nullable=False),
        Column("by_credit", Boolean, nullable=False),
        Column("beside", Text),
    )


def stands(settlement: Settlement) -> dict[str, Any]:
    """Copy what an invoice event says of the money; drafts have no rows and are never asked."""
    timeless = pill(settlement, None, date.min)
    return {
        "standing": timeless.name,
        "total": settlement.total,
        "open": settlement.open,
        "processing": min(settlement.processing, settlement.open),
        "surplus": settlement.surplus,
        "by_credit": timeless.settled_by_credit,
        "beside": next(iter(beside(settlement)), None),
    }


def is_shown(settlement: Settlement) -> bool:
    """Whether customers may know of the invoice: a draft leaves no row behind."""
    return settlement.document != "draft"


def is_overdue(table: FromClause) -> ColumnElement[bool]:
    """Say in SQL whether the whole open amount is overdue today."""
    unpaid = or_(table.c.standing == _OPEN, table.c.standing == _PARTLY_PAID)
    return and_(unpaid, table.c.due_on < TODAY)


def pill_of(table: FromClause) -> ColumnElement[str]:
    """Say in SQL what `domain.invoice_status.pill` says: the name of the one pill today."""
    return case(
        (is_overdue(table), _OVERDUE),
        (and_(table.c.standing == _OPEN, table.c.due_on.is_not(None)), _DUE),
        else_=table.c.standing,
    )


def _name(name: PillName) -> ColumnElement[str]:
    return literal_column(f"'{name}'", Text)


_OPEN, _PARTLY_PAID, _DUE, _OVERDUE = (
    _name("open"),
    _name("partly_paid"),
    _name("due"),
    _name("overdue"),
)
