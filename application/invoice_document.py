"""The documents of an invoice, once made: stored by their hash, and the same for ever after."""

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

import msgspec

from application.ports.documents import Documents
from application.ports.event_log import EventLog, Job
from domain.event import Act
from domain.identity import document_id
from domain.invoice_document import DocumentKind, InvoiceDocument


class StoreInvoiceDocument(msgspec.Struct, frozen=True):
    """Store a rendered document of an invoice, in `language` (BCP 47), unless it has one."""

    invoice_id: UUID
    bill_group_id: UUID
    content: bytes
    language: str
    kind: DocumentKind = "pdf"


class PrepareInvoiceDocuments(msgspec.Struct, frozen=True):
    """Have the PDFs of many invoices made by the worker, a few at a time between other jobs."""

    bill_group_id: UUID
    entity_id: UUID
    invoice_ids: tuple[UUID, ...]


def prepare_invoice_documents(command: PrepareInvoiceDocuments, _act: Act, log: EventLog) -> None:
    """Leave the work to the worker; what is there already costs it nothing."""
    if command.invoice_ids:
        log.save(jobs=[Job("prepare_invoice_documents", command, command.bill_group_id)])


Store: TypeAlias = Callable[[StoreInvoiceDocument, Act, EventLog], str]


def storing(documents: Documents) -> Store:
    """Give the handler of StoreInvoiceDocument; it gives the hash of the invoice's document.

    Of two makers the first one stored wins, and both are given its hash. The bytes are kept before
    the event that names them.
    """

    def store(command: StoreInvoiceDocument, act: Act, log: EventLog) -> str:
        document = log.get(InvoiceDocument, document_id(command.invoice_id, command.kind))
        if document.stored:
            return document.stored.sha256
        sha256 = documents.keep(command.content, "pdf" if command.kind == "pdf" else "xml")
        document.store(
            command.invoice_id,
            command.bill_group_id,
            "rendered",
            sha256,
            len(command.content),
            command.language,
            kind=command.kind,
            by=act,
        )
        log.save(document)
        return sha256

    return store
