"""Who is at the other end, as far as it may be believed: network and browser."""

import ipaddress
from typing import Any

from litestar import Request

from entrypoints.proxies import is_trusted, parsed

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_IPV6_SITE = 64


def network_of(request: Request[Any, Any, Any], trusted_proxies: str) -> str:
    """Give the network a request comes from: an IPv4 address, or the /64 of an IPv6 one.

    `X-Forwarded-For`, on however many lines, is read from the right and believed only as far as our
    own proxies wrote it.
    """
    lines = request.headers.getall("x-forwarded-for", [])
    hops = [hop.strip() for hop in ",".join(lines).split(",")]
    here = request.client.host if request.client else ""
    while is_trusted(here, trusted_proxies) and hops and hops[-1]:
        here = hops.pop()
    return _site(here)


def _site(address: str) -> str:
    here = parsed(address)
    if here is None:
        return "unknown"
    if isinstance(here, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((here, _IPV6_SITE), strict=False))
    return str(here)


def browser_of(request: Request[Any, Any, Any]) -> str | None:
    """Give the browser's name and system, such as `Firefox on Linux`, or nothing."""
    agent = request.headers.get("user-agent", "")[:400]
    browser = next((name for mark, name in _BROWSERS if mark in agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in agent), None)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system
