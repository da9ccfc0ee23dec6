"""Mail through Mailgun's HTTP API, which takes the very bytes that are written here.

Only its MIME endpoint keeps every header, the Message-ID among them, and takes the recipient apart
from them. Tracking is off: it would rewrite links. Source: documentation.mailgun.com, "Messages".
"""

import secrets
from base64 import b64encode
from urllib.parse import quote

import msgspec

from adapters.email_message import header_text, written
from adapters.http_calls import Answer, NoAnswer, call
from application.ports.mail import MailBounced, MailRefused, MailUnavailable, OutgoingMail

_DONE, _NONSENSE, _TOO_LARGE = 200, 400, 413
_NOT_LET_IN = {401: "its token is not known", 403: "it may not send", 404: "its domain is unknown"}


class MailgunDomain(msgspec.Struct, frozen=True, kw_only=True):
    """A sending domain and its key. `url` is `https://api.eu.mailgun.net` for those in the EU."""

    domain: str
    token: str
    url: str = "https://api.mailgun.net"
    timeout: float = 20.0


class EmailMailgun:
    """Keeps the promises of `application.ports.mail` with one request for each mail."""

    def __init__(self, account: MailgunDomain) -> None:
        self._account = account

    def send(self, message: OutgoingMail) -> None:
        """Hand the mail over. Raises MailRefused, MailBounced or MailUnavailable."""
        letter = written(message)
        fields = {"to": message.envelope_to, "o:tracking": "no"}
        answer = self._asked(*_form(fields, letter))
        if answer.status != _DONE:
            raise _failure(answer, message)

    def trouble(self) -> str | None:
        """Say in a sentence why no mail would be taken, by asking for one to nobody."""
        try:
            answer = self._asked(*_form({}, b""))
        except MailUnavailable as away:
            return away.why
        if answer.status == _NONSENSE:
            return None
        return _refused_us(answer.status)

    def _asked(self, kind: str, body: bytes) -> Answer:
        account = self._account
        login = b64encode(f"api:{account.token}".encode()).decode()
        url = f"{account.url.rstrip('/')}/v3/{quote(account.domain)}/messages.mime"
        headers = {"Authorization": f"Basic {login}", "Content-Type": kind}
        try:
            return call("POST", url, headers, body, account.timeout)
        except NoAnswer as nothing:
            raise MailUnavailable(f"Mailgun did not answer ({nothing}).") from nothing


def _form(fields: dict[str, str], letter: bytes) -> tuple[str, bytes]:
    """Write a multipart form (RFC 7578); gives its content type and its bytes."""
    boundary = secrets.token_hex(24)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="message"; filename="mail.eml"\r\n'
        "Content-Type: message/rfc822\r\n\r\n"
    )
    body = b"".join([*parts, head.encode(), letter, f"\r\n--{boundary}--\r\n".encode()])
    return f"multipart/form-data; boundary={boundary}", body


def _failure(answer: Answer, mail: OutgoingMail) -> Exception:
    """Tell apart: this mail, its recipient, or all mails for now."""
    words = answer.body.decode("utf-8", "replace")
    said = header_text(f"{answer.status} {words}", 200).replace(mail.envelope_to, "the recipient")
    if answer.status == _NONSENSE and "'to' parameter" in words:
        return MailBounced(f"Mailgun said: {said}", mail.envelope_to)
    if answer.status in {_NONSENSE, _TOO_LARGE}:
        return MailRefused(f"Mailgun said: {said}")
    return MailUnavailable(_refused_us(answer.status))


def _refused_us(status: int) -> str:
    why = _NOT_LET_IN.get(status, "try again later")
    return f"Mailgun does not take mail from the portal now ({status}: {why})."
