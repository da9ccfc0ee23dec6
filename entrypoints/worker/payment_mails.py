"""Mails the billing contact what became of a payment: a receipt, or that no money came."""

from typing import Any
from uuid import UUID

import msgspec

from application.addresses import canonical_address
from application.ports.mail import MailRefused, OutgoingMail
from application.settling import SendPaymentFailed, SendReceipt, label_of
from domain.aggregate import Refusal
from domain.invoice import Invoice
from domain.payment import Payment
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.brands import brand_of
from entrypoints.http.languages import speaking
from entrypoints.mails.compose import Message, compose
from entrypoints.mails.letterhead import Letterhead
from entrypoints.wording.payment_failures import why_failed
from entrypoints.worker.jobs import JobExpired
from read_models import details, payments
from read_models import entry as entries
from read_models.entry import BillGroupPortal
from read_models.payments import PaymentShown


def send_receipt(portal: Portal, payload: bytes) -> None:
    """Mail a receipt. Raises JobExpired, MailRefused, MailUnavailable."""
    job = msgspec.json.decode(payload, type=SendReceipt)
    _send(portal, job.payment_id, "receipt")


def send_payment_failed(portal: Portal, payload: bytes) -> None:
    """Mail that no money came. Raises JobExpired, MailRefused, MailUnavailable."""
    job = msgspec.json.decode(payload, type=SendPaymentFailed)
    _send(portal, job.payment_id, "payment_failed")


def _send(portal: Portal, payment_id: UUID, message: Message) -> None:
    here, shown, email = _asked(portal, payment_id)
    if (shown.state == "succeeded") is not (message == "receipt"):
        raise JobExpired
    try:
        address = canonical_address(email)
    except Refusal as refusal:
        raise MailRefused("The billing contact's address takes no mail.") from refusal
    portal.mail().send(_mail(portal, message, here, shown, address))


def _asked(portal: Portal, payment_id: UUID) -> tuple[BillGroupPortal, PaymentShown, str]:
    """Give the payment with whom it is told; raises JobExpired where nobody is named."""
    bill_group_id = portal.log().get(Payment, payment_id).bill_group_id
    with portal.reading() as connection:
        here = bill_group_id and entries.portal_of_bill_group(connection, bill_group_id)
        if not here:
            raise JobExpired
        scope = here.scope(portal.clock().now())
        shown = payments.of_payment(connection, scope, payment_id)
        contact = details.of_bill_group(connection, scope).billing_contact
    if contact is None or is_erased(contact.email):
        raise JobExpired
    return here, shown, contact.email


def _mail(
    portal: Portal, message: Message, here: BillGroupPortal, shown: PaymentShown, address: str
) -> OutgoingMail:
    settings = portal.settings()
    base = settings.web_url.rstrip("/")
    language = here.bill_group_language or here.language
    words = compose(
        message,
        language,
        Letterhead(brand=brand_of(here), base_url=base, zone=here.time_zone),
        account_name=here.account_name,
        bill_group_name=here.bill_group_name,
        link=_link(portal, here, address, base),
        **_facts(portal, shown, language),
    )
    return OutgoingMail(
        envelope_to=address,
        from_name=here.entity_name,
        from_address=settings.mail_from,
        reply_to=here.support_email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=f"<{shown.payment_id}.{message}@{settings.mail_from.rpartition('@')[2]}>",
        dated=portal.clock().now(),
        language=language,
    )


def _link(portal: Portal, here: BillGroupPortal, address: str, base: str) -> str | None:
    """Link to the portal for whom a grant covers; anybody else is told whom to ask."""
    with portal.reading() as connection:
        covering = entries.covering(connection, here.bill_group_id, address)
    may_enter = covering is not None and covering.grant_id is not None
    open_now = here.link is not None and here.is_open(portal.clock().now())
    return f"{base}/p/{here.link}" if may_enter and open_now else None


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
    }
