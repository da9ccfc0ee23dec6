"""Mails to hand over in tests."""

from datetime import UTC, datetime

import msgspec

from application.ports.mail import OutgoingMail

A_MAIL = OutgoingMail(
    envelope_to="jane@acme.com",
    from_name="Northwind Ltd",
    from_address="billing@northwind.example",
    reply_to="support@northwind.example",
    subject="Sign in to Northwind",
    text="Your code is 7K3M 9QXT.\n.\nFrom here on, see you.\n",
    html="<p>Your code is <b>7K3M 9QXT</b>. Grüße.</p>\n",
    message_id="<019a.1@portal.northwind.example>",
    dated=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    language="en",
)


def a_mail(**changes: object) -> OutgoingMail:
    """A plain mail to Jane, with some of it changed."""
    return msgspec.structs.replace(A_MAIL, **changes)
