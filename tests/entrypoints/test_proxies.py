"""Who is asking is what our own proxies say, never what somebody claims to have come through."""

from typing import Any

import pytest
from litestar import Request

from entrypoints.http.clients import network_of
from entrypoints.settings import SettingsWrong, read_settings

OURS = "10.0.0.0/8 192.0.2.7 2001:db8:1::/48"


def asked(client: str, *forwarded: str, trusted: str = OURS) -> str:
    """Give the network of a request from here, with these lines of `X-Forwarded-For`."""
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    scope: Any = {"type": "http", "client": (client, 4711), "headers": headers, "path": "/"}
    return network_of(Request(scope), trusted)


@pytest.mark.parametrize(
    "proxy", ["10.1.2.3", "192.0.2.7", "2001:db8:1:2::3", "::ffff:10.1.2.3", "2001:0db8:0001::1"]
)
def test_a_proxy_of_ours_is_believed_wherever_in_its_network_it_stands(proxy: str) -> None:
    assert asked(proxy, "203.0.113.9") == "203.0.113.9"


def test_several_proxies_of_ours_are_read_from_the_right() -> None:
    assert asked("10.0.0.2", "203.0.113.9, 192.0.2.7, 10.0.0.1") == "203.0.113.9"


@pytest.mark.parametrize("stranger", ["198.51.100.1", "11.0.0.1", "192.0.2.8", "2001:db8:2::1"])
def test_nobody_else_is_believed(stranger: str) -> None:
    assert asked(stranger, "203.0.113.9") == asked(stranger)
    assert "203.0.113.9" not in asked(stranger, "203.0.113.9")


@pytest.mark.parametrize(
    "lines",
    [
        ("10.0.0.1, 198.51.100.1",),
        ("203.0.113.9, 198.51.100.1",),
        ("203.0.113.9", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.1, 198.51.100.1"),
        ("10.0.0.0/8, 198.51.100.1",),
    ],
)
def test_what_somebody_wrote_into_the_header_before_our_proxy_counts_for_nothing(
    lines: tuple[str, ...],
) -> None:
    assert asked("10.0.0.2", *lines) == "198.51.100.1"


def test_what_is_no_address_is_nobodys_network() -> None:
    assert asked("10.0.0.2", "unknown") == asked("10.0.0.2", "203.0.113.9:80") == "unknown"
    assert asked("10.0.0.2", "203.0.113.9,") == "10.0.0.2"


def test_without_proxies_the_header_says_nothing() -> None:
    assert asked("127.0.0.1", "203.0.113.9", trusted="") == "127.0.0.1"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("proxy.internal", "proxy.internal is neither an address nor a network"),
        ("10.0.0.1,10.0.0.2", "10.0.0.1,10.0.0.2 is neither"),
        ("10.0.0.1/8", "10.0.0.1/8 is neither"),
        ("10.0.0.0/33", "10.0.0.0/33 is neither"),
        ("0.0.0.0/0", "0.0.0.0/0 would believe everybody"),
        ("::/0", "::/0 would believe everybody"),
    ],
)
def test_nonsense_is_refused_at_start(named: str, said: str) -> None:
    with pytest.raises(SettingsWrong) as refused:
        read_settings({"PORTAL_TRUSTED_PROXIES": f"127.0.0.1 {named}"})
    (problem,) = refused.value.problems
    assert said in problem
    assert read_settings({"PORTAL_TRUSTED_PROXIES": OURS}).trusted_proxies == OURS
