"""Mail through an SMTP server (RFC 5321), in clear on loopback only, else by TLS or STARTTLS."""

import smtplib
import ssl
from contextlib import suppress
from typing import Literal

import msgspec

from adapters.email_message import header_text, sellers_address, written
from application.addresses import domain_of
from application.ports.mail import MailBounced, MailRefused, MailUnavailable, OutgoingMail

_PERMANENT = 500
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SmtpServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where the server is and how it is talked to.

    `security`: `starttls` (usually port 587), `tls` (465) or `none`, on loopback only. `timeout` in
    seconds, for each answer. `authorities`: a PEM file, when the server's certificate is signed by
    an authority of your own.
    """

    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    name: str | None = None
    password: str | None = None
    timeout: float = 20.0
    authorities: str | None = None

    def __post_init__(self) -> None:
        """Refuse to send in clear over a network, and logins that the protocol has no form for."""
        if self.security == "none" and self.host not in _LOOPBACK:
            raise ValueError("mail without TLS goes to a server on this machine only")
        if not f"{self.name}{self.password}".isascii():
            raise ValueError("SMTP takes names and passwords of ASCII characters only")


class EmailSmtp:
    """Keeps the promises of `application.ports.mail` with one connection for each mail."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def send(self, message: OutgoingMail) -> None:
        """Hand the mail to the server. Raises MailBounced (5xx) or MailUnavailable (all else)."""
        letter = written(message)
        sender = sellers_address(message.from_address)
        smtp = self._reached(domain_of(sender))
        try:
            smtp.sendmail(sender, [message.envelope_to], letter)
        except smtplib.SMTPRecipientsRefused as refusal:
            raise _failure(*refusal.recipients[message.envelope_to], message) from refusal
        except smtplib.SMTPSenderRefused as refusal:
            raise _our_fault(refusal, message) from refusal
        except smtplib.SMTPResponseException as refusal:
            raise _failure(refusal.smtp_code, refusal.smtp_error, message) from refusal
        except (smtplib.SMTPException, OSError) as trouble:
            raise MailUnavailable(_lost(trouble)) from trouble
        finally:
            _leave(smtp)

    def trouble(self, sender: str) -> str | None:
        """Say in a sentence why no mail would be taken: connect and log in as for one."""
        try:
            _leave(self._reached(domain_of(sellers_address(sender))))
        except MailUnavailable as away:
            return away.why
        return None

    def _reached(self, our_name: str) -> smtplib.SMTP:
        """Connect, secure and log in; whatever goes wrong here says nothing about the mail."""
        try:
            smtp = self._connected(our_name)
        except (smtplib.SMTPException, OSError) as trouble:
            raise MailUnavailable(_lost(trouble)) from trouble
        try:
            self._introduce(smtp)
        except (smtplib.SMTPException, OSError) as trouble:
            _leave(smtp)
            raise MailUnavailable(_lost(trouble)) from trouble
        return smtp

    def _connected(self, our_name: str) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            return smtplib.SMTP_SSL(
                server.host,
                server.port,
                local_hostname=our_name,
                timeout=server.timeout,
                context=self._trust(),
            )
        return smtplib.SMTP(
            server.host, server.port, local_hostname=our_name, timeout=server.timeout
        )

    def _introduce(self, smtp: smtplib.SMTP) -> None:
        server = self._server
        if server.security == "starttls":
            smtp.starttls(context=self._trust())
        if server.name is not None:
            smtp.login(server.name, server.password or "")

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.authorities)


def _failure(
    code: int,
    answer: bytes | str,
    mail: OutgoingMail,
) -> Exception:
    """Tell the server's two ways of saying no apart; its words must not name the person."""
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    why = header_text(f"{code} {words}", 200).replace(mail.envelope_to, "the recipient")
    said = f"The mail server said: {why}"
    return MailBounced(said, mail.envelope_to) if code >= _PERMANENT else MailUnavailable(said)


def _our_fault(refusal: smtplib.SMTPSenderRefused, mail: OutgoingMail) -> Exception:
    """Tell that the server takes nothing from our sender; the recipient's mailbox may be well."""
    failure = _failure(refusal.smtp_code, refusal.smtp_error, mail)
    return MailRefused(failure.why) if isinstance(failure, MailBounced) else failure


def _lost(trouble: Exception) -> str:
    if isinstance(trouble, smtplib.SMTPAuthenticationError):
        return f"The mail server does not let the portal in ({trouble.smtp_code})."
    return f"The mail server could not be talked to ({type(trouble).__name__})."


def _leave(smtp: smtplib.SMTP) -> None:
    """Say goodbye; by now the mail's fate is settled, whatever the answer."""
    with suppress(smtplib.SMTPException, OSError):
        smtp.quit()
    smtp.close()
