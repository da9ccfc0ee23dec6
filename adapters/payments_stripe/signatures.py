"""Stripe's own webhook signatures: `t=…,v1=…` over the moment and the raw body, HMAC-SHA256.

Source: https://docs.stripe.com/webhooks/signature, "Verify manually"; `v0` does not count.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.payments_stripe.events import event_of
from adapters.webhook_signatures import must_be_recent, usable_secrets
from application.ports.payments import NoticeRefused


def checked(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Give the id of a genuine event, by any of the secrets. Raises NoticeRefused, NoticesOff."""
    usable = usable_secrets(secrets)
    parts = [part.partition("=") for part in headers.get("stripe-signature", "").split(",")]
    moment = next((value for name, _, value in parts if name.strip() == "t"), "")
    must_be_recent(moment, now)
    given = [value for name, _, value in parts if name.strip() == "v1"]
    good = False
    for secret in usable:
        expected = signature(secret, moment, body)
        for one in given:
            good = hmac.compare_digest(expected.encode(), one.encode()) or good
    if not good:
        raise NoticeRefused("The webhook's signature is not from Stripe.")
    return event_of(body).id


def signature(secret: str, moment: str, body: bytes) -> str:
    """Sign a body at a moment in seconds since 1970."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, "sha256").hexdigest()
