"""Handing a mail to whoever delivers it."""

from datetime import datetime
from typing import Literal, Protocol

import msgspec

from application.ports.failures import Refused, Unavailable


class MailRefused(Refused):
    """This mail will not be delivered, however often it is sent."""


class MailBounced(MailRefused):
    """The mail server refused this mail for its recipient when it was handed over."""

    def __init__(self, why: str, address: str) -> None:
        super().__init__(why)
        self.address = address


class MailUnavailable(Unavailable):
    """Nobody took this mail now; send it again later, with the same Message-ID."""


class OutgoingMail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to one person.

    `envelope_to` is a canonical address (`application.addresses`). `dated` is aware. `message_id`
    stands in angle brackets: `<id@host>`. `reply_to` is read by a person. `language` is a tag such
    as `de`. `unsubscribe` is a link of ours that a POST alone uses (RFC 8058), in mails that can be
    turned off.
    """

    envelope_to: str
    from_name: str
    from_address: str
    reply_to: str
    subject: str
    text: str
    html: str
    message_id: str
    dated: datetime
    language: str
    unsubscribe: str | None = None
    auto_submitted: Literal["auto-generated", "auto-replied"] = "auto-generated"

    def __repr__(self) -> str:
        """Name the mail and no more: its text may hold a sign-in link, which no log may see."""
        return f"OutgoingMail({self.message_id!r})"


class MailPort(Protocol):
    """Where mails go out.

    1. When `send` returns, somebody else has taken responsibility for the mail.
    2. The only recipient is `envelope_to`, in the envelope and as the parsed `To` header; a mail
       whose header would be read as another mailbox is refused and nothing is sent.
    3. `From`, `Reply-To`, `Subject`, `Date`, `Message-ID`, `Auto-Submitted` and
       `Content-Language` say what was given, and there is a text part and an HTML part.
    4. Text in names and subjects never becomes a header, an encoded word, or a recipient.
    5. The same mail sent twice goes out twice, with the same Message-ID.
    6. What will never be delivered raises MailRefused; MailBounced when it was the server's word.
    7. What could not be handed over now raises MailUnavailable.
    8. A mail that can be turned off says by which link (`List-Unsubscribe`), and that one POST is
       enough (`List-Unsubscribe-Post`, RFC 8058); no other mail has these headers.
    """

    def send(self, message: OutgoingMail) -> None:
        """Hand the mail over. Raises MailRefused or MailUnavailable."""
        ...
