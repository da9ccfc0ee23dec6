"""One invoice with everything on it: lines, taxes, totals, payments, refunds and credits."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import (
    Connection,
    Uuid,
    and_,
    bindparam,
    func,
    select,
)

from domain.balance import PaymentStatus
from domain.invoice import (
    InvoiceFacts,
    Settlement,
)
from domain.invoice_status import Pill, beside, is_overdue, pill
from read_models.invoice_page_tables import CREDIT_NOTES, HAPPENINGS, INVOICES, MODEL, HappeningKind
from read_models.invoice_views import VIEWS
from read_models.scope import Scope

__all__ = ["MODEL", "Happening", "InvoiceMissing", "InvoiceShown", "of_invoice"]


class Happening(msgspec.Struct, frozen=True):
    """A payment, refund, credit or another thing that became of an invoice; minor units."""

    kind: HappeningKind
    fact_id: str
    happened_on: date | None
    amount: int
    status: PaymentStatus | Literal["reopened", "taken_back"] | None
    method: str | None
    payment_id: str | None
    credit_note: str | None


class InvoiceShown(msgspec.Struct, frozen=True):
    """An invoice as its page shows it, with its pill as of today in the entity's time zone.

    `was_opened` and `was_downloaded` are the customer's doing; previews do not count.
    """

    invoice_id: UUID
    issued_on: date
    document: InvoiceFacts
    settlement: Settlement
    happenings: tuple[Happening, ...]
    pill: Pill
    beside: tuple[str, ...]
    is_overdue: bool
    was_opened: bool
    was_downloaded: bool


class InvoiceMissing(Exception):  # noqa: N818 - named after the fact
    """The bill group has no such invoice: it is unknown, a draft, or another's."""


def of_invoice(connection: Connection, scope: Scope, invoice_id: UUID) -> InvoiceShown:
    """Give one invoice of the bill group; raises InvoiceMissing for any other."""
    given = {"bill_group_id": scope.bill_group_id, "invoice_id": invoice_id}
    row = connection.execute(_INVOICE, given).first()
    if row is None:
        raise InvoiceMissing(invoice_id)
    happenings = [Happening(*each) for each in connection.execute(_HAPPENINGS, given)]
    document, settlement = row.document, row.settlement
    return InvoiceShown(
        invoice_id,
        row.issued_on,
        document,
        settlement,
        tuple(sorted(happenings, key=lambda each: each.happened_on or date.max)),
        pill(settlement, document.due_on, scope.today),
        beside(settlement),
        is_overdue(settlement, document.due_on, scope.today),
        was_opened=row.opened_at is not None,
        was_downloaded=row.downloaded_at is not None,
    )


_GROUP: Any = bindparam("bill_group_id", type_=Uuid())
_ID: Any = bindparam("invoice_id", type_=Uuid())
_INVOICE = (
    select(
        INVOICES.c.issued_on,
        INVOICES.c.document,
        INVOICES.c.settlement,
        VIEWS.c.opened_at,
        VIEWS.c.downloaded_at,
    )
    .select_from(INVOICES.outerjoin(VIEWS, VIEWS.c.invoice_id == INVOICES.c.invoice_id))
    .where(INVOICES.c.invoice_id == _ID, INVOICES.c.bill_group_id == _GROUP)
)
_HAPPENINGS = (
    select(
        HAPPENINGS.c.kind,
        HAPPENINGS.c.fact_id,
        func.coalesce(HAPPENINGS.c.happened_on, CREDIT_NOTES.c.issued_on),
        HAPPENINGS.c.amount,
        HAPPENINGS.c.status,
        HAPPENINGS.c.method,
        HAPPENINGS.c.payment_id,
        CREDIT_NOTES.c.number,
    )
    .select_from(
        HAPPENINGS.join(INVOICES, INVOICES.c.invoice_id == HAPPENINGS.c.invoice_id).outerjoin(
            CREDIT_NOTES,
            and_(
                HAPPENINGS.c.kind == "credit",
                CREDIT_NOTES.c.credit_note_id == HAPPENINGS.c.fact_id,
                CREDIT_NOTES.c.bill_group_id == INVOICES.c.bill_group_id,
            ),
        )
    )
    .where(HAPPENINGS.c.invoice_id == _ID, INVOICES.c.bill_group_id == _GROUP)
)
