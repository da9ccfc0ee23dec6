"""Seeing an attempt to pay through to its end: looked up, turned back from, given up, or told.

An attempt is closed at the provider before it is given up, so that nobody can pay on it any more.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from application.payment_attempts import (
    IN_FLIGHT,
    PayingRoom,
    begun_at,
    find_out,
    port_of,
    settle,
    sought,
)
from application.ports.event_log import EventLog
from application.ports.payments import PaymentKeyRefused, PaymentUnavailable
from application.settling import PAYMENTS
from domain.aggregate import Refusal
from domain.event import Act
from domain.invoice import Invoice
from domain.payment import GivenUpCause, Payment
from domain.payment_attention import AttentionCause

PAGE_LIFE = timedelta(minutes=30)
"""How long a payer has for the provider's page before the attempt is closed."""

TOO_LONG = timedelta(days=1)
"""After this a person should know that nobody knows what became of an attempt."""


class StillAsking(Refusal):
    """The provider is being asked right now; an attempt cannot be left meanwhile."""

    code = "still_asking"


def follow(payment_id: UUID, room: PayingRoom) -> datetime | None:
    """Find out how an attempt stands, and end it when its time is over.

    Gives when to look again (UTC), or nothing once it has ended.
    """
    payment = room.bus.log.get(Payment, payment_id)
    age = room.bus.clock.now() - begun_at(payment)
    if not payment.is_open:
        return None
    try:
        if payment.can_be_left and age >= PAGE_LIFE:
            _close(payment, room, "expired")
        else:
            find_out(payment_id, room)
    except PaymentUnavailable as away:
        _ask_staff(payment, room, age, away)
    if not room.bus.log.get(Payment, payment_id).is_open:
        return None
    return room.bus.clock.now() + _pause(age)


def leave(payment_id: UUID, room: PayingRoom) -> None:
    """Close an attempt that its payer does not want any more: first at the provider.

    Money that came meanwhile is recorded. A charge that was asked for is found out about instead.
    Raises PaymentUnavailable, StillAsking.
    """
    payment = room.bus.log.get(Payment, payment_id)
    if payment.state == "begun" and payment.method is not None:
        raise StillAsking(payment_id=payment_id)
    if payment.can_be_left:
        _close(payment, room, "cancelled")


def _close(payment: Payment, room: PayingRoom, cause: GivenUpCause) -> None:
    outcome = port_of(payment, room).cancel(sought(payment))
    if outcome is not None:
        settle(payment, outcome, room, cause)
        return
    if room.bus.clock.now() - begun_at(payment) < IN_FLIGHT:
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


class AskStaff(msgspec.Struct, frozen=True):
    """An attempt cannot be seen through."""

    payment_id: UUID
    why: AttentionCause


def ask_staff(command: AskStaff, act: Act, log: EventLog) -> None:
    """Put it on the page of payments that need attention."""
    payment = log.get(Payment, command.payment_id)
    payment.need_attention(command.why, by=act)
    log.save(payment)


def _ask_staff(
    payment: Payment, room: PayingRoom, age: timedelta, away: PaymentUnavailable
) -> None:
    """Ask at once to mend what does not mend itself, and about silence when it is late."""
    if isinstance(away, PaymentKeyRefused):
        room.bus.execute(ask_staff, AskStaff(payment.id, "key_refused"), PAYMENTS)
    elif age >= TOO_LONG:
        room.bus.execute(ask_staff, AskStaff(payment.id, "outcome_unknown"), PAYMENTS)


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
