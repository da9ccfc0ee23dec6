"""The link that turns one kind of mail off, for whoever got the mail: it holds no address.

It is proven by a keyed hash over the bill group, the kind of mail and the address; only who was
mailed has it, and it can do nothing else. Source: RFC 8058.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

from domain.notifications import Notification
from entrypoints.container import Portal


def stop_link(portal: Portal, bill_group_id: UUID, notification: Notification, address: str) -> str:
    """Give the link for one address."""
    base = portal.settings().web_url.rstrip("/")
    proof = _proof(portal, bill_group_id, notification, address)
    return f"{base}/stop-mail/{bill_group_id}/{notification}/{proof}"


def is_proven(
    portal: Portal, bill_group_id: UUID, notification: Notification, address: str, proof: str
) -> bool:
    """Whether a link was made for this address."""
    right = _proof(portal, bill_group_id, notification, address)
    return hmac.compare_digest(right.encode(), proof.encode("utf-8", "replace"))


def _proof(portal: Portal, bill_group_id: UUID, notification: Notification, address: str) -> str:
    words = f"{bill_group_id}\x1f{notification}\x1f{address}".encode()
    digest = hmac.digest(portal.stop_mail_key(), words, sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")
