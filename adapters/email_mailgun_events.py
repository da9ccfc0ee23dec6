"""Reads what Mailgun's webhooks tell: mails that came back for good.

The signature covers a moment and a token, not the body: so a token counts once, and that is the id
under which a report is kept. Mailgun repeats a report for eight hours until it is taken. Source:
documentation.mailgun.com, "Webhooks" and "Securing webhooks".
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec

from adapters.email_message import header_text
from application.addresses import canonical_address
from application.ports.mail_events import BounceReported
from application.ports.payments import NoticeRefused, NoticesOff
from domain.aggregate import Refusal

REPEATED = timedelta(hours=9)
"""So old a report may be: an hour more than Mailgun repeats it."""

AHEAD = timedelta(minutes=5)


class Signature(msgspec.Struct, frozen=True):
    """Who says so."""

    timestamp: str
    token: str
    signature: str


class Headers(msgspec.Struct, frozen=True, rename="kebab"):
    """The headers of the mail that are told."""

    message_id: str = ""


class Message(msgspec.Struct, frozen=True):
    """The mail that it is about."""

    headers: Headers = Headers()


class Delivery(msgspec.Struct, frozen=True):
    """What the recipient's side said."""

    code: int | None = None
    message: str | None = None
    description: str | None = None


class EventData(msgspec.Struct, frozen=True, rename="kebab"):
    """One event; what else it holds is not read."""

    event: str = ""
    severity: str | None = None
    recipient: str = ""
    timestamp: float = 0.0
    message: Message = Message()
    delivery_status: Delivery = Delivery()


class Signed(msgspec.Struct, frozen=True):
    """The part of a report that proves it."""

    signature: Signature


class Told(msgspec.Struct, frozen=True, rename="kebab"):
    """The part of a report that tells something."""

    event_data: EventData = EventData()


class MailgunEvents:
    """Implements `MailEvents` with the account's webhook signing key."""

    def __init__(self, key: str) -> None:
        self._key = key

    def accept(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:  # noqa: ARG002 - it signs in the body
        """Check the signature in constant time; gives the token."""
        if not self._key:
            raise NoticesOff("No webhook key is set for the mail provider.")
        try:
            given = msgspec.json.decode(body, type=Signed).signature
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NoticeRefused("The report is not one of Mailgun's.") from error
        right = hmac.digest(self._key.encode(), f"{given.timestamp}{given.token}".encode(), sha256)
        if not hmac.compare_digest(right.hex().encode(), given.signature.encode()):
            raise NoticeRefused("The report's signature is not Mailgun's.")
        _must_be_recent(given.timestamp, now)
        return given.token

    def bounces(self, body: bytes) -> list[BounceReported]:
        """Read a permanent failure; Mailgun tries again by itself after a temporary one."""
        told = msgspec.json.decode(body, type=Told).event_data
        if told.event != "failed" or told.severity != "permanent":
            return []
        try:
            address = canonical_address(told.recipient)
        except Refusal:
            return []
        message_id = told.message.headers.message_id.strip("<>")
        return [
            BounceReported(
                message_id=f"<{message_id}>",
                address=address,
                why=_why(told, address),
                at=datetime.fromtimestamp(told.timestamp, UTC),
            )
        ]


def _must_be_recent(timestamp: str, now: datetime) -> None:
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:  # noqa: PLR2004
        raise NoticeRefused("The report does not say when it was signed.")
    at = datetime.fromtimestamp(int(timestamp), UTC)
    if not now - REPEATED <= at <= now + AHEAD:
        raise NoticeRefused("The report was signed too long ago, or too early.")


def _why(told: EventData, address: str) -> str:
    said = told.delivery_status
    words = f"{said.code or ''} {said.message or said.description or 'no reason given'}"
    for name in (told.recipient, address):
        words = words.replace(name, "the recipient")
    return f"The mail came back: {header_text(words, 200)}"
