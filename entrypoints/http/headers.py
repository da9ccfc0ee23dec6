"""The headers that every answer carries, errors and redirects included.

A handler may set a stricter `Content-Security-Policy` or its own `Cache-Control`; what is there
already stays. Source: OWASP ASVS 5.0 chapter 3.4.

What the server itself cannot take never gets here and has none of them, nor a body: granian answers
400 to what is no HTTP, 414 to an address of 64 KiB and 431 to more than a hundred headers, and
closes the connection. Its limits are not settings.
"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from litestar.types import Message, Scope

BeforeSend: TypeAlias = Callable[[Message, Scope], Awaitable[None]]

SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For documents that are shown but must not act: PDFs, logos."""


def before_send(*, secure: bool, form_hosts: tuple[str, ...] = ()) -> BeforeSend:
    """Give the hook that sets the headers; `secure` says the site is served over https."""
    defaults = {
        "Content-Security-Policy": policy(form_hosts),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Cache-Control": "no-store",
    }
    if secure:
        defaults["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"

    encoded = [(name.lower().encode(), value.encode()) for name, value in defaults.items()]

    async def hook(message: Message, _scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        there = {name.lower() for name, _ in message["headers"]}
        missing = (pair for pair in encoded if pair[0] not in there)
        message["headers"] = [*message["headers"], *missing]

    return hook


def policy(form_hosts: tuple[str, ...]) -> str:
    """Give the content policy of our pages, whose forms may lead to these hosts too."""
    forms = " ".join(("'self'", *form_hosts))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"font-src 'self'; connect-src 'self'; form-action {forms}; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
