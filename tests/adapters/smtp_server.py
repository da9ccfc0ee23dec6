"""A real SMTP server on loopback that keeps what it gets and answers as it is told."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ssl import SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from adapters.email_smtp import SmtpServer


class Postmaster:
    """What the server does with mails; `answers` says otherwise for a command."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.answers: dict[str, str] = {}

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Envelope
    ) -> str:
        if "DATA" not in self.answers:
            self.envelopes.append(envelope)
        return self.answers.get("DATA", "250 OK")

    async def handle_QUIT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Envelope
    ) -> str:
        return self.answers.get("QUIT", "221 Bye")


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    postmaster: Postmaster, *, tls: SSLContext | None = None, password: str | None = None
) -> Iterator[SmtpServer]:
    """Run the server in a thread; gives the settings that reach it."""

    def authenticator(server: Any, session: Any, envelope: Any, how: str, login: Any) -> AuthResult:
        right = login.password == (password or "").encode()
        return AuthResult(success=right, handled=False)

    controller = Controller(
        postmaster,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=tls,
        require_starttls=tls is not None,
        authenticator=authenticator,
        auth_required=password is not None,
        auth_require_tls=password is not None,
        ready_timeout=30.0,
    )
    controller.start()
    try:
        yield SmtpServer(host="127.0.0.1", port=controller.port, security="none", timeout=10.0)
    finally:
        controller.stop()
