"""Two kinds of routes: pages that are looked at (GET and HEAD), and forms that are sent (POST).

Handlers are plain functions that run in a thread. Litestar 2.25's own `sync_to_thread` wraps a
handler twice when two share a path, so ours is made asynchronous here. What has to be found out
before the handler runs (`InThread`) is found out in the same thread: one hop for both.
"""

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any

import msgspec
from anyio import to_thread
from litestar import post, route
from litestar.handlers import HTTPRouteHandler

Handler = Callable[..., Any]


class InThread(msgspec.Struct, frozen=True):
    """What a dependency gives that is only made in its handler's thread, and before it."""

    make: Callable[[], Any]


def page(
    path: str, *, sync_to_thread: bool = True, media_type: str = "text/html", **options: Any
) -> Callable[[Handler], HTTPRouteHandler]:
    """Mark a page: safe, answers HEAD too, runs in a thread; a stream needs its `media_type`."""
    made = partial(route, path, http_method=["GET", "HEAD"], media_type=media_type, **options)
    return _made(made, in_thread=sync_to_thread)


def form(
    path: str, *, sync_to_thread: bool = True, **options: Any
) -> Callable[[Handler], HTTPRouteHandler]:
    """Mark a form: carries a token, ends in a 303 to a page or shows itself with errors."""
    made = partial(post, path, media_type="text/html", status_code=200, **options)
    return _made(made, in_thread=sync_to_thread)


def _made(
    made: Callable[..., Callable[[Handler], HTTPRouteHandler]], *, in_thread: bool
) -> Callable[[Handler], HTTPRouteHandler]:
    def mark(handler: Handler) -> HTTPRouteHandler:
        if in_thread:
            return made()(_threaded(handler))
        return made(sync_to_thread=False)(handler)

    return mark


def _threaded(handler: Handler) -> Callable[..., Awaitable[Any]]:
    @wraps(handler)
    async def run(**named: Any) -> Any:
        return await to_thread.run_sync(_run, handler, named)

    return run


def _run(handler: Handler, named: dict[str, Any]) -> Any:
    made = {
        name: value.make() if isinstance(value, InThread) else value
        for name, value in named.items()
    }
    return handler(**made)
