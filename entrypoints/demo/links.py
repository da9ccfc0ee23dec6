"""The demo's own addresses: each has one spelling, in whatever prints it."""

import hmac

import msgspec
from litestar.exceptions import NotFoundException

from entrypoints.settings import Settings


class DemoLinks(msgspec.Struct, frozen=True):
    """Addresses behind a random key that is made at start and known to nobody else."""

    key: str
    web_url: str
    admin_url: str

    @classmethod
    def of(cls, key: str, settings: Settings) -> "DemoLinks":
        """Give the addresses on the hosts that the settings name."""
        return cls(key, settings.web_url, settings.admin_url)

    def portal_link(self, link: str) -> str:
        """Where a customer begins to sign in."""
        return f"{self.web_url}/p/{link}"

    @property
    def customer(self) -> str:
        """Where one is signed in as a customer at once."""
        return f"{self.web_url}/demo/{self.key}/customer"

    @property
    def mails(self) -> str:
        """Where the mails are shown."""
        return f"{self.web_url}/demo/{self.key}/mails"

    def staff(self, who: str) -> str:
        """Where one is signed in as `admin` or `auditor` at once."""
        return f"{self.admin_url}/demo/{self.key}/{who}"

    def check(self, given: str) -> None:
        """Answer any other key as if there were nothing here."""
        if not hmac.compare_digest(given.encode(), self.key.encode()):
            raise NotFoundException
