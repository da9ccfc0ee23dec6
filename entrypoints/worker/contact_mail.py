"""Mails to the billing contact of a bill group: in its language, branded, and as it chose."""

from typing import Any
from uuid import UUID

import msgspec

from application.addresses import canonical_address
from application.ports.mail import MailRefused, OutgoingMail
from domain.aggregate import Refusal
from domain.notifications import Notification
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.brands import brand_of
from entrypoints.http.languages import phrase
from entrypoints.landing import HOME, landing_link
from entrypoints.mails.compose import Message, compose
from entrypoints.mails.letterhead import Letterhead
from entrypoints.stopping_mail import stop_link
from entrypoints.worker.jobs import JobExpired
from read_models import details, notification_choices
from read_models import entry as entries
from read_models.entry import BillGroupPortal

TURNED_OFF = phrase("The billing contact turned these mails off.")


class Reader(msgspec.Struct, frozen=True):
    """The billing contact, and the bill group that a mail is about."""

    here: BillGroupPortal
    address: str

    @property
    def language(self) -> str:
        """The language that the mail is written in."""
        return self.here.bill_group_language or self.here.language


def billing_contact(portal: Portal, bill_group_id: UUID | None) -> Reader:
    """Say who reads a mail about a bill group.

    Raises JobExpired where nobody is named, MailRefused where the address takes no mail.
    """
    with portal.reading() as connection:
        here = bill_group_id and entries.portal_of_bill_group(connection, bill_group_id)
        if not here:
            raise JobExpired
        scope = here.scope(portal.clock().now())
        contact = details.of_bill_group(connection, scope).billing_contact
    if contact is None or is_erased(contact.email):
        raise JobExpired(phrase("There is no billing contact to tell."))
    try:
        return Reader(here, canonical_address(contact.email))
    except Refusal as refusal:
        raise MailRefused("The billing contact's address takes no mail.") from refusal


def must_be_wanted(portal: Portal, reader: Reader, notification: Notification) -> None:
    """Raise JobExpired when the reader turned this kind of mail off."""
    scope = reader.here.scope(portal.clock().now())
    with portal.reading() as connection:
        off = notification_choices.of_address(connection, scope, reader.address)
    if notification in off:
        raise JobExpired(TURNED_OFF)


def mail_to(  # noqa: PLR0913 - what a mail is about, to whom, and where it leads
    portal: Portal,
    reader: Reader,
    message: Message,
    mail_id: str,
    *,
    notification: Notification | None = None,
    place: str = HOME,
    **facts: Any,
) -> OutgoingMail:
    """Write a mail; `mail_id` makes its Message-ID, so that it repeats.

    Mails about security have no `notification` and cannot be turned off. The link leads to a
    `place` of `entrypoints.landing`.
    """
    settings, here = portal.settings(), reader.here
    base = settings.web_url.rstrip("/")
    stop = notification and stop_link(portal, here.bill_group_id, notification, reader.address)
    words = compose(
        message,
        reader.language,
        Letterhead(brand=brand_of(here), base_url=base, zone=here.time_zone),
        account_name=here.account_name,
        bill_group_name=here.bill_group_name,
        link=_link(portal, reader, place),
        stop=stop,
        **facts,
    )
    return OutgoingMail(
        envelope_to=reader.address,
        from_name=here.entity_name,
        from_address=settings.mail_from,
        reply_to=here.support_email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=f"<{mail_id}.{message}@{settings.mail_from.rpartition('@')[2]}>",
        dated=portal.clock().now(),
        language=reader.language,
        unsubscribe=stop,
    )


def _link(portal: Portal, reader: Reader, place: str) -> str | None:
    """Link into the portal for whom a grant covers; anybody else is told whom to ask."""
    here = reader.here
    with portal.reading() as connection:
        covering = entries.covering(connection, here.bill_group_id, reader.address)
    may_enter = covering is not None and covering.grant_id is not None
    if here.link is None or not may_enter or not here.is_open(portal.clock().now()):
        return None
    return landing_link(portal.settings().web_url, here.link, place)
