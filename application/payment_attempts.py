"""Carrying out an attempt to pay: asking the provider, and finding out what became of it.

An attempt is asked for under its own id only, so that it is charged once however often that
happens; what is not known is looked up.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from application.bus import Bus
from application.ports.event_log import EventLog
from application.ports.payment_outcomes import Failure, Outcome
from application.ports.payments import (
    Charge,
    PaymentPageAsked,
    PaymentProviders,
    PaymentRefused,
    Payments,
    PaymentUnavailable,
    Sought,
)
from application.settling import PAYMENTS, SettlePayment, settle_payment
from domain.aggregate import Refusal
from domain.bill_group import PaymentMethodKind
from domain.event import Act
from domain.invoice import Invoice
from domain.payment import GivenUpCause, Payment, PaymentUnknown

KINDS: tuple[PaymentMethodKind, ...] = ("card", "sepa_debit", "ach_debit", "bacs_debit")
"""What a hosted page may take, as far as the provider and the currency allow."""

PAGE_LIFE = timedelta(minutes=30)
"""How long a payer has for the provider's page before the attempt is closed."""

IN_FLIGHT = timedelta(minutes=2)
"""Longer than any request to a provider takes: nothing that was asked can still arrive."""

TOO_LONG = timedelta(days=1)
"""After this a person should know that nobody knows what became of an attempt."""


class StillAsking(Refusal):
    """The provider is being asked right now; an attempt cannot be left meanwhile."""

    code = "still_asking"


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
    save_method: bool = False


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
        save_method=command.save_method,
    )
    try:
        return _port(payment, room).page_to_pay(asked).url
    except PaymentRefused as refused:
        _after_refusal(payment, room, refused)
        return None


def follow(payment_id: UUID, room: PayingRoom) -> datetime | None:
    """Find out how an attempt stands, and end it when its time is over.

    Gives when to look again (UTC), or nothing once it has ended.
    """
    payment = room.bus.log.get(Payment, payment_id)
    age = room.bus.clock.now() - _begun(payment)
    if not payment.is_open:
        return None
    try:
        if payment.can_be_left and age >= PAGE_LIFE:
            _close(payment, room, "expired")
        else:
            find_out(payment_id, room)
    except PaymentUnavailable:
        _ask_staff_when_late(payment, room, age)
    if not room.bus.log.get(Payment, payment_id).is_open:
        return None
    return room.bus.clock.now() + _pause(age)


def find_out(payment_id: UUID, room: PayingRoom) -> Outcome | None:
    """Look an attempt up and record how it stands; a charge that never arrived is asked again.

    Raises PaymentUnavailable.
    """
    payment = room.bus.log.get(Payment, payment_id)
    if payment.begun_at is None:
        raise PaymentUnknown(payment_id=payment_id)
    outcome = _port(payment, room).look_up(sought(payment))
    if outcome is not None:
        settle(payment, outcome, room)
    elif payment.method is not None and payment.is_open and _may_ask(payment, room):
        _charged(payment, room, None)
    return outcome


def leave(payment_id: UUID, room: PayingRoom) -> None:
    """Close an attempt that its payer does not want any more: first at the provider.

    Money that came meanwhile is recorded. Raises PaymentUnavailable, StillAsking.
    """
    payment = room.bus.log.get(Payment, payment_id)
    if payment.can_be_left:
        _close(payment, room, "cancelled")


def settle(
    payment: Payment, outcome: Outcome, room: PayingRoom, cause: GivenUpCause = "cancelled"
) -> None:
    """Record an outcome that the payment's own provider account gave."""
    command = SettlePayment(provider=payment.provider, outcome=outcome, cause=cause)
    room.bus.execute(settle_payment, command, PAYMENTS)


def _close(payment: Payment, room: PayingRoom, cause: GivenUpCause) -> None:
    outcome = _port(payment, room).cancel(sought(payment))
    if outcome is not None:
        settle(payment, outcome, room, cause)
        return
    if room.bus.clock.now() - _begun(payment) < IN_FLIGHT:
        raise StillAsking(payment_id=payment.id)
    room.bus.execute(give_up, GiveUp(payment.id, cause), PAYMENTS)


class GiveUp(msgspec.Struct, frozen=True):
    """End an attempt that the provider never heard of."""

    payment_id: UUID
    cause: GivenUpCause


def give_up(command: GiveUp, act: Act, log: EventLog) -> None:
    """Free the invoices."""
    payment = log.get(Payment, command.payment_id)
    payment.give_up(command.cause, by=act)
    if payment.state == "given_up":
        invoices = log.get_many(Invoice, [part.invoice_id for part in payment.allocations])
        for invoice in invoices.values():
            invoice.give_up_attempt(payment.id, by=act)
        log.save(payment, *invoices.values())


def _charged(payment: Payment, room: PayingRoom, return_url: str | None) -> str | None:
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
        outcome = _port(payment, room).charge(charge)
    except PaymentRefused as refused:
        _after_refusal(payment, room, refused)
        return None
    settle(payment, outcome, room)
    return outcome.action_url if outcome.status == "needs_action" else None


def _after_refusal(payment: Payment, room: PayingRoom, refused: PaymentRefused) -> None:
    """Nothing was charged by this request; an earlier one may have been."""
    outcome = _port(payment, room).look_up(sought(payment))
    if outcome is None:
        outcome = Outcome(
            attempt_id=payment.id,
            bill_group_id=_bill_group(payment),
            purpose="payment",
            status="failed",
            reference="",
            customer=payment.customer,
            began_at=_begun(payment),
            amount=payment.amount,
            failure=Failure("other", refused.why),
        )
    settle(payment, outcome, room)


def _may_ask(payment: Payment, room: PayingRoom) -> bool:
    """The payer's own request comes first; without a payer there is none."""
    return payment.way == "auto_pay" or room.bus.clock.now() - _begun(payment) >= IN_FLIGHT


class AskStaff(msgspec.Struct, frozen=True):
    """Nobody knows what became of an attempt."""

    payment_id: UUID


def ask_staff(command: AskStaff, act: Act, log: EventLog) -> None:
    """Put it on the page of payments that need attention."""
    payment = log.get(Payment, command.payment_id)
    payment.need_attention("outcome_unknown", by=act)
    log.save(payment)


def _ask_staff_when_late(payment: Payment, room: PayingRoom, age: timedelta) -> None:
    if age >= TOO_LONG:
        room.bus.execute(ask_staff, AskStaff(payment.id), PAYMENTS)


def _pause(age: timedelta) -> timedelta:
    """Look again soon while somebody waits for it, and seldom while a debit takes its days."""
    for younger, pause in _PAUSES:
        if age < younger:
            return pause
    return timedelta(hours=6)


_PAUSES = (
    (timedelta(minutes=2), timedelta(seconds=5)),
    (timedelta(minutes=40), timedelta(seconds=30)),
    (timedelta(days=1), timedelta(minutes=30)),
)


def _port(payment: Payment, room: PayingRoom) -> Payments:
    return room.providers.of(payment.provider)


def sought(payment: Payment) -> Sought:
    """Name an attempt to its provider as we know it. Raises PaymentUnknown."""
    return Sought(payment.id, "payment", payment.customer, _begun(payment))


def _begun(payment: Payment) -> datetime:
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
