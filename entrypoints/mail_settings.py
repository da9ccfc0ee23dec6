"""Checks how mail goes out: over SMTP, or through a provider's HTTP API."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from entrypoints.safe_urls import LOOPBACK, is_safe

if TYPE_CHECKING:
    from entrypoints.settings import Settings

KINDS = ("smtp", "mailgun")


def problems_of(settings: "Settings") -> Iterator[str]:
    """Say what is wrong, each in a sentence."""
    if settings.mail_kind not in KINDS:
        yield f"PORTAL_MAIL_KIND is {' or '.join(KINDS)}."
    if settings.mail_kind == "smtp":
        yield from _of_smtp(settings)
    if settings.smtp_security not in {"none", "starttls", "tls"}:
        yield "PORTAL_SMTP_SECURITY is none, starttls or tls."
    if settings.mail_kind == "mailgun" and not settings.mail_api_token:
        yield "PORTAL_MAIL_API_TOKEN is missing: the sending key of your domain at Mailgun."
    if settings.mail_api_url and not is_safe(settings.mail_api_url):
        yield "PORTAL_MAIL_API_URL must begin with https:// (http:// is for localhost only)."
    if not _is_sender(settings.mail_from):
        yield "PORTAL_MAIL_FROM is one email address, as in billing@example.com."


def _of_smtp(settings: "Settings") -> Iterator[str]:
    """Name what `adapters.email_smtp.SmtpServer` refuses, before anything is to be sent."""
    if settings.smtp_security == "none" and settings.smtp_host not in LOOPBACK:
        yield (
            f"PORTAL_SMTP_SECURITY is needed for {settings.smtp_host}: starttls (port 587, as a "
            "rule) or tls (465). Mail goes in clear to a server on this machine only."
        )
    if not f"{settings.smtp_user}{settings.smtp_password}".isascii():
        yield "PORTAL_SMTP_USER and PORTAL_SMTP_PASSWORD take ASCII characters only, as SMTP does."


def _is_sender(address: str) -> bool:
    from adapters.email_message import sellers_address  # noqa: PLC0415 - help answers at once
    from application.ports.mail import MailRefused  # noqa: PLC0415 - the same

    try:
        sellers_address(address)
    except MailRefused:
        return False
    return True
