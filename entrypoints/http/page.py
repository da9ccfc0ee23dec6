"""What every page knows about itself, whoever opened it: given to templates as `page`."""

from datetime import datetime

import msgspec

from entrypoints.http import accent


class Link(msgspec.Struct, frozen=True):
    """A place to go: a key to be found by, words marked with `phrase`, an address of ours."""

    key: str
    label: str
    url: str


class Brand(msgspec.Struct, frozen=True):
    """How the seller's entity looks and is reached. `accent` is `#rrggbb`; `logo` an address."""

    name: str
    logo: str | None = None
    accent: str = accent.DEFAULT
    email: str | None = None
    phone: str | None = None
    terms_url: str | None = None
    privacy_url: str | None = None

    @property
    def initial(self) -> str:
        """Stand in for a logo with the first letter of the name."""
        return next((char.upper() for char in self.name if char.isalnum()), "·")

    @property
    def stylesheet(self) -> str:
        """Give the address of the accent's stylesheet."""
        return accent.url(self.accent)


class BillGroupChoice(msgspec.Struct, frozen=True):
    """A bill group that the reader may switch to: account and group, and where it opens."""

    account: str
    name: str
    url: str
    current: bool = False


class PreviewBanner(msgspec.Struct, frozen=True):
    """Says that this is a preview: who looks, and where a POST ends it."""

    staff_name: str
    end_url: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's page. `root` stands before every path (the preview has one of its own).

    `zone` is the entity's IANA time zone, `now` the moment of the request in UTC, `token` the
    session's form token, `address` whoever is signed in, `path` where the language choice returns.
    """

    brand: Brand
    language: str
    now: datetime
    zone: str = "UTC"
    path: str = "/"
    root: str = ""
    current: str = ""
    token: str = ""
    address: str | None = None
    nav: tuple[Link, ...] = ()
    bill_groups: tuple[BillGroupChoice, ...] = ()
    preview: PreviewBanner | None = None
    notice: str | None = None


class AdminPage(msgspec.Struct, frozen=True, kw_only=True):
    """A staff page: as `Page`, without a brand; `nav` holds only what the roles may open."""

    language: str
    now: datetime
    zone: str = "UTC"
    path: str = "/"
    current: str = ""
    token: str = ""
    staff_name: str | None = None
    nav: tuple[Link, ...] = ()
    search: str | None = None
    sought: str = ""
    notice: str | None = None
