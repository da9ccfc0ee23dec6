"""The documents of an invoice: which bytes they are once stored, what the first are made of."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    select,
)

from domain.account import AccountRecorded
from domain.bill_group import (
    BillGroupFacts,
    BillGroupRecorded,
    Contact,
    ContactChanged,
    ContactReceived,
    DetailChanged,
    DetailReceived,
)
from domain.entity import BrandChanged, EntityFacts, EntityRecorded, LogoKind
from domain.event import Event
from domain.invoice_document import DocumentKind, InvoiceDocumentStored
from read_models.columns import Encoded
from read_models.invoice_rows import INVOICES
from read_models.invoice_views import VIEWS
from read_models.projection import Change, Put, ReadModel, Write
from read_models.scope import Scope

metadata = MetaData()

DOCUMENTS = Table(
    "invoice_document",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("origin", Text, nullable=False),
    Column("language", Text, nullable=False),
)

SELLERS = Table(
    "invoice_document_sellers",
    metadata,
    Column("entity_id", Uuid, primary_key=True),
    Column("facts", Encoded(EntityFacts), nullable=False),
    Column("accent", Text),
    Column("logo_sha256", Text),
    Column("logo_kind", Text),
)

BUYERS = Table(
    "invoice_document_buyers",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("facts", Encoded(BillGroupFacts), nullable=False),
)

STATED = Table(
    "invoice_document_stated",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("since", Date, nullable=False),
    Column("detail", Text, nullable=False),
    Column("value", Text),
    Column("contact", Encoded(Contact)),
)
"""What the buyer's numbers and billing contact were, and since which day: a document is made with
what stood when it was issued, whenever it is first asked for."""

ACCOUNTS = Table(
    "invoice_document_accounts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
)


# Events


def stored(event: InvoiceDocumentStored) -> Iterator[Write]:
    """Take which bytes are the document; an imported original takes the place of a rendered one."""
    yield Put(
        DOCUMENTS,
        {
            "invoice_id": event.invoice_id,
            "kind": event.kind,
            "bill_group_id": event.bill_group_id,
            "sha256": event.sha256,
            "size": event.size,
            "origin": event.origin,
            "language": event.language,
        },
    )


def entity_recorded(event: EntityRecorded) -> Iterator[Write]:
    """Take who sells."""
    yield Put(SELLERS, {"entity_id": event.stream_id, "facts": event.facts})


def brand_changed(event: BrandChanged) -> Iterator[Write]:
    """Take how the seller looks, for documents that are not made yet."""
    look = ("accent", "logo_sha256", "logo_kind")
    values = {name: getattr(event, name) for name in look}
    yield Change(SELLERS, {"entity_id": event.stream_id}, values)


def group_recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Take who buys."""
    ids = {"bill_group_id": event.stream_id, "account_id": event.account_id}
    yield Put(BUYERS, {**ids, "facts": event.facts})


def detail_set(event: DetailReceived | DetailChanged) -> Iterator[Write]:
    """Take the buyer's numbers; the PO number is the invoice's own."""
    if event.detail in {"vat_number", "registration_number"}:
        yield _stated(event, event.detail, event.value, None)


def contact_set(event: ContactReceived | ContactChanged) -> Iterator[Write]:
    """Take whom invoices go to."""
    if event.role == "billing":
        yield _stated(event, "billing_contact", None, event.contact)


def _stated(event: Event, detail: str, value: str | None, contact: Contact | None) -> Put:
    key = {"bill_group_id": event.stream_id, "version": event.version}
    told = {"since": event.at.date(), "detail": detail, "value": value, "contact": contact}
    return Put(STATED, {**key, **told})


def account_recorded(event: AccountRecorded) -> Iterator[Write]:
    """Take the name of the customer company."""
    yield Put(ACCOUNTS, {"account_id": event.stream_id, "name": event.name})


MODEL = ReadModel(
    name="invoice_document",
    version=3,
    tables=(DOCUMENTS, SELLERS, BUYERS, STATED, ACCOUNTS),
    handlers={
        InvoiceDocumentStored: stored,
        EntityRecorded: entity_recorded,
        BrandChanged: brand_changed,
        BillGroupRecorded: group_recorded,
        DetailReceived: detail_set,
        DetailChanged: detail_set,
        ContactReceived: contact_set,
        ContactChanged: contact_set,
        AccountRecorded: account_recorded,
    },
)


# Queries


class StoredDocument(msgspec.Struct, frozen=True):
    """The bytes of a document by their hash; `origin` is `rendered` or `imported`."""

    sha256: str
    size: int
    origin: str
    language: str


class Download(msgspec.Struct, frozen=True):
    """A stored document of an issued invoice, and the number its file is named after.

    `was_downloaded` when a customer took any document of the invoice along before.
    """

    number: str | None
    sha256: str
    was_downloaded: bool


class Parties(msgspec.Struct, frozen=True):
    """Who sells, how they look, and who buys."""

    seller: EntityFacts
    accent: str | None
    logo_sha256: str | None
    logo_kind: LogoKind | None
    account: str | None
    buyer: BillGroupFacts
    vat_number: str | None
    registration_number: str | None
    billing_contact: Contact | None

    @property
    def language(self) -> str:
        """The language of the bill group's documents, else its entity's."""
        return self.buyer.language or self.seller.language


class PartiesMissing(Exception):  # noqa: N818 - named after the fact
    """The bill group or its entity was never recorded."""


def of_invoice(
    connection: Connection, scope: Scope, invoice_id: UUID, kind: DocumentKind = "pdf"
) -> StoredDocument | None:
    """Give a stored document of an invoice of the bill group, or None when there is none yet."""
    given = {"bill_group_id": scope.bill_group_id, "invoice_id": invoice_id, "kind": kind}
    row = connection.execute(_STORED, given).first()
    return StoredDocument(*row) if row else None


def download(
    connection: Connection, scope: Scope, invoice_id: UUID, kind: DocumentKind
) -> Download | None:
    """Give what it takes to send a stored document of an issued invoice of the bill group."""
    given = {"bill_group_id": scope.bill_group_id, "invoice_id": invoice_id, "kind": kind}
    row = connection.execute(_DOWNLOAD, given).first()
    return Download(*row) if row else None


def ready(connection: Connection, scope: Scope, invoice_ids: Sequence[UUID]) -> int:
    """Count those of the bill group's invoices whose PDF is stored."""
    query = select(DOCUMENTS.c.invoice_id).where(
        DOCUMENTS.c.bill_group_id == scope.bill_group_id, DOCUMENTS.c.kind == "pdf"
    )
    return len({*connection.execute(query).scalars()} & {*invoice_ids})


def parties(connection: Connection, scope: Scope, on: date | None = None) -> Parties:
    """Give who stands on a document of the bill group that was issued on a day, or is today.

    For a day before anything was known, what was known first counts.
    """
    given = {"bill_group_id": scope.bill_group_id, "entity_id": scope.entity_id}
    row = connection.execute(_PARTIES, given).first()
    if row is None:
        raise PartiesMissing(scope.bill_group_id)
    stated: dict[str, Any] = {}
    for told in connection.execute(_STATED, {"bill_group_id": scope.bill_group_id}):
        if on is None or told.since <= on or told.detail not in stated:
            stated[told.detail] = told.contact if told.detail == "billing_contact" else told.value
    details = ("vat_number", "registration_number", "billing_contact")
    return Parties(*row, *(stated.get(detail) for detail in details))


_GROUP: Any = bindparam("bill_group_id", type_=Uuid())
_ASKED_FOR = and_(
    DOCUMENTS.c.invoice_id == bindparam("invoice_id", type_=Uuid()),
    DOCUMENTS.c.kind == bindparam("kind"),
    DOCUMENTS.c.bill_group_id == _GROUP,
)
_STORED = select(
    DOCUMENTS.c.sha256, DOCUMENTS.c.size, DOCUMENTS.c.origin, DOCUMENTS.c.language
).where(_ASKED_FOR)
_DOWNLOAD = (
    select(INVOICES.c.number, DOCUMENTS.c.sha256, VIEWS.c.downloaded_at.is_not(None))
    .select_from(
        DOCUMENTS.join(INVOICES, INVOICES.c.invoice_id == DOCUMENTS.c.invoice_id).outerjoin(
            VIEWS, VIEWS.c.invoice_id == DOCUMENTS.c.invoice_id
        )
    )
    .where(_ASKED_FOR)
)
_PARTIES = (
    select(
        SELLERS.c.facts,
        SELLERS.c.accent,
        SELLERS.c.logo_sha256,
        SELLERS.c.logo_kind,
        ACCOUNTS.c.name,
        BUYERS.c.facts,
    )
    .select_from(
        BUYERS.outerjoin(ACCOUNTS, ACCOUNTS.c.account_id == BUYERS.c.account_id).join(
            SELLERS, SELLERS.c.entity_id == bindparam("entity_id", type_=Uuid())
        )
    )
    .where(BUYERS.c.bill_group_id == _GROUP)
)


def newest_pdfs(
    connection: Connection, bill_group_ids: Collection[UUID], most: int
) -> tuple[list[str], int]:
    """Give the newest PDFs of some bill groups, at most so many, and how many there are in all."""
    query = (
        select(DOCUMENTS.c.sha256)
        .select_from(DOCUMENTS.outerjoin(INVOICES, INVOICES.c.invoice_id == DOCUMENTS.c.invoice_id))
        .where(DOCUMENTS.c.kind == "pdf", DOCUMENTS.c.bill_group_id.in_(bill_group_ids))
        .order_by(INVOICES.c.issued_on.desc().nulls_last(), DOCUMENTS.c.invoice_id)
        .limit(most)
    )
    every = select(func.count()).select_from(DOCUMENTS).where(DOCUMENTS.c.kind == "pdf")
    return list(connection.execute(query).scalars()), connection.execute(every).scalar_one()


def invoices_with(connection: Connection, hashes: Sequence[str]) -> list[UUID]:
    """Name the invoices whose PDF is one of these (for staff: what the law keeps)."""
    query = select(DOCUMENTS.c.invoice_id).where(DOCUMENTS.c.sha256.in_(hashes))
    return list(connection.execute(query).scalars())


_STATED = (
    select(STATED.c.since, STATED.c.detail, STATED.c.value, STATED.c.contact)
    .where(STATED.c.bill_group_id == _GROUP)
    .order_by(STATED.c.version)
)
