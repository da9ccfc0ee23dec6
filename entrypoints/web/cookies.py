"""The cookies of customers: the session, the request under way, the browser's own budget."""

import hmac
import secrets
from hashlib import sha256

from entrypoints.container import Portal
from entrypoints.http.cookies import CookieJar

DEVICE_DAYS = 180


def session_jar(portal: Portal) -> CookieJar:
    """Hold the secret of the session; it goes with the browser."""
    return CookieJar("session", secure=portal.settings().secure)


def asked_jar(portal: Portal) -> CookieJar:
    """Hold the secret of the sign-in request under way, for its ten minutes."""
    return CookieJar("asked", secure=portal.settings().secure)


def device_jar(portal: Portal) -> CookieJar:
    """Hold what shows that this browser has signed in as an address before."""
    return CookieJar("device", secure=portal.settings().secure)


def link_jar(portal: Portal) -> CookieJar:
    """Hold the portal link that was used last, so that an ended session finds back."""
    return CookieJar("link", secure=portal.settings().secure)


def place_jar(portal: Portal) -> CookieJar:
    """Hold the page that a mail led to, while its reader signs in."""
    return CookieJar("place", secure=portal.settings().secure)


def back_jar(portal: Portal) -> CookieJar:
    """Hold the page that an ended session was on, while its reader signs in again."""
    return CookieJar("back", secure=portal.settings().secure)


def new_device(portal: Portal, address: str) -> str:
    """Name this browser, for one address (OWASP: device cookies)."""
    name = secrets.token_hex(16)
    return f"{name}.{_mark(portal, name, address)}"


def known_device(portal: Portal, value: str, address: str) -> str | None:
    """Give the browser's name if it was given for this address."""
    name, _, mark = value.partition(".")
    right = hmac.compare_digest(_mark(portal, name, address).encode(), mark.encode())
    return name if right else None


def _mark(portal: Portal, name: str, address: str) -> str:
    words = f"{name}\x1f{address}".encode()
    return hmac.new(portal.device_key(), words, sha256).hexdigest()
