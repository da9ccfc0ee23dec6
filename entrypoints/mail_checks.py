"""Looks at the way out for mails, for `portal doctor`."""

from collections.abc import Iterator

from adapters.health import of_mail
from entrypoints.container import Portal, mailgun


def checks(portal: Portal) -> Iterator[tuple[bool, str]]:
    """Ask the mail server or provider, and look whether a provider may report bounces."""
    settings = portal.settings()
    if settings.mail_kind != "mailgun":
        yield of_mail(settings.smtp_host, settings.smtp_port)
        return
    trouble = mailgun(settings).trouble()
    yield trouble is None, trouble or "Mailgun takes mail from the portal."
    yield (
        bool(settings.mail_webhook_key),
        "Mailgun may report bounces to /mail-events."
        if settings.mail_webhook_key
        else "Mailgun cannot report bounces: PORTAL_MAIL_WEBHOOK_KEY is empty.",
    )
