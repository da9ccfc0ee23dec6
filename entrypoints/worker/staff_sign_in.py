"""Decides whether a request to sign in as staff is answered by a mail, and sends it."""

import msgspec

from application.ports.mail import OutgoingMail
from application.ports.staff_sign_ins import StaffSignInOver
from application.sign_in import shown_code
from application.staff_sign_in import SendStaffSignIn, StaffSignInMail, staff_sign_in_mail
from entrypoints.container import Portal
from entrypoints.http.brands import nobodys_brand
from entrypoints.http.languages import speaking
from entrypoints.mails.compose import compose
from entrypoints.mails.letterhead import Letterhead


def send_staff_sign_in(portal: Portal, payload: bytes) -> OutgoingMail | None:
    """Mail a link and a code, with secrets of their own, when the address is of active staff.

    Any other address gets no mail, and nobody learns of that. Raises MailRefused, MailUnavailable.
    """
    job = msgspec.json.decode(payload, type=SendStaffSignIn)
    try:
        made = staff_sign_in_mail(job, portal.staff_door())
    except StaffSignInOver:
        return None
    mail = _written(portal, made)
    portal.mail().send(mail)
    return mail


def _written(portal: Portal, mail: StaffSignInMail) -> OutgoingMail:
    settings = portal.settings()
    base = settings.admin_url.rstrip("/")
    with speaking(mail.language):
        brand = nobodys_brand()
    words = compose(
        "staff_sign_in",
        mail.language,
        Letterhead(brand=brand, base_url=base),
        address=mail.member.email,
        link=f"{base}/sign-in/link#{mail.link}",
        code=shown_code(mail.code),
    )
    host = settings.mail_from.rpartition("@")[2]
    return OutgoingMail(
        envelope_to=mail.member.email,
        from_name=brand.name,
        from_address=settings.mail_from,
        reply_to=settings.mail_from,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=f"<{portal.ids().uuid7()}@{host}>",
        dated=portal.clock().now(),
        language=mail.language,
    )
