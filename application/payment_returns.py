"""Money of a payment that goes back: refunds, and what the payer's bank contests."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

import msgspec

from application.ports.event_log import EventLog, Job
from application.ports.payment_outcomes import DisputeAtProvider, RefundAtProvider
from application.settling import SendPaymentFailed, day_of, invoices_of, is_ours
from domain.event import Act
from domain.identity import imported_id
from domain.payment import Payment
from domain.payment_attention import AttentionCause


class RecordRefund(msgspec.Struct, frozen=True):
    """Money of a payment went back."""

    provider: str
    refund: RefundAtProvider


def record_refund(command: RecordRefund, act: Act, log: EventLog) -> None:
    """Show it with the payment on its invoices; they stay as paid as they are.

    One that fails after it had succeeded, as when the payer's account is closed, is taken back.
    """
    refund = command.refund
    payment = log.get(Payment, refund.attempt_id)
    if refund.status == "processing" or not payment.allocations:
        return
    if not is_ours(payment, command.provider, refund.bill_group_id, refund.amount.currency):
        _ask_to_look(log, payment, "bill_group_differs", str(refund.bill_group_id), act)
        return
    refund_id = imported_id(command.provider, "refund", refund.reference)
    if refund.status == "failed":
        _take_back(log, payment, refund_id, act)
        return
    day = day_of(log, payment, refund.at)
    payment.refund(refund_id, refund.amount.minor, day, by=act)
    _give_back(log, payment, refund_id, day, act, reopened=False)


def _take_back(log: EventLog, payment: Payment, refund_id: UUID, act: Act) -> None:
    """Show a refund no more, and ask staff to look; nothing happens when none was shown."""
    invoices, day = invoices_of(log, payment), day_of(log, payment, act.at)
    payment.fail_refund(refund_id, day, by=act)
    for invoice in invoices:
        invoice.fail_refund(uuid5(refund_id, str(invoice.id)), day, by=act)
    log.save(payment, *invoices)


class RecordDispute(msgspec.Struct, frozen=True):
    """The payer's bank contests a payment, or has decided."""

    provider: str
    dispute: DisputeAtProvider


def record_dispute(command: RecordDispute, act: Act, log: EventLog) -> None:
    """Show it on the invoices; what was lost is owed again. Staff are asked to look."""
    told = command.dispute
    payment = log.get(Payment, told.attempt_id)
    if not payment.allocations:
        return
    if not is_ours(payment, command.provider, told.bill_group_id, told.amount.currency):
        _ask_to_look(log, payment, "bill_group_differs", str(told.bill_group_id), act)
        return
    dispute_id = imported_id(command.provider, "dispute", told.reference)
    day, known = day_of(log, payment, told.at), dispute_id in payment.lost
    if told.status == "open":
        payment.dispute(dispute_id, day, by=act)
    else:
        won = told.status == "won"
        payment.close_dispute(dispute_id, told.amount.minor, day, won=won, by=act)
    lost = not known and bool(payment.lost.get(dispute_id))
    tell = SendPaymentFailed(payment.id, dispute_id=dispute_id)
    jobs = [Job("send_payment_failed", tell, payment.bill_group_id)] if lost else []
    _give_back(log, payment, dispute_id, day, act, reopened=True, jobs=jobs)


def _give_back(  # noqa: PLR0913 - what went back, when, and whether it is owed again
    log: EventLog,
    payment: Payment,
    refund_id: UUID,
    day: date,
    act: Act,
    *,
    reopened: bool,
    jobs: Sequence[Job] = (),
) -> None:
    """Let the invoices of a payment know what went back and whether it is disputed.

    What is owed again for it is what the payer's bank took.
    """
    invoices, went_back = invoices_of(log, payment), {**payment.refunds, **payment.lost}
    parts = {part.invoice_id: part.amount for part in went_back.get(refund_id, ())}
    for invoice in invoices:
        if payment.disputed:
            invoice.dispute(day, by=act)
        elif reopened:
            invoice.close_dispute(day, by=act)
        if invoice.id in parts:
            invoice.record_refund(
                uuid5(refund_id, str(invoice.id)),
                payment.id,
                parts[invoice.id],
                day,
                reopened=reopened,
                by_bank=reopened,
                by=act,
            )
    log.save(payment, *invoices, jobs=jobs)


def _ask_to_look(
    log: EventLog, payment: Payment, why: AttentionCause, stated: str, act: Act
) -> None:
    payment.need_attention(why, stated, by=act)
    log.save(payment)
