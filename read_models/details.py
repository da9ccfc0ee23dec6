"""Who is billed: PO, VAT and registration number, the billing and the shipping contact."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import Column, Connection, MetaData, Table, Text, Uuid, select

from domain.bill_group import (
    BillGroupRecorded,
    Contact,
    ContactChanged,
    ContactReceived,
    DetailChanged,
    DetailReceived,
)
from read_models.columns import Encoded
from read_models.projection import Change, Put, ReadModel, Write
from read_models.scope import Scope

metadata = MetaData()

BILL_GROUPS = Table(
    "details",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("po_number", Text),
    Column("vat_number", Text),
    Column("registration_number", Text),
    Column("billing_contact", Encoded(Contact)),
    Column("shipping_contact", Encoded(Contact)),
)


def recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Take the name; details and contacts are kept."""
    yield Put(BILL_GROUPS, {"bill_group_id": event.stream_id, "name": event.facts.name})


def detail_set(event: DetailReceived | DetailChanged) -> Iterator[Write]:
    """Take a detail, or that it was cleared; the default payment method has its own page."""
    if event.detail != "default_payment_method":
        key = {"bill_group_id": event.stream_id}
        yield Change(BILL_GROUPS, key, {event.detail: event.value})


def contact_set(event: ContactReceived | ContactChanged) -> Iterator[Write]:
    """Take a contact, or that it was cleared."""
    key = {"bill_group_id": event.stream_id}
    yield Change(BILL_GROUPS, key, {f"{event.role}_contact": event.contact})


MODEL = ReadModel(
    name="details",
    version=1,
    tables=(BILL_GROUPS,),
    handlers={
        BillGroupRecorded: recorded,
        DetailReceived: detail_set,
        DetailChanged: detail_set,
        ContactReceived: contact_set,
        ContactChanged: contact_set,
    },
)


class Details(msgspec.Struct, frozen=True):
    """The details and contacts of a bill group, as far as they are given."""

    name: str
    po_number: str | None
    vat_number: str | None
    registration_number: str | None
    billing_contact: Contact | None
    shipping_contact: Contact | None


class BillGroupMissing(Exception):  # noqa: N818 - named after the fact
    """Nothing was recorded of this bill group."""


def of_bill_group(connection: Connection, scope: Scope) -> Details:
    """Give the details and contacts."""
    rows = BILL_GROUPS.c
    query = select(
        rows.name,
        rows.po_number,
        rows.vat_number,
        rows.registration_number,
        rows.billing_contact,
        rows.shipping_contact,
    ).where(rows.bill_group_id == scope.bill_group_id)
    row = connection.execute(query).first()
    if row is None:
        raise BillGroupMissing(scope.bill_group_id)
    return Details(*row)
