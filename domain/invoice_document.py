"""A document of an invoice: its PDF or its XML, which bytes it is, where they came from."""

from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.aggregate import Aggregate, Refusal
from domain.event import Act, Event

DocumentKind: TypeAlias = Literal["pdf", "cii", "ubl"]
"""The PDF, and the e-invoice (EN 16931) in each of its two syntaxes."""
DocumentOrigin: TypeAlias = Literal["rendered", "imported"]


class InvoiceDocumentStored(Event, frozen=True):
    """An invoice has a document, known by the hash and the size of its bytes.

    For: customers (download), staff.
    """

    topic: ClassVar[str] = "invoice_document.stored.v1"

    invoice_id: UUID
    bill_group_id: UUID
    kind: DocumentKind
    origin: DocumentOrigin
    sha256: str
    size: int
    language: str


class OriginalStays(Refusal):
    """An original from the billing system is not replaced by a rendered document."""

    code = "original_stays"


class InvoiceDocument(Aggregate):
    """One kind of document of one invoice."""

    stored: InvoiceDocumentStored | None = None

    def store(  # noqa: PLR0913, PLR0917 - a document is these facts
        self,
        invoice_id: UUID,
        bill_group_id: UUID,
        origin: DocumentOrigin,
        sha256: str,
        size: int,
        language: str,
        *,
        kind: DocumentKind = "pdf",
        by: Act,
    ) -> None:
        """Take a document's bytes by their hash; nothing happens when they are known."""
        if self.stored and self.stored.origin == "imported" and origin == "rendered":
            raise OriginalStays(invoice_id=invoice_id)
        if self.stored and (self.stored.origin, self.stored.sha256) == (origin, sha256):
            return
        self.record(
            InvoiceDocumentStored,
            by,
            invoice_id=invoice_id,
            bill_group_id=bill_group_id,
            kind=kind,
            origin=origin,
            sha256=sha256,
            size=size,
            language=language,
        )

    def _change(self, event: Event) -> None:
        match event:
            case InvoiceDocumentStored():
                self.stored = event
