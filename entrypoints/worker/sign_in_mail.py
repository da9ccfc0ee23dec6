"""Decides whether a request to sign in is answered by a mail, and sends it."""

import msgspec

from application.ports.mail import OutgoingMail
from application.ports.sign_in_requests import SignInRequest, SignInSpent
from application.sign_in import SendSignIn, make_proof, shown_code
from entrypoints.container import Portal
from entrypoints.http.brands import brand_of
from entrypoints.mails.compose import compose
from entrypoints.mails.letterhead import Letterhead
from entrypoints.worker.jobs import JobExpired
from read_models import entry as entries
from read_models.entry import BillGroupPortal


def send_sign_in(portal: Portal, payload: bytes) -> OutgoingMail | None:
    """Mail a link and a code, with secrets of their own, when the address is covered now.

    An address that is not covered gets no mail, and nobody learns of that. Raises JobExpired,
    MailRefused, MailUnavailable.
    """
    job = msgspec.json.decode(payload, type=SendSignIn)
    now = portal.clock().now()
    request = portal.sign_in_requests().get(job.request_id, now)
    if request is None:
        raise JobExpired
    here = _covered(portal, request)
    if here is None or here.grant_id is None:
        return None
    try:
        token, code = make_proof(request.request_id, here.grant_id, portal.sign_in_desk())
    except SignInSpent as spent:
        raise JobExpired from spent
    mail = _mail(portal, request, here, token, code)
    portal.mail().send(mail)
    return mail


def _covered(portal: Portal, request: SignInRequest) -> BillGroupPortal | None:
    """Give the portal with the covering grant, when nothing stands in the way."""
    now = portal.clock().now()
    with portal.reading() as connection:
        here = entries.covering(connection, request.bill_group_id, request.address)
        if here is None or here.grant_id is None:
            return None
        obstacle = entries.obstacle(
            connection,
            request.bill_group_id,
            request.address,
            link=request.link,
            asked_at=request.asked_at,
            grant_id=here.grant_id,
            now=now,
        )
    return here if obstacle is None else None


def _mail(
    portal: Portal, request: SignInRequest, here: BillGroupPortal, token: str, code: str
) -> OutgoingMail:
    settings = portal.settings()
    base = settings.web_url.rstrip("/")
    letterhead = Letterhead(brand=brand_of(here), base_url=base, zone=here.time_zone)
    words = compose(
        "sign_in",
        request.language,
        letterhead,
        address=request.address,
        account_name=here.account_name,
        bill_group_name=here.bill_group_name,
        link=f"{base}/sign-in/{request.link}#{token}",
        code=shown_code(code),
    )
    host = settings.mail_from.rpartition("@")[2]
    return OutgoingMail(
        envelope_to=request.address,
        from_name=here.entity_name,
        from_address=settings.mail_from,
        reply_to=here.support_email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=f"<{portal.ids().uuid7()}@{host}>",
        dated=portal.clock().now(),
        language=request.language,
    )
