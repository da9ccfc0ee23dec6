"""Takes a request's address as what it can be: ours, and text.

Whatever `Host` a request names, it came to us: addresses are built from the settings alone. A NUL
is in no address of ours, and PostgreSQL can neither store nor compare one.
"""

from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send


class Addressed(ASGIMiddleware):
    """Puts our own host in the place of the one that was named, and refuses what is no text."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, base_url: str) -> None:
        self.host = urlsplit(base_url).netloc.encode()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Check, then go on."""
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope["headers"] = [(b"host", self.host), *others]
        query = scope["query_string"]
        if "\x00" in scope["path"] or b"%00" in query or b"\x00" in query:
            raise ClientException("there is no such address")
        await next_app(scope, receive, send)
