"""Reads webhooks of providers from the inbox, in whatever order they came."""

import msgspec

from application.payment_attempts import PayingRoom
from application.payment_notices import take_notice
from application.ports.mail_events import MAIL_EVENTS
from application.ports.webhook_inbox import ReadWebhook
from entrypoints.container import Portal
from entrypoints.worker.mail_events import read_mail_event


def read_webhook(portal: Portal, payload: bytes) -> None:
    """Take what a webhook tells. Raises PaymentRefused, PaymentUnavailable, JobLater."""
    named = msgspec.json.decode(payload, type=ReadWebhook)
    inbox, providers = portal.webhook_inbox(), portal.payment_providers()
    body = inbox.body(named.source, named.event_id)
    if body is None:
        return
    if named.source == MAIL_EVENTS:
        read_mail_event(portal, named.event_id, body)
        return
    room = PayingRoom(portal.bus(), providers)
    for notice in providers.of(named.source).notices(body):
        take_notice(notice, named.source, room)
    inbox.note_read(named.source, named.event_id, portal.clock().now())
