"""Checks how mail goes out: over SMTP, or through a provider's HTTP API."""

from collections.abc import Iterator

from entrypoints.safe_urls import is_safe

KINDS = ("smtp", "mailgun")


def problems_of(kind: str, token: str, url: str, security: str) -> Iterator[str]:
    """Say what is wrong, each in a sentence."""
    if kind not in KINDS:
        yield f"PORTAL_MAIL_KIND is {' or '.join(KINDS)}."
    if security not in {"none", "starttls", "tls"}:
        yield "PORTAL_SMTP_SECURITY is none, starttls or tls."
    if kind == "mailgun" and not token:
        yield "PORTAL_MAIL_API_TOKEN is missing: the sending key of your domain at Mailgun."
    if url and not is_safe(url):
        yield "PORTAL_MAIL_API_URL must begin with https:// (http:// is for localhost only)."
