"""Mails the billing contact what became of a payment: a receipt, or that no money came."""

from typing import Any, Literal
from uuid import UUID

import msgspec

from application.ports.mail import OutgoingMail
from application.settling import SendPaymentFailed, SendReceipt, label_of
from domain.invoice import Invoice
from domain.notifications import Notification
from domain.payment import Payment
from entrypoints.container import Portal
from entrypoints.http.languages import speaking
from entrypoints.wording.payment_failures import why_failed
from entrypoints.worker.contact_mail import billing_contact, mail_to, must_be_wanted
from entrypoints.worker.jobs import JobExpired
from read_models import collecting, payments
from read_models.collecting import Collected
from read_models.payments import PaymentShown


def send_receipt(portal: Portal, payload: bytes) -> OutgoingMail:
    """Mail a receipt. Raises JobExpired, MailRefused, MailUnavailable."""
    job = msgspec.json.decode(payload, type=SendReceipt)
    return _send(portal, job.payment_id, "receipt", "payment_received")


def send_payment_failed(portal: Portal, payload: bytes) -> OutgoingMail:
    """Mail that no money came. Raises JobExpired, MailRefused, MailUnavailable."""
    job = msgspec.json.decode(payload, type=SendPaymentFailed)
    return _send(portal, job.payment_id, "payment_failed", "payment_failed")


def _send(
    portal: Portal,
    payment_id: UUID,
    message: Literal["receipt", "payment_failed"],
    notification: Notification,
) -> OutgoingMail:
    reader = billing_contact(portal, portal.log().get(Payment, payment_id).bill_group_id)
    with portal.reading() as connection:
        scope = reader.here.scope(portal.clock().now())
        shown = payments.of_payment(connection, scope, payment_id)
    if (shown.state == "succeeded") is not (message == "receipt"):
        raise JobExpired
    must_be_wanted(portal, reader, notification)
    facts = _facts(portal, shown, reader.language)
    mail = mail_to(
        portal,
        reader,
        message,
        str(payment_id),
        notification=notification,
        place=f"/payments/{payment_id}",
        **facts,
    )
    portal.mail().send(mail)
    return mail


def _plan(portal: Portal, shown: PaymentShown) -> Collected | None:
    """Say when auto-pay tries the invoice of its try again, or that it does not."""
    here = billing_contact(portal, shown.bill_group_id).here
    with portal.reading() as connection:
        plans = collecting.of_bill_group(connection, here.scope(portal.clock().now()))
    mine = {part.invoice_id for part in shown.parts} if shown.way == "auto_pay" else set()
    return next((plan for plan in plans if plan.invoice_id in mine), None)


def _facts(portal: Portal, shown: PaymentShown, language: str) -> dict[str, Any]:
    ids = [part.invoice_id for part in shown.parts]
    invoices = portal.log().get_many(Invoice, ids)
    with speaking(language):
        why = why_failed(shown.code)
    return {
        "minor": shown.amount,
        "currency": shown.currency,
        "paid_on": shown.ended_on,
        "method": label_of(shown.method),
        "reference": shown.reference or str(shown.payment_id),
        "invoices": [(invoices[part.invoice_id].number, part.amount) for part in shown.parts],
        "why": why,
        "plan": _plan(portal, shown),
    }
