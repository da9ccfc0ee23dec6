"""Reads webhooks of payment providers from the inbox, in whatever order they came."""

import msgspec

from application.payment_attempts import PayingRoom
from application.payment_notices import take_notice
from application.ports.webhook_inbox import ReadWebhook
from entrypoints.container import Portal


def read_webhook(portal: Portal, payload: bytes) -> None:
    """Take what a webhook tells. Raises PaymentRefused, PaymentUnavailable."""
    named = msgspec.json.decode(payload, type=ReadWebhook)
    inbox, providers = portal.webhook_inbox(), portal.payment_providers()
    body = inbox.body(named.source, named.event_id)
    if body is None:
        return
    room = PayingRoom(portal.bus(), providers)
    for notice in providers.of(named.source).notices(body):
        take_notice(notice, named.source, room)
    inbox.note_read(named.source, named.event_id, portal.clock().now())
