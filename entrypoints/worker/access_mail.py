"""Tells somebody that a portal is open to them, when staff wished so."""

import msgspec

from application.portal_access import SendAccessGranted
from application.ports.mail import OutgoingMail
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.brands import brand_of
from entrypoints.landing import landing_link
from entrypoints.mails.compose import compose
from entrypoints.mails.letterhead import Letterhead
from entrypoints.worker.jobs import JobExpired
from read_models import access_panel
from read_models import entry as entries
from read_models.entry import BillGroupPortal


def send_access_granted(portal: Portal, payload: bytes) -> OutgoingMail:
    """Mail the invitation while its grant stands; without a way in it names whom to ask.

    Its Message-ID is the grant's, so that it repeats. Raises JobExpired, MailRefused,
    MailUnavailable.
    """
    job = msgspec.json.decode(payload, type=SendAccessGranted)
    with portal.reading() as connection:
        grant = access_panel.one_grant(connection, job.bill_group_id, job.grant_id)
        here = entries.portal_of_bill_group(connection, job.bill_group_id)
    if grant is None or here is None or grant.kind != "address" or is_erased(grant.value):
        raise JobExpired
    mail = _mail(portal, job, here, grant.value)
    portal.mail().send(mail)
    return mail


def _mail(
    portal: Portal, job: SendAccessGranted, here: BillGroupPortal, address: str
) -> OutgoingMail:
    settings, now = portal.settings(), portal.clock().now()
    base = settings.web_url.rstrip("/")
    language = here.bill_group_language or here.language
    words = compose(
        "access_granted",
        language,
        Letterhead(brand=brand_of(here), base_url=base, zone=here.time_zone),
        address=address,
        account_name=here.account_name,
        bill_group_name=here.bill_group_name,
        link=landing_link(base, here.link) if here.link and here.is_open(now) else None,
    )
    return OutgoingMail(
        envelope_to=address,
        from_name=here.entity_name,
        from_address=settings.mail_from,
        reply_to=here.support_email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=f"<{job.grant_id}@{settings.mail_from.rpartition('@')[2]}>",
        dated=now,
        language=language,
    )
