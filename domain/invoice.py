"""An invoice: the document, the money that came for it, and what became of it."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from domain.aggregate import Refusal
from domain.balance import Ledger, PaymentStatus, settle
from domain.document_lines import InvoiceLine, TaxLine
from domain.event import Act, Event
from domain.invoice_closing import (
    ClosableInvoice,
    CreditApplied,
    DisputeClosed,
    Disputed,
    MarkedUncollectible,
    Voided,
    WrittenOff,
)
from domain.invoice_ledger import InvoiceUnknown
from domain.invoice_paying import (
    AttemptBegun,
    AttemptGivenUp,
    PayableInvoice,
    PaymentAlreadySucceeded,
    PaymentRecorded,
    RefundFailed,
    RefundRecorded,
)
from domain.settlement import Settlement

__all__ = [
    "AttemptBegun",
    "AttemptGivenUp",
    "CreditApplied",
    "DisputeClosed",
    "Disputed",
    "Invoice",
    "InvoiceAlreadyIssued",
    "InvoiceFacts",
    "InvoiceLine",
    "InvoiceRecorded",
    "InvoiceUnknown",
    "MarkedUncollectible",
    "PaymentAlreadySucceeded",
    "PaymentRecorded",
    "PaymentStatus",
    "RefundFailed",
    "RefundRecorded",
    "Settlement",
    "TaxLine",
    "Voided",
    "WrittenOff",
]


class InvoiceFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """The document as the billing system states it; amounts in minor units of its currency.

    `stated_open` is the open amount that the source states, where it states one.
    """

    status: Literal["draft", "issued"]
    currency: str
    lines: tuple[InvoiceLine, ...]
    subtotal: int
    total: int
    discount: int = 0
    taxes: tuple[TaxLine, ...] = ()
    number: str | None = None
    issued_on: date | None = None
    due_on: date | None = None
    po_number: str | None = None
    period_from: date | None = None
    period_to: date | None = None
    note: str | None = None
    stated_open: int | None = None


class InvoiceRecorded(Event, frozen=True):
    """The billing system told of an invoice, or something new of the document.

    For: customers (invoices, overview), staff, whoever announces new invoices.
    """

    topic: ClassVar[str] = "invoice.recorded.v1"

    source: str
    external_id: str
    bill_group_id: UUID
    account_id: UUID
    entity_id: UUID
    document: InvoiceFacts
    settlement: Settlement


class InvoiceAlreadyIssued(Refusal):
    """An issued invoice does not become a draft again."""

    code = "invoice_already_issued"


class Invoice(PayableInvoice, ClosableInvoice):
    """One invoice of a bill group."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.bill_group_id: UUID | None = None
        self.account_id: UUID | None = None
        self.entity_id: UUID | None = None
        self.document: InvoiceFacts | None = None

    @property
    def number(self) -> str | None:
        """What people call the invoice."""
        return self.document.number if self.document else None

    def record_facts(  # noqa: PLR0913, PLR0917 - an invoice names its place in full
        self,
        source: str,
        external_id: str,
        bill_group_id: UUID,
        account_id: UUID,
        entity_id: UUID,
        document: InvoiceFacts,
        *,
        by: Act,
    ) -> None:
        """Take the document as the billing system states it; nothing happens when it is known."""
        known = (self.bill_group_id, self.account_id, self.entity_id, self.document)
        if (bill_group_id, account_id, entity_id, document) == known:
            return
        if document.status == "draft" and self.ledger.document != "draft":
            raise InvoiceAlreadyIssued(invoice_id=self.id, number=document.number)
        self.record(
            InvoiceRecorded,
            by,
            source=source,
            external_id=external_id,
            bill_group_id=bill_group_id,
            account_id=account_id,
            entity_id=entity_id,
            document=document,
            settlement=settle(self._after_stating(document)),
        )

    def _after_stating(self, document: InvoiceFacts) -> Ledger:
        """A void or uncollectible invoice stays so, whatever is said of its document."""
        standing = self.ledger.document
        status = document.status if standing == "draft" else standing
        return self.ledger.stating(status, document.total, document.stated_open, self.made_here)

    def _change(self, event: Event) -> None:
        match event:
            case InvoiceRecorded():
                self.bill_group_id, self.account_id = event.bill_group_id, event.account_id
                self.entity_id, self.document = event.entity_id, event.document
                self.ledger = self._after_stating(event.document)
            case _:
                super()._change(event)
