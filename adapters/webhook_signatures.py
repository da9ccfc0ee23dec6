"""Signatures of webhooks as the Standard Webhooks specification 1.0 makes them, with HMAC-SHA256.

Source: https://github.com/standard-webhooks/standard-webhooks, "Signature scheme". The moment is
an argument, and a webhook is good for 300 s before and after it.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from application.ports.payments import NoticeRefused, NoticesOff

TOLERANCE = timedelta(seconds=300)
PREFIX = "whsec_"


def signed(secret: str, event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Give the headers of a webhook; `secret` is `whsec_` and base64."""
    moment = int(at.timestamp())
    digest = _digest(secret, event_id, str(moment), body)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{digest.decode()}",
    }


def checked(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Give the id of a genuine webhook, by any of the secrets. Raises NoticeRefused, NoticesOff."""
    usable = usable_secrets(secrets)
    event_id, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    must_be_recent(moment, now)
    given = [
        signature.removeprefix("v1,").encode()
        for signature in headers.get("webhook-signature", "").split()
        if signature.startswith("v1,")
    ]
    good = False
    for secret in usable:
        expected = _digest(secret, event_id, moment, body)
        for one in given:
            good = hmac.compare_digest(expected, one) or good
    if not good or not event_id:
        raise NoticeRefused("The webhook's signature is not from the provider.")
    return event_id


def usable_secrets(secrets: Sequence[str]) -> list[str]:
    """Give the secrets that are not empty. Raises NoticesOff when there is none."""
    usable = [secret for secret in secrets if secret]
    if not usable:
        raise NoticesOff("No webhook secret is set for this provider account.")
    return usable


def must_be_recent(moment: str, now: datetime) -> None:
    """Refuse what was signed too long ago, or ahead of time; `moment` is in seconds since 1970."""
    if not moment.isascii() or not moment.isdigit() or len(moment) > 12:  # noqa: PLR2004
        raise NoticeRefused("The webhook does not say when it was signed.")
    if abs(now.timestamp() - int(moment)) > TOLERANCE.total_seconds():
        raise NoticeRefused("The webhook was signed more than 300 seconds ago, or too early.")


def _digest(secret: str, event_id: str, moment: str, body: bytes) -> bytes:
    signed_part = f"{event_id}.{moment}.".encode() + body
    return base64.b64encode(hmac.digest(key_of(secret), signed_part, "sha256"))


def key_of(secret: str) -> bytes:
    """Read a secret's bytes. Raises NoticeRefused when it is none."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise NoticeRefused("A webhook secret of the settings is not base64.") from error
