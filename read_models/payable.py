"""What can be paid of a bill group's invoices now: what is open and not under way already."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Select, select

from domain.allocation import Payable
from domain.invoice_status import PillName
from read_models import standing
from read_models.invoice_rows import INVOICES
from read_models.scope import Scope


class PayableRow(msgspec.Struct, frozen=True):
    """One invoice to pay; amounts in minor units, `pill` as of today in the entity's zone."""

    invoice_id: UUID
    number: str | None
    issued_on: date
    due_on: date | None
    currency: str
    total: int
    open: int
    processing: int
    pill: PillName

    @property
    def minor(self) -> int:
        """What can be paid of it; nothing while it is closed, disputed, or fully under way."""
        closed = self.pill in {"void", "uncollectible", "paid", "disputed", "processing"}
        return 0 if closed else self.open - self.processing

    @property
    def payable(self) -> Payable:
        """Give it to the rule that decides what is paid first."""
        return Payable(self.invoice_id, self.minor, self.due_on, self.issued_on, self.number)


def chosen(
    connection: Connection, scope: Scope, invoice_ids: Sequence[UUID]
) -> tuple[PayableRow, ...]:
    """Give the invoices that somebody chose, the oldest due date first; foreign ones are none."""
    return _rows(connection, scope, _of(scope).where(INVOICES.c.invoice_id.in_(invoice_ids)))


def overdue(connection: Connection, scope: Scope) -> tuple[PayableRow, ...]:
    """Give every overdue invoice, the oldest due date first."""
    return _rows(connection, scope, _of(scope).where(standing.is_overdue(INVOICES)))


def unpaid(connection: Connection, scope: Scope) -> tuple[PayableRow, ...]:
    """Give every open invoice, also what cannot be paid now, the oldest due date first."""
    return _rows(connection, scope, _of(scope).where(INVOICES.c.open > 0))


def _of(scope: Scope) -> Select[Any]:
    rows = INVOICES.c
    query = select(
        rows.invoice_id,
        rows.number,
        rows.issued_on,
        rows.due_on,
        rows.currency,
        rows.total,
        rows.open,
        rows.processing,
        standing.pill_of(INVOICES),
    )
    query = query.where(rows.bill_group_id == scope.bill_group_id)
    return query.order_by(rows.due_key, rows.issued_on, rows.invoice_id)


def _rows(connection: Connection, scope: Scope, query: Select[Any]) -> tuple[PayableRow, ...]:
    given = {"today": scope.today}
    return tuple(PayableRow(*row) for row in connection.execute(query, given))
