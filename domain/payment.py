"""One attempt to pay one or several invoices through a payment provider, and what came of it."""

from datetime import date, datetime
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.actor import Customer
from domain.aggregate import Refusal
from domain.allocation import Allocation
from domain.bill_group import PaymentMethodFacts
from domain.event import Act, Event
from domain.money import Money
from domain.payment_returned import ReturnablePayment

PaymentWay: TypeAlias = Literal["provider_page", "saved_method", "auto_pay"]
PaymentState: TypeAlias = Literal[
    "begun", "confirmation_needed", "processing", "succeeded", "failed", "given_up"
]
GivenUpCause: TypeAlias = Literal["cancelled", "expired"]


class PaymentBegun(Event, frozen=True):
    """Somebody set out to pay; the provider is asked only after this is stored.

    The stream's id is the idempotency key at the provider account, where `customer` and `method`
    are its references. `allocations` say how much is for which invoice, in minor units.
    `save_method` when the payer wants what is entered on the provider's page kept.

    For: customers (invoice, payment), staff, the worker that asks the provider.
    """

    topic: ClassVar[str] = "payment.begun.v1"

    bill_group_id: UUID
    entity_id: UUID
    provider: str
    customer: str
    currency: str
    allocations: tuple[Allocation, ...]
    way: PaymentWay
    method: str | None = None
    save_method: bool = False


class PaymentFound(Event, frozen=True):
    """The provider holds money of a payment that this record knows nothing of.

    For: staff (payments that need attention).
    """

    topic: ClassVar[str] = "payment.found.v1"

    provider: str
    reference: str
    amount: int
    currency: str
    bill_group_id: UUID | None = None


class ConfirmationNeeded(Event, frozen=True):
    """The bank wants the payer to confirm, on a page of the provider (3-D Secure).

    For: customers (payment).
    """

    topic: ClassVar[str] = "payment.confirmation_needed.v1"

    bill_group_id: UUID
    reference: str


class PaymentProcessing(Event, frozen=True):
    """The money is under way: a direct debit takes days and can still fail.

    For: customers (invoice, payment).
    """

    topic: ClassVar[str] = "payment.processing.v1"

    bill_group_id: UUID
    reference: str
    method: PaymentMethodFacts | None = None


class PaymentSucceeded(Event, frozen=True):
    """The money is there.

    For: customers (invoice, receipt), staff, whoever mails receipts.
    """

    topic: ClassVar[str] = "payment.succeeded.v1"

    bill_group_id: UUID
    reference: str
    paid_on: date
    method: PaymentMethodFacts | None = None


class PaymentFailed(Event, frozen=True):
    """No money came of it; `late` when it was processing, so that what was owed is owed again.

    For: customers (invoice, payment), staff (payments that need attention), whoever mails that a
    payment failed.
    """

    topic: ClassVar[str] = "payment.failed.v1"

    bill_group_id: UUID
    reference: str
    code: str
    failed_on: date
    late: bool = False


class PaymentGivenUp(Event, frozen=True):
    """The attempt was closed at the provider before any money came.

    For: customers (payment), staff.
    """

    topic: ClassVar[str] = "payment.given_up.v1"

    bill_group_id: UUID
    cause: GivenUpCause


class PaymentAlreadyBegun(Refusal):
    """An attempt begins once; whoever sends it again is shown what became of it."""

    code = "payment_already_begun"


class PaymentUnknown(Refusal):
    """There is no such payment at this bill group."""

    code = "payment_unknown"


class Payment(ReturnablePayment):
    """One attempt. Success is final; what else arrives late changes nothing that is worse."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.entity_id: UUID | None = None
        self.provider = ""
        self.customer = ""
        self.currency = ""
        self.way: PaymentWay = "provider_page"
        self.method: str | None = None
        self.save_method = False
        self.payer: str | None = None
        self.state: PaymentState = "begun"
        self.begun_at: datetime | None = None
        self.ended_at: datetime | None = None

    @property
    def amount(self) -> Money:
        """All that is paid with it."""
        return Money(sum(part.amount for part in self.allocations), self.currency)

    @property
    def is_open(self) -> bool:
        """Whether money may still come by itself."""
        return self.state in {"begun", "confirmation_needed", "processing"}

    @property
    def can_be_left(self) -> bool:
        """Whether a person may still turn back: nothing is under way yet."""
        return self.state in {"begun", "confirmation_needed"}

    def begin(  # noqa: PLR0913, PLR0917 - an attempt is these facts
        self,
        bill_group_id: UUID,
        entity_id: UUID,
        provider: str,
        customer: str,
        currency: str,
        allocations: tuple[Allocation, ...],
        way: PaymentWay,
        method: str | None = None,
        *,
        save_method: bool = False,
        by: Act,
    ) -> None:
        """Set out to pay. Raises PaymentAlreadyBegun."""
        if not self.is_new:
            raise PaymentAlreadyBegun(payment_id=self.id)
        self.record(
            PaymentBegun,
            by,
            bill_group_id=bill_group_id,
            entity_id=entity_id,
            provider=provider,
            customer=customer,
            currency=currency,
            allocations=allocations,
            way=way,
            method=method,
            save_method=save_method,
        )

    def find(
        self, provider: str, reference: str, amount: Money, bill_group_id: UUID | None, *, by: Act
    ) -> None:
        """Note money that nobody here set out to pay; nothing happens when it is known."""
        if self.is_new:
            self.record(
                PaymentFound,
                by,
                provider=provider,
                reference=reference,
                amount=amount.minor,
                currency=amount.currency,
                bill_group_id=bill_group_id,
            )
            self.need_attention("unknown_here", by=by)

    def need_confirmation(self, reference: str, *, by: Act) -> None:
        """Note that the payer has to confirm; nothing happens once more is known."""
        if self.state == "begun":
            self.record(
                ConfirmationNeeded, by, bill_group_id=self.bill_group_id, reference=reference
            )

    def process(self, reference: str, method: PaymentMethodFacts | None, *, by: Act) -> None:
        """Note that the money is under way; nothing happens once it arrived or failed."""
        if self.state in {"begun", "confirmation_needed", "given_up"}:
            self._see_it_back(by)
            self.record(
                PaymentProcessing,
                by,
                bill_group_id=self.bill_group_id,
                reference=reference,
                method=method,
            )

    def succeed(
        self, reference: str, paid_on: date, method: PaymentMethodFacts | None, *, by: Act
    ) -> None:
        """Note that the money is there: the last word, whatever was said before."""
        if self.state != "succeeded":
            self._see_it_back(by)
            self.record(
                PaymentSucceeded,
                by,
                bill_group_id=self.bill_group_id,
                reference=reference,
                paid_on=paid_on,
                method=method,
            )

    def fail(self, reference: str, code: str, failed_on: date, *, by: Act) -> None:
        """Note that no money came; what succeeded or has ended stays as it is."""
        if self.is_open:
            self.record(
                PaymentFailed,
                by,
                bill_group_id=self.bill_group_id,
                reference=reference,
                code=code,
                failed_on=failed_on,
                late=self.state == "processing",
            )

    def give_up(self, cause: GivenUpCause, *, by: Act) -> None:
        """Close the attempt; money that is under way is waited for instead."""
        if self.can_be_left:
            self.record(PaymentGivenUp, by, bill_group_id=self.bill_group_id, cause=cause)

    def _see_it_back(self, by: Act) -> None:
        """Money of an attempt that had ended: the invoice may have been paid again since."""
        if self.state in {"failed", "given_up"}:
            self.need_attention("paid_after_its_end", by=by)

    def _change(self, event: Event) -> None:
        match event:
            case PaymentBegun():
                self.bill_group_id, self.entity_id = event.bill_group_id, event.entity_id
                self.provider, self.currency = event.provider, event.currency
                self.allocations, self.way = event.allocations, event.way
                self.customer, self.method = event.customer, event.method
                self.save_method = event.save_method
                self.payer = event.actor.address if isinstance(event.actor, Customer) else None
                self.begun_at = event.at
            case PaymentFound():
                self.bill_group_id, self.provider = event.bill_group_id, event.provider
                self.currency = event.currency
            case ConfirmationNeeded():
                self.state = "confirmation_needed"
            case PaymentProcessing():
                self.state = "processing"
            case PaymentSucceeded():
                self.state = "succeeded"
            case PaymentFailed():
                self.state, self.ended_at = "failed", event.at
                if event.late:
                    self.attention = (*self.attention, "failed_late")
            case PaymentGivenUp():
                self.state = "given_up"
            case _:
                super()._change(event)
