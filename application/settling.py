"""Taking what a provider tells of a payment into the record, once, in whatever order it comes."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from application.ports.event_log import EventLog, Job
from application.ports.payment_outcomes import (
    MethodAtProvider,
    Outcome,
)
from application.saved_methods import note_use, shown_of
from domain.actor import System
from domain.balance import PaymentStatus
from domain.bill_group import BillGroup, PaymentMethodFacts
from domain.entity import Entity
from domain.event import Act
from domain.invoice import Invoice
from domain.payment import GivenUpCause, Payment, PaymentState
from domain.payment_attention import AttentionCause

PAYMENTS = System("payments")
"""Who records what a provider tells."""

MONEY = {"processing", "succeeded"}
STATUSES: dict[PaymentState, PaymentStatus] = {
    "processing": "processing",
    "succeeded": "succeeded",
    "failed": "failed",
}
"""What each state of a payment is called on its invoices."""


class SendReceipt(msgspec.Struct, frozen=True):
    """The worker's job: mail a receipt to the billing contact."""

    payment_id: UUID


class SendPaymentFailed(msgspec.Struct, frozen=True):
    """The worker's job: tell the billing contact, or whoever paid, of a failure that no page told.

    `dispute_id` when it had come, and the payer's bank took it back.
    """

    payment_id: UUID
    to_payer: bool = False
    dispute_id: UUID | None = None


class SettlePayment(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider account says of an attempt; `cause` is why one was cancelled, if it was.

    `watched` when the page that the payer waits for tells it.
    """

    provider: str
    outcome: Outcome
    cause: GivenUpCause = "cancelled"
    watched: bool = False


def settle_payment(command: SettlePayment, act: Act, log: EventLog) -> PaymentState:
    """Record how an attempt stands, on it and on its invoices; gives its state.

    Money whose amount, currency, account or bill group is not what was asked for is not recorded:
    staff are asked to look.
    """
    outcome = command.outcome
    payment = log.get(Payment, outcome.attempt_id)
    if not payment.allocations:
        _find(payment, command, act)
        log.save(payment)
        return payment.state
    differs = _difference(payment, command)
    if differs and outcome.status in MONEY:
        payment.need_attention(*differs, by=act)
    if differs:
        log.save(payment)
        return payment.state
    before, day = payment.state, day_of(log, payment, act.at)
    _take(payment, command, day, act)
    if payment.state == before:
        log.save(payment)
        return before
    invoices = invoices_of(log, payment)
    for invoice in invoices:
        _tell(invoice, payment, outcome, day, act)
    group = log.get(BillGroup, outcome.bill_group_id)
    note_use(group, payment, outcome, act)
    log.save(payment, *invoices, group, jobs=_jobs(payment, before, command))
    return payment.state


def day_of(log: EventLog, payment: Payment, at: datetime) -> date:
    """Give the calendar date of a moment in the entity's time zone."""
    facts = log.get(Entity, payment.entity_id).facts if payment.entity_id else None
    return at.astimezone(ZoneInfo(facts.time_zone if facts else "UTC")).date()


def _find(payment: Payment, command: SettlePayment, act: Act) -> None:
    """Money of an attempt that this record does not know: a backup was restored, say."""
    outcome = command.outcome
    if outcome.status in MONEY and outcome.amount:
        payment.find(
            command.provider, outcome.reference, outcome.amount, outcome.bill_group_id, by=act
        )


def _difference(payment: Payment, command: SettlePayment) -> tuple[AttentionCause, str] | None:
    outcome = command.outcome
    currency = outcome.amount.currency if outcome.amount else ""
    if not is_ours(payment, command.provider, outcome.bill_group_id, payment.currency):
        return "bill_group_differs", f"{command.provider} {outcome.bill_group_id}"
    if outcome.amount != payment.amount:
        minor = outcome.amount.minor if outcome.amount else 0
        return "amount_differs", f"{minor} {currency}"
    if outcome.customer != payment.customer:
        return "bill_group_differs", outcome.customer
    return None


def is_ours(payment: Payment, provider: str, bill_group_id: UUID, currency: str) -> bool:
    """Whether what a provider account tells is about this payment of ours."""
    told = (provider, bill_group_id, currency)
    return told == (payment.provider, payment.bill_group_id, payment.currency)


def _take(payment: Payment, command: SettlePayment, day: date, act: Act) -> None:
    outcome, method = command.outcome, facts_of(command.outcome.method)
    match outcome.status:
        case "needs_action":
            payment.need_confirmation(outcome.reference, by=act)
        case "processing":
            payment.process(outcome.reference, method, by=act)
        case "succeeded":
            payment.succeed(outcome.reference, day, method, by=act)
        case "failed":
            code = outcome.failure.code if outcome.failure else "other"
            payment.fail(outcome.reference, code, day, by=act)
        case "cancelled":
            payment.give_up(command.cause, by=act)
        case "open":
            pass


def _tell(invoice: Invoice, payment: Payment, outcome: Outcome, day: date, act: Act) -> None:
    """Record the payment's new state on one of its invoices."""
    if payment.state == "given_up":
        invoice.give_up_attempt(payment.id, by=act)
    status = STATUSES.get(payment.state)
    if status is None:
        return
    amount = next(part.amount for part in payment.allocations if part.invoice_id == invoice.id)
    method = label_of(facts_of(outcome.method))
    reference = outcome.reference or str(payment.id)
    invoice.record_payment(payment.id, reference, amount, status, day, method, by=act)


def invoices_of(log: EventLog, payment: Payment) -> list[Invoice]:
    """Load the invoices that a payment is for."""
    ids = [part.invoice_id for part in payment.allocations]
    return list(log.get_many(Invoice, ids).values())


def _jobs(payment: Payment, before: PaymentState, command: SettlePayment) -> list[Job]:
    """Mail a receipt; mail a failure to whom no page told it.

    Who was asked to confirm at the bank was told there.
    """
    if payment.state == "succeeded":
        return [Job("send_receipt", SendReceipt(payment.id), payment.bill_group_id)]
    unseen = before == "processing" or (before == "begun" and not command.watched)
    if payment.state != "failed" or not (unseen or payment.way == "auto_pay"):
        return []
    told = [SendPaymentFailed(payment.id)]
    if payment.payer is not None:
        told.append(SendPaymentFailed(payment.id, to_payer=True))
    return [Job("send_payment_failed", each, payment.bill_group_id) for each in told]


def facts_of(method: MethodAtProvider | None) -> PaymentMethodFacts | None:
    """Give what may be shown of the method that was used."""
    return None if method is None else shown_of(method)


def label_of(method: PaymentMethodFacts | None) -> str | None:
    """Name a method in one line that needs no translation: Visa 4242."""
    if method is None:
        return None
    name = method.brand or method.bank_name or ""
    parts = (name.title() if name.islower() else name, method.last4 or "")
    return " ".join(part for part in parts if part) or None
