"""What payment providers tell by themselves, and whether it agrees with the record.

Notices come in any order and more than once; each is taken as if it were the only one.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from application.card_numbers import holds_card_number
from application.method_set_ups import SettleSetUp, settle_set_up
from application.payment_attempts import PayingRoom, sought
from application.payment_returns import RecordDispute, RecordRefund, record_dispute, record_refund
from application.ports.event_log import EventLog
from application.ports.payment_outcomes import (
    DisputeAtProvider,
    MethodChanged,
    MethodGone,
    Notice,
    Outcome,
    RefundAtProvider,
)
from application.saved_methods import KeepMethod, LoseMethod, keep_method, lose_method
from application.settling import (
    MONEY,
    PAYMENTS,
    SettlePayment,
    settle_payment,
)
from domain.aggregate import Refusal
from domain.event import Act
from domain.payment import Payment, PaymentUnknown

LONGEST_REASON = 500


class HandlingReasonInvalid(Refusal):
    """A reason has at most 500 characters and holds no card number."""

    code = "handling_reason_invalid"


def take_notice(notice: Notice, provider: str, room: PayingRoom) -> None:
    """Record what a provider account tells of a payment, or of a payment method."""
    match notice.told:
        case Outcome(purpose="payment"):
            settled = SettlePayment(provider=provider, outcome=notice.told)
            room.bus.execute(settle_payment, settled, PAYMENTS)
        case Outcome():
            visit = SettleSetUp(provider=provider, outcome=notice.told)
            room.bus.execute(settle_set_up, visit, PAYMENTS)
        case MethodChanged(customer=customer, bill_group_id=group, method=method):
            kept = KeepMethod(
                provider=provider, bill_group_id=group, customer=customer, method=method
            )
            room.bus.execute(keep_method, kept, PAYMENTS)
        case MethodGone(bill_group_id=group, reference=reference):
            lost = LoseMethod(provider=provider, bill_group_id=group, reference=reference)
            room.bus.execute(lose_method, lost, PAYMENTS)
        case RefundAtProvider():
            room.bus.execute(record_refund, RecordRefund(provider, notice.told), PAYMENTS)
        case DisputeAtProvider():
            room.bus.execute(record_dispute, RecordDispute(provider, notice.told), PAYMENTS)


def reconcile(provider: str, since: datetime, room: PayingRoom) -> int:
    """Take everything again that a provider account tells since a moment; gives how much.

    Finds what was charged and not recorded. Raises PaymentUnavailable.
    """
    told = 0
    for notice in room.providers.of(provider).changes_since(since):
        take_notice(notice, provider, room)
        told += 1
    return told


class MarkMissing(msgspec.Struct, frozen=True):
    """The provider does not hold the money that stands in the record."""

    payment_id: UUID
    stated: str


def mark_missing(command: MarkMissing, act: Act, log: EventLog) -> None:
    """Ask staff to look; the record stays as it is."""
    payment = log.get(Payment, command.payment_id)
    payment.need_attention("not_at_provider", command.stated, by=act)
    log.save(payment)


def check_recorded(payment_id: UUID, room: PayingRoom) -> bool:
    """Ask the provider for a payment whose money is recorded; gives whether both agree.

    Finds what was recorded and not charged. Raises PaymentUnavailable.
    """
    payment = room.bus.log.get(Payment, payment_id)
    if payment.state not in MONEY:
        return True
    outcome = room.providers.of(payment.provider).look_up(sought(payment))
    agrees = outcome is not None and outcome.status in MONEY
    if outcome is not None and (agrees or payment.state == "processing"):
        settled = SettlePayment(provider=payment.provider, outcome=outcome)
        room.bus.execute(settle_payment, settled, PAYMENTS)
        return True
    stated = outcome.status if outcome else "unknown"
    room.bus.execute(mark_missing, MarkMissing(payment_id, stated), PAYMENTS)
    return False


class MarkHandled(msgspec.Struct, frozen=True):
    """A staff member took care of a payment that needed attention."""

    payment_id: UUID
    reason: str


def mark_handled(command: MarkHandled, act: Act, log: EventLog) -> None:
    """Note how. Raises HandlingReasonInvalid, PaymentUnknown, NothingToHandle, ReasonMissing."""
    if len(command.reason) > LONGEST_REASON or holds_card_number(command.reason):
        raise HandlingReasonInvalid
    payment = log.get(Payment, command.payment_id)
    if payment.is_new:
        raise PaymentUnknown(payment_id=command.payment_id)
    payment.handle(command.reason, by=act)
    log.save(payment)
