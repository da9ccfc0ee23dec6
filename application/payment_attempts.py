"""Carrying out an attempt to pay: asking the provider, and finding out what became of it.

An attempt is asked for under its own id only, so that it is charged once however often that
happens; what is not known is looked up.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from application.bus import Bus
from application.ports.failures import PortFailure
from application.ports.payment_outcomes import Failure, FailureCode, Outcome
from application.ports.payments import (
    Charge,
    PaymentKeyRefused,
    PaymentPageAsked,
    PaymentProviders,
    PaymentRefused,
    Payments,
    Sought,
)
from application.settling import PAYMENTS, SettlePayment, settle_payment
from domain.bill_group import PaymentMethodKind
from domain.invoice import Invoice
from domain.payment import GivenUpCause, Payment, PaymentUnknown

KINDS: tuple[PaymentMethodKind, ...] = ("card", "sepa_debit", "ach_debit", "bacs_debit")
"""What a hosted page may take, as far as its currency and the provider account allow."""

IN_FLIGHT = timedelta(minutes=2)
"""Longer than any request to a provider takes: nothing that was asked can still arrive."""


class PayingRoom(msgspec.Struct, frozen=True):
    """What carrying out needs."""

    bus: Bus
    providers: PaymentProviders


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """Ask the provider, with the payer there. Reaching either address proves nothing."""

    payment_id: UUID
    return_url: str
    cancel_url: str
    language: str


def hand_over(command: HandOver, room: PayingRoom) -> str | None:
    """Charge the saved method, or open the provider's page; gives where the payer goes next.

    Asked again it gives the same page and charges nothing more. Raises PaymentUnavailable: then
    the outcome is not known, and the worker finds out.
    """
    payment = room.bus.log.get(Payment, command.payment_id)
    if not payment.can_be_left:
        return None
    if payment.method is not None:
        return _charged(payment, room, command.return_url)
    asked = PaymentPageAsked(
        attempt_id=payment.id,
        bill_group_id=_bill_group(payment),
        customer=payment.customer,
        kinds=KINDS,
        return_url=command.return_url,
        cancel_url=command.cancel_url,
        language=command.language,
        currency=payment.currency,
        amount=payment.amount,
        description=_description(payment, room),
        save_method=payment.save_method,
    )
    try:
        return port_of(payment, room).page_to_pay(asked).url
    except (PaymentRefused, PaymentKeyRefused) as refused:
        _after_refusal(payment, room, refused, watched=True)
        return None


def find_out(payment_id: UUID, room: PayingRoom, *, watched: bool = False) -> Outcome | None:
    """Look an attempt up and record how it stands; a charge that never arrived is asked again.

    `watched` when its payer looks: then nothing is asked again, so that looking charges nothing.
    Raises PaymentUnavailable.
    """
    payment = room.bus.log.get(Payment, payment_id)
    if payment.begun_at is None:
        raise PaymentUnknown(payment_id=payment_id)
    outcome = port_of(payment, room).look_up(sought(payment))
    if outcome is not None:
        settle(payment, outcome, room, watched=watched)
    elif not watched and payment.method and payment.is_open and _may_ask(payment, room):
        _charged(payment, room, None)
    return outcome


def settle(
    payment: Payment,
    outcome: Outcome,
    room: PayingRoom,
    cause: GivenUpCause = "cancelled",
    *,
    watched: bool = False,
) -> None:
    """Record an outcome that the payment's own provider account gave."""
    command = SettlePayment(
        provider=payment.provider, outcome=outcome, cause=cause, watched=watched
    )
    room.bus.execute(settle_payment, command, PAYMENTS)


def _charged(payment: Payment, room: PayingRoom, return_url: str | None) -> str | None:
    watched = return_url is not None
    charge = Charge(
        attempt_id=payment.id,
        bill_group_id=_bill_group(payment),
        customer=payment.customer,
        method=payment.method or "",
        amount=payment.amount,
        description=_description(payment, room),
        return_url=return_url,
    )
    try:
        outcome = port_of(payment, room).charge(charge)
    except (PaymentRefused, PaymentKeyRefused) as refused:
        _after_refusal(payment, room, refused, watched=watched)
        return None
    settle(payment, outcome, room, watched=watched)
    return outcome.action_url if outcome.status == "needs_action" else None


def _after_refusal(
    payment: Payment, room: PayingRoom, refused: PortFailure, *, watched: bool
) -> None:
    """Nothing was charged by this request; an earlier one may have been."""
    outcome = port_of(payment, room).look_up(sought(payment))
    if outcome is None:
        outcome = Outcome(
            attempt_id=payment.id,
            bill_group_id=_bill_group(payment),
            purpose="payment",
            status="failed",
            reference="",
            customer=payment.customer,
            began_at=begun_at(payment),
            amount=payment.amount,
            failure=Failure(why_refused(refused), refused.why),
        )
    settle(payment, outcome, room, watched=watched)


def why_refused(refused: PortFailure) -> FailureCode:
    """Say whether it is the key that has to be mended, or what was asked."""
    return "not_set_up" if isinstance(refused, PaymentKeyRefused) else "refused"


def _may_ask(payment: Payment, room: PayingRoom) -> bool:
    """The payer's own request comes first; without a payer there is none."""
    return payment.way == "auto_pay" or room.bus.clock.now() - begun_at(payment) >= IN_FLIGHT


def port_of(payment: Payment, room: PayingRoom) -> Payments:
    """Give the provider account of an attempt."""
    return room.providers.of(payment.provider)


def sought(payment: Payment) -> Sought:
    """Name an attempt to its provider as we know it. Raises PaymentUnknown."""
    return Sought(payment.id, "payment", payment.customer, begun_at(payment))


def begun_at(payment: Payment) -> datetime:
    """Say when an attempt was stored. Raises PaymentUnknown for one that was not."""
    if payment.begun_at is None:
        raise PaymentUnknown(payment_id=payment.id)
    return payment.begun_at


def _bill_group(payment: Payment) -> UUID:
    if payment.bill_group_id is None:
        raise PaymentUnknown(payment_id=payment.id)
    return payment.bill_group_id


def _description(payment: Payment, room: PayingRoom) -> str:
    """Name the invoices for the payer's statement."""
    invoices = room.bus.log.get_many(Invoice, [part.invoice_id for part in payment.allocations])
    return ", ".join(one.number for one in invoices.values() if one.number)[:200]
