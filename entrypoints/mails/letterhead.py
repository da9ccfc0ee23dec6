"""What every mail of an entity carries: its look, its address on the web, whom to ask."""

import re

import msgspec

from entrypoints.http import accent
from entrypoints.http.page import Brand

_SAFE = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*")


class LinkLeadsElsewhere(ValueError):  # noqa: N818 - named after the fact
    """A mail was about to hold a link to a host that is not ours."""


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """The entity's brand on one of our hosts. `zone` is its IANA time zone.

    `base_url` comes from the configuration (`https://portal.acme.com`), never from a request.
    """

    brand: Brand
    base_url: str
    zone: str = "UTC"

    @property
    def host(self) -> str:
        """The host that mails link to, for people to recognise."""
        return self.base_url.partition("://")[2].rstrip("/")

    @property
    def logo(self) -> str | None:
        """Where the logo is fetched from: our own host, or nowhere."""
        logo = self.brand.logo
        if logo is None:
            return None
        return self.own_link(f"{self.base_url.rstrip('/')}{logo}" if logo.startswith("/") else logo)

    @property
    def colours(self) -> dict[str, str]:
        """The accent and the text on it."""
        shade = accent.accepted(self.brand.accent)
        return {"accent": shade, "on_accent": accent.text_on(shade)}

    def own_link(self, link: str) -> str:
        """Give a link of our own host back. Raises LinkLeadsElsewhere for any other."""
        if not link.startswith(f"{self.base_url.rstrip('/')}/") or not _SAFE.fullmatch(link):
            raise LinkLeadsElsewhere("mails hold links of our own host only")
        return link
