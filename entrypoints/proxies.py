"""Which machines in front of the portal are believed when they say who is asking."""

import ipaddress
from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
IpAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


def problems_of(named: str) -> Iterator[str]:
    """Say which of the named proxies are neither an address nor a network, each in a sentence."""
    for each in named.split():
        try:
            network = _network(each)
        except ValueError:
            yield (
                f"PORTAL_TRUSTED_PROXIES: {each} is neither an address nor a network such as "
                "10.0.0.0/8. Several are separated by spaces."
            )
            continue
        if network.prefixlen == 0:
            yield f"PORTAL_TRUSTED_PROXIES: {each} would believe everybody. Name your own proxies."


def is_trusted(address: str, named: str) -> bool:
    """Whether an address is one of the named proxies', or lies in one of their networks."""
    here = parsed(address)
    return here is not None and any(here in network for network in _networks(named))


def parsed(address: str) -> IpAddress | None:
    """Read an address; an IPv4 one that is written as IPv6 (RFC 4291, 2.5.5.2) is IPv4."""
    try:
        here = ipaddress.ip_address(address)
    except ValueError:
        return None
    return getattr(here, "ipv4_mapped", None) or here


@cache
def _networks(named: str) -> tuple[Network, ...]:
    return tuple(map(_network, named.split()))


def _network(named: str) -> Network:
    """Read a network. Raises ValueError, also for one whose address has bits of a machine."""
    return ipaddress.ip_network(named)
