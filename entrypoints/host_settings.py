"""Checks where the portal answers: its two base URLs, its ports, and its web processes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from entrypoints.safe_urls import is_safe

if TYPE_CHECKING:
    from entrypoints.settings import Settings

LAST_PORT = 65_535
MOST_WORKERS = 256
_DEFAULT_PORTS = {"http": 80, "https": 443}


def problems_of(settings: "Settings") -> Iterator[str]:
    """Say what is wrong, each in a sentence."""
    urls = {"PORTAL_WEB_URL": settings.web_url, "PORTAL_ADMIN_URL": settings.admin_url}
    wrong = [problem for name, url in urls.items() for problem in _of_url(name, url)]
    yield from wrong
    if not wrong and _origin(settings.web_url) == _origin(settings.admin_url):
        yield "PORTAL_ADMIN_URL is that of customers: staff have a host of their own."
    ports = {
        "PORTAL_WEB_PORT": settings.web_port,
        "PORTAL_ADMIN_PORT": settings.admin_port,
        "PORTAL_SMTP_PORT": settings.smtp_port,
    }
    for name, port in ports.items():
        if not 1 <= port <= LAST_PORT:
            yield f"{name} is a number from 1 to {LAST_PORT}."
    if settings.web_port == settings.admin_port:
        yield "PORTAL_ADMIN_PORT is that of customers: choose another."
    if not 1 <= settings.workers <= MOST_WORKERS:
        yield f"PORTAL_WORKERS is a number from 1 to {MOST_WORKERS}."


def _of_url(name: str, url: str) -> Iterator[str]:
    if not is_safe(url):
        yield (
            f"{name} must begin with https:// (http:// is for localhost only). Put the portal "
            "behind a proxy with a certificate and give the address that people type."
        )
    elif not _is_bare(url, urlsplit(url)):
        yield (
            f"{name} is a host, with a port where it needs one, and nothing else: "
            "https://portal.example.com. No path, no login, no ? or #."
        )


def _is_bare(url: str, parts: SplitResult) -> bool:
    """Whether a safe URL has neither path nor query, and neither login nor spaces in its host."""
    plain = url.isascii() and url.isprintable() and not set(url) & set(' @?#+\\"<>%')
    return plain and parts.path in {"", "/"} and not parts.netloc.endswith(":")


def _origin(url: str) -> tuple[str | None, int | None]:
    """Give host and port: cookies and the same page's rules go by them."""
    parts = urlsplit(url)
    return parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)
