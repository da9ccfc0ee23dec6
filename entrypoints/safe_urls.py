"""Tells which addresses are safe to speak to: `https://`, and `http://` on loopback only."""

from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_safe(url: str) -> bool:
    """Whether nobody on the way can read or change what goes to this address."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:  # a port that is none, half an IPv6 address
        return False
    local = host in LOOPBACK or host.endswith(".localhost")
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and local))
