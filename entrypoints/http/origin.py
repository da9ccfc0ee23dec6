"""Refuses unsafe requests that another site made a browser send, before anything is read."""

from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.exceptions import PermissionDeniedException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

FROM_MACHINES = "from_machines"
"""A route's own note that no browser calls it: it proves by a secret who asks."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin(ASGIMiddleware):
    """Lets a POST through only when the browser says that our own page sent it.

    `Sec-Fetch-Site` decides where a browser sends it; else `Origin` must be ours. A request with
    neither did not come from a browser's form and is refused too.
    """

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = FROM_MACHINES

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Check, then go on."""
        if (
            scope["type"] == ScopeType.HTTP
            and scope["method"] not in SAFE
            and not self._is_ours(dict(scope["headers"]))
        ):
            raise PermissionDeniedException("this form was sent from another site")
        await next_app(scope, receive, send)

    def _is_ours(self, headers: dict[bytes, bytes]) -> bool:
        site = headers.get(b"sec-fetch-site")
        if site is not None:
            return site == b"same-origin"
        return headers.get(b"origin", b"").decode("latin-1") == self.origin
