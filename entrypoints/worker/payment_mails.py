"""Mails what became of a payment: a receipt, or that no money came; the latter also to who paid."""

from typing import Any, Literal
from uuid import UUID

import msgspec

from application.ports.mail import OutgoingMail
from application.settling import SendPaymentFailed, SendReceipt, label_of
from domain.invoice import Invoice
from domain.notifications import Notification
from domain.payment import Payment
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.languages import phrase, speaking
from entrypoints.wording.payment_failures import why_failed
from entrypoints.worker.contact_mail import Reader, billing_contact, mail_to, must_be_wanted
from entrypoints.worker.jobs import JobExpired
from read_models import collecting, details, payments
from read_models import entry as entries
from read_models.collecting import Collected
from read_models.entry import BillGroupPortal
from read_models.payments import PaymentShown


def send_receipt(portal: Portal, payload: bytes) -> OutgoingMail:
    """Mail a receipt. Raises JobExpired, MailRefused, MailUnavailable."""
    job = msgspec.json.decode(payload, type=SendReceipt)
    reader = billing_contact(portal, portal.log().get(Payment, job.payment_id).bill_group_id)
    return _send(portal, job.payment_id, reader, "receipt")


def send_payment_failed(portal: Portal, payload: bytes) -> OutgoingMail:
    """Mail that no money came. Raises JobExpired, MailRefused, MailUnavailable."""
    job = msgspec.json.decode(payload, type=SendPaymentFailed)
    payment = portal.log().get(Payment, job.payment_id)
    if job.to_payer:
        reader = _payer(portal, payment)
        return _send(portal, payment.id, reader, "payment_failed", f"{payment.id}.payer")
    reader = billing_contact(portal, payment.bill_group_id)
    if job.dispute_id:
        return _send_taken_back(portal, payment, job.dispute_id, reader)
    return _send(portal, payment.id, reader, "payment_failed")


def _payer(portal: Portal, payment: Payment) -> Reader:
    """Say who set out to pay.

    Raises JobExpired for whom no grant covers any more, and where the billing contact is the same.
    """
    if payment.bill_group_id is None or payment.payer is None or is_erased(payment.payer):
        raise JobExpired
    with portal.reading() as connection:
        here = entries.covering(connection, payment.bill_group_id, payment.payer)
        if here is None or here.grant_id is None:
            raise JobExpired(phrase("Whoever paid has no access any more."))
        scope = here.scope(portal.clock().now())
        contact = details.of_bill_group(connection, scope).billing_contact
    if contact is not None and contact.email.casefold() == payment.payer:
        raise JobExpired(phrase("The billing contact has this mail already."))
    return Reader(here, payment.payer)


def _send(
    portal: Portal,
    payment_id: UUID,
    reader: Reader,
    message: Literal["receipt", "payment_failed"],
    mail_id: str = "",
) -> OutgoingMail:
    notification: Notification = "payment_received" if message == "receipt" else message
    with portal.reading() as connection:
        scope = reader.here.scope(portal.clock().now())
        shown = payments.of_payment(connection, scope, payment_id)
    if (shown.state == "succeeded") is not (message == "receipt"):
        raise JobExpired
    must_be_wanted(portal, reader, notification)
    facts = _facts(portal, shown, reader)
    mail = mail_to(
        portal,
        reader,
        message,
        mail_id or str(payment_id),
        notification=notification,
        place=f"/payments/{payment_id}",
        **facts,
    )
    portal.mail().send(mail)
    return mail


def _send_taken_back(
    portal: Portal, payment: Payment, dispute_id: UUID, reader: Reader
) -> OutgoingMail:
    """Mail that the payer's bank took money back, and what is open again for it."""
    must_be_wanted(portal, reader, "payment_failed")
    parts = payment.lost[dispute_id]
    invoices = portal.log().get_many(Invoice, [part.invoice_id for part in parts])
    mail = mail_to(
        portal,
        reader,
        "payment_taken_back",
        f"{payment.id}.{dispute_id}",
        notification="payment_failed",
        place=f"/payments/{payment.id}",
        minor=sum(part.amount for part in parts),
        currency=payment.currency,
        invoices=[(invoices[part.invoice_id].number, part.amount) for part in parts],
    )
    portal.mail().send(mail)
    return mail


def _plan(portal: Portal, shown: PaymentShown, here: BillGroupPortal) -> Collected | None:
    """Say when auto-pay tries the invoice of its try again, or that it does not."""
    with portal.reading() as connection:
        plans = collecting.of_bill_group(connection, here.scope(portal.clock().now()))
    mine = {part.invoice_id for part in shown.parts} if shown.way == "auto_pay" else set()
    return next((plan for plan in plans if plan.invoice_id in mine), None)


def _facts(portal: Portal, shown: PaymentShown, reader: Reader) -> dict[str, Any]:
    ids = [part.invoice_id for part in shown.parts]
    invoices = portal.log().get_many(Invoice, ids)
    with speaking(reader.language):
        why = why_failed(shown.code)
    return {
        "minor": shown.amount,
        "currency": shown.currency,
        "paid_on": shown.ended_on,
        "method": label_of(shown.method),
        "reference": shown.reference or str(shown.payment_id),
        "invoices": [(invoices[part.invoice_id].number, part.amount) for part in shown.parts],
        "why": why,
        "plan": _plan(portal, shown, reader.here),
    }
