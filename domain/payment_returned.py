"""Money of a payment that went back: refunds, and disputes at the payer's bank."""

from datetime import date
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.allocation import Allocation, newest_first
from domain.event import Act, Event
from domain.payment_attention import AttendedPayment

DisputeState: TypeAlias = Literal["open", "won", "lost"]


class PaymentRefunded(Event, frozen=True):
    """The seller gave money back through the provider; `parts` says of which invoices.

    For: customers (invoice, payment), staff.
    """

    topic: ClassVar[str] = "payment.refunded.v1"

    bill_group_id: UUID
    refund_id: UUID
    amount: int
    refunded_on: date
    parts: tuple[Allocation, ...]


class PaymentRefundFailed(Event, frozen=True):
    """A refund that was on its way back did not arrive: the seller holds the money again.

    For: customers (invoice, payment), staff (payments that need attention).
    """

    topic: ClassVar[str] = "payment.refund_failed.v1"

    bill_group_id: UUID
    refund_id: UUID
    on: date


class PaymentDisputed(Event, frozen=True):
    """The payer's bank contests the payment.

    For: customers (invoice), staff (payments that need attention).
    """

    topic: ClassVar[str] = "payment.disputed.v1"

    bill_group_id: UUID
    dispute_id: UUID
    on: date


class PaymentDisputeClosed(Event, frozen=True):
    """The bank has decided; what was lost went back, and `parts` are owed again.

    For: customers (invoice), staff (payments that need attention).
    """

    topic: ClassVar[str] = "payment.dispute_closed.v1"

    bill_group_id: UUID
    dispute_id: UUID
    on: date
    won: bool
    parts: tuple[Allocation, ...] = ()


class ReturnablePayment(AttendedPayment):
    """The part of a payment that can go back."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.allocations: tuple[Allocation, ...] = ()
        self.refunds: dict[UUID, tuple[Allocation, ...]] = {}
        self.lost: dict[UUID, tuple[Allocation, ...]] = {}
        self.disputes: dict[UUID, DisputeState] = {}

    def refund(self, refund_id: UUID, amount: int, refunded_on: date, *, by: Act) -> None:
        """Note that money went back; nothing happens when that is known already."""
        if refund_id not in self.refunds:
            self.record(
                PaymentRefunded,
                by,
                bill_group_id=self.bill_group_id,
                refund_id=refund_id,
                amount=amount,
                refunded_on=refunded_on,
                parts=newest_first(self.allocations, self._refunded(), amount),
            )

    def fail_refund(self, refund_id: UUID, on: date, *, by: Act) -> None:
        """Note that a refund did not arrive; nothing happens when none such is known."""
        if refund_id in self.refunds:
            told = {"bill_group_id": self.bill_group_id, "refund_id": refund_id, "on": on}
            self.record(PaymentRefundFailed, by, **told)
            self.ask_to_look("refund_failed", by=by)

    def dispute(self, dispute_id: UUID, on: date, *, by: Act) -> None:
        """Note that the payment is contested; nothing happens when that is known, or over."""
        if dispute_id not in self.disputes:
            self.record(
                PaymentDisputed, by, bill_group_id=self.bill_group_id, dispute_id=dispute_id, on=on
            )
            self.ask_to_look("disputed", by=by)

    def close_dispute(self, dispute_id: UUID, amount: int, on: date, *, won: bool, by: Act) -> None:
        """Note how the dispute about an amount ended; nothing happens when that is known already.

        What the bank took back is owed again, whatever was refunded before or after.
        """
        if self.disputes.get(dispute_id, "open") != "open":
            return
        self.record(
            PaymentDisputeClosed,
            by,
            bill_group_id=self.bill_group_id,
            dispute_id=dispute_id,
            on=on,
            won=won,
            parts=() if won else newest_first(self.allocations, {}, amount),
        )
        if not won:
            self.ask_to_look("dispute_lost", by=by)

    @property
    def disputed(self) -> bool:
        """Whether a dispute is open."""
        return "open" in self.disputes.values()

    def _refunded(self) -> dict[UUID, int]:
        returned: dict[UUID, int] = {}
        for parts in self.refunds.values():
            for part in parts:
                returned[part.invoice_id] = returned.get(part.invoice_id, 0) + part.amount
        return returned

    def _change(self, event: Event) -> None:
        match event:
            case PaymentRefunded():
                self.refunds[event.refund_id] = event.parts
            case PaymentRefundFailed():
                del self.refunds[event.refund_id]
            case PaymentDisputed():
                self.disputes[event.dispute_id] = "open"
            case PaymentDisputeClosed():
                self.disputes[event.dispute_id] = "won" if event.won else "lost"
                self.lost[event.dispute_id] = event.parts
            case _:
                super()._change(event)
