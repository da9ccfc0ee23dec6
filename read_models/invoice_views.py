"""When a customer first opened and first downloaded each invoice, and who: for staff."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Uuid, select

from domain.actor import Actor
from domain.invoice_viewing import InvoiceFirstDownloaded, InvoiceFirstOpened
from read_models.columns import Encoded, micros
from read_models.projection import Put, ReadModel, Write
from read_models.scope import Scope

metadata = MetaData()

VIEWS = Table(
    "invoice_views",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("opened_at", BigInteger),
    Column("opened_by", Encoded(Actor)),
    Column("downloaded_at", BigInteger),
    Column("downloaded_by", Encoded(Actor)),
)


# Events


def opened(event: InvoiceFirstOpened) -> Iterator[Write]:
    """Take who opened its page."""
    row = {"invoice_id": event.invoice_id, "bill_group_id": event.bill_group_id}
    yield Put(VIEWS, {**row, "opened_at": micros(event.at), "opened_by": event.actor})


def downloaded(event: InvoiceFirstDownloaded) -> Iterator[Write]:
    """Take who took a document along."""
    row = {"invoice_id": event.invoice_id, "bill_group_id": event.bill_group_id}
    yield Put(VIEWS, {**row, "downloaded_at": micros(event.at), "downloaded_by": event.actor})


MODEL = ReadModel(
    name="invoice_views",
    version=1,
    tables=(VIEWS,),
    handlers={InvoiceFirstOpened: opened, InvoiceFirstDownloaded: downloaded},
)


# Queries


class View(msgspec.Struct, frozen=True):
    """The first times of one invoice, in µs UTC; nothing where there was none yet."""

    opened_at: int | None = None
    opened_by: Actor | None = None
    downloaded_at: int | None = None
    downloaded_by: Actor | None = None


def of_invoices(
    connection: Connection, scope: Scope, invoice_ids: Sequence[UUID]
) -> dict[UUID, View]:
    """Give what is known of these invoices of the bill group."""
    rows = VIEWS.c
    query = select(
        rows.invoice_id,
        rows.opened_at,
        rows.opened_by,
        rows.downloaded_at,
        rows.downloaded_by,
    ).where(rows.bill_group_id == scope.bill_group_id, rows.invoice_id.in_(invoice_ids))
    return {row[0]: View(*row[1:]) for row in connection.execute(query)}
