"""The rows of issued invoices that the list and the sums of what is owed are asked of.

Drafts have no rows here, so that they cannot leak, not even through counts.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Column, Date, Index, MetaData, Table, Text, Uuid, text

from domain.event import Event
from domain.invoice import InvoiceRecorded
from read_models import standing
from read_models.columns import Key
from read_models.projection import Change, Handler, Put, Write

metadata = MetaData()

INVOICES = Table(
    "invoice_list",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("number", Text),
    Column("number_key", Key, nullable=False),
    Column("po_number", Text),
    Column("po_key", Key, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date),
    Column("due_key", Date, nullable=False),
    Column("currency", Text, nullable=False),
    *standing.columns(),
    Index("invoice_list_newest", "bill_group_id", "issued_on", "invoice_id"),
    Index("invoice_list_standing", "bill_group_id", "standing", "due_on"),
    Index(
        "invoice_list_owed",
        "bill_group_id",
        postgresql_where=text("open > 0 OR surplus > 0"),
        sqlite_where=text("open > 0 OR surplus > 0"),
    ),
)


# Events


def recorded(event: InvoiceRecorded) -> Iterator[Write]:
    """Write the row of an issued invoice; one without a date counts from when it was told."""
    document = event.document
    if not standing.is_shown(event.settlement):
        return
    yield Put(
        INVOICES,
        {
            "invoice_id": event.stream_id,
            "bill_group_id": event.bill_group_id,
            "number": document.number,
            "number_key": (document.number or "").casefold(),
            "po_number": document.po_number,
            "po_key": (document.po_number or "").casefold(),
            "issued_on": document.issued_on or event.at.date(),
            "due_on": document.due_on,
            "due_key": document.due_on or date.max,
            "currency": document.currency,
            **standing.stands(event.settlement),
        },
    )


def settled(event: Any) -> Iterator[Write]:
    """Take over what stands after a payment, a credit or whatever else became of an invoice."""
    if standing.is_shown(event.settlement):
        yield Change(INVOICES, {"invoice_id": event.stream_id}, standing.stands(event.settlement))


HANDLERS: dict[type[Event], Handler] = {
    InvoiceRecorded: recorded,
    **dict.fromkeys(standing.SETTLING, settled),
}
