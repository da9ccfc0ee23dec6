"""Money for an invoice: the one attempt that may be open, payments as last told, refunds."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec.structs import asdict, replace

from domain.aggregate import Refusal
from domain.balance import Ledger, Payment, PaymentStatus, Refund
from domain.event import Act, Event
from domain.invoice_ledger import InvoiceLedger, InvoiceUnknown
from domain.settlement import Settlement


class AttemptBegun(Event, frozen=True):
    """Somebody set out to pay this much of the invoice; nobody else can until that has ended.

    For: customers (invoice), staff (payments that need attention).
    """

    topic: ClassVar[str] = "invoice.payment_begun.v1"

    payment_id: UUID
    amount: int
    settlement: Settlement


class AttemptGivenUp(Event, frozen=True):
    """The attempt ended without money: the provider will not take any for it.

    For: customers (invoice can be paid again), staff.
    """

    topic: ClassVar[str] = "invoice.payment_given_up.v1"

    payment_id: UUID
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

    `by_bank` when the payer's bank took it back, after a dispute.

    For: customers (invoice), staff.
    """

    topic: ClassVar[str] = "invoice.refund_recorded.v1"

    refund_id: UUID
    amount: int
    refunded_on: date
    reopened: bool
    settlement: Settlement
    payment_id: UUID | None = None
    by_bank: bool = False


class RefundFailed(Event, frozen=True):
    """A refund did not arrive, so that it counts no more.

    For: customers (invoice), staff.
    """

    topic: ClassVar[str] = "invoice.refund_failed.v1"

    refund_id: UUID
    on: date
    settlement: Settlement


class PaymentAlreadySucceeded(Refusal):
    """A payment that succeeded is never processing or failed afterwards; refunds are facts."""

    code = "payment_already_succeeded"


class InvoiceVoid(Refusal):
    """Nothing is owed for a void invoice."""

    code = "invoice_void"


class InvoiceUncollectible(Refusal):
    """The seller gave this invoice up; paying it is arranged with them."""

    code = "invoice_uncollectible"


class InvoiceAlreadyPaid(Refusal):
    """Nothing is open of this invoice."""

    code = "invoice_already_paid"


class InvoiceInDispute(Refusal):
    """A disputed invoice is not paid here until the dispute is over."""

    code = "invoice_in_dispute"


class InvoiceBeingPaid(Refusal):
    """There is an open attempt (`payment_id`), or the money is under way already."""

    code = "invoice_being_paid"


class PayableInvoice(InvoiceLedger):
    """The part of an invoice that money comes for."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.attempt: UUID | None = None
        self._attempts: frozenset[UUID] = frozenset()

    @property
    def payable(self) -> int:
        """What can be paid now, in minor units. Raises the fact that stands in the way.

        Money in processing is not asked for again, and one attempt is open at most
        (security.md, Payments).
        """
        stands, named = self.settlement, {"invoice_id": self.id, "number": self.number}
        match stands.document:
            case "draft":
                raise InvoiceUnknown(invoice_id=self.id)
            case "void":
                raise InvoiceVoid(**named)
            case "uncollectible":
                raise InvoiceUncollectible(**named)
            case _ if stands.open == 0:
                raise InvoiceAlreadyPaid(**named)
            case _ if stands.disputed:
                raise InvoiceInDispute(**named)
            case _ if self.attempt or stands.processing >= stands.open:
                raise InvoiceBeingPaid(**named, payment_id=self.attempt)
            case _:
                return stands.open - stands.processing

    @property
    def number(self) -> str | None:
        """What people call the invoice."""
        return None

    def begin_attempt(self, payment_id: UUID, amount: int, *, by: Act) -> None:
        """Let one attempt to pay begin. Raises as `payable` does; never more than that."""
        if not 0 < amount <= self.payable:
            raise InvoiceAlreadyPaid(invoice_id=self.id, number=self.number)
        self._tell(AttemptBegun, by, self.ledger, payment_id=payment_id, amount=amount)

    def give_up_attempt(self, payment_id: UUID, *, by: Act) -> None:
        """Free the invoice; nothing happens when another attempt, or none, is open."""
        if self.attempt == payment_id:
            self._tell(AttemptGivenUp, by, self.ledger, payment_id=payment_id)

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
        """Take what is said of a payment; nothing happens when it is known already.

        A billing system that tells of a payment made here, by the provider's reference, tells of
        the same money.
        """
        told_as = self.told_as(payment_id, external_id)
        known = self.ledger.payments.get(told_as)
        if told_as != payment_id and known and not _is_news(known.status, status):
            self.give_up_attempt(payment_id, by=by)
            return
        payment = Payment(external_id, amount, status, paid_on, method)
        if payment == known:
            return
        if known and known.status == "succeeded" and status != "succeeded":
            raise PaymentAlreadySucceeded(payment_id=payment_id)
        after = self._after_paying(told_as, payment)
        self._tell(PaymentRecorded, by, after, payment_id=told_as, **asdict(payment))
        if told_as != payment_id:
            self.give_up_attempt(payment_id, by=by)

    @property
    def made_here(self) -> int:
        """What came through attempts that were begun here, in minor units."""
        payments = self.ledger.payments
        came = (payments[each] for each in self._attempts if each in payments)
        return sum(payment.amount for payment in came if payment.status == "succeeded")

    @property
    def taken_back(self) -> bool:
        """Whether the payer's bank took back what was paid here: only people ask for it again."""
        refunds = self.ledger.refunds.values()
        return any(one.by_bank and one.payment_id in self._attempts for one in refunds)

    def told_as(self, payment_id: UUID, external_id: str) -> UUID:
        """Give the id under which this money is known, told by us or by the billing system."""
        for known, payment in self.ledger.payments.items():
            made_here = known in self._attempts or payment_id in self._attempts
            if payment.external_id == external_id and made_here:
                return known
        return payment_id

    def record_refund(  # noqa: PLR0913 - a refund is these facts
        self,
        refund_id: UUID,
        payment_id: UUID | None,
        amount: int,
        refunded_on: date,
        *,
        reopened: bool,
        by_bank: bool = False,
        by: Act,
    ) -> None:
        """Take what is said of a refund; nothing happens when it is known already."""
        refund = Refund(payment_id, amount, refunded_on, reopened, by_bank)
        if refund != self.ledger.refunds.get(refund_id):
            after = self.ledger.returning(refund_id, refund)
            self._tell(RefundRecorded, by, after, refund_id=refund_id, **asdict(refund))

    def fail_refund(self, refund_id: UUID, on: date, *, by: Act) -> None:
        """Take a refund back that did not arrive; nothing happens when none such is known."""
        if refund_id in self.ledger.refunds:
            self._tell(RefundFailed, by, self._without(refund_id), refund_id=refund_id, on=on)

    def _without(self, refund_id: UUID) -> Ledger:
        kept = {one: told for one, told in self.ledger.refunds.items() if one != refund_id}
        return replace(self.ledger, refunds=kept)

    def _after_paying(self, payment_id: UUID, payment: Payment) -> Ledger:
        return replace(self.ledger, payments={**self.ledger.payments, payment_id: payment})

    def _change(self, event: Event) -> None:
        match event:
            case AttemptBegun():
                self.attempt = event.payment_id
                self._attempts |= {event.payment_id}
            case AttemptGivenUp():
                self.attempt = None
            case PaymentRecorded():
                payment = Payment(
                    event.external_id, event.amount, event.status, event.paid_on, event.method
                )
                self.ledger = self._after_paying(event.payment_id, payment)
                if event.payment_id == self.attempt and event.status != "processing":
                    self.attempt = None
            case RefundRecorded():
                facts = event.payment_id, event.amount, event.refunded_on, event.reopened
                refund = Refund(*facts, event.by_bank)
                self.ledger = self.ledger.returning(event.refund_id, refund)
            case RefundFailed():
                self.ledger = self._without(event.refund_id)
            case _:
                super()._change(event)


def _is_news(known: PaymentStatus, status: PaymentStatus) -> bool:
    """Whether money that two sides tell of got further: what succeeded stays so."""
    return known not in {"succeeded", status}
