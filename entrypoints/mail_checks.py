"""Looks at the way out for mails, for `portal doctor`."""

from collections.abc import Iterator

from adapters.email_smtp import EmailSmtp
from entrypoints.container import Portal, mailgun, smtp_server

PATIENCE = 5.0
"""Seconds for each answer of the mail server."""


def checks(portal: Portal) -> Iterator[tuple[bool, str]]:
    """Ask the mail server or provider, and look whether a provider may report bounces."""
    settings = portal.settings()
    if settings.mail_kind != "mailgun":
        where = f"The mail server {settings.smtp_host}:{settings.smtp_port}"
        trouble = EmailSmtp(smtp_server(settings, PATIENCE)).trouble(settings.mail_from)
        yield trouble is None, f"{where}: {trouble}" if trouble else f"{where} lets the portal in."
        return
    trouble = mailgun(settings).trouble()
    yield trouble is None, trouble or "Mailgun takes mail from the portal."
    yield (
        bool(settings.mail_webhook_key),
        "Mailgun may report bounces to /mail-events."
        if settings.mail_webhook_key
        else "Mailgun cannot report bounces: PORTAL_MAIL_WEBHOOK_KEY is empty.",
    )
