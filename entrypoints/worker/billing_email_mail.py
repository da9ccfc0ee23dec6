"""The mails about a new billing email: what confirms it, and what the old and the new one learn."""

from typing import Any
from uuid import UUID, uuid5

import msgspec

from application.addresses import canonical_address
from application.bill_group import SendBillingEmailUndone
from application.contact import (
    SendBillingEmailConfirmation,
    SendBillingEmailNotice,
    make_email_proof,
)
from application.ports.billing_emails import BillingEmailChange, BillingEmailChangeOver
from application.ports.mail import MailRefused, OutgoingMail
from application.sign_in import shown_code
from domain.aggregate import Refusal
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.brands import brand_of
from entrypoints.landing import landing_link
from entrypoints.mails.compose import Composed, Message, compose
from entrypoints.mails.letterhead import Letterhead
from entrypoints.worker.jobs import JobExpired
from read_models import change_history
from read_models import entry as entries
from read_models.entry import BillGroupPortal


def send_billing_email_confirmation(portal: Portal, payload: bytes) -> OutgoingMail:
    """Mail the new address a link and a code, with secrets of their own, while it waits.

    Raises JobExpired, MailRefused, MailUnavailable.
    """
    job = msgspec.json.decode(payload, type=SendBillingEmailConfirmation)
    change, here = _about(portal, job.change_id)
    try:
        secret, code = make_email_proof(change.change_id, portal.contact_desk())
    except BillingEmailChangeOver as over:
        raise JobExpired from over
    words = _words(
        portal,
        here,
        change.language,
        "billing_email_confirm",
        asker=change.asked_by,
        address=change.address,
        link=f"{_base(portal)}/billing-email/{change.change_id}#{secret}",
        code=shown_code(code),
    )
    mail_id = portal.ids().uuid7()
    mail = _mail(portal, here, change.language, change.address, words, mail_id)
    portal.mail().send(mail)
    return mail


def send_billing_email_notice(portal: Portal, payload: bytes) -> OutgoingMail:
    """Tell the old or the new billing email; whoever has no access is named the support contact.

    The Message-ID is made of the change, so that it repeats. Raises JobExpired, MailRefused,
    MailUnavailable.
    """
    job = msgspec.json.decode(payload, type=SendBillingEmailNotice)
    change, here = _about(portal, job.change_id)
    to = change.earlier if job.to == "earlier" else change.address
    if to is None:
        raise JobExpired
    message: Message = "billing_email_asked" if job.told == "asked" else "billing_email_changed"
    words = _words(
        portal,
        here,
        change.language,
        message,
        asker=change.asked_by,
        new=change.address,
        earlier=change.earlier,
        link=_details_link(portal, here, to),
    )
    mail_id = uuid5(change.change_id, f"{job.told} {job.to}")
    mail = _mail(portal, here, change.language, to, words, mail_id)
    portal.mail().send(mail)
    return mail


def send_billing_email_undone(portal: Portal, payload: bytes) -> OutgoingMail:
    """Tell an address that staff undid a change: where invoices went, and where they go again.

    The Message-ID is made of the change, so that it repeats. Raises JobExpired, MailRefused,
    MailUnavailable.
    """
    job = msgspec.json.decode(payload, type=SendBillingEmailUndone)
    with portal.reading() as connection:
        row = change_history.one(connection, job.bill_group_id, job.version)
        here = entries.portal_of_bill_group(connection, job.bill_group_id)
    earlier, new = (row.contact_before, row.contact) if row else (None, None)
    if here is None or earlier is None or new is None:
        raise JobExpired
    if is_erased(earlier.email) or is_erased(new.email):
        raise JobExpired
    language = here.bill_group_language or here.language
    to = _mailbox(earlier.email if job.to == "earlier" else new.email)
    words = _words(
        portal,
        here,
        language,
        "billing_email_changed",
        asker=None,
        new=new.email,
        earlier=earlier.email,
        link=_details_link(portal, here, to),
    )
    mail_id = uuid5(job.bill_group_id, f"undone {job.version} {job.to}")
    mail = _mail(portal, here, language, to, words, mail_id)
    portal.mail().send(mail)
    return mail


def _mailbox(address: str) -> str:
    try:
        return canonical_address(address)
    except Refusal as refusal:
        raise MailRefused("The billing contact's address takes no mail.") from refusal


def _details_link(portal: Portal, here: BillGroupPortal, to: str) -> str | None:
    """Link to the contacts for whom a grant covers; anybody else is told whom to ask."""
    with portal.reading() as connection:
        covering = entries.covering(connection, here.bill_group_id, to)
    open_now = covering is not None and covering.is_open(portal.clock().now())
    return landing_link(_base(portal), here.link, "/details") if open_now and here.link else None


def _about(portal: Portal, change_id: UUID) -> tuple[BillingEmailChange, BillGroupPortal]:
    change = portal.billing_emails().get(change_id)
    if change is None:
        raise JobExpired
    with portal.reading() as connection:
        here = entries.portal_of_bill_group(connection, change.bill_group_id)
    if here is None:
        raise JobExpired
    return change, here


def _words(
    portal: Portal,
    here: BillGroupPortal,
    language: str,
    message: Message,
    **facts: Any,
) -> Composed:
    return compose(
        message,
        language,
        Letterhead(brand=brand_of(here), base_url=_base(portal), zone=here.time_zone),
        account_name=here.account_name,
        bill_group_name=here.bill_group_name,
        **facts,
    )


def _mail(  # noqa: PLR0913, PLR0917 - what a mail is made of
    portal: Portal, here: BillGroupPortal, language: str, to: str, words: Composed, mail_id: UUID
) -> OutgoingMail:
    settings = portal.settings()
    host = settings.mail_from.rpartition("@")[2]
    return OutgoingMail(
        envelope_to=to,
        from_name=here.entity_name,
        from_address=settings.mail_from,
        reply_to=here.support_email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=f"<{mail_id}@{host}>",
        dated=portal.clock().now(),
        language=language,
    )


def _base(portal: Portal) -> str:
    return portal.settings().web_url.rstrip("/")
