"""Cookies whose flags follow the base URL, under names that no other app of ours uses.

`https://` gives `__Host-` and Secure; `http://` (loopback only) uses other names without both.
Ports do not separate cookies, so web, admin and preview never share a name.
"""

from typing import Any, Literal

import msgspec
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie


class CookieJar(msgspec.Struct, frozen=True):
    """One kind of cookie: `CookieJar("session", secure=True)`."""

    noun: str
    secure: bool
    path: str = "/"
    same_site: Literal["lax", "strict"] = "lax"

    @property
    def name(self) -> str:
        """The name in the browser; `__Host-` needs the path `/`."""
        if not self.secure:
            return f"portal-{self.noun}"
        return f"{'__Host-' if self.path == '/' else '__Secure-'}{self.noun}"

    def read(self, connection: ASGIConnection[Any, Any, Any, Any]) -> str:
        """Give the value that the browser sent, or nothing (""), also for what is no text."""
        value = connection.cookies.get(self.name, "")
        return value if value.isprintable() else ""

    def set(self, value: str, max_age: int | None = None) -> Cookie:
        """Hand the browser a value; without `max_age` (seconds) it goes with the browser."""
        return Cookie(
            key=self.name,
            value=value,
            path=self.path,
            max_age=max_age,
            httponly=True,
            secure=self.secure,
            samesite=self.same_site,
        )

    def clear(self) -> Cookie:
        """Take it away."""
        return self.set("", max_age=0)
