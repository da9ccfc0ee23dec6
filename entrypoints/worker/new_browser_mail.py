"""Tells somebody that their address signed in from a browser that was not seen before."""

import msgspec

from application.ports.mail import OutgoingMail
from application.sign_in import SendNewBrowser
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.brands import brand_of
from entrypoints.mails.compose import compose
from entrypoints.mails.letterhead import Letterhead
from entrypoints.worker.jobs import JobExpired
from read_models import entry as entries


def send_new_browser(portal: Portal, payload: bytes) -> OutgoingMail:
    """Mail the person who signed in, wherever that was. Raises JobExpired, MailRefused.

    It is about security, so it cannot be turned off; its Message-ID is the session's.
    """
    job = msgspec.json.decode(payload, type=SendNewBrowser)
    session = portal.sessions().get(job.session_id)
    if session is None or is_erased(session.address):
        raise JobExpired
    with portal.reading() as connection:
        here = entries.portal_of_bill_group(connection, session.bill_group_id)
    if here is None:
        raise JobExpired
    settings = portal.settings()
    base = settings.web_url.rstrip("/")
    open_now = here.is_open(portal.clock().now())
    words = compose(
        "new_browser",
        job.language,
        Letterhead(brand=brand_of(here), base_url=base, zone=here.time_zone),
        address=session.address,
        browser=session.browser,
        at=session.signed_in_at,
        link=f"{base}/sessions" if open_now else None,
    )
    mail = OutgoingMail(
        envelope_to=session.address,
        from_name=here.entity_name,
        from_address=settings.mail_from,
        reply_to=here.support_email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=f"<{job.session_id}.new_browser@{settings.mail_from.rpartition('@')[2]}>",
        dated=portal.clock().now(),
        language=job.language,
    )
    portal.mail().send(mail)
    return mail
