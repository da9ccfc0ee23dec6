"""An invoice: the document, the money that came for it, and what became of it."""

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

import msgspec
from msgspec.structs import asdict, replace

from domain.aggregate import Aggregate, Refusal
from domain.balance import Ledger, Payment, PaymentStatus, Refund, settle
from domain.document_lines import InvoiceLine, TaxLine
from domain.event import Act, Event
from domain.settlement import Settlement

__all__ = [
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


class PaymentRecorded(Event, frozen=True):
    """Money came, is under way, or failed to come, for an invoice; the last word on a payment.

    For: customers (invoice, receipts), staff (payments that need attention).
    """

    topic: ClassVar[str] = "invoice.payment_recorded.v1"

    payment_id: UUID
    external_id: str
    amount: int
    status: PaymentStatus
    paid_on: date
    settlement: Settlement
    method: str | None = None


class RefundRecorded(Event, frozen=True):
    """Money went back; `reopened` when the source says that the invoice is open again for it.

    For: customers (invoice), staff.
    """

    topic: ClassVar[str] = "invoice.refund_recorded.v1"

    refund_id: UUID
    amount: int
    refunded_on: date
    reopened: bool
    settlement: Settlement
    payment_id: UUID | None = None


class CreditApplied(Event, frozen=True):
    """A credit note counts with this amount, in all, towards the invoice.

    For: customers (invoice), staff.
    """

    topic: ClassVar[str] = "invoice.credit_applied.v1"

    credit_note_id: UUID
    amount: int
    settlement: Settlement


class WrittenOff(Event, frozen=True):
    """The seller gave up an amount of the invoice on this day.

    For: customers (invoice, statement of account), staff.
    """

    topic: ClassVar[str] = "invoice.written_off.v1"

    amount: int
    on: date
    settlement: Settlement


class Voided(Event, frozen=True):
    """The invoice was declared void, as if it had never been issued.

    For: customers (invoice), staff.
    """

    topic: ClassVar[str] = "invoice.voided.v1"

    on: date
    settlement: Settlement


class MarkedUncollectible(Event, frozen=True):
    """The seller does not expect the invoice to be paid any more.

    For: customers (invoice, statement of account), staff.
    """

    topic: ClassVar[str] = "invoice.marked_uncollectible.v1"

    on: date
    settlement: Settlement


class Disputed(Event, frozen=True):
    """The invoice or its payment is contested: a chargeback, or marked so by the source.

    For: customers (invoice), staff (payments that need attention).
    """

    topic: ClassVar[str] = "invoice.disputed.v1"

    on: date
    settlement: Settlement


class DisputeClosed(Event, frozen=True):
    """The dispute is over.

    For: customers (invoice), staff.
    """

    topic: ClassVar[str] = "invoice.dispute_closed.v1"

    on: date
    settlement: Settlement


class InvoiceUnknown(Refusal):
    """Nothing was recorded of this invoice yet."""

    code = "invoice_unknown"


class InvoiceAlreadyIssued(Refusal):
    """An issued invoice does not become a draft again."""

    code = "invoice_already_issued"


class PaymentAlreadySucceeded(Refusal):
    """A payment that succeeded is never processing or failed afterwards; refunds are facts."""

    code = "payment_already_succeeded"


class Invoice(Aggregate):
    """One invoice of a bill group."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.bill_group_id: UUID | None = None
        self.account_id: UUID | None = None
        self.entity_id: UUID | None = None
        self.document: InvoiceFacts | None = None
        self.ledger = Ledger()

    @property
    def settlement(self) -> Settlement:
        """What stands of it now."""
        return settle(self.ledger)

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

    def record_payment(  # noqa: PLR0913, PLR0917 - a payment is these facts
        self,
        payment_id: UUID,
        external_id: str,
        amount: int,
        status: PaymentStatus,
        paid_on: date,
        method: str | None = None,
        *,
        by: Act,
    ) -> None:
        """Take what is said of a payment; nothing happens when it is known already."""
        payment = Payment(external_id, amount, status, paid_on, method)
        known = self.ledger.payments.get(payment_id)
        if payment == known:
            return
        if known and known.status == "succeeded" and status != "succeeded":
            raise PaymentAlreadySucceeded(payment_id=payment_id)
        after = replace(self.ledger, payments={**self.ledger.payments, payment_id: payment})
        self._tell(PaymentRecorded, by, after, payment_id=payment_id, **asdict(payment))

    def record_refund(  # noqa: PLR0913 - a refund is these facts
        self,
        refund_id: UUID,
        payment_id: UUID | None,
        amount: int,
        refunded_on: date,
        *,
        reopened: bool,
        by: Act,
    ) -> None:
        """Take what is said of a refund; nothing happens when it is known already."""
        refund = Refund(payment_id, amount, refunded_on, reopened)
        if refund != self.ledger.refunds.get(refund_id):
            after = replace(self.ledger, refunds={**self.ledger.refunds, refund_id: refund})
            self._tell(RefundRecorded, by, after, refund_id=refund_id, **asdict(refund))

    def apply_credit(self, credit_note_id: UUID, amount: int, *, by: Act) -> None:
        """Let a credit note count with `amount` in all; zero takes the credit back."""
        if amount != self.ledger.credits.get(credit_note_id, 0):
            after = replace(self.ledger, credits={**self.ledger.credits, credit_note_id: amount})
            self._tell(CreditApplied, by, after, credit_note_id=credit_note_id, amount=amount)

    def write_off(self, amount: int, on: date, *, by: Act) -> None:
        """Give up `amount` on a day; told again of the same day, the last amount counts."""
        if amount != self.ledger.write_offs.get(on, 0):
            after = replace(self.ledger, write_offs={**self.ledger.write_offs, on: amount})
            self._tell(WrittenOff, by, after, amount=amount, on=on)

    def void(self, on: date, *, by: Act) -> None:
        """Declare the invoice void; nothing happens when it is."""
        if self.ledger.document != "void":
            self._tell(Voided, by, replace(self.ledger, document="void"), on=on)

    def mark_uncollectible(self, on: date, *, by: Act) -> None:
        """Give up hope for the whole invoice; nothing happens when it is given up or void."""
        if self.ledger.document not in {"void", "uncollectible"}:
            after = replace(self.ledger, document="uncollectible")
            self._tell(MarkedUncollectible, by, after, on=on)

    def dispute(self, on: date, *, by: Act) -> None:
        """Note that the invoice is contested; nothing happens when it is."""
        if not self.ledger.disputed:
            self._tell(Disputed, by, replace(self.ledger, disputed=True), on=on)

    def close_dispute(self, on: date, *, by: Act) -> None:
        """Note that the dispute is over; nothing happens when there is none."""
        if self.ledger.disputed:
            self._tell(DisputeClosed, by, replace(self.ledger, disputed=False), on=on)

    def _tell(self, kind: type[Event], by: Act, after: Ledger, **facts: Any) -> None:
        if self.is_new:
            raise InvoiceUnknown(invoice_id=self.id)
        self.record(kind, by, settlement=settle(after), **facts)

    def _after_stating(self, document: InvoiceFacts) -> Ledger:
        """A void or uncollectible invoice stays so, whatever is said of its document."""
        standing = self.ledger.document
        status = document.status if standing == "draft" else standing
        return self.ledger.stating(status, document.total, document.stated_open)

    def _change(self, event: Event) -> None:
        ledger = self.ledger
        match event:
            case InvoiceRecorded():
                self.bill_group_id, self.account_id = event.bill_group_id, event.account_id
                self.entity_id, self.document = event.entity_id, event.document
                self.ledger = self._after_stating(event.document)
            case PaymentRecorded():
                payment = Payment(
                    event.external_id, event.amount, event.status, event.paid_on, event.method
                )
                payments = {**ledger.payments, event.payment_id: payment}
                self.ledger = replace(ledger, payments=payments)
            case RefundRecorded():
                refund = Refund(event.payment_id, event.amount, event.refunded_on, event.reopened)
                self.ledger = replace(ledger, refunds={**ledger.refunds, event.refund_id: refund})
            case CreditApplied():
                credited = {**ledger.credits, event.credit_note_id: event.amount}
                self.ledger = replace(ledger, credits=credited)
            case WrittenOff():
                write_offs = {**ledger.write_offs, event.on: event.amount}
                self.ledger = replace(ledger, write_offs=write_offs)
            case Voided():
                self.ledger = replace(ledger, document="void")
            case MarkedUncollectible():
                self.ledger = replace(ledger, document="uncollectible")
            case Disputed():
                self.ledger = replace(ledger, disputed=True)
            case DisputeClosed():
                self.ledger = replace(ledger, disputed=False)
