"""Tells the billing contact that an invoice is there."""

from zoneinfo import ZoneInfo

import msgspec

from application.ports.mail import OutgoingMail
from application.reactions import RECENT, SendInvoiceAvailable
from domain.invoice import Invoice
from entrypoints.auto_paying import is_collected
from entrypoints.container import Portal
from entrypoints.http.languages import phrase
from entrypoints.worker.contact_mail import Reader, billing_contact, mail_to, must_be_wanted
from entrypoints.worker.jobs import JobExpired
from read_models import invoice_page
from read_models.invoice_page import InvoiceMissing, InvoiceShown


def send_invoice_available(portal: Portal, payload: bytes) -> OutgoingMail:
    """Mail that an invoice can be seen, while it is neither void nor written off.

    What comes before the bill group has a portal is no news: it belongs to its first imports.
    The portal shows the PDF to whoever is let in; a mail would carry it to whoever it is passed on
    to, so nothing is attached. Raises JobExpired, MailRefused, MailUnavailable.
    """
    job = msgspec.json.decode(payload, type=SendInvoiceAvailable)
    reader = billing_contact(portal, portal.log().get(Invoice, job.invoice_id).bill_group_id)
    if not reader.here.was_on:
        raise JobExpired(phrase("The customer portal was never switched on."))
    shown = _shown(portal, reader, job)
    must_be_wanted(portal, reader, "invoice_available")
    document, settlement = shown.document, shown.settlement
    scope = reader.here.scope(portal.clock().now())
    mail = mail_to(
        portal,
        reader,
        "invoice_available",
        str(job.invoice_id),
        notification="invoice_available",
        place=f"/invoices/{job.invoice_id}",
        number=document.number,
        minor=document.total,
        open=settlement.open,
        currency=document.currency,
        issued_on=shown.issued_on,
        due_on=document.due_on,
        by_itself=is_collected(portal, scope, document.due_on),
    )
    portal.mail().send(mail)
    return mail


def _shown(portal: Portal, reader: Reader, job: SendInvoiceAvailable) -> InvoiceShown:
    """Give the invoice as its page shows it, while there is something to tell."""
    scope = reader.here.scope(portal.clock().now())
    with portal.reading() as connection:
        try:
            shown = invoice_page.of_invoice(connection, scope, job.invoice_id)
        except InvoiceMissing as missing:
            raise JobExpired from missing
    if shown.settlement.document != "issued":
        raise JobExpired(phrase("The invoice was void by then."))
    day = job.issued_at.astimezone(ZoneInfo(reader.here.time_zone)).date()
    if day - shown.issued_on > RECENT:
        raise JobExpired(phrase("The invoice was dated more than three days back."))
    return shown
